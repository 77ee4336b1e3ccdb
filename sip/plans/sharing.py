"""What of a plan may be shared now: only what comes from agencies that consent is effective for (domain.md §3)."""

from collections.abc import Collection
from uuid import UUID

from common.once import once
from common.prepared import Prepared, Told
from consent import family
from sip.plans import people, protection
from sip.plans.models import Action, Party, Plan

_PARTIES = Prepared(lambda: Party.objects.filter(plan=Told("plan")).values_list("agency_id", flat=True))
_ACTIONS = Prepared(
    lambda: (
        Action.objects.filter(plan=Told("plan"))
        .select_related("agency__kind", "agency__principal", "changed_by")
        .order_by("start", "id")
    )
)


def effective_agencies(plan: Plan) -> set[UUID]:
    """The parties that consent is effective for, today."""
    party_ids = set(_PARTIES(plan=plan.pk))
    found = family.standings(plan.child, party_ids)
    return {agency_id for agency_id in party_ids if found[agency_id].is_effective}


def shared_actions(plan: Plan, effective: set[UUID] | None = None) -> list[Action]:
    """The plan's actions that may be shared: an agency's only while consent for it is effective."""
    shared = effective_agencies(plan) if effective is None else effective
    rows = once(("actions", plan.pk), lambda: _ACTIONS(plan=plan.pk))
    found = [row for row in rows if row.agency_id is None or row.agency_id in shared]
    hidden = protection.hidden_names(people.protected_staff(plan))
    for row in found:
        row.whom_to_ask = protection.typed_name(row.contact, hidden)
    return found


def has_actions_of(plan: Plan, agency_ids: Collection[UUID]) -> bool:
    """Whether any action in the plan belongs to one of these agencies."""
    return Action.objects.filter(plan=plan, agency__in=agency_ids).exists()
