"""A new call where the last one was cancelled: all that it said but the day, so that nobody writes it once more."""

from typing import Any
from uuid import UUID

from common import clock
from sip.meetings.history import last_of_any
from sip.meetings.models import Invitation, Meeting, Reply
from sip.plans.models import Plan


def cancelled(plan: Plan) -> Meeting | None:
    """The newest call, when it was cancelled and no plan has been established since; else None."""
    meeting = last_of_any(plan)
    if meeting is None or meeting.cancelled_at is None:
        return None
    return None if plan.versions.filter(established_at__gt=meeting.cancelled_at).exists() else meeting


def of_meeting(meeting: Meeting) -> dict[str, Any]:
    """What the new call is filled in with: the question, where, and the hours; never the day, which was cancelled."""
    return {
        "day": None,
        "start": clock.local(meeting.start).time(),
        "end": clock.local(meeting.end).time(),
        "purpose": meeting.purpose,
        "question": meeting.question,
        "place": meeting.place,
        "link": meeting.link,
        "adaptations": meeting.adaptations,
    }


def asked_to(meeting: Meeting) -> dict[UUID, Invitation]:
    """How each agency was asked then; not those who said that others should be."""
    rows = meeting.invitations.exclude(reply=Reply.NOT_US).prefetch_related("people")
    return {row.agency_id: row for row in rows}
