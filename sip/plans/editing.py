"""The gate that every edit of a plan's contents passes: access, state, and the version in review that an edit voids."""

from uuid import UUID

from agencies.actor import Actor
from sip.plans import access
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.states import State
from sip.plans.versions import reopen_and_void


def open_for_editing(actor: Actor, plan: Plan, do: Do, *, agency_id: UUID | None = None) -> tuple[Plan, Standing]:
    """Lock the plan for an edit: check access and state; while in review, void the version and tell who was asked.

    Raises Denied, NotAllowed, or Refused with what to do instead.
    """
    plan = access.lock(plan)
    found = access.require(actor, do, plan, agency_id=agency_id)
    if plan.state == State.IN_REVIEW:
        reopen_and_void(actor, plan)
    return plan, found
