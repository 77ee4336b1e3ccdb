"""The grants that an actor holds now, and the same asked of rows that belong to a plan. What they let: access.py."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.actor import Actor
from common import clock
from common.prepared import AnyTold, Prepared, Told
from sip.plans.grant_names import CHOOSE, TAKE_PART
from sip.plans.models import PlanAgencyGrant, PlanPersonGrant


def personal(actor: Actor, today: date) -> QuerySet[PlanPersonGrant]:
    """The actor's own grants that hold now: as family, or for an agency where the actor still works."""
    works_there = Q(agency__in=actor.agency_ids)
    return _personal(actor.user.pk, works_there, today, clock.now())


def at_desk(actor: Actor, today: date) -> QuerySet[PlanAgencyGrant]:
    """The grants of the desks that the actor answers at, that hold on `today`."""
    return _at_desk(Q(group_id__in=actor.desk_group_ids), today)


def _personal(user: Any, works_there: Q, today: object, now: object) -> QuerySet[PlanPersonGrant]:
    holds = Q(until__isnull=True) | Q(until__gte=today)
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return PlanPersonGrant.objects.filter(holds, not_over, Q(agency__isnull=True) | works_there, user=user)


def _at_desk(answers_there: Q, today: object) -> QuerySet[PlanAgencyGrant]:
    holds = Q(until__isnull=True) | Q(until__gte=today)
    return PlanAgencyGrant.objects.filter(holds, answers_there)


# ⚡ Of one plan, asked by every page about it.
_OWN = Prepared(
    lambda: (
        _personal(Told("user"), Q(agency=AnyTold("agencies")), Told("today"), Told("now"))
        .filter(content_object=Told("plan"))
        .values_list("permission__codename", "agency_id")
    )
)
_DESKS = Prepared(
    lambda: (
        _at_desk(Q(group_id=AnyTold("desks")), Told("today"))
        .filter(content_object=Told("plan"))
        .values_list("permission__codename", "group_id")
    )
)


def in_plan(actor: Actor, plan: UUID) -> tuple[list[tuple[str, UUID]], list[tuple[str, int]]]:
    """What the actor holds in one plan now: one's own permissions and for which agency, and those of which desk."""
    of_plan = {"plan": plan, "today": clock.today()}
    own = {**of_plan, "user": actor.user.pk, "agencies": list(actor.agency_ids), "now": clock.now()}
    desks = {**of_plan, "desks": list(actor.desk_group_ids)}
    return _OWN(**own), _DESKS(**desks) if actor.desk_group_ids else []


def takes_part_in_person(actor: Actor, *, plan: str, agency: str) -> Q:
    """For rows of a plan and an agency (paths from the row): where the actor was named or assigned for that agency."""
    grants = personal(actor, clock.today()).filter(
        permission__codename=TAKE_PART, content_object=OuterRef(plan), agency=OuterRef(agency)
    )
    return Q(Exists(grants))


def takes_part_at_desk(actor: Actor, *, plan: str, agency: str) -> Q:
    """The same, where the actor answers for the agency as its intake or coordinator."""
    grants = at_desk(actor, clock.today()).filter(
        permission__codename=TAKE_PART, content_object=OuterRef(plan), group__agency=OuterRef(agency)
    )
    return Q(Exists(grants))


def chooses_at_desk(actor: Actor, *, plan: str, agency: str) -> Q:
    """The same, where the actor only chooses who takes part: the child is protected, and nothing more is seen."""
    grants = at_desk(actor, clock.today()).filter(
        permission__codename=CHOOSE, content_object=OuterRef(plan), group__agency=OuterRef(agency)
    )
    return Q(Exists(grants))
