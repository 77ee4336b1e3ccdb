"""The verbs that change a call that is out: move the meeting, cancel it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import Problem, Refused, given, refuse
from sip.meetings.models import Invitation, Meeting
from sip.meetings.services import check_unmoved, current_meeting
from sip.notices import services as notices
from sip.plans import access, call_rules, people, routine_limits
from sip.plans.access import Do
from sip.plans.acting import act, move
from sip.plans.models import Plan
from sip.plans.states import Act

# What waits to be told about a time that no longer holds.
OF_THE_TIME = ("call", "invitation", "meeting_set", "call_moved", "invitation_moved", "meeting_moved", "place_changed")


@dataclass(frozen=True)
class NewTime:
    """When and where the meeting is instead. `sequence`: the one that was read, so that nobody moves it unseen."""

    start: datetime | None
    end: datetime | None
    answer_by: date | None
    place: str = ""
    link: str = ""
    why: str = ""
    sequence: int | None = None


@dataclass(frozen=True)
class Told:
    """Who is told of a change: those who received the call, by invitation; and the family."""

    invited: list[tuple[Invitation, list[User]]] = field(default_factory=list)
    family: list[User] = field(default_factory=list)

    @property
    def everybody(self) -> set[User]:
        """Each of them once."""
        return {user for _row, receivers in self.invited for user in receivers} | set(self.family)


@act
def move_call(actor: Actor, plan: Plan, new: NewTime) -> Meeting:
    """Move the called meeting: to a new time, which everybody answers anew, or to a new place, where answers stand.

    The last day to answer is another only with another time. Calendars replace the event (`sequence`). Raises Refused
    with all that is wrong with the new time, when nothing is new, when the meeting has begun, and when somebody else
    has changed it since it was read.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    meeting = to_change(plan, new.sequence)
    is_new_time = (new.start, new.end) != (meeting.start, meeting.end)
    if not is_new_time:
        new = replace(new, answer_by=meeting.answer_by)
    refuse(_problems(meeting, new, is_new_time=is_new_time))
    meeting.start, meeting.end, meeting.answer_by = given(new.start), given(new.end), given(new.answer_by)
    meeting.round += int(is_new_time)
    meeting.place, meeting.link = new.place, new.link
    _note_change(meeting, new.why)
    told = _told(plan, meeting)
    if is_new_time:
        notices.put_right(plan.pk, OF_THE_TIME, ())
        _ask_anew(plan, meeting, told)
    else:
        _queue(plan, meeting, "place_changed", told.everybody, meeting.start)
    return meeting


@act
def cancel_call(actor: Actor, plan: Plan, *, why: str, sequence: int | None = None) -> Meeting:
    """Cancel the called meeting; the plan goes back to where the call was made from, and those asked are told.

    Raises Refused without a reason, when the meeting has begun, and as `move_call` when it was changed meanwhile.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    meeting = to_change(plan, sequence)
    if not why:
        raise Refused(Problem("why", _("Skriv varför mötet ställs in."), "why"))
    _cancel(actor, plan, meeting, why)
    return meeting


@act
def end_with_plan(actor: Actor, plan: Plan) -> None:
    """Part of closing a plan: what is called is cancelled, and those asked are told; a meeting that has begun ends."""
    meeting = current_meeting(plan)
    if meeting is None:
        return
    if meeting.opened_at is None:
        _cancel(actor, plan, meeting, _("Planen avslutades."))
        return
    meeting.closed_at = clock.now()
    meeting.save(update_fields=["closed_at"])
    notices.put_right(plan.pk, OF_THE_TIME, ())


def _cancel(actor: Actor, plan: Plan, meeting: Meeting, why: str) -> None:
    meeting.cancelled_at = meeting.closed_at = clock.now()
    _note_change(meeting, why)
    told = _told(plan, meeting)
    move(actor, plan, Act.CANCEL_CALL, why=why)
    notices.put_right(plan.pk, OF_THE_TIME, ())
    _queue(plan, meeting, "call_cancelled", told.everybody, meeting.start)


def to_change(plan: Plan, sequence: int | None) -> Meeting:
    """The called meeting that is to come. Raises Refused: there is none, it has begun, it was moved unseen."""
    meeting = current_meeting(plan)
    if meeting is None:
        raise Refused(Problem("state", _("Det finns inget kallat möte att flytta eller ställa in.")))
    if meeting.opened_at:
        raise Refused(Problem("state", _("Mötet har redan börjat. Det går inte att flytta eller ställa in.")))
    check_unmoved(meeting, sequence)
    return meeting


def _problems(meeting: Meeting, new: NewTime, *, is_new_time: bool) -> list[Problem]:
    # Only a new time is answered anew: of another place alone the last day to answer may have been.
    answer_by = new.answer_by if is_new_time else clock.today()
    when = call_rules.WhenAndWhere(new.start, new.end, new.place, new.link, answer_by)
    problems = call_rules.when_and_where_problems(when, clock.now(), clock.today())
    before = (meeting.start, meeting.end, meeting.place, meeting.link)
    if not problems and (new.start, new.end, new.place, new.link) == before:
        return [Problem("same", _("Mötet är redan då och där. Ändra tiden eller platsen."), "day")]
    return problems


def _note_change(meeting: Meeting, why: str) -> None:
    meeting.sequence += 1
    meeting.changed_at, meeting.why_changed = clock.now(), why
    meeting.save()


def _told(plan: Plan, meeting: Meeting) -> Told:
    """Those whom the call went to; the caller's own agency knows."""
    rows = meeting.invitations.exclude(agency=meeting.caller_id).select_related("agency").prefetch_related("people")
    invited = []
    for row in rows.order_by("id"):
        row.meeting = meeting
        invited.append((row, list(row.people.all()) or people.handlers(plan, row.agency)))
    return Told(invited, people.family_users(plan))


def _ask_anew(plan: Plan, meeting: Meeting, told: Told) -> None:
    """What was answered was answered about another time. The change history keeps it."""
    meeting.invitations.update(asked_on=clock.today(), own_answer_by=None)
    for row in meeting.invitations.all():
        if row.answered_at and not row.is_handed_on:
            row.reply = row.who = row.mandate = row.reason = ""
            row.answered_by = row.answered_at = None
            row.save()
    for row, receivers in told.invited:
        if not row.is_handed_on:
            kind = "call_moved" if row.is_call else "invitation_moved"
            _queue(plan, meeting, kind, receivers, routine_limits.last_moment(meeting.answer_by))
    meeting.guests.update(reply="", answered_at=None)
    _queue(plan, meeting, "meeting_moved", told.family, meeting.start)


def _queue(plan: Plan, meeting: Meeting, kind: str, users: Iterable[User], deadline: datetime) -> None:
    notices.queue(
        kind, users, about=plan.pk, occasion=f"{meeting.pk}:{meeting.sequence}", detail=meeting.pk, deadline=deadline
    )
