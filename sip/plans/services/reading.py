"""Opening a plan. Every read goes through here, checks access and writes its event; no event, no read."""

from uuid import UUID

from agencies.actor import Actor
from consent import family
from consent.log import services as log
from consent.log.models import AccessEvent
from sip.plans import access
from sip.plans.access import Do, Standing
from sip.plans.acting import act
from sip.plans.audience import told_as
from sip.plans.models import Plan, Stamp
from sip.plans.who_sees import Seer, who_sees


@act
def open_plan(actor: Actor, plan_id: UUID, do: Do = Do.SEE_FRAME) -> tuple[Plan, Standing]:
    """The plan, and how the actor stands to it. Raises Denied (404), NotAllowed, or Refused without a reason."""
    plan = access.load(actor, plan_id)
    return plan, access.admit(actor, do, plan)


@act
def read_further(actor: Actor, plan: Plan, do: Do) -> Standing:
    """As `open_plan`, for a plan that the same page has opened to something less: it need not be loaded again."""
    return access.admit(actor, do, plan)


@act
def knock(actor: Actor, plan_id: UUID) -> None:
    """Whether there is anything here for the actor, before a reason has been given. Raises Denied where not."""
    access.load(actor, plan_id)


@act
def open_history(actor: Actor, plan: Plan) -> list[Stamp]:
    """What was done with the plan, by whom and when, oldest first."""
    access.require(actor, Do.READ, plan)
    return list(Stamp.objects.filter(plan=plan).select_related("by").order_by("id"))


LOG_PAGE = 200  # events of the access log that are shown at once


@act
def open_access_log(actor: Actor, plan: Plan, before: UUID | None = None) -> list[AccessEvent]:
    """Vem har läst? The newest events about the child that the reader is told of, or of those before another event.

    One more than a page holds, so that it can be told whether there are older ones. Of somebody from another family
    who tried, it is told that somebody tried and never who: their name would tell of their own child.
    """
    found = access.require(actor, Do.READ_LOG, plan)
    own = {plan.child.user_id, *(row.guardian.user_id for row in family.all_guardians(plan.child))}
    told = told_as(found)
    untold = [act for act, instead in told.items() if not instead]
    events = log.events_of(plan.child_id, LOG_PAGE + 1, before=before, leaving_out=untold)
    for event in events:
        if event.act in told:  # as the reading that it also was; never saved
            event.act, event.object_type, event.object_id = told[event.act], "plan", str(plan.pk)
        if event.is_denied and event.agency_id is None and event.user_id not in own:
            event.user = None
    return events


@act
def open_who_sees(actor: Actor, plan: Plan) -> list[Seer]:
    """Vem kan se planen? Everybody who is let in today."""
    access.require(actor, Do.READ_LOG, plan)
    return who_sees(plan)
