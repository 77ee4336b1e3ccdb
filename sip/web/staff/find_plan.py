"""The search in the top bar: an identity number, or the beginning of a name. A number never stands in an address."""

import re
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from sip.plans.services.children import find_plan as find_by_number
from sip.web.fields import IdentityNumberField, LineField
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_staff

_LOOKS_LIKE_NUMBER = re.compile(r"\s*\d[\d\s+-]{5,}\w*\s*")


class SearchForm(forms.Form):
    """What somebody searches for."""

    q = LineField(
        label=_("Namn eller personnummer"),
        most=80,
        required=True,
        error_messages={"required": _("Skriv ett namn, eller ett personnummer med tolv siffror.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NumberForm(forms.Form):
    """The same box, with an identity number in it."""

    q = IdentityNumberField(label=_("Namn eller personnummer"), widget=forms.TextInput(attrs={"autocomplete": "off"}))


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def find_plan(request: PageRequest) -> HttpResponse:
    """A number leads to the plan, or says that there is none to see; a name leads to the list."""
    if request.method != "POST":
        return redirect("plans")
    is_number = _LOOKS_LIKE_NUMBER.fullmatch(request.POST.get("q", ""))
    form = NumberForm(request.POST) if is_number else SearchForm(request.POST)
    if not form.is_valid():
        return _page(request, form, UNPROCESSABLE)
    if isinstance(form, NumberForm):
        return _by_number(request, form)
    return redirect(f"{reverse('plans')}?{urlencode({'namn': form.cleaned_data['q']})}")


def _by_number(request: PageRequest, form: NumberForm) -> HttpResponse:
    plan = attempt(form, lambda: find_by_number(request.actor, form.cleaned_data["q"]))
    if plan is not None:
        return redirect("plan", plan_id=plan.pk)
    return _page(request, form, UNPROCESSABLE if form.errors else 200)


def _page(request: PageRequest, form: forms.Form, status: int) -> HttpResponse:
    context = {"form": form, "may_open_in_emergency": request.actor.emergency_post is not None}
    return render(request, "staff/find_plan.html", context, status=status)
