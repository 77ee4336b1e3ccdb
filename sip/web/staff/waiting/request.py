"""Wishes for a SIP that wait for a coordinator's answer, routed by municipality.

Found where they stand and not by the index: whose they are follows from who works where today.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.routines import Rules
from common import clock
from common.prepared import AnyTold, Prepared, Told
from sip.plans import protection, routine_limits
from sip.plans.models import Plan, Request
from sip.plans.routine_limits import Opened
from sip.plans.routing import asked_from, places_of
from sip.web.staff.waiting.index import Count
from sip.web.staff.waiting.item import Item, Kind, What, about, detail
from sip.web.words import as_day, near_words

Routines = Callable[[], Mapping[UUID | None, Rules]]  # asked for at most once, by whoever needs them first


@dataclass(frozen=True)
class Asked:
    """A request that waits, and the last day to answer it."""

    request: Request
    due: date

    @property
    def moment(self) -> datetime:
        """When it is late."""
        return routine_limits.last_moment(self.due)


def waiting(actor: Actor, known: Routines) -> list[Asked]:
    """All requests that are suggested to the actor, those to be answered first before the others."""
    places = places_of(actor) if actor.decides_requests else ()
    return _with_due(_ROUTED(places=sorted(places)), known) if places else []


def asked(plan: Plan, actor: Actor) -> list[Asked]:
    """The one that opened this plan, to whoever may answer it."""
    return _with_due(_OF_PLAN(plan=plan.pk)) if actor.decides_requests else []


_COLUMNS = ("seen_on", "at", "agency__name", "plan__state")
_CHILD = ("name", "born", "is_protected", "municipality")


def _rows(which: Q) -> QuerySet[Request]:
    rows = Request.objects.filter(which, opened_plan=True).select_related("plan__child", "agency")
    return rows.only(*_COLUMNS, *(f"plan__child__{name}" for name in _CHILD)).order_by("at", "pk")


_ROUTED = Prepared(lambda: _rows(Q(plan__in=asked_from(AnyTold("places")).order_by().values("pk"))))
_OF_PLAN = Prepared(lambda: _rows(Q(plan=Told("plan"))))


def _with_due(found: list[Request], known: Routines = dict) -> list[Asked]:
    """By the routine and from the day that the reminder of it is counted by (sip/reminders/loading.py)."""
    if not found:
        return []
    rules = routine_limits.rules_of_wishes((row.plan.child.municipality for row in found), known)

    @lru_cache
    def due(place: str, seen_on: date, came_on: date) -> date:
        return routine_limits.wish_by(rules[place], Opened(None, seen_on, clock.at(came_on)))

    waits = [Asked(row, due(row.plan.child.municipality, row.seen_on, as_day(row.at))) for row in found]
    return sorted(waits, key=lambda row: row.due)  # of those due the same day, what came first


def count(found: list[Asked]) -> Count:
    """How many they are."""
    now, midnight = clock.now(), clock.end_of_day(clock.today())
    late = sum(row.moment < now for row in found)
    return Count(len(found), late, sum(row.moment < midnight for row in found) - late)


def items(found: list[Asked]) -> Iterator[Item]:
    """They, as something to do."""
    for row in found:
        child, agency = row.request.plan.child, row.request.agency
        came = _("Kom %(day)s.") % {"day": near_words(row.request.at)}
        source = _("Från %(agency)s.") % {"agency": agency.name} if agency else _("Från familjen.")
        yield Item(
            what_to_do=What.REQUEST,
            about=row.request.plan_id,
            kind=Kind.REQUEST,
            what=_("Svara på en önskan om SIP"),
            person=about(child),
            detail=detail(child, f"{source} {came}"),
            due=row.due,
            href=reverse("request", args=[row.request.plan_id]),
            label=_("Läs och svara"),
            opens_here=protection.may_stand_in_lists(child),
        )
