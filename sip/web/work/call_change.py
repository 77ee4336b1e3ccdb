"""Flytta mötet, ställ in mötet. Both say first what happens, and who is told."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from sip.meetings import changing
from sip.meetings.guests import guests_of
from sip.meetings.history import last_of_any
from sip.meetings.models import Meeting
from sip.meetings.services import current_meeting
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.states import Act
from sip.web.fields import LineField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work.call_when import SequenceField, WhenForm
from sip.web.work.ways import pressed_again, pressed_twice, stopped


class MoveForm(WhenForm):
    """The new time; `sequence` is the one that was read, so that nobody moves a meeting that has just been moved."""

    why = LineField(
        label=gettext_lazy("Varför flyttas mötet?"), help_text=gettext_lazy("Alla som är med i planen ser det.")
    )
    sequence = SequenceField()


class CancelForm(forms.Form):
    """Why the meeting is cancelled."""

    why = LineField(
        label=gettext_lazy("Varför ställs mötet in?"), help_text=gettext_lazy("Alla som är med i planen ser det.")
    )
    sequence = SequenceField()


@for_plan(Do.CHANGE_CALL)
def move_call(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Flytta mötet till en ny tid eller plats."""
    meeting = current_meeting(plan)
    if request.method == "POST":
        form = MoveForm(plan, request.POST)
        if form.is_valid():
            moved = attempt(form, lambda: changing.move_call(request.actor, plan, _new_time(form.cleaned_data)))
            if moved:
                _say_moved(request, meeting, moved)
                return redirect("plan", plan.pk)
            if meeting and pressed_again(meeting.changed_at) and _is_so_already(meeting, form.cleaned_data):
                return redirect("plan", plan.pk)
    elif meeting is None or meeting.opened_at:
        return stopped(request, plan, _("Flytta mötet"), _cannot(meeting))
    else:
        form = MoveForm(plan, initial=_as_it_is(meeting))
    return form_page(
        request,
        "work/move_call.html",
        form,
        plan=plan,
        title=_("Flytta mötet"),
        when=_in_a_sentence(meeting_words(meeting.start, meeting.end)) if meeting else "",
        guest_names=[row.name for row in guests_of(meeting)] if meeting else [],
        has_answers=bool(meeting and meeting.invitations.filter(answered_at__isnull=False).exists()),
    )


@for_plan(Do.CHANGE_CALL)
def cancel_call(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Ställ in mötet."""
    meeting = current_meeting(plan)
    if request.method == "POST":
        form = CancelForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            done = attempt(
                form,
                lambda: changing.cancel_call(request.actor, plan, why=said["why"], sequence=said["sequence"]),
            )
            if done:
                messages.success(request, _("Mötet är inställt. De som var kallade och familjen får veta det."))
            if done or pressed_twice(plan, Act.CANCEL_CALL, request.actor):
                return redirect("plan", plan.pk)
    elif meeting is None or meeting.opened_at:
        return stopped(request, plan, _("Ställ in mötet"), _cannot(meeting))
    else:
        form = CancelForm(initial={"sequence": meeting.sequence})
    shown = meeting or last_of_any(plan)
    when = meeting_words(shown.start, shown.end) if shown else ""
    return form_page(
        request,
        "work/cancel_call.html",
        form,
        plan=plan,
        title=_("Ställ in mötet"),
        when=when,
        guest_names=[row.name for row in guests_of(meeting)] if meeting else [],
    )


def _cannot(meeting: Meeting | None) -> str:
    if meeting is None:
        return _("Det finns inget kallat möte att flytta eller ställa in.")
    return _("Mötet har redan börjat. Det går inte att flytta eller ställa in.")


def _as_it_is(meeting: Meeting) -> dict[str, Any]:
    start, end = clock.local(meeting.start), clock.local(meeting.end)
    # The last day to answer is left empty: the old one is about the old time.
    return {
        "day": start.date(),
        "start": start.time(),
        "end": end.time(),
        "place": meeting.place,
        "link": meeting.link,
        "sequence": meeting.sequence,
    }


def _new_time(said: dict[str, Any]) -> changing.NewTime:
    return changing.NewTime(
        start=said["starts"],
        end=said["ends"],
        answer_by=said["answer_by"],
        place=said["place"],
        link=said["link"],
        why=said["why"],
        sequence=said["sequence"],
    )


def _is_so_already(meeting: Meeting, said: dict[str, Any]) -> bool:
    now = (meeting.start, meeting.end, meeting.place, meeting.link)
    return now == (said["starts"], said["ends"], said["place"], said["link"])


def _say_moved(request: PageRequest, before: Meeting | None, moved: Meeting) -> None:
    when = meeting_words(moved.start, moved.end)
    if before and (before.start, before.end) == (moved.start, moved.end):
        messages.success(request, _("Platsen är ändrad. De som är kallade och familjen får veta det."))
        return
    messages.success(
        request,
        _("Mötet är flyttat till %(when)s. De som är kallade svarar på nytt, och familjen får veta.")
        % {"when": _in_a_sentence(when)},
    )


def _in_a_sentence(when: str) -> str:
    return when[:1].lower() + when[1:]
