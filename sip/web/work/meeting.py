"""Möte: open it, write the plan together, write down who was there, close it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, Role
from common import clock
from common.errors import Problem, Refused
from common.text import in_words
from sip.meetings import services as meetings
from sip.meetings.models import Meeting
from sip.plans import people
from sip.plans.access import FAMILY, Do, Standing
from sip.plans.models import Plan
from sip.plans.services.reading import open_plan
from sip.plans.states import Act, State
from sip.web.pages import UNPROCESSABLE, PageRequest, for_plan
from sip.web.place import place_of
from sip.web.work import attendance, meeting_page
from sip.web.work.attendance import AttendeeForm
from sip.web.work.ways import must, pressed_again, pressed_twice, stopped

OPEN, CLOSE = "open", "close"


@for_plan(Do.SEE_FRAME)
def meeting(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """The meeting's page: before it, during it, and while the plan is written on after it."""
    if standing.relations <= FAMILY:
        return redirect("family_plan", plan.pk)
    if not standing.may(Do.RUN_MEETING):
        plan, standing = open_plan(request.actor, plan.pk, Do.READ)
    if request.method == "POST":
        must(request.actor, Do.RUN_MEETING, plan)
        return _run(request, plan, standing)
    return _show(request, plan, standing)


def _run(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    what = request.POST.get("do")
    if what == OPEN:
        return _open(request, plan, standing)
    now = meetings.current_meeting(plan)
    if now is None or what != CLOSE:
        if pressed_twice(plan, Act.CLOSE_MEETING, request.actor):
            return redirect("meeting", plan.pk)
        return _show(request, plan, standing, problems=[Problem("state", _("Det finns inget öppet möte att avsluta."))])
    forms = attendance.forms_for(plan, now, request.POST)
    wrong = [form for form in forms if not form.is_valid()]  # every one is checked
    if wrong:
        return _show(request, plan, standing, forms=forms)
    try:
        meetings.close_meeting(request.actor, plan, [form.attendee for form in forms])
    except Refused as refused:
        return _show(request, plan, standing, forms=forms, problems=refused.problems)
    messages.success(request, _("Mötet är avslutat. Skriv klart planen, så kan familjen läsa den."))
    _say_who_stayed_away(request, [form.expected.agency for form in forms if form.is_no_show and form.expected.agency])
    return redirect("meeting", plan.pk)


def _say_who_stayed_away(request: PageRequest, agencies: list[Agency]) -> None:
    """That it is written down as a deviation, and who hears of it: the unit's manager, where there is one."""
    if not agencies:
        return
    has_manager = {agency.name: bool(people.with_role(agency.pk, Role.MANAGER)) for agency in agencies}
    said = [_("Att %(names)s uteblev är antecknat som avvikelse.") % {"names": in_words(list(has_manager))}]
    if heard := [name for name, there in has_manager.items() if there]:
        said.append(_("Chefen på %(names)s får veta det.") % {"names": in_words(heard)})
    if unheard := [name for name, there in has_manager.items() if not there]:
        said.append(_("Ingen chef på %(names)s finns i tjänsten. Ring dit och berätta.") % {"names": in_words(unheard)})
    messages.info(request, " ".join(said))


def _open(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    try:
        meetings.open_meeting(request.actor, plan)
    except Refused as refused:
        now = meetings.current_meeting(plan)
        if now is None or not pressed_again(now.opened_at):
            return _show(request, plan, standing, problems=refused.problems)
    return redirect("meeting", plan.pk)


def _show(
    request: PageRequest,
    plan: Plan,
    standing: Standing,
    *,
    forms: list[AttendeeForm] | None = None,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    plan.refresh_from_db(fields=["state", "version"])
    last = meetings.last_meeting(plan)
    if last is None or not plan.is_open:
        why = _("Planen är avslutad.") if not plan.is_open else _("Ni har inte kallat till något möte än.")
        return _status(stopped(request, plan, _("Möte"), why), problems)
    is_going_on = last.opened_at is not None and last.closed_at is None
    if last.opened_at is None or not (is_going_on or plan.state == State.MET):
        return _status(_before_or_after(request, plan, standing, last, problems or []), problems)
    context = {
        **_common(plan, standing, last, problems or []),
        **_contents(plan, standing, request.actor),
        "agenda": meeting_page.agenda(plan, last),
        "is_going_on": is_going_on,
        "attendance": _attendance(plan, standing, last, is_going_on, forms),
    }
    response = render(request, "work/meeting.html", context)
    return _status(response, problems or [form for form in forms or [] if form.errors])


def _status(response: HttpResponse, wrong: object) -> HttpResponse:
    if wrong:
        response.status_code = UNPROCESSABLE
    return response


def _common(plan: Plan, standing: Standing, last: Meeting, problems: list[Problem]) -> dict[str, Any]:
    answers = meeting_page.answers(plan, last)
    return {
        "plan": plan,
        "meeting": last,
        "times": meeting_page.clock_words(last),
        "answers": answers,
        "expected": [row for row in answers if row.is_expected],
        "not_us": [row for row in answers if not row.is_expected],
        "may_run": standing.may(Do.RUN_MEETING),
        "problems": problems,
    }


def _contents(plan: Plan, standing: Standing, actor: Actor) -> dict[str, Any]:
    """The plan as it is written; nothing of it for a coordinator whose own agency has no consent any more."""
    if not standing.may(Do.READ):
        return {"reads": False}
    return {"reads": True, "may_review": standing.may(Do.REVIEW), **meeting_page.writing(plan, standing, actor)}


def _attendance(
    plan: Plan, standing: Standing, last: Meeting, is_going_on: bool, forms: list[AttendeeForm] | None
) -> list[AttendeeForm]:
    if not (is_going_on and standing.may(Do.RUN_MEETING)):
        return []
    return forms or attendance.forms_for(plan, last)


def _before_or_after(
    request: PageRequest, plan: Plan, standing: Standing, last: Meeting, problems: list[Problem]
) -> HttpResponse:
    """The meeting that is to come, or one that is over and whose plan is written."""
    if last.closed_at is not None:
        return stopped(
            request, plan, _("Möte"), _("Mötet är avslutat och planen är skriven. Den står på planens sida.")
        )
    context = {
        **_common(plan, standing, last, problems),
        "place": place_of(plan, last, request.actor.user),
        "is_early": clock.now() < last.start and clock.local(last.start).date() != clock.today(),
    }
    return render(request, "work/meeting_before.html", context)
