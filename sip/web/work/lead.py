"""Ansvar och uppföljningsdag: who leads the plan, and when it is followed up."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, User
from common import clock
from sip.plans import people, routine_limits
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services import frame
from sip.plans.sharing import effective_agencies
from sip.plans.states import WHILE_EDITABLE
from sip.web.fields import DayField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import weekday_words
from sip.web.work.choosing import OneField
from sip.web.work.ways import obstacle, onward, stopped

USUAL_DAYS = 90


@dataclass(frozen=True)
class Candidate:
    """Somebody who could lead: a person at a party that consent holds for."""

    agency: Agency
    person: User

    @property
    def key(self) -> str:
        """Both keys, as the form sends them."""
        return f"{self.agency.pk}:{self.person.pk}"


class LeadForm(forms.Form):
    """Who has the overall responsibility: a person, and with them the unit and the principal."""

    lead = OneField(
        label=gettext_lazy("Vem har det övergripande ansvaret?"),
        help_text=gettext_lazy(
            "Lagen kräver att planen säger det. Den som leder ser till att det ni bestämt blir gjort."
        ),
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som har det övergripande ansvaret.")},
    )

    def __init__(self, candidates: list[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {one.key: one for one in candidates}
        offer(self, "lead", [(one.key, _words(one)) for one in candidates])


def _words(one: Candidate) -> str:
    return f"{one.person.name}, {one.agency.name} ({one.agency.principal.name})"


def candidates(plan: Plan) -> list[Candidate]:
    """Those who take part for each party that consent holds for; else those who receive for it."""
    shown = effective_agencies(plan)
    parties = plan.parties.filter(agency_id__in=shown).select_related("agency__principal")
    found = [
        Candidate(party.agency, person)
        for party in parties.order_by("agency__name_key", "agency_id")
        for person in _who(plan, party.agency)
    ]
    return list({one.key: one for one in found}.values())


def _who(plan: Plan, agency: Agency) -> list[User]:
    coordinator = [plan.coordinator] if plan.coordinator and agency.pk == plan.coordinator_agency_id else []
    return coordinator + people.handlers(plan, agency)


@for_plan(Do.EDIT_FRAME)
def lead(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Vem har det övergripande ansvaret?"""
    title = _("Övergripande ansvar")
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    offered = candidates(plan)
    if request.method != "POST":
        if blocked or not offered:
            return stopped(request, plan, title, blocked or _("Kalla till möte först. Sedan kan en av parterna leda."))
        now: tuple[UUID | None, UUID | None] = (plan.lead_agency_id, plan.lead_person_id)
        form = LeadForm(offered, initial={"lead": f"{now[0]}:{now[1]}"})
        return form_page(request, "work/lead.html", form, plan=plan, title=title)
    form = LeadForm(offered, request.POST)
    if form.is_valid():
        one = form.candidates[form.cleaned_data["lead"]]
        if attempt(
            form,
            lambda: frame.set_lead(
                request.actor, plan, principal=one.agency.principal, agency=one.agency, person=one.person
            ),
        ):
            said = _("%(name)s har det övergripande ansvaret.") % {"name": one.person.name}
            messages.success(request, said)
            return onward(request, plan, "ansvar")
    return form_page(request, "work/lead.html", form, plan=plan, title=title)


class FollowUpDateForm(forms.Form):
    """The day when the plan is followed up."""

    date = DayField(
        label=gettext_lazy("Vilken dag följer ni upp planen?"),
        help_text=gettext_lazy("Samordnaren kallar till uppföljningen."),
    )


@for_plan(Do.EDIT_FRAME)
def follow_up_date(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Vilken dag följs planen upp?"""
    title = _("Dag för uppföljning")
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    if request.method != "POST":
        if blocked:
            return stopped(request, plan, title, blocked)
        form = FollowUpDateForm(initial={"date": plan.follow_up_on or usual_follow_up(plan)})
        return form_page(request, "work/follow_up_date.html", form, plan=plan, title=title)
    form = FollowUpDateForm(request.POST)
    if form.is_valid():
        day: date | None = form.cleaned_data["date"]
        if attempt(form, lambda: frame.set_follow_up_date(request.actor, plan, day=day)) and day:
            messages.success(request, _("Planen följs upp %(day)s.") % {"day": weekday_words(day)})
            return onward(request, plan, "uppfoljning")
    return form_page(request, "work/follow_up_date.html", form, plan=plan, title=title)


def usual_follow_up(plan: Plan) -> date:
    """The routine's day for a first follow-up, or the working day before it; a proposal only."""
    rules = routine_limits.rules_of(plan)
    return rules.last_working_day(
        clock.today() + timedelta(days=rules.days(routine_limits.FIRST_FOLLOW_UP) or USUAL_DAYS)
    )
