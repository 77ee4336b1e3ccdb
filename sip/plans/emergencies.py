"""Whether an emergency runs on a plan for somebody, and what the log then knows of them. Read-only."""

from dataclasses import replace

from agencies.actor import Actor
from common import clock
from sip.plans.models import EmergencyOpening, Plan


def running(actor: Actor, plan: Plan) -> EmergencyOpening | None:
    """The actor's own emergency that runs on the plan now; None when there is none."""
    found = EmergencyOpening.objects.filter(plan=plan, user=actor.user, ends_at__gt=clock.now())
    return found.order_by("-ends_at", "id").first()


def as_opened(actor: Actor, plan: Plan) -> Actor:
    """The actor as the log knows them while it runs: why they opened the plan, and for which agency."""
    opening = running(actor, plan)
    if opening is None:
        return actor
    return replace(actor.first_for({opening.agency_id}), reason=opening.reason)
