"""Dölj för en vårdnadshavare: what is withheld, from whom and why; and the way to show it again (OSL 12:3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import family
from consent.models import Guardian
from sip.plans import audience, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Action, Plan, Section
from sip.plans.services import private
from sip.plans.sharing import shared_actions
from sip.web.fields import WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import near_words
from sip.web.work.choosing import OneField
from sip.web.work.naming import own_words

LIFT = "visa"


class WithholdForm(forms.Form):
    """From whom, what, and why."""

    guardian = OneField(
        label=gettext_lazy("För vem?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vårdnadshavare.")},
    )
    what = OneField(
        label=gettext_lazy("Vad ska döljas?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vad som ska döljas.")},
    )
    reason = WordsField(
        most=private.REASON_MAX,
        rows=4,
        label=gettext_lazy("Varför?"),
        help_text=gettext_lazy(
            "Vilken allvarlig skada kan barnet få? Handläggare i planen läser det, aldrig familjen."
        ),
    )

    def __init__(self, guardians: Sequence[Guardian], offered: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        offer(self, "guardian", [(str(row.pk), row.name) for row in guardians])
        offer(self, "what", list(offered.items()))


@dataclass(frozen=True)
class Hidden:
    """One thing that is withheld, in words."""

    key: str
    guardian: str
    what: str
    reason: str
    by: str
    when: str
    may_lift: bool


@for_plan(Do.WITHHOLD)
def withhold(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """What is withheld now, and the form to withhold more; with ?visa=… the question before something is shown."""
    if LIFT in request.GET:
        return _lift(request, plan, standing)
    guardians = family.custody_holders(plan.child)
    actions = {str(row.pk): row for row in shared_actions(plan)}
    offered = _offered(plan, standing, actions)
    form = WithholdForm(guardians, offered, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        guardian = next(row for row in guardians if str(row.pk) == said["guardian"])
        action = actions.get(said["what"])
        section = Section.ACTION if action else said["what"]
        done = attempt(
            form,
            lambda: private.withhold(request.actor, plan, guardian, section, action=action, reason=said["reason"]),
        )
        if done is not None:
            messages.success(request, _("Det är dolt för %(name)s från och med nu.") % {"name": guardian.name})
            return redirect("withhold", plan.pk)
    may_write = standing.may_now(Do.WITHHOLD) and bool(guardians and offered)
    rows = hidden(plan, standing)
    return form_page(request, "work/withhold.html", form, plan=plan, rows=rows, may_write=may_write)


def _offered(plan: Plan, standing: Standing, actions: dict[str, Action]) -> dict[str, str]:
    """What this person may withhold: {the form's value: in words}."""
    found = {
        section.value: what_words(plan, section)
        for section in (Section.VOICE, Section.SITUATION)
        if private.responsible_agency(plan, standing, section)
    }
    for key, action in actions.items():
        if private.responsible_agency(plan, standing, Section.ACTION, action):
            found[key] = what_words(plan, Section.ACTION, action)
    return found


def what_words(plan: Plan, section: str, action: Action | None = None) -> str:
    """A section or an action, in words."""
    if action is not None:
        return _("Insatsen: %(what)s") % {"what": action.text}
    if section == Section.VOICE:
        return _("%(words)s och hjulet") % {"words": own_words(plan)}
    return _("Hur läget är, vad som fungerar och behoven")


def hidden(plan: Plan, standing: Standing) -> tuple[Hidden, ...]:
    """Everything that is withheld in the plan, for the staff who take part."""
    return tuple(
        Hidden(
            key=str(row.pk),
            guardian=row.guardian.name,
            what=what_words(plan, row.section, row.action),
            reason=row.reason,
            by=protection.staff_name(row.by, row.agency.name if row.agency else ""),
            when=near_words(row.at),
            may_lift=standing.may_now(Do.WITHHOLD) and private.may_lift(plan, standing, row),
        )
        for row in audience.withheld(plan, standing)
    )


def _lift(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Say what follows from showing it again, ask once, and do it."""
    wanted = request.GET[LIFT]
    rows = audience.withheld(plan, standing)
    row = next((row for row in rows if str(row.pk) == wanted), None)
    shown = next((each for each in hidden(plan, standing) if each.key == wanted and each.may_lift), None)
    if row is None or shown is None:
        messages.info(request, _("Det är inte dolt längre. Så här är det nu."))
        return redirect("withhold", plan.pk)
    if request.method == "POST":
        private.lift(request.actor, plan, row)
        messages.success(request, _("%(name)s ser det igen från och med nu.") % {"name": shown.guardian})
        return redirect("withhold", plan.pk)
    return render(request, "work/show_again.html", {"plan": plan, "shown": shown, "action": request.get_full_path()})
