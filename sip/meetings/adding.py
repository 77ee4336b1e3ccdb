"""Somebody more is called to a meeting that is called already: the same rules, and time to answer of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, User
from common.errors import Problem, refuse
from consent import family
from sip.meetings.asking import ask_later, unreceived_problems
from sip.meetings.changing import to_change
from sip.meetings.models import Meeting
from sip.meetings.services import Called, agency_facts, named_problems
from sip.plans import access, call_rules
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan


@dataclass(frozen=True)
class More:
    """Who is called and invited too. `named`, `grounds`, `will_ring`: as of a new call."""

    called: Sequence[Agency] = ()
    invited: Sequence[Agency] = ()
    named: Mapping[UUID, Sequence[User]] = field(default_factory=dict)
    grounds: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    will_ring: Collection[UUID] | None = None

    @property
    def agencies(self) -> list[Agency]:
        """Everybody who is asked, called first."""
        return [*self.called, *self.invited]


@act
def call_more(actor: Actor, plan: Plan, more: More) -> Called:
    """Call, or invite, more agencies to the meeting that is to come. They become parties and are told, nobody else.

    Raises Refused with all that is missing: as for a call, effective consent for each and grounds for specialist care;
    for an agency that is asked already, and when the meeting has begun.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    meeting = to_change(plan, None)
    refuse(_problems(plan, meeting, more))
    unreceived = [
        agency
        for agency in more.agencies
        if not ask_later(
            plan,
            meeting,
            agency,
            is_call=agency in more.called,
            named=more.named.get(agency.pk, ()),
            grounds=more.grounds.get(agency.pk, ()),
        )
    ]
    return Called(meeting, unreceived)


def _problems(plan: Plan, meeting: Meeting, more: More) -> list[Problem]:
    if not more.agencies:
        return [Problem("called", _("Välj minst en verksamhet att kalla eller bjuda in."), "called")]
    asked = {meeting.caller_id, *meeting.invitations.values_list("agency_id", flat=True)}
    again = _("%(agency)s är redan kallad till mötet.")
    problems = [Problem("again", again % {"agency": one.name}, "called") for one in more.agencies if one.pk in asked]
    standings = family.standings(plan.child, [agency.pk for agency in more.agencies])
    facts = {one.pk: agency_facts(plan, one, standings[one.pk], more.grounds.get(one.pk, ())) for one in more.agencies}
    problems += call_rules.ground_problems(facts[one.pk] for one in more.called)
    problems += call_rules.consent_problems(list(facts.values()))
    problems += unreceived_problems(plan, more.agencies, more.named, more.will_ring)
    return problems + named_problems(more.agencies, more.named)
