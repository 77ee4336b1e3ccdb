"""What waits for a person, by deadline: for their whole day (Idag), or in one plan ("Nu gör du").

`item` what one thing is · `index` the rows it is found by · `coordinator` the process to carry on, from its `facts` ·
`agency` the own agency's part · `request` wishes to answer · `manager` the unit's · `archive` what one has ordered.
Neither the number of queries nor what they read grows with the number of plans.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from agencies import routines
from agencies.actor import Actor
from common import clock
from sip.plans.models import Plan
from sip.plans.opened import at_a_glance
from sip.plans.states import State
from sip.web.staff.waiting import agency, archive, coordinator, facts, index, manager, request
from sip.web.staff.waiting.agency import Meetings, Rows, Which
from sip.web.staff.waiting.index import Count, Place
from sip.web.staff.waiting.item import Item, Kind, PlanItem, What, by_urgency
from sip.web.staff.waiting.request import Routines
from sip.web.words import as_day

MOST = 200  # more than anybody does in a day


@dataclass(frozen=True)
class Day:
    """Somebody's Idag: how much of each kind waits, and the most urgent of it."""

    counts: dict[Kind, Count]
    items: list[Item]


def day_of(actor: Actor, *, kind: Kind | None = None, most: int = MOST) -> Day:
    """What waits for the actor: counted, and the `most` most urgent of one kind or of all."""
    waiting = index.read(actor, most, kind or "")
    counts = {Kind(name): count for name, count in waiting.counts.items()}
    rules = _rules_where_they_work(actor)
    found, others = items_at(waiting.places, rules), [*manager.items(actor), *archive.items(actor)]
    asked = request.waiting(actor, rules)
    if asked:
        counts[Kind.REQUEST] = request.count(asked)
        found += request.items(asked[:most]) if kind in (None, Kind.REQUEST) else []
    for name in {item.kind for item in others}:
        counts[name] = counts.get(name, Count()) + _count([item for item in others if item.kind is name])
    found += [item for item in others if kind in (None, item.kind)]
    return Day(counts, by_urgency(found)[:most])


def _count(found: list[Item]) -> Count:
    """How many these are that the index does not hold."""
    now, midnight = clock.now(), clock.end_of_day(clock.today())
    late = sum(item.moment < now for item in found)
    return Count(len(found), late, sum(item.moment < midnight for item in found) - late)


def waiting_for(actor: Actor) -> list[Item]:
    """What waits for the actor, the most urgent first."""
    return day_of(actor).items


def waiting_in(plan: Plan, actor: Actor) -> list[Item]:
    """The same in one plan alone, which the actor has opened."""
    if plan.state == State.REQUESTED:
        return list(request.items(request.asked(plan, actor)))
    return by_urgency(items_at(index.read(actor, MOST, of=plan).places, _rules_where_they_work(actor)))


def _rules_where_they_work(actor: Actor) -> Routines:
    return lru_cache(lambda: routines.rules_for_many(row.agency.principal for row in actor.memberships))


# Which rows each is about, and what is said of them.
_AGENCYS: dict[What, tuple[Rows[Any], Callable[[Which, Meetings], Iterator[PlanItem]]]] = {
    What.ANSWER: (agency.unanswered, agency.calls_to_answer),
    What.CHOOSE: (agency.unanswered, agency.to_choose_for),
    What.TIMES: (agency.to_say_when, agency.times_to_answer),
    What.EXPECT: (agency.silent, agency.expectations),
    What.ATTEND: (agency.invited, agency.meetings_today),
    What.OUTCOME: (agency.without_outcome, agency.outcomes),
    What.OTHERS_OUTCOME: (agency.without_outcome, agency.outcomes),
}


# Of these something is said about the meeting.
_MEET = (What.EXPECT, What.ATTEND, What.HOLD, What.UNANSWERED, What.NEXT)


def _keys(places: Collection[Place]) -> dict[What, list[UUID]]:
    """The rows of the own agency's part, by the first of what is asked alike."""
    found: dict[What, list[UUID]] = {}
    for kind, asked in _AGENCYS.items():
        first = next(what for what, other in _AGENCYS.items() if other == asked)
        keys = [place.about for place in places if place.what is kind]
        if keys:
            found.setdefault(first, []).extend(keys)
    return found


def _met_in(places: Collection[Place]) -> set[UUID]:
    """The plans of whose meeting something is said."""
    return {place.plan_id for place in places if place.what in _MEET}


def items_at(places: Collection[Place], rules: Routines = dict) -> list[Item]:
    """What the rows of the index lead to, as the plans stand now; what is no longer there is left out."""
    wanted = {(place.what, place.about): place.due for place in places}
    meetings = facts.meetings_of(_met_in(places))
    found: list[Item] = []
    for about, keys in _keys(places).items():
        found += _AGENCYS[about][1](keys, meetings)
    coordinated = [place for place in places if place.what not in _AGENCYS]
    if coordinated:
        plans = at_a_glance({place.plan_id for place in coordinated})
        reads = {place.plan_id for place in coordinated if place.reads}
        found += coordinator.items(plans, reads, rules, only={place.what for place in places}, meetings=meetings)
    return [
        # Since when consent has ended is known to the row alone; one that ran out tonight has none yet.
        replace(item, due=as_day(wanted.get((item.what_to_do, item.about), clock.now())))
        if item.what_to_do is What.CONSENT_ENDED
        else item
        for item in found
        if (item.what_to_do, item.about) in wanted or item.what_to_do is What.CONSENT_ENDED
    ]
