"""Who can be called to a meeting, and what a new call is filled in with. Read-only."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Level, PrincipalKind, User
from agencies.routines import Rules
from common import clock
from consent import family
from sip.meetings import polling
from sip.meetings.usual import usual_agencies
from sip.plans import people as people_of
from sip.plans import routine_limits
from sip.plans.call_rules import Ground
from sip.plans.models import Plan
from sip.plans.routine_limits import Applied
from sip.plans.states import State
from sip.web.work import consents_page
from sip.web.work.agency_list import by_keys

USUAL_NOTICE = timedelta(days=14)
ANSWER_BEFORE = timedelta(days=5)
USUAL_START = "14:00"

GROUNDS = {
    Ground.COMPETENCE: gettext_lazy("Deras kompetens behövs"),
    Ground.REFERRAL: gettext_lazy("En remiss är skickad dit"),
    Ground.KNOWN: gettext_lazy("Barnet är känt där"),
}


@dataclass(frozen=True)
class Reachable:
    """An agency that consent holds for: who works there and may be named, and whether a ground is asked for."""

    agency: Agency
    people: tuple[User, ...]
    needs_ground: bool
    must_come: bool  # a region or a municipality is called; the others are invited
    is_received: bool = True  # somebody there receives a call that names nobody


@dataclass(frozen=True)
class NotYet:
    """An agency that cannot be called, and why, in words."""

    agency: Agency
    why: str


def agencies(plan: Plan) -> tuple[list[Reachable], list[NotYet]]:
    """Those who can be called, and those who cannot yet. The coordinator's own agency calls, and is there anyway."""
    party_ids = set(plan.parties.values_list("agency_id", flat=True))
    asked = by_keys((family.agencies_asked_about(plan.child) | party_ids) - {plan.coordinator_agency_id})
    standings = family.standings(plan.child, [agency.pk for agency in asked])
    people = _people([agency for agency in asked if standings[agency.pk].is_effective])
    there = people_of.handlers_of(plan, list(standings))
    deciding = consents_page.deciders(plan)
    said = consents_page.last_said(plan)
    can: list[Reachable] = []
    cannot: list[NotYet] = []
    for agency in asked:
        if standings[agency.pk].is_effective:
            can.append(_reachable(agency, tuple(people.get(agency.pk, ())), agency.pk in there))
        else:
            words = consents_page.standing_words(standings[agency.pk], deciding, agency, said)
            cannot.append(NotYet(agency, words))
    known = {agency.pk for agency in asked} | {plan.coordinator_agency_id}
    not_asked = [agency for agency in usual_agencies(plan) if agency.pk not in known]
    cannot += [NotYet(agency, _("Brukar vara med. Familjen är inte tillfrågad än")) for agency in not_asked]
    return can, cannot


def _reachable(agency: Agency, people: tuple[User, ...], is_received: bool) -> Reachable:
    return Reachable(
        agency=agency,
        people=people,
        needs_ground=agency.level == Level.SPECIALIST,
        must_come=agency.principal.kind in (PrincipalKind.REGION, PrincipalKind.MUNICIPALITY),
        is_received=is_received,
    )


def _people(agencies: list[Agency]) -> dict[Any, list[User]]:
    """Who works where and takes part in plans, by name: managers and log reviewers do not."""
    rows = people_of.may_be_named([agency.pk for agency in agencies])
    found: dict[Any, dict[Any, User]] = {}
    for row in rows.select_related("user").order_by("user__name_key", "user_id"):
        found.setdefault(row.agency_id, {})[row.user_id] = row.user
    return {agency_id: list(users.values()) for agency_id, users in found.items()}


def usual(plan: Plan) -> dict[str, Any]:
    """What a new call is filled in with: a day, a start. Its end and its question never are.

    Nor the last day to answer: left empty it follows the day of the meeting, whichever is chosen.
    """
    is_follow_up = plan.state == State.FOLLOWING_UP
    rules = routine_limits.rules_of(plan)
    return {
        "day": _day(plan, rules, is_follow_up),
        "start": USUAL_START,
        "purpose": _("Följa upp planen tillsammans") if is_follow_up else _("Göra en gemensam plan"),
    }


def chosen_time(plan: Plan, key: str) -> dict[str, Any]:
    """The day and the hours of a proposed time that the coordinator has chosen; nothing for any other key.

    The last day to answer follows the day, as in `usual`.
    """
    poll = polling.open_poll(plan)
    chosen = next((time for time in poll.times.all() if str(time.pk) == key), None) if poll else None
    if chosen is None:
        return {}
    start, end = clock.local(chosen.start), clock.local(chosen.end)
    return {"day": start.date(), "start": start.time(), "end": end.time()}


def _day(plan: Plan, rules: Rules, is_follow_up: bool) -> date:
    """The follow-up day that was agreed, or two weeks ahead, but within the routine's limit; always a working day."""
    today = clock.today()
    if is_follow_up and plan.follow_up_on and plan.follow_up_on > today:
        return workday(plan.follow_up_on, rules)
    limit = None if is_follow_up else routine_limits.meeting_by(plan)
    day = today + USUAL_NOTICE
    return workday(limit if limit and today < limit < day else day, rules)


def workday(day: date, rules: Rules) -> date:
    """The day itself when offices are open, else the last working day before it; when that has been, the next."""
    before = rules.last_working_day(day)
    return before if before >= clock.today() else rules.next_working_day(day)


def answer_by(day: date, rules: Rules) -> date:
    """The last day to answer for a meeting on `day`: five days before, or the working day before that; not passed."""
    return max(rules.last_working_day(day - ANSWER_BEFORE), clock.today())


def meeting_limit(plan: Plan) -> Applied | None:
    """The routine's limit for the first meeting: its last day, and where it says so; None when one has been held."""
    if plan.state != State.PREPARING or plan.meetings.filter(cancelled_at__isnull=True).exists():
        return None
    return routine_limits.meeting_limit(plan)
