"""Avvikelser, for managers: what did not go as it should at the own unit. No name of a child, nothing of a plan."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.models import Role
from common.errors import NotThere
from sip.plans import protection
from sip.plans.models import Deviation, Plan
from sip.plans.models.plan import DeviationKind
from sip.plans.services.deviations import open_deviations
from sip.web.pages import PageRequest, for_staff
from sip.web.words import near_words


@dataclass(frozen=True)
class DeviationPart:
    """One deviation: what, when, at which unit, and whom to ask."""

    key: UUID
    what: str
    when: str
    agency: str
    text: str
    ask: str


@for_staff
@require_safe
def deviations(request: PageRequest) -> HttpResponse:
    """The deviations of the units that I manage; to others there is no such page."""
    if not request.actor.has_role(Role.MANAGER):
        raise NotThere
    rows = [_part(row) for row in open_deviations(request.actor)]
    return render(request, "staff/deviations.html", {"rows": rows})


def _part(row: Deviation) -> DeviationPart:
    return DeviationPart(
        key=row.pk,
        what=str(DeviationKind(row.kind).label),
        when=near_words(row.at),
        agency=row.agency.name,
        text=row.text,
        ask=_whom_to_ask(row.plan),
    )


def _whom_to_ask(plan: Plan) -> str:
    """The coordinator, with a number; of a protected child's plan nobody."""
    if not protection.may_stand_in_lists(plan.child):
        return ""
    return ", ".join(
        filter(None, (protection.name_beside_agency(plan.coordinator), protection.own_phone(plan.coordinator)))
    )
