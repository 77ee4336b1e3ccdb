"""Everything that has happened with a plan, newest first, in plain words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sip.plans.access import Do, Standing
from sip.plans.audience import audience_of
from sip.plans.models import Plan
from sip.web.family.happened import happenings
from sip.web.pages import PageRequest, for_plan


@for_plan(Do.READ)
@require_safe
def history(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """The whole history."""
    happened = happenings(plan, reader=audience_of(request.actor, plan))
    return render(request, "staff/history.html", {"plan": plan, "happened": happened})
