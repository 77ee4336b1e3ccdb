"""The limits of the routine that a plan is kept by, as days and moments. Calendar days, Europe/Stockholm.

The routine is that of the coordinator's principal or its region, else the default one (agencies/routines.py). What
falls on a day when offices are closed is told for the next working day; the law's own limits are never moved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies import routines
from agencies.models import LimitName, Principal, StartEvent
from agencies.routines import Limit, Rules
from common import clock
from consent import family
from sip.plans.models import Plan, Request

MEETING_HELD = LimitName.MEETING_HELD
FIRST_CONTACT = LimitName.FIRST_CONTACT
PLAN_TO_EVERYONE = LimitName.PLAN_TO_EVERYONE
FIRST_FOLLOW_UP = LimitName.FIRST_FOLLOW_UP


@dataclass(frozen=True)
class Applied:
    """A limit as it applies to one plan: its last day as it is told, the number of days, and by what source."""

    day: date
    limit: Limit


def rules_of(plan: Plan) -> Rules:
    """The routine that the plan is kept by: three queries at most."""
    agency = plan.coordinator_agency
    return routines.rules_for(agency.principal if agency else None)


def days(what: str, plan: Plan | None = None) -> int | None:
    """How many calendar days the plan's routine gives, without a plan the default one; None without such a limit."""
    rules = rules_of(plan) if plan else routines.rules_for(None)
    return rules.days(what)


def need_seen(plan: Plan) -> date:
    """The day the need was first seen, from the request that opened the plan."""
    return _opening(plan).seen_on


def _opening(plan: Plan) -> Request:
    return Request.objects.get(plan=plan, opened_plan=True)


# What the limits before the meeting are counted from, by start event.
_STARTS: dict[str, Callable[[Plan], date | None]] = {
    StartEvent.NEED_SEEN: need_seen,
    StartEvent.REQUEST_RECEIVED: lambda plan: clock.local(_opening(plan).at).date(),
    StartEvent.CONSENT_COMPLETE: lambda plan: family.consent_complete(plan.child),
}


def start_of(limit: Limit, plan: Plan) -> date | None:
    """The day that a limit before the meeting is counted from; None when what it is counted from has not happened."""
    start = _STARTS.get(limit.start_event)
    return start(plan) if start else None


def meeting_limit(plan: Plan) -> Applied | None:
    """The routine's limit for the first meeting as it applies to the plan; None when there is none, or none yet."""
    rules = rules_of(plan)
    limit = rules.limits.get(MEETING_HELD)
    day = rules.last_day(MEETING_HELD, start_of(limit, plan)) if limit else None
    return Applied(day, limit) if limit and day else None


def meeting_by(plan: Plan) -> date | None:
    """The last day for the first meeting, as it is told; None when the routine has no such limit, or none yet."""
    applied = meeting_limit(plan)
    return applied.day if applied else None


def answer_by(day: date) -> date:
    """The last day to answer a wish that came on `day`: nobody keeps the plan yet, and the default routine applies."""
    return Limits.load().after(day, FIRST_CONTACT)


def last_moment(day: date) -> datetime:
    """The day as a deadline: its last minute in Stockholm."""
    return clock.end_of_day(day) - timedelta(minutes=1)


@dataclass(frozen=True)
class Limits:
    """The limits that somebody works by, read once per page."""

    rules: Rules

    @classmethod
    def load(cls, principal: Principal | None = None) -> "Limits":
        """Those of a principal's routine, without one the default's; in two queries."""
        return cls(routines.rules_for(principal))

    def after(self, day: date, what: str) -> date:
        """The last day of the limit `what` when it began on `day`; the same day where the routine has none."""
        return self.rules.last_day(what, day) or day
