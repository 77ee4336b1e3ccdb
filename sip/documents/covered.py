"""Whether consent still covers what a frozen version holds: sharing stops at once for what it covered (domain.md)."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Problem
from common.text import in_words
from sip.plans.access import Standing
from sip.plans.models import Party, Plan
from sip.plans.sharing import effective_agencies


def no_longer_covered(plan: Plan, content: dict[str, Any], effective: set[UUID] | None = None) -> list[str]:
    """The agencies with actions in the frozen `content` that consent is not effective for any more, by name.

    By the names that stand on the paper: what is changed in the plan afterwards does not change the paper.
    `effective`: the effective agencies, if known.
    """
    effective = effective_agencies(plan) if effective is None else effective
    parties = Party.objects.filter(plan=plan, agency__in=effective).select_related("agency__principal")
    covered = {(row.agency.principal.name, row.agency.name) for row in parties}
    responsible = [row["responsible"] for row in content["actions"]]
    on_paper = {(row["principal"], row["agency"]) for row in responsible if row["agency"]}
    return sorted(agency for _principal, agency in on_paper - covered)


def held_from_others(
    plan: Plan, content: dict[str, Any], reader: Standing, effective: set[UUID] | None = None
) -> list[Problem]:
    """Why this reader gets no copy, if so: it holds what an agency without consent does.

    The family gets its own copy always. Those who fetched one while consent held keep it; the next version is made
    without the agency and is handed out to all.
    """
    gone = [] if reader.is_family else no_longer_covered(plan, content, effective)
    if not gone:
        return []
    message = _(
        "Samtycket gäller inte längre för %(agencies)s, som har insatser i den här versionen. Därför lämnas den "
        "inte ut. Nästa version görs utan dem. Familjen kan hämta sitt eget exemplar."
    )
    return [Problem("consent", message % {"agencies": in_words(gone)})]


def what_is_covered(plan: Plan, content: dict[str, Any]) -> dict[str, Any]:
    """The frozen content without the actions that consent covers no more: for looking at, never for a document."""
    gone = set(no_longer_covered(plan, content))
    return {**content, "actions": [row for row in content["actions"] if row["responsible"]["agency"] not in gone]}
