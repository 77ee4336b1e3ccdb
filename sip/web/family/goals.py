"""The goals and what is done for each, as the family reads it: grouped by goal, never by authority."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from sip.plans.lines import Line
from sip.plans.models import Action, Goal, Plan, When
from sip.plans.models.contents import Responsible
from sip.plans.states import CLOSED_STATES
from sip.web.going import how_it_goes, reached_words
from sip.web.parts import HowItGoes
from sip.web.templatetags.sip_ui import AREAS


@dataclass(frozen=True)
class FamilyAction:
    """One thing that somebody does: the area (icon and word), what, who, and how it goes."""

    key: UUID
    area: str
    what: str
    who: str
    going: HowItGoes
    if_not: str

    @property
    def area_name(self) -> str:
        """The area's word, which stands beneath its icon."""
        return _(AREAS[self.area or "annan"][1])


@dataclass(frozen=True)
class FamilyGoal:
    """One goal with what is done for it. `number` is 0 for what is done without a goal.

    `reached`: whether it is, once that is told; `reached_why`: what somebody wrote of it.
    """

    key: UUID | None
    number: int
    text: str
    reached: str
    reached_why: str
    actions: tuple[FamilyAction, ...]


@dataclass(frozen=True)
class FamilyGoals:
    """What is worked on now, in order, with what belongs to no goal last; and what waits until later."""

    now: tuple[FamilyGoal, ...]
    later: tuple[FamilyGoal, ...]

    @property
    def lines(self) -> dict[UUID, Line]:
        """What stands here, by key: what the family may have written about."""
        shown = [*self.now, *self.later]
        goals = [Line(goal.key, goal.text, is_goal=True) for goal in shown if goal.key]
        actions = [Line(action.key, action.what) for goal in shown for action in goal.actions]
        return {line.key: line for line in [*goals, *actions]}


def family_goals(plan: Plan, actions: Iterable[Action]) -> FamilyGoals:
    """The plan's goals with the `actions` that may be shared."""
    by_goal: dict[UUID | None, list[Action]] = {}
    for action in actions:
        by_goal.setdefault(action.goal_id, []).append(action)
    goals = list(Goal.objects.filter(plan=plan).order_by("order", "id"))

    def part(goal: Goal, number: int = 0) -> FamilyGoal:
        why = goal.outcome_why if goal.outcome else ""
        return FamilyGoal(goal.pk, number, goal.text, reached_words(goal), why, _of(plan, by_goal.get(goal.pk, ())))

    now = [part(goal, n) for n, goal in enumerate((goal for goal in goals if goal.when == When.NOW), start=1)]
    if loose := by_goal.get(None):
        now.append(FamilyGoal(None, 0, "", "", "", _of(plan, loose)))
    return FamilyGoals(tuple(now), tuple(part(goal) for goal in goals if goal.when == When.LATER))


def _of(plan: Plan, rows: Iterable[Action]) -> tuple[FamilyAction, ...]:
    is_over = plan.state in CLOSED_STATES
    return tuple(
        FamilyAction(row.pk, _area(row), row.text, _who(row), how_it_goes(row, is_over=is_over), row.if_not)
        for row in rows
    )


def _area(action: Action) -> str:
    return "familj" if action.responsible == Responsible.FAMILY else action.area


def _who(action: Action) -> str:
    """The person first, then where she works: the family knows people, not units."""
    if action.responsible == Responsible.FAMILY:
        return action.whom_to_ask or _("Familjen")
    names = (action.whom_to_ask, action.responsible_name)
    return ", ".join(dict.fromkeys(name for name in names if name))
