"""What a plan's meetings have been: times proposed, moved and cancelled, and who answered what. Read-only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.models import User
from common.history import kept_of
from sip.meetings.models import Invitation, Meeting, Poll, PollAnswer
from sip.plans.models import Plan


def meeting_history(plan: Plan) -> QuerySet[Any]:
    """Every state that the plan's meetings have had, oldest first (pghistory's rows)."""
    return kept_of(Meeting).filter(plan=plan).order_by("pgh_id")


def moved_at(meeting: Meeting) -> datetime | None:
    """When the meeting got the time that it has, on the machine's own clock; None when it has not been moved."""
    if not meeting.round:
        return None
    rows = kept_of(Meeting).filter(pgh_obj_id=meeting.pk, round=meeting.round).order_by("pgh_id")
    moment: datetime | None = rows.values_list("pgh_created_at", flat=True).first()
    return moment


@dataclass(frozen=True)
class Answered:
    """One answer of an agency, as it was given. `is_of_earlier_time`: the meeting has been moved since."""

    agency: str
    reply: str
    at: datetime
    is_of_earlier_time: bool = False


def answers_given(plan: Plan, agencies: Collection[UUID]) -> list[Answered]:
    """Every answer that these agencies have given to the plan's calls, also those that were answered anew since."""
    rows = kept_of(Invitation).filter(meeting__plan=plan, agency__in=agencies)
    given: dict[tuple[UUID, datetime], Answered] = {}
    standing: dict[UUID, set[tuple[UUID, datetime]]] = {}  # by invitation: what was answered about the time it now has
    for row in rows.select_related("agency").order_by("pgh_id"):
        those = standing.setdefault(row.pgh_obj_id, set())
        if row.answered_at:
            key = (row.pgh_obj_id, row.answered_at)
            given[key] = Answered(row.agency.name, row.reply, row.answered_at)
            those.add(key)
        else:
            given.update((key, replace(given[key], is_of_earlier_time=True)) for key in those)
            those.clear()
    return list(given.values())


@dataclass(frozen=True)
class TimesAnswered:
    """Somebody said which of the proposed times work: an agency by name, or one of the family."""

    agency: str
    by: User
    at: datetime


def polls_of(plan: Plan) -> list[Poll]:
    """Every time that times were proposed, oldest first."""
    return list(Poll.objects.filter(plan=plan).select_related("made_by").order_by("made_at"))


def times_answered(polls: Sequence[Poll], agencies: Collection[UUID]) -> list[TimesAnswered]:
    """Who has answered them, as they last did: these agencies, and the family."""
    rows = PollAnswer.objects.filter(time__poll__in=polls).filter(Q(agency__isnull=True) | Q(agency__in=agencies))
    last: dict[tuple[UUID, UUID], PollAnswer] = {}
    for row in rows.select_related("time", "agency", "by").order_by("at", "id"):
        last[row.time.poll_id, row.agency_id or row.by_id] = row
    return [TimesAnswered(row.agency.name if row.agency else "", row.by, row.at) for row in last.values()]


def last_of_any(plan: Plan) -> Meeting | None:
    """The newest meeting of the plan, also when it was cancelled."""
    return Meeting.objects.filter(plan=plan).order_by("-number").first()
