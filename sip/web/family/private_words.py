"""Mina privata ord: what the young person writes for nobody else, until they let the coordinator read it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from sip.plans import audience
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, PrivateWords
from sip.plans.services import private
from sip.web.family.gate import for_family
from sip.web.family.names import coordinator_of, plan_name
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, form_page
from sip.web.work.guarded import GuardedForm, Stored, Writing, typed, write


class PrivateForm(GuardedForm):
    """The words, and the tick that lets the coordinator read them."""

    text = WordsField(
        rows=10,
        label=gettext_lazy("Det här vill jag skriva"),
        help_text=gettext_lazy("Skriv vad du vill. Du kan ändra eller ta bort det när som helst."),
    )
    is_for_coordinator = forms.BooleanField(required=False, label=gettext_lazy("Samordnaren får läsa det här"))

    def written(self) -> dict[str, Any]:
        """A tick that was not sent is no tick: then nobody else reads."""
        return {**super().written(), "is_for_coordinator": self.cleaned_data["is_for_coordinator"]}


@for_family(Do.WRITE_PRIVATE)
@sensitive_post_parameters("text")
def private_words(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Read and write one's own words."""
    who = coordinator_of(plan) if plan.coordinator else _("Samordnaren")

    def read() -> Stored:
        now = audience.private_words(plan, standing)
        if now is None:
            return Stored({"text": "", "is_for_coordinator": False}, 0)
        values = {"text": now.text, "is_for_coordinator": now.is_for_coordinator}
        return Stored(values, now.version, _("Du"), now.changed_at)

    def save(changed: Mapping[str, Any], stored: Stored) -> PrivateWords:
        values = {**stored.values, **changed}
        return private.write_private_words(request.actor, plan, **values, version=stored.version)

    def page(form: GuardedForm) -> HttpResponse:
        form.fields["is_for_coordinator"].label = _("%(who)s får läsa det här") % {"who": who[:1].upper() + who[1:]}
        return form_page(
            request,
            "family/private_words.html",
            form,
            plan=plan,
            plan_name=plan_name(plan.child, request.actor),
            who=who,
            is_open=standing.may_now(Do.WRITE_PRIVATE),
            stored=read(),
        )

    def done() -> HttpResponse:
        said = _("Sparat. Bara du ser det.")
        if read().values["is_for_coordinator"]:
            said = _("Sparat. Bara du ser det, och %(who)s så länge samtycket gäller.") % {"who": who}
        messages.success(request, said)
        return redirect("private_words", plan.pk)

    writing = Writing(PrivateForm, read, save, page, done, _show, has_history=False, frame="base_family.html")
    return write(request, writing)


def _show(name: str, value: Any) -> str:
    if name == "is_for_coordinator":
        return _("Samordnaren får läsa.") if value else _("Bara jag läser.")
    return typed(value)
