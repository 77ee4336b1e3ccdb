"""The plan's lines, which the family can write about: its goals, and the actions that the reader may read."""

from dataclasses import dataclass
from uuid import UUID

from sip.plans.audience import Audience, readable_actions
from sip.plans.models import Goal, Plan


@dataclass(frozen=True)
class Line:
    """A goal or an action, in the plan's own words."""

    key: UUID
    text: str
    is_goal: bool = False


def lines(plan: Plan, reader: Audience, effective: set[UUID] | None = None) -> dict[UUID, Line]:
    """Every line that is for the reader, by key. `effective`: the effective agencies, if known."""
    goals = [Line(row.pk, row.text, is_goal=True) for row in Goal.objects.filter(plan=plan)]
    actions = [Line(row.pk, row.text) for row in readable_actions(plan, reader, effective)]
    return {line.key: line for line in [*goals, *actions]}
