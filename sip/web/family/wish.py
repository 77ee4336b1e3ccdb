"""Önskan om SIP from the family: which child, since when, why, and what the child says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common import clock
from consent.family import children_of
from consent.models import Child
from sip.plans.services.requests import request_plan
from sip.web.fields import DayField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_person, form_page


class WishForm(forms.Form):
    """The wish, in the family's words. With one child there is nothing to choose."""

    child = forms.ChoiceField(
        label=gettext_lazy("Vem gäller det?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Välj vilket barn det gäller."),
            "invalid_choice": gettext_lazy("Välj ett av barnen i listan."),
        },
    )
    why = WordsField(
        label=gettext_lazy("Vad behöver ni hjälp med?"),
        help_text=gettext_lazy("Skriv som du pratar. Vad är svårt, och vilka hjälper er redan?"),
        rows=6,
        required=True,
        error_messages={"required": gettext_lazy("Skriv vad ni behöver hjälp med. En mening räcker.")},
    )
    important = WordsField(
        label=gettext_lazy("Vad säger barnet själv är viktigast?"),
        help_text=gettext_lazy("Gärna med barnets egna ord."),
        rows=3,
    )
    seen = DayField(
        label=gettext_lazy("Ungefär när märkte ni att det behövs?"),
        help_text=gettext_lazy("Tiden fram till mötet räknas från den dagen."),
        required=True,
        error_messages={
            "required": gettext_lazy("Skriv en dag, till exempel dagens."),
            "invalid": gettext_lazy("Skriv dagen så här: 2026-09-15."),
        },
    )

    def __init__(self, children: Sequence[Child], data: Any = None) -> None:
        super().__init__(data, initial={"seen": clock.today()})
        self.children = {str(child.pk): child for child in children}
        if len(children) == 1:
            del self.fields["child"]
        else:
            offer(self, "child", [(key, child.name) for key, child in self.children.items()])

    @property
    def chosen(self) -> Child:
        """The child that the wish is about. Call it when the form is valid."""
        key = self.cleaned_data.get("child") or next(iter(self.children))
        return self.children[key]


@for_person
@require_http_methods(["GET", "HEAD", "POST"])
def family_request(request: PageRequest) -> HttpResponse:
    """Ask for a plan. The answer is the same whether one is begun or goes on already (domain.md §3)."""
    children = children_of(request.actor.user)
    form = WishForm(children, request.POST if request.method == "POST" else None)
    parent = replace(request.actor, memberships=())  # whoever also works somewhere asks as a parent all the same
    if children and form.is_bound and form.is_valid():
        asked = attempt(
            form,
            lambda: request_plan(
                parent,
                form.chosen,
                seen_on=form.cleaned_data["seen"],
                why=form.cleaned_data["why"],
                important=form.cleaned_data["important"],
            ),
        )
        if asked is not None:
            messages.success(request, _("Tack. Din önskan är skickad. En samordnare läser den."))
            return redirect("family")
    only = children[0] if len(children) == 1 else None
    return form_page(request, "family/wish.html", form, children=children, only=only)
