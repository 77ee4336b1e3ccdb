"""Vem har läst? The access log of the child in plain words, for the plan's coordinator."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sip.plans.access import FAMILY, Do, Standing
from sip.plans.models import Plan
from sip.web.family.readers import log_page
from sip.web.pages import PageRequest, for_plan


@for_plan(Do.READ_LOG)
@require_safe
def access_log(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Who did what, day by day. The family reads it on its own page."""
    if standing.relations <= FAMILY:
        return redirect("who_has_read", plan_id=plan.pk)
    return render(request, "staff/access_log.html", {"plan": plan, **log_page(request, plan)})
