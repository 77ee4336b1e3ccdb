"""A guest's own page, opened by a link without logging in: when and where, and whether they come."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sip.meetings import guests
from sip.meetings.guests import Heard
from sip.web.pages import UNPROCESSABLE, PageRequest, public
from sip.web.words import meeting_words

NOT_FOUND = 404
LONGEST = 6  # digits of a sequence


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: PageRequest, token: str) -> HttpResponse:
    """Show the invitation, take the answer. A link that does not hold is answered alike, whatever is wrong with it."""
    heard = _answer(request, token) if request.method == "POST" else None
    if heard is Heard.NOTED:
        return redirect("guest", token)
    invited = guests.opened(token)
    if invited is None:
        return render(request, "doors/guest_over.html", status=NOT_FOUND)
    when = meeting_words(invited.meeting.start, invited.meeting.end)
    is_moved = heard is Heard.MOVED
    shown = {"invited": invited, "when": when, "is_moved": is_moved}
    return render(request, "doors/guest.html", shown, status=UNPROCESSABLE if is_moved else None)


def _answer(request: PageRequest, token: str) -> Heard:
    """The answer, to the meeting that was read; where the page says nothing that can be it, to another one."""
    read = request.POST.get("sequence")
    sequence = None if read is None else int(read) if read.isdecimal() and len(read) < LONGEST else -1
    return guests.answer_link(token, request.POST.get("answer", ""), sequence)
