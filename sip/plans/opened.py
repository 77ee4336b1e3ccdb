"""Plans with the request that opened them, in one query: the limits before the meeting are counted from it."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from common.once import once
from common.prepared import AnyTold, Prepared
from sip.plans import access
from sip.plans.models import Plan, Request

_WITH = ("plan__child__user", "plan__coordinator", "plan__coordinator_agency__principal")


def opened(plans: QuerySet[Plan]) -> list[Request]:
    """Each plan's opening request, and the plan with it. ⚡ No identity number is decrypted, no long text is read."""
    rows = Request.objects.filter(plan__in=plans.order_by().values("pk"), opened_plan=True).select_related(*_WITH)
    return list(rows.defer("why", "important", "plan__child__number", "plan__hand_over").order_by("plan_id"))


_AT_A_GLANCE = Prepared(
    lambda: (
        Request.objects.filter(plan=AnyTold("plans"), opened_plan=True)
        .select_related("plan__child", "plan__coordinator_agency")
        .only(
            *("seen_on", "at", "plan__state", "plan__follow_up_on", "plan__coordinator_id"),
            *("plan__child__name", "plan__child__born", "plan__child__is_protected"),
            "plan__coordinator_agency__principal_id",
        )
        .order_by("plan_id")
    )
)


def at_a_glance(keys: Collection[UUID]) -> list[Request]:
    """The same of plans whose keys stand in what waits for whoever asks, with what a line about each says.

    ⚡ Nothing else is read. row_scope guards the plans, as it does those of `access.shown`.
    """
    return _AT_A_GLANCE(plans=sorted(keys))


def of_plans(plan_ids: Collection[UUID]) -> list[Request]:
    """The same of these plans, whoever asks: within `access.for_nobody`, once in a moment."""
    with access.for_nobody() as plans:
        return once(("opened", frozenset(plan_ids)), lambda: opened(plans.filter(pk__in=plan_ids)))


def of_plan(plan_id: UUID) -> Request | None:
    """The same of one plan; None where there is none."""
    return next(iter(of_plans([plan_id])), None)
