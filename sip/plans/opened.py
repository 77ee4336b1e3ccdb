"""Plans with the request that opened them, in one query: the limits before the meeting are counted from it."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from common.once import once
from sip.plans import access
from sip.plans.models import Plan, Request

_WITH = ("plan__child__user", "plan__coordinator", "plan__coordinator_agency__principal")


def opened(plans: QuerySet[Plan]) -> list[Request]:
    """Each plan's opening request, and the plan with it. ⚡ No identity number is decrypted, no long text is read."""
    rows = Request.objects.filter(plan__in=plans.order_by().values("pk"), opened_plan=True).select_related(*_WITH)
    return list(rows.defer("why", "important", "plan__child__number", "plan__hand_over").order_by("plan_id"))


def of_plans(plan_ids: Collection[UUID]) -> list[Request]:
    """The same of these plans, whoever asks: within `access.for_nobody`, once in a moment."""
    with access.for_nobody() as plans:
        return once(("opened", frozenset(plan_ids)), lambda: opened(plans.filter(pk__in=plan_ids)))


def of_plan(plan_id: UUID) -> Request | None:
    """The same of one plan; None where there is none."""
    return next(iter(of_plans([plan_id])), None)
