"""Whether consent still covers what a frozen version holds: sharing stops at once for what it covered (domain.md)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Problem
from common.text import in_words
from sip.plans.access import Standing
from sip.plans.models import Party, Plan
from sip.plans.sharing import effective_agencies

Row = Mapping[str, Any]


def no_longer_covered(plan: Plan, content: dict[str, Any], effective: set[UUID] | None = None) -> list[str]:
    """The agencies with actions in the frozen `content` that consent is not effective for any more, by name.

    As they are called on the paper: what is changed in the plan afterwards does not change the paper. `effective`: the
    effective agencies, if known.
    """
    responsible = [row["responsible"] for row in content["actions"] if row["responsible"]["agency"]]
    is_covered = _is_covered(plan, responsible, effective)
    return sorted({row["agency"] for row in responsible if not is_covered(row)})


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
    """The frozen content without the actions and the parties that consent covers no more: to look at, to compare, and
    for what is told afterwards (a follow-up); never for the version's own paper, which is handed out whole or not."""
    responsible = [row["responsible"] for row in content["actions"] if row["responsible"]["agency"]]
    is_covered = _is_covered(plan, [*responsible, *content["parties"]])
    actions = [row for row in content["actions"] if not row["responsible"]["agency"] or is_covered(row["responsible"])]
    return {**content, "actions": actions, "parties": [row for row in content["parties"] if is_covered(row)]}


def _is_covered(plan: Plan, rows: Iterable[Row], effective: set[UUID] | None = None) -> Callable[[Row], bool]:
    """Whether consent is effective for the agency that one of these rows names: the one place that says so.

    An agency is known by its key, for names change. `sip-plan/1` has none: there it is known by both its names.
    """
    effective = effective_agencies(plan) if effective is None else effective
    keys = {str(key) for key in effective}
    names: set[tuple[str, str]] = set()
    if any("agency_id" not in row for row in rows):
        parties = Party.objects.filter(plan=plan, agency__in=effective)
        names = set(parties.values_list("agency__principal__name", "agency__name"))

    def is_covered(row: Row) -> bool:
        return row["agency_id"] in keys if "agency_id" in row else (row["principal"], row["agency"]) in names

    return is_covered
