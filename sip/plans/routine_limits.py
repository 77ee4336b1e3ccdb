"""The limits of the routine that a plan is kept by, as days and moments. Calendar days, Europe/Stockholm.

The routine is that of the coordinator's principal or its region; before somebody coordinates, that of the principal
that the wish is suggested to; else the default one (agencies/routines.py). What falls on a day when offices are closed
is told for the next working day; the law's own limits are never moved.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol
from uuid import UUID

from agencies import routines
from agencies.models import LimitName, Principal, StartEvent
from agencies.routines import Limit, Rules
from common import clock
from common.once import once
from consent import family
from consent.models import Child
from sip.plans.models import Plan, Request
from sip.plans.routing import answering
from sip.plans.states import State

MEETING_HELD = LimitName.MEETING_HELD
FIRST_CONTACT = LimitName.FIRST_CONTACT
PLAN_TO_EVERYONE = LimitName.PLAN_TO_EVERYONE
FIRST_FOLLOW_UP = LimitName.FIRST_FOLLOW_UP
# What no routine says anything of.
SIGN_WITHIN = timedelta(days=14)  # then the coordinator asks
ASK_ABOUT_SIGNATURES = timedelta(days=30)  # then it is left in peace
ANSWER_DEVIATION_WITHIN = timedelta(days=7)


# By which routine


def principal_of(plan: Plan) -> Principal | None:
    """The principal whose routine the plan is kept by: its coordinator's; before that, who is to answer the wish."""
    if plan.coordinator_agency:
        return plan.coordinator_agency.principal
    if plan.state != State.REQUESTED:
        return None
    place = plan.child.municipality
    return answering([place])[place]


def rules_of(plan: Plan) -> Rules:
    """The routine that the plan is kept by: three queries at most, asked once in a moment."""
    principal = principal_of(plan)
    return rules_of_principals([principal])[principal.pk if principal else None]


def rules_of_principals(principals: Collection[Principal | None]) -> Mapping[UUID | None, Rules]:
    """As `routines.rules_for_many`, asked once in a moment."""
    keys = frozenset(row.pk for row in principals if row is not None)
    return once(("rules", keys), lambda: routines.rules_for_many(principals))


def rules_of_wishes(places: Iterable[str], known: Callable[[], Mapping[UUID | None, Rules]] = dict) -> dict[str, Rules]:
    """The routine by which a wish from each municipality is answered: four queries at most, however many.

    `known`: routines that the caller has, asked for at most once.
    """
    principals = answering(places)
    wanted = {row.pk if row else None for row in principals.values()}
    rules = known()
    if not wanted <= set(rules):
        rules = routines.rules_for_many(principals.values())
    return {place: rules[row.pk if row else None] for place, row in principals.items()}


def days(what: str, plan: Plan | None = None) -> int | None:
    """How many calendar days the plan's routine gives, without a plan the default one; None without such a limit."""
    rules = rules_of(plan) if plan else routines.rules_for(None)
    return rules.days(what)


# From which day


class Starts(Protocol):
    """The days that limits are counted from, in one plan; None for what has not happened."""

    @property
    def need_seen(self) -> date:
        """The day the need was first seen."""

    @property
    def requested_on(self) -> date:
        """The day the request that opened the plan came."""

    @property
    def consent_complete(self) -> date | None:
        """The first day when everybody who decides had said yes to the same agency."""

    @property
    def last_meeting_on(self) -> date | None:
        """The day of the newest meeting that was held."""

    @property
    def established_on(self) -> date | None:
        """The day the newest version was established."""


_STARTS: dict[str, Callable[[Starts], date | None]] = {
    StartEvent.NEED_SEEN: lambda plan: plan.need_seen,
    StartEvent.REQUEST_RECEIVED: lambda plan: plan.requested_on,
    StartEvent.CONSENT_COMPLETE: lambda plan: plan.consent_complete,
    StartEvent.MEETING_HELD: lambda plan: plan.last_meeting_on,
    StartEvent.PLAN_ESTABLISHED: lambda plan: plan.established_on,
}


def start_of(limit: Limit, starts: Starts) -> date | None:
    """The day that the limit is counted from; None when what it is counted from has not happened, or is no plan's."""
    start = _STARTS.get(limit.start_event)
    return start(starts) if start else None


@dataclass(frozen=True)
class Opened:
    """A plan before its first meeting, by the request that opened it."""

    child: Child | None
    need_seen: date
    requested_at: datetime
    last_meeting_on: date | None = None
    established_on: date | None = None

    @classmethod
    def of(cls, plan: Plan) -> "Opened":
        """Asked for: one query."""
        request = Request.objects.get(plan=plan, opened_plan=True)
        return cls(plan.child, request.seen_on, request.at)

    @property
    def requested_on(self) -> date:
        """The day the request came."""
        return clock.local(self.requested_at).date()

    @cached_property
    def consent_complete(self) -> date | None:
        """⚡ Asked for by a limit that is counted from it, and by nothing else."""
        return family.consent_complete(self.child) if self.child else None


# The last day


@dataclass(frozen=True)
class Applied:
    """A limit as it applies to one plan: its last day as it is told, the number of days, and by what source.

    `falls_on`: the day it falls on by the calendar alone.
    """

    day: date
    limit: Limit
    falls_on: date


def applied(what: str, rules: Rules, starts: Starts) -> Applied | None:
    """A limit as it applies; None when the routine has none, or what it is counted from has not happened."""
    limit = rules.limits.get(what)
    start = start_of(limit, starts) if limit else None
    day = rules.last_day(what, start)
    return Applied(day, limit, start + timedelta(days=limit.days)) if limit and start and day else None


def meeting_limit(plan: Plan) -> Applied | None:
    """The routine's limit for the first meeting as it applies to the plan; None when there is none, or none yet."""
    return applied(MEETING_HELD, rules_of(plan), Opened.of(plan))


def meeting_by(plan: Plan) -> date | None:
    """The last day for the first meeting, as it is told; None when the routine has no such limit, or none yet."""
    found = meeting_limit(plan)
    return found.day if found else None


def wish_by(rules: Rules, starts: Starts) -> date:
    """The last day to answer a wish, by the routine of who is to answer it; the day it came where that says nothing."""
    found = applied(FIRST_CONTACT, rules, starts)
    return found.day if found else starts.requested_on


def wish_from_by(municipality: str, seen_on: date) -> date:
    """The same of a wish that comes now from a municipality."""
    return wish_by(rules_of_wishes([municipality])[municipality], Opened(None, seen_on, clock.now()))


def last_moment(day: date) -> datetime:
    """The day as a deadline: its last minute in Stockholm."""
    return clock.end_of_day(day) - timedelta(minutes=1)
