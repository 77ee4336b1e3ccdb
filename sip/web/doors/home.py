"""`/`: whoever is logged in goes to their own start page; the others read what this is and log in."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sip.web.navigation import only_administers, only_reviews
from sip.web.pages import PageRequest, public


@public
@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Each to their own start page: staff, log reviewer, administrator, family; who works nowhere now is told so."""
    actor = request.actor
    if actor is None:
        return render(request, "doors/home.html", {"is_demo": settings.DEMO})
    if only_reviews(actor):
        return redirect("log_review")
    if only_administers(actor):
        return redirect("routine" if actor.administered_region else "operations")
    if actor.is_staff:
        return redirect("today")
    if hasattr(actor.user, "guardian") or hasattr(actor.user, "child"):
        return redirect("family")
    return render(request, "doors/nothing_here.html")
