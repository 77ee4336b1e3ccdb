"""The meetings of one plan, as what is counted from them asks."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from common.once import once
from sip.meetings.models import Invitation, Meeting, Reply
from sip.plans.models import Party


def held_or_to_come(plan_id: UUID) -> list[Meeting]:
    """The plan's meetings but the cancelled ones, in order; asked once in a moment."""
    rows = Meeting.objects.filter(plan=plan_id, cancelled_at__isnull=True).order_by("number")
    return once(("meetings", plan_id), lambda: list(rows))


def without_handed_on(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Those of the parties that have not answered "Det är inte vi" when they were last asked to a meeting."""
    return _with_last_reply(parties).exclude(last_reply=Reply.NOT_US)


def coming_parties(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Those of the parties that have not said, when they were last asked to a meeting, that nobody of them comes."""
    return _with_last_reply(parties).exclude(last_reply__in=(Reply.NOT_US, Reply.DECLINE))


def _with_last_reply(parties: QuerySet[Party]) -> QuerySet[Any]:
    asked = Invitation.objects.filter(meeting__plan=OuterRef("plan"), agency=OuterRef("agency"))
    last = Subquery(asked.order_by("-meeting__number").values("reply")[:1])
    return parties.annotate(last_reply=Coalesce(last, Value("")))  # who calls is asked by nobody
