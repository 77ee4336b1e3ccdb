"""Who receives a call where an agency has neither intake nor coordinator: its manager says who.

A manager has no part in the plan and reads nothing of it: only that the unit is called, and by when it answers. Whoever
is chosen takes part for the agency from then on, and is told of the call as if it had come to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import DESK_ROLES, WORKS_WITH_CHILDREN, Actor
from agencies.models import Agency, Membership, Role, User
from common.errors import NotThere, Problem, Refused
from consent import family
from consent.log import services as log
from sip.meetings.asking import tell_invited
from sip.meetings.models import Invitation
from sip.plans import access, grants, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import AssignmentReason
from sip.plans.services.taking_part import add_assignments, check_colleagues
from sip.plans.states import State


@dataclass(frozen=True)
class Unreceived:
    """A call that nobody at the unit receives: which (`key` is the invitation's), by when, who could."""

    key: UUID
    agency: Agency
    answer_by: date
    colleagues: tuple[User, ...]


@act
def unreceived(actor: Actor) -> list[Unreceived]:
    """The calls to the units that the actor manages which wait for somebody to be chosen; none for others."""
    with row_scope.everything():  # a manager has no part in the plan, and answers for the unit all the same
        rows = [row for row in _waiting(_without_desk(actor)) if not people.assigned(row.meeting.plan, row.agency_id)]
        standing = [row for row in rows if family.standing(row.meeting.plan.child, row.agency_id).is_effective]
    return [Unreceived(row.pk, row.agency, row.answer_by, tuple(_colleagues(row.agency))) for row in standing]


@act
def choose_receivers(actor: Actor, key: UUID, chosen: Sequence[User]) -> Agency:
    """Let colleagues receive a call that nobody at the unit receives. Returns the unit.

    Raises NotThere for anybody but its manager and for a call that is none any more, Refused where the unit has an
    intake or a coordinator, who choose, and for people who do not work with children there.
    """
    managed = _managed(actor)
    with row_scope.everything():  # the check is in `_managed`: the units that the actor manages
        row = _waiting(managed).filter(pk=key).first()
        if row is None:
            raise NotThere
        plan = access.lock(row.meeting.plan)
        row = _waiting(managed).filter(pk=key).first()
        if row is None or not family.standing(plan.child, row.agency_id).is_effective:
            raise NotThere
        if row.agency_id not in _without_desk(actor):
            raise Refused(Problem("desk", _("Er mottagning eller samordnare utser vem som svarar."), "people"))
        check_colleagues(row.agency, chosen)
        add_assignments(plan, row.agency, chosen, AssignmentReason.ASSIGNED)
        grants.sync(plan)
        tell_invited(plan, row, chosen)
        log.record(actor, Do.ASSIGN, child_id=plan.child_id, object_type="plan", object_id=plan.pk)
    return row.agency


def _waiting(agencies: set[UUID]) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(agency__in=agencies, reply="", meeting__plan__state=State.CALLED)
    rows = rows.filter(meeting__opened_at__isnull=True, meeting__closed_at__isnull=True)
    return rows.select_related("meeting__plan__child", "agency").order_by("meeting__start", "id")


def _managed(actor: Actor) -> set[UUID]:
    return {row.agency_id for row in actor.memberships if row.role == Role.MANAGER}


def _without_desk(actor: Actor) -> set[UUID]:
    managed = _managed(actor)
    at_desk = Membership.objects.active().filter(agency__in=managed, role__in=DESK_ROLES)
    return managed - set(at_desk.values_list("agency_id", flat=True))


def _colleagues(agency: Agency) -> list[User]:
    rows = Membership.objects.active().filter(agency=agency, role__in=WORKS_WITH_CHILDREN).select_related("user")
    return list(dict.fromkeys(row.user for row in rows.order_by("user__name_key", "user_id")))
