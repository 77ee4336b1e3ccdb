"""A plan's reminders: reckoned anew in the transaction of whatever changed it, and once more when one is to be sent."""

from collections.abc import Collection
from uuid import UUID

from common import clock
from common.once import once
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.notices.services import Wanted
from sip.plans import access, opened
from sip.plans.models import Request
from sip.reminders import loading, table
from sip.reminders.whom import Whom


def follow(plan_ids: Collection[UUID]) -> None:
    """Asked by every verb at its end (sip/plans/changed.py), in its transaction, while it holds the plans' locks."""
    for plan_id in sorted(plan_ids):
        sync(plan_id)


def sync(plan_id: UUID) -> None:
    """Make what waits to be told about the plan equal to what ought to be, of everything that is a reminder.

    However often it is called, nobody is told the same thing twice.
    """
    # Who is reminded of what is nothing that whoever acts may see.
    with access.for_nobody():
        request = opened.of_plan(plan_id)
        if request is not None:
            notices.put_right(plan_id, table.KINDS, wanted(request))


def wanted(request: Request) -> list[Wanted]:
    """What ought to be told about the plan that a request opened, to whom and when, as things stand now.

    Nothing of it is hidden here.
    """
    dues = table.reckon(loading.facts_of(request), clock.now())
    whom = Whom(request.plan, dues)
    return [
        Wanted(due.kind, user, due.occasion, due.at, due.deadline, due.span.detail)
        for due in dues
        for user in whom.told(due)
    ]


def is_wanted(notice: Notice) -> bool:
    """Whether the reminder is still to be told as it is written: asked when it is sent, of the plan as it is then.

    With another day it is not: what is dropped here is revived, with the day that holds, when the plan is reckoned.
    """
    one = once(("reminders", notice.about), lambda: _wanted_by_key(notice.about)).get(notice.dedup_key)
    return one is not None and (one.due_at, one.deadline) == (notice.due_at, notice.deadline)


def _wanted_by_key(plan_id: UUID) -> dict[str, Wanted]:
    with access.for_nobody():
        request = opened.of_plan(plan_id)
        return {one.key(plan_id): one for one in wanted(request)} if request is not None else {}
