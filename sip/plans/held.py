"""The grants that an actor holds now, and the same asked of rows that belong to a plan. What they let: access.py."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.actor import Actor
from common import clock
from sip.plans.grant_names import CHOOSE, TAKE_PART
from sip.plans.models import PlanAgencyGrant, PlanPersonGrant


def personal(actor: Actor, today: date) -> QuerySet[PlanPersonGrant]:
    """The actor's own grants that hold now: as family, or for an agency where the actor still works."""
    holds = Q(until__isnull=True) | Q(until__gte=today)
    not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())
    works_there = Q(agency__isnull=True) | Q(agency__in=actor.agency_ids)
    return PlanPersonGrant.objects.filter(holds, not_over, works_there, user=actor.user)


def at_desk(actor: Actor, today: date) -> QuerySet[PlanAgencyGrant]:
    """The grants of the desks that the actor answers at, that hold on `today`."""
    holds = Q(until__isnull=True) | Q(until__gte=today)
    return PlanAgencyGrant.objects.filter(holds, group_id__in=actor.desk_group_ids)


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
