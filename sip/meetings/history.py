"""What a plan's meetings have been: times that were moved, calls that were cancelled. Read-only."""

from typing import Any

from django.db.models import QuerySet

from sip.meetings.models import Meeting
from sip.plans.models import Plan


def meeting_history(plan: Plan) -> QuerySet[Any]:
    """Every state that the plan's meetings have had, oldest first (pghistory's rows)."""
    history: QuerySet[Any] = Meeting.pgh_event_model.objects.filter(plan=plan).order_by("pgh_id")  # type: ignore[attr-defined]
    return history


def last_of_any(plan: Plan) -> Meeting | None:
    """The newest meeting of the plan, also when it was cancelled."""
    return Meeting.objects.filter(plan=plan).order_by("-number").first()
