"""Papers handed out as files: the plan, the receipt, the call, the calendar event. No name in a file's name."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.errors import NotThere, Refused
from sip.documents import services as documents
from sip.meetings.models import Meeting
from sip.plans.access import Do, NotAllowed, Standing
from sip.plans.models import Plan
from sip.web.pages import PageRequest, for_plan
from sip.web.paper_waits import handed_out, look_of, suffix_of, to_plan

T = TypeVar("T")

CALENDAR = "text/calendar; charset=utf-8"


@for_plan(Do.READ)
@require_safe
def pdf(request: PageRequest, plan: Plan, standing: Standing, number: int) -> HttpResponse:
    """A version of the plan, as signed so far; in large print or in another language it is help to read it."""
    look = look_of(request)

    def fetch() -> bytes:
        if not look.is_binding:
            return documents.download_look(request.actor, plan, number, look)
        return documents.download_plan(request.actor, plan, number)[1]

    return _handed_out(request, plan, standing, f"sip-v{number}{suffix_of(look)}.pdf", fetch)


@for_plan(Do.READ)
@require_safe
def child_pdf(request: PageRequest, plan: Plan, standing: Standing, number: int) -> HttpResponse:
    """The child's own page of a version."""
    look = look_of(request)

    def fetch() -> bytes:
        return documents.download_child_page(request.actor, plan, number, look)

    return _handed_out(request, plan, standing, f"barnets-sida-v{number}{suffix_of(look)}.pdf", fetch)


@for_plan(Do.READ)
@require_safe
def follow_up_pdf(request: PageRequest, plan: Plan, standing: Standing, number: int) -> HttpResponse:
    """How it went, told at one of the follow-ups."""
    look = look_of(request)

    def fetch() -> bytes:
        return documents.download_follow_up(request.actor, plan, number, look)

    return _handed_out(request, plan, standing, f"uppfoljning-{number}{suffix_of(look)}.pdf", fetch)


@for_plan(Do.READ)
@require_safe
def receipt(request: PageRequest, plan: Plan, standing: Standing, number: int) -> HttpResponse:
    """Who has signed a version, and who has not."""
    look = look_of(request)

    def fetch() -> bytes:
        return documents.download_receipt(request.actor, plan, number, look)[1]

    return _handed_out(request, plan, standing, f"kvittens-v{number}{suffix_of(look)}.pdf", fetch)


@for_plan(Do.READ)
@require_safe
def call_pdf(request: PageRequest, plan: Plan, standing: Standing, number: int) -> HttpResponse:
    """The call to a meeting, on paper."""
    meeting, look = _meeting(plan, number), look_of(request)

    def fetch() -> bytes:
        return documents.download_call(request.actor, plan, meeting, look)

    return _handed_out(request, plan, standing, f"kallelse-{number}{suffix_of(look)}.pdf", fetch)


@for_plan(Do.READ)
@require_safe
def call_ics(request: PageRequest, plan: Plan, _standing: Standing, number: int) -> HttpResponse:
    """The meeting, for a calendar."""
    data = documents.download_calendar(request.actor, plan, _meeting(plan, number))
    return HttpResponse(
        data, content_type=CALENDAR, headers={"Content-Disposition": f'attachment; filename="mote-{number}.ics"'}
    )


def _meeting(plan: Plan, number: int) -> Meeting:
    meeting: Meeting | None = plan.meetings.filter(number=number).first()
    if meeting is None:
        raise NotThere
    return meeting


# A paper that there is, and is not handed out now: the page says why.
HELD = {"consent", "protected"}


def _handed_out(
    request: PageRequest, plan: Plan, standing: Standing, name: str, fetch: Callable[[], bytes]
) -> HttpResponse:
    return handed_out(request, plan, name, lambda: _there(fetch), back=to_plan(plan, standing))


def _there(fetch: Callable[[], T]) -> T:
    """A paper that is not made, or is void, is not there; what the actor may not read is another matter."""
    try:
        return fetch()
    except NotAllowed:
        raise
    except Refused as refused:
        if HELD & {problem.code for problem in refused.problems}:
            raise
        raise NotThere from refused
