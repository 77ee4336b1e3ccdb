"""Nödöppna: when it is right, what follows, and the way in. The number never stands in an address."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import NotThere
from consent.log.services import REASON_MAX
from sip.plans.services import emergency as service
from sip.web.fields import IdentityNumberField, WordsField
from sip.web.heard import only
from sip.web.pages import FORBIDDEN, PageRequest, attempt, for_staff, form_page


class EndForm(forms.Form):
    """Which one to end."""

    opening = forms.UUIDField()


class EmergencyForm(forms.Form):
    """Which child, and why now."""

    number = IdentityNumberField(
        label=gettext_lazy("Barnets personnummer"),
        help_text=gettext_lazy("Tolv siffror."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = WordsField(
        label=gettext_lazy("Varför måste du läsa planen nu?"),
        help_text=gettext_lazy(
            "Skriv vad som har hänt och vad du behöver veta. Det läser samordnaren, familjen och den som granskar."
        ),
        most=REASON_MAX,
        required=True,
        error_messages={"required": gettext_lazy("Skriv varför du måste läsa planen nu.")},
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: PageRequest) -> HttpResponse:
    """Explain, ask for the number and the reason, and open the plan. One neutral answer where there is none to open."""
    if request.actor.emergency_post is None and request.method != "POST":
        return render(request, "403.html", {"message": service.not_for_you()}, status=FORBIDDEN)
    only(request, "number", "reason")
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        number, reason = form.cleaned_data["number"], form.cleaned_data["reason"]
        plan = attempt(form, lambda: service.open_in_emergency(request.actor, number, reason))
        if plan is not None:
            return redirect("plan", plan_id=plan.pk)
        if not form.errors:
            form.add_error("number", _("Det finns ingen plan att nödöppna för det numret. Kontrollera siffrorna."))
    return form_page(request, "staff/emergency.html", form)


@for_staff
@require_POST
def end(request: PageRequest) -> HttpResponse:
    """End it before the hour is over."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise NotThere
    service.end_emergency(request.actor, form.cleaned_data["opening"])
    messages.success(request, _("Nödöppningen är avslutad. Du läser inte planen längre."))
    return redirect("today")
