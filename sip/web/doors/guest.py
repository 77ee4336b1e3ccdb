"""A guest's own page, opened by a link without logging in: when and where, and whether they come."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sip.meetings import guests
from sip.web.pages import PageRequest, public
from sip.web.words import meeting_words

NOT_FOUND = 404


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: PageRequest, token: str) -> HttpResponse:
    """Show the invitation, take the answer. A link that does not hold is answered alike, whatever is wrong with it."""
    if request.method == "POST" and guests.answer_link(token, request.POST.get("answer", "")):
        return redirect("guest", token)
    invited = guests.opened(token)
    if invited is None:
        return render(request, "doors/guest_over.html", status=NOT_FOUND)
    when = meeting_words(invited.meeting.start, invited.meeting.end)
    return render(request, "doors/guest.html", {"invited": invited, "when": when})
