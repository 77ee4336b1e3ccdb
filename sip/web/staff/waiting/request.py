"""Wishes for a SIP that wait for a coordinator's answer, routed by municipality.

Found where they stand and not by the index: whose they are follows from who works where today.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.routines import Rules
from common import clock
from sip.plans import access, protection, routine_limits
from sip.plans.models import Plan, Request
from sip.plans.routine_limits import Opened
from sip.plans.routing import routed_to
from sip.web.staff.waiting.index import Count
from sip.web.staff.waiting.item import Item, Kind, What, about, detail
from sip.web.words import as_day, near_words

Routines = Callable[[], Mapping[UUID | None, Rules]]  # asked for at most once, by whoever needs them first


@dataclass(frozen=True)
class Asked:
    """A request that waits, and the last day to answer it."""

    plan_id: UUID
    due: date

    @property
    def moment(self) -> datetime:
        """When it is late."""
        return routine_limits.last_moment(self.due)


def waiting(actor: Actor, known: Routines) -> list[Asked]:
    """All requests that are suggested to the actor, those to be answered first before the others."""
    if not actor.decides_requests:
        return []
    return _with_due(routed_to(actor), known)


def asked(plan: Plan, actor: Actor) -> list[Asked]:
    """The one that opened this plan, to whoever may answer it."""
    return _with_due(access.shown([plan.pk])) if actor.decides_requests else []


def _with_due(plans: QuerySet[Plan], known: Routines = dict) -> list[Asked]:
    """By the routine and from the day that the reminder of it is counted by (sip/reminders/loading.py)."""
    opening = Request.objects.filter(plan=OuterRef("pk"), opened_plan=True)
    rows = plans.annotate(seen_on=Subquery(opening.values("seen_on")[:1]), at=Subquery(opening.values("at")[:1]))
    found = list(rows.values_list("pk", "child__municipality", "seen_on", "at").order_by("at", "pk"))
    if not found:
        return []
    rules = routine_limits.rules_of_wishes((place for _key, place, _seen_on, _at in found), known)

    @lru_cache
    def due(place: str, seen_on: date, came_on: date) -> date:
        return routine_limits.wish_by(rules[place], Opened(None, seen_on, clock.at(came_on)))

    asked = [Asked(key, due(place, seen_on, as_day(at))) for key, place, seen_on, at in found]
    return sorted(asked, key=lambda row: row.due)  # of those due the same day, what came first


def count(found: list[Asked]) -> Count:
    """How many they are."""
    now, midnight = clock.now(), clock.end_of_day(clock.today())
    late = sum(row.moment < now for row in found)
    return Count(len(found), late, sum(row.moment < midnight for row in found) - late)


def items(found: list[Asked]) -> Iterator[Item]:
    """They, as something to do."""
    due = {row.plan_id: row.due for row in found}
    if not due:
        return
    opening = Request.objects.filter(plan=OuterRef("pk"), opened_plan=True).values("agency__name")
    rows = access.shown(due).annotate(asked_from=Subquery(opening[:1])).select_related("child")
    for plan in rows.only("created_at", "child__name", "child__born", "child__is_protected"):
        came = _("Kom %(day)s.") % {"day": near_words(plan.created_at)}
        source = _("Från %(agency)s.") % {"agency": plan.asked_from} if plan.asked_from else _("Från familjen.")
        yield Item(
            what_to_do=What.REQUEST,
            about=plan.pk,
            kind=Kind.REQUEST,
            what=_("Svara på en önskan om SIP"),
            person=about(plan.child),
            detail=detail(plan.child, f"{source} {came}"),
            due=due[plan.pk],
            href=reverse("request", args=[plan.pk]),
            label=_("Läs och svara"),
            opens_here=protection.may_stand_in_lists(plan.child),
        )
