"""Driften, for the region's administrators: whether notices go out, what fails and why, and the way to try again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from agencies.models import Role
from common.errors import NotThere
from sip.notices import operations as sending
from sip.web.pages import PageRequest, for_staff


@for_staff
def operations(request: PageRequest) -> HttpResponse:
    """How the sending goes; by POST, let what fails be tried at once. To others there is no such page."""
    if not request.actor.has_role(Role.ADMINISTRATOR):
        raise NotThere
    if request.method == "POST":
        tried = sending.retry()
        said = ngettext(
            "%(count)s meddelande skickas på nytt inom en halv minut.",
            "%(count)s meddelanden skickas på nytt inom en halv minut.",
            tried,
        )
        messages.success(request, said % {"count": tried})
        return redirect("operations")
    return render(request, "staff/operations.html", {"running": sending.running(), "failures": sending.failures()})
