"""The rows that Idag is found by: one for each thing that waits and each one whose it is, kept as the plans change.

⚡ What waits is worked out when a plan changes, for that plan alone, and not for every plan when somebody opens Idag.
The rows only say where to look; the words are made from the plan as it stands when it is shown.
"""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from agencies.actor import Actor
from common import clock
from sip.plans import access, opened, people
from sip.plans.grant_names import CHOOSE, COORDINATE, TAKE_PART, permission_id
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant, Request, Waiting
from sip.plans.states import OPEN_STATES, TO_CALL, State
from sip.web.staff.waiting import agency, coordinator, facts
from sip.web.staff.waiting.item import PlanItem, What

logger = logging.getLogger(__name__)

BATCH = 50  # plans
# What whoever takes part for an agency does, or its desk.
OWN_PART = (What.ANSWER, What.CHOOSE, What.TIMES, What.EXPECT, What.ATTEND, What.OUTCOME)


@dataclass(frozen=True)
class Holder:
    """Whose a thing is to do: a person for an agency, or an agency's desk; and the last day of what lets them."""

    agency_id: UUID
    user_id: UUID | None = None
    desk_id: int | None = None
    until: date | None = None


@dataclass
class Holders:
    """Who may do what in one plan, from its grants: never from who somebody is elsewhere.

    Whoever works there no more has nothing in person (people.works_there), and then it is the desk's.
    """

    plan: Plan
    coordinates: list[Holder]
    in_person: dict[UUID, list[Holder]]
    at_desk: dict[UUID, Holder]
    choosing: dict[UUID, Holder]
    has_somebody: set[UUID]

    @property
    def coordinator_reads(self) -> bool:
        """Whether the coordinator still takes part, beside keeping the frame."""
        taking_part = self.in_person.get(self.plan.coordinator_agency_id, ()) if self.plan.coordinator_agency_id else ()
        return any(holder.user_id == self.plan.coordinator_id for holder in taking_part)

    def of(self, item: PlanItem) -> list[Holder]:
        """Whose the thing is: theirs who take part, and the desk's while nobody there is named or assigned."""
        if item.agency_id is not None and item.what_to_do in OWN_PART:
            return self._of_agency(item.what_to_do, item.agency_id)
        if item.what_to_do is What.OTHERS_OUTCOME and not self.coordinator_reads:
            return []
        return self.coordinates

    def _of_agency(self, what: What, agency_id: UUID) -> list[Holder]:
        persons = self.in_person.get(agency_id, [])
        if what is What.ATTEND:  # the coordinator has a row of their own
            return [holder for holder in persons if holder.user_id != self.plan.coordinator_id]
        desks = self.choosing if what is What.CHOOSE else self.at_desk
        desk = [desks[agency_id]] if agency_id in desks and agency_id not in self.has_somebody else []
        return desk if what is What.CHOOSE else persons + desk


def keep(plan_ids: Collection[UUID]) -> None:
    """Make the plans' rows what they ought to be now; called in the transaction of what changed them."""
    with access.for_nobody():
        found = opened.of_plans(plan_ids)
        ought = wanted(found)
        gone = []
        for row in Waiting.objects.filter(plan__in=plan_ids):
            kept = ought.pop(_key(row), None)
            if kept is None:
                gone.append(row.pk)
            elif _differs(row, kept):
                kept.pk = row.pk
                kept.save()
        if gone:
            Waiting.objects.filter(pk__in=gone).delete()
        Waiting.objects.bulk_create(ought.values())


def keep_all() -> int:
    """The same for every plan that goes on, some at a time: what the days alone have changed, and a table made anew.

    One plan that cannot be kept holds up no other. Safe to run twice at once and at any time; returns how many plans it
    looked at.
    """
    with access.for_nobody() as plans:
        keys = list(plans.filter(state__in=OPEN_STATES).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        if not _kept(batch):
            for key in batch:
                _kept([key])
    return len(keys)


def _kept(keys: list[UUID]) -> bool:
    """Whether the plans' rows were put right. The error says which plan, and nothing of it."""
    try:
        with transaction.atomic(), access.for_nobody() as plans:
            keep([plan.pk for plan in access.lock_all(plans.filter(pk__in=keys))])
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next time begins anew
    except Exception as error:
        if len(keys) == 1:
            logger.error("what waits in plan %s not kept: %s", keys[0], type(error).__name__)
        return False
    return True


_MOVING = ("kind", "due", "shows", "hides", "until")


def _key(row: Waiting) -> tuple[Any, ...]:
    return (row.plan_id, row.what, row.about, row.agency_id, row.user_id, row.desk_id)


def _differs(row: Waiting, other: Waiting) -> bool:
    if row.what == What.CONSENT_ENDED:
        return False  # it is due the day it came about, however often it is looked at
    return _values(row) != _values(other)


def _values(row: Waiting) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _MOVING)


def wanted(plans: list[Request]) -> dict[tuple[Any, ...], Waiting]:
    """The rows that ought to be, by key."""
    going_on = [row for row in plans if row.plan.state in OPEN_STATES and row.plan.state != State.REQUESTED]
    if not going_on:
        return {}
    holders = _holders({row.plan.pk: row.plan for row in going_on})
    reads = {key for key, found in holders.items() if found.coordinator_reads}
    rows = (
        Waiting(
            plan_id=item.plan_id,
            what=item.what_to_do,
            kind=item.kind,
            about=item.about,
            agency_id=holder.agency_id,
            user_id=holder.user_id,
            desk_id=holder.desk_id,
            due=item.moment,
            shows=item.shows,
            hides=item.hides,
            until=holder.until,
        )
        for item in _items(going_on, reads)
        for holder in holders[item.plan_id].of(item)
    )
    return {_key(row): row for row in rows}


def _items(kept: list[Request], reads: set[UUID]) -> Iterator[PlanItem]:
    """Everything that waits in these plans, for whomever, now or later."""
    plans = [row.plan for row in kept]
    yield from coordinator.items(kept, reads)
    called = [plan.pk for plan in plans if plan.state == State.CALLED]
    if called:
        asked, meetings = Q(meeting__plan__in=called), facts.newest_meetings(called)
        yield from agency.calls_to_answer(asked)
        if any(plan.child.is_protected for plan in plans):
            yield from agency.to_choose_for(asked)
        yield from agency.expectations(Q(plan__in=called), meetings)
        yield from agency.meetings_today(Q(plan__in=called), meetings)
    proposed = [plan.pk for plan in plans if plan.state in TO_CALL.states]
    if proposed:
        yield from agency.times_to_answer(Q(poll__plan__in=proposed))
    if len(called) < len(plans):
        yield from agency.outcomes(Q(plan__in=[plan.pk for plan in plans]))


def _holders(plans: dict[UUID, Plan]) -> dict[UUID, Holders]:
    """Who may do what in each plan: three queries."""
    found = {key: Holders(plan, [], {}, {}, {}, set()) for key, plan in plans.items()}
    own = PlanPersonGrant.objects.filter(content_object__in=plans, permission__codename__in=[COORDINATE, TAKE_PART])
    own = own.filter(agency__isnull=False).annotate(works=people.works_there())
    rows = own.values_list("content_object_id", "permission__codename", "agency_id", "user_id", "until", "works")
    for plan_id, codename, agency_id, user_id, until, works in rows:
        holder = Holder(agency_id, user_id=user_id, until=until)
        if codename == COORDINATE:
            found[plan_id].coordinates.append(holder)
        elif works or user_id == plans[plan_id].coordinator_id:
            found[plan_id].in_person.setdefault(agency_id, []).append(holder)
    held = PlanAgencyGrant.objects.filter(content_object__in=plans, permission__codename__in=[CHOOSE, TAKE_PART])
    desks = held.values_list("content_object_id", "permission__codename", "group__agency", "group_id", "until")
    for plan_id, codename, agency_id, desk_id, until in desks:
        where = found[plan_id].choosing if codename == CHOOSE else found[plan_id].at_desk
        where[agency_id] = Holder(agency_id, desk_id=desk_id, until=until)
    for plan_id, agency_id, _user_id in people.assignments(plans):
        found[plan_id].has_somebody.add(agency_id)
    return found


# Reading


@dataclass(frozen=True)
class Place:
    """One row of the index, as Idag reads it. `reads`: whether the actor takes part for the agency in question."""

    plan_id: UUID
    what: What
    about: UUID
    due: datetime
    reads: bool = False


@dataclass(frozen=True)
class Count:
    """How many things of one kind wait; of them: how many are late, and how many are due in what is left of today."""

    all: int = 0
    late: int = 0
    today: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.all + other.all, self.late + other.late, self.today + other.today)


_SHOWN = "shows <= %(today)s AND (hides IS NULL OR hides >= %(today)s) AND (until IS NULL OR until >= %(today)s)"
_OWN = "user_id = %(user)s AND agency_id = ANY(%(agencies)s)"
_DESKS = "desk_id = ANY(%(desks)s)"
_ROWS = "SELECT plan_id, what, kind, about, due, agency_id FROM plans_waiting WHERE {whose} AND {shown}"
# ⚡ The counts and the most urgent, in one question. That somebody reads is asked of the same grants as held.personal;
# with "=" between the agencies PostgreSQL would go through all that the agency sees, for each row.
_READ = """
WITH mine AS MATERIALIZED ({mine}), urgent AS (
    SELECT * FROM mine
    WHERE (%(kind)s = '' OR kind = %(kind)s) AND (%(plan)s::uuid IS NULL OR plan_id = %(plan)s)
    ORDER BY due, about, what LIMIT %(most)s
)
SELECT kind, count(*), count(*) FILTER (WHERE due < %(now)s),
    count(*) FILTER (WHERE due >= %(now)s AND due < %(midnight)s),
    NULL::uuid, NULL, NULL::uuid, NULL::timestamptz, NULL::boolean
FROM mine GROUP BY kind
UNION ALL
SELECT NULL, 0, 0, 0, plan_id, what, about, due, EXISTS (
    SELECT 1 FROM plans_planpersongrant AS held
    WHERE held.content_object_id = plan_id AND held.user_id = %(user)s AND held.permission_id = %(take_part)s
    AND held.agency_id IS NOT DISTINCT FROM urgent.agency_id AND urgent.agency_id = ANY(%(agencies)s)
    AND (held.until IS NULL OR held.until >= %(today)s) AND (held.ends_at IS NULL OR held.ends_at > %(now)s)
)
FROM urgent
"""


@dataclass(frozen=True)
class Found:
    """What waits for somebody in plans: how much of each kind, and where the most urgent of it is."""

    counts: dict[str, Count]
    places: list[Place]


def read(actor: Actor, most: int, kind: str = "", *, of: Plan | None = None) -> Found:
    """How much waits for the actor, by kind, and the most urgent of it: of one kind or all, in one plan or all."""
    today = clock.today()
    said: dict[str, Any] = {
        "user": actor.user.pk,
        "agencies": list(actor.agency_ids),
        "desks": list(actor.desk_group_ids),
        "today": today,
        "now": clock.now(),
        "midnight": clock.end_of_day(today),
        "take_part": permission_id(TAKE_PART),
        "most": most,
        "kind": kind,
        "plan": of.pk if of else None,
    }
    # Once, whoever is both named and at the desk.
    ways = [_OWN, _DESKS] if actor.desk_group_ids else [_OWN]
    mine = " UNION ".join(_ROWS.format(whose=whose, shown=_SHOWN) for whose in ways)
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(mine=mine), said)
        rows = cursor.fetchall()
    counts = {row[0]: Count(*row[1:4]) for row in rows if row[0] is not None}
    places = [Place(row[4], What(row[5]), row[6], row[7], row[8]) for row in rows if row[0] is None]
    return Found(counts, places)
