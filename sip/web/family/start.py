"""The family's start: one's children, where each one's plan stands, and the way to ask for one."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from consent.family import children_of
from consent.models import Child
from sip.plans import access
from sip.plans.audience import audience_of
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES
from sip.web.family import consent_page, now
from sip.web.family.names import coordinator_of, plan_name
from sip.web.family.plan_page import my_word
from sip.web.pages import PageRequest, for_person


@dataclass(frozen=True)
class PlanRow:
    """One plan: its name, what happens now, and whether it waits for the viewer's signature."""

    plan: Plan
    name: str
    now: now.Now
    waits_for_signature: bool


@dataclass(frozen=True)
class ChildRow:
    """One child: the plan that goes on (or None), and the ones that are over."""

    child: Child
    current: PlanRow | None
    over: tuple[Plan, ...]


@for_person
@require_safe
def family(request: PageRequest) -> HttpResponse:
    """Every child of the viewer. With a single child whose plan goes on, that plan's page is the start.

    The young person's own start is their own page.
    """
    rows = _children(request)
    if len(rows) == 1 and rows[0].current:
        is_own = rows[0].child.user_id == request.actor.user.pk
        return redirect("own_page" if is_own else "family_plan", rows[0].current.plan.pk)
    return render(request, "family/start.html", {"rows": rows, "name": request.actor.name.partition(" ")[0]})


def _children(request: PageRequest) -> list[ChildRow]:
    children = children_of(request.actor.user)
    plans: dict[object, list[Plan]] = {child.pk: [] for child in children}
    visible = access.visible_to(request.actor).filter(child__in=children).select_related("child", "coordinator")
    for plan in visible.order_by("-id"):
        plans[plan.child_id].append(plan)
    return [_child_row(request, child, plans[child.pk]) for child in children]


def _child_row(request: PageRequest, child: Child, plans: list[Plan]) -> ChildRow:
    going_on = next((plan for plan in plans if plan.state not in CLOSED_STATES), None)
    over = tuple(plan for plan in plans if plan.state in CLOSED_STATES)
    return ChildRow(child, _plan_row(request, going_on) if going_on else None, over)


def _plan_row(request: PageRequest, plan: Plan) -> PlanRow:
    asks = consent_page.asks(plan, consent_page.answers(plan, request.actor))
    on_paper = not audience_of(request.actor, plan).is_whole
    facts = now.facts_of(
        plan, my_word=None, asks_my_consent=asks, coordinator=coordinator_of(plan), signs_on_paper=on_paper
    )
    word = my_word(plan, facts.open_version, request.actor)
    waits = bool(facts.open_version and word is None and not on_paper)
    return PlanRow(plan, plan_name(plan.child, request.actor), now.now(facts), waits)
