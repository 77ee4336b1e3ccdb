"""The meetings of one plan, as what is counted from them asks."""

from uuid import UUID

from common.once import once
from sip.meetings.models import Meeting


def held_or_to_come(plan_id: UUID) -> list[Meeting]:
    """The plan's meetings but the cancelled ones, in order; asked once in a moment."""
    rows = Meeting.objects.filter(plan=plan_id, cancelled_at__isnull=True).order_by("number")
    return once(("meetings", plan_id), lambda: list(rows))
