"""The open question about times: how it ends, whichever verb it is that answers it."""

from common import clock
from sip.meetings.models import Poll
from sip.notices import services as notices
from sip.plans.models import Plan

KINDS = ("times_proposed", "times_answered")


def close_poll(plan: Plan) -> None:
    """Close the open question, if any, and tell nobody of it any more; part of a verb that answers or withdraws it."""
    if Poll.objects.filter(plan=plan, closed_at__isnull=True).update(closed_at=clock.now()):
        notices.put_right(plan.pk, KINDS, ())
