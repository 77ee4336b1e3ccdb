"""Wishes for a SIP that wait for a coordinator's answer, routed by municipality.

Found where they stand and not by the index: whose they are follows from who works where today.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import routines
from agencies.actor import Actor
from agencies.routines import Rules
from common import clock
from sip.plans import access, protection, routine_limits
from sip.plans.models import Plan, Request
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


def waiting(actor: Actor, rules: Routines) -> list[Asked]:
    """All requests that are suggested to the actor, those asked for first before the others."""
    if not actor.decides_requests:
        return []
    rows = routed_to(actor).order_by("created_at", "pk")
    found = list(rows.values_list("pk", "created_at"))
    return _with_due(found, rules()[None]) if found else []


def asked(plan: Plan, actor: Actor) -> list[Asked]:
    """The one that opened this plan, to whoever may answer it."""
    return _with_due([(plan.pk, plan.created_at)], routines.rules_for(None)) if actor.decides_requests else []


def _with_due(rows: list[tuple[UUID, datetime]], rules: Rules) -> list[Asked]:
    days = {as_day(at) for _key, at in rows}
    due = {day: rules.last_day(routine_limits.FIRST_CONTACT, day) or day for day in days}
    return [Asked(key, due[as_day(at)]) for key, at in rows]


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
            plan_id=plan.pk,
            opens_here=protection.may_stand_in_lists(plan.child),
        )
