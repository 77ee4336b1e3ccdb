"""The plan on one page, in its reading order. Whoever may not read it gets the frame, or finds nothing there."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sip.plans import emergencies
from sip.plans.access import FAMILY, Do, Relation, Standing
from sip.plans.models import Plan
from sip.plans.services.reading import read_further
from sip.web.pages import PageRequest, for_plan
from sip.web.staff import plan_frame, plan_page


@for_plan(Do.SEE_FRAME)
@require_safe
def plan(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """The page for staff; the family has its own. A coordinator whose consent has ended sees the frame only."""
    if standing.relations <= FAMILY:
        return redirect("family_plan", plan_id=plan.pk)
    if not standing.may(Do.READ):
        return render(request, "staff/plan_frame.html", {"page": plan_frame.build(plan, standing)})
    standing = read_further(request.actor, plan, Do.READ)
    in_emergency = Relation.EMERGENCY in standing.relations
    context = {
        "page": plan_page.build(request.actor, plan, standing),
        "emergency": emergencies.running(request.actor, plan) if in_emergency else None,
    }
    return render(request, "staff/plan.html", context)
