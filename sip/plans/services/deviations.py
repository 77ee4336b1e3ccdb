"""Avvikelser for the managers of the agencies that they are about. They hold no plan contents and no name."""

from django.db.models import QuerySet

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import Role
from consent.log import services as log
from sip.plans.acting import act
from sip.plans.models import Deviation

READ_DEVIATION = "read_deviation"
MOST = 200


def deviations_of(actor: Actor) -> QuerySet[Deviation]:
    """The deviations of the agencies that the actor manages, newest first; none for others."""
    managed = [row.agency_id for row in actor.memberships if row.role == Role.MANAGER]
    return Deviation.objects.filter(agency__in=managed).select_related("agency").order_by("-at", "-id")


@act
def open_deviations(actor: Actor) -> list[Deviation]:
    """The newest of them, to be read; the log says who read."""
    with row_scope.everything():  # a manager has no part in the plan, and answers for the unit all the same
        rows = list(deviations_of(actor).select_related("plan__child", "plan__coordinator")[:MOST])
    children = {row.plan.child_id for row in rows}
    log.record_for_children(actor, READ_DEVIATION, children, object_type="deviation")
    return rows
