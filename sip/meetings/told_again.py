"""A call that nobody was told of, since consent was withdrawn before that: told when consent holds again."""

from collections.abc import Iterable
from uuid import UUID

from sip.meetings.asking import give_own_time, tell_invited
from sip.meetings.models import Invitation, Meeting
from sip.notices import services as notices
from sip.plans import people
from sip.plans.models import Plan

ASKING = ("call", "invitation", "call_moved", "invitation_moved")


def tell_again(plan: Plan, agencies: Iterable[UUID], occasion: UUID) -> None:
    """Ask these agencies, for which consent holds again, to the meeting that is to come, if they were asked before.

    Also those who had heard of it: they have been told that consent had ended. Not those who have it still to come.
    """
    rows = Invitation.objects.filter(
        meeting__plan=plan, meeting__opened_at__isnull=True, meeting__closed_at__isnull=True, agency__in=list(agencies)
    )
    for row in rows.select_related("meeting__caller", "agency").prefetch_related("people").order_by("id"):
        if row.is_handed_on or row.agency_id == row.meeting.caller_id:
            continue
        if not row.answered_at:
            give_own_time(plan, row)
            row.save(update_fields=["asked_on", "own_answer_by"])
        receivers = list(row.people.all()) or people.handlers(plan, row.agency)
        still = _waits_for(row.meeting)
        tell_invited(plan, row, [user for user in receivers if user.pk not in still], occasion=str(occasion))


def _waits_for(meeting: Meeting) -> set[UUID]:
    """Those who are to be told of the call, and have not been."""
    rows = notices.waiting().filter(kind__in=ASKING, about=meeting.plan_id, detail=meeting.pk)
    return set(rows.values_list("recipient_id", flat=True))
