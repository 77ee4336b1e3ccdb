"""What the pages of the work have in common: where they lead, what stands in the way, a button pressed twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Refused
from sip.plans import access
from sip.plans.access import Do, Standing
from sip.plans.acting import act
from sip.plans.models import Action, Goal, Need, Plan
from sip.plans.sharing import shared_actions
from sip.plans.states import Act

# A page that was opened from the meeting or the review goes back there: ?till=mote, ?till=granska.
BACK = {"mote": "meeting", "granska": "review"}
# Two presses of the same button come within this time; the second is answered as the first was.
TWICE = timedelta(minutes=1)


def back_to(request: HttpRequest) -> str:
    """The name of the page that this one was opened from: "meeting", "review", or "plan"."""
    return BACK.get(request.GET.get("till", ""), "plan")


def onward(request: HttpRequest, plan: Plan, part: str = "") -> HttpResponse:
    """Back to where the page was opened from; `part` is the id of the section that was written in."""
    return redirect(reverse(back_to(request), args=[plan.pk]) + (f"#{part}" if part else ""))


def address(name: str, plan: Plan, *args: object, till: str = "") -> str:
    """The address of a page about the plan, which goes back to `till` when it is done."""
    return reverse(name, args=[plan.pk, *args]) + (f"?{urlencode({'till': till})}" if till else "")


def obstacle(check: Callable[[], object]) -> str:
    """What stands in the way of an act, in plain Swedish; empty when nothing does."""
    try:
        check()
    except Refused as refused:
        return refused.message
    return ""


def stopped(request: HttpRequest, plan: Plan, title: str, why: str) -> HttpResponse:
    """The page where something cannot be done now: why, and the way back to the plan. Nothing is wrong."""
    return render(request, "work/stopped.html", {"plan": plan, "title": title, "why": why})


def pressed_twice(plan: Plan, step: Act, actor: Actor) -> bool:
    """Whether the plan's last step is this one, by the same person, just now: the button was pressed twice."""
    last = plan.stamps.order_by("-id").first()
    return last is not None and last.act == step and last.by_id == actor.user.pk and pressed_again(last.at)


def pressed_again(done_at: datetime | None) -> bool:
    """Whether what the same person did at this moment is so near that the button was pressed twice."""
    return done_at is not None and clock.now() - done_at < TWICE


@act
def _require(actor: Actor, do: Do, plan: Plan, agency_id: UUID | None) -> Standing:
    return access.admit(actor, do, plan, agency_id=agency_id)


def must(actor: Actor, do: Do, plan: Plan, *, agency_id: UUID | None = None) -> Standing:
    """Check, on the way to a page, who may do what its form does; raises and logs as the services do."""
    return _require(actor, do, plan, agency_id)


def row_of(plan: Plan, row_id: UUID) -> Need | Goal | Action:
    """A need, a goal or a shared action of this plan. Raises NotThere for any other key."""
    row: Need | Goal | Action | None = plan.needs.filter(pk=row_id).first() or plan.goals.filter(pk=row_id).first()
    if row is None:
        row = next((action for action in shared_actions(plan) if action.pk == row_id), None)
    if row is None:
        raise NotThere
    return row
