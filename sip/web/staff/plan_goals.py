"""Goals, their actions and the needs, as staff read them, with one verb for whoever may act."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from sip.plans.access import Do, Standing
from sip.plans.models import Action, Goal, Need, Plan, When
from sip.plans.models.contents import Responsible
from sip.plans.sharing import shared_actions
from sip.plans.states import EDITABLE_DIRECTLY, TELLING_OUTCOMES, State
from sip.web.going import how_it_goes, reached
from sip.web.parts import ActionRow, Verb
from sip.web.words import span_words


@dataclass(frozen=True)
class GoalPart:
    """A goal with its actions; `key` is None for what belongs to no goal. `verbs` are about the goal itself."""

    key: UUID | None
    text: str
    reached: str
    if_not: str
    rows: tuple[ActionRow, ...]
    verbs: tuple[Verb, ...]


@dataclass(frozen=True)
class NeedPart:
    """A need, and the way to change its words."""

    text: str
    verbs: tuple[Verb, ...]


@dataclass(frozen=True)
class Contents:
    """Everything that the plan says shall be done."""

    now: tuple[GoalPart, ...]
    later: tuple[GoalPart, ...]
    loose: GoalPart | None
    needs: tuple[NeedPart, ...]
    may_add_goal: bool
    may_add_action: bool
    note: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written yet."""
        return not (self.now or self.later or self.loose or self.needs)


def may_write(plan: Plan) -> bool:
    """Whether the plan's words may be changed as it stands; in review an edit makes the version void."""
    return plan.state in EDITABLE_DIRECTLY or plan.state == State.IN_REVIEW


def contents(plan: Plan, standing: Standing, effective: set[UUID] | None = None) -> Contents:
    """The goals in order with their actions, and the needs. `effective`: the effective agencies, if known."""
    actions = shared_actions(plan, effective)
    goals = list(Goal.objects.filter(plan=plan).order_by("order", "id"))
    keys = {goal.pk for goal in goals}
    loose = [action for action in actions if action.goal_id not in keys]
    edits = may_write(plan) and standing.may(Do.EDIT_CONTENTS)
    return Contents(
        now=tuple(_goal(plan, standing, goal, actions) for goal in goals if goal.when == When.NOW),
        later=tuple(_goal(plan, standing, goal, actions) for goal in goals if goal.when == When.LATER),
        loose=_part(plan, standing, None, loose) if loose else None,
        needs=tuple(
            NeedPart(need.text, (_edit(plan, need.pk, _("Ändra"), need.text),) if edits else ())
            for need in Need.objects.filter(plan=plan).order_by("id")
        ),
        may_add_goal=edits,
        may_add_action=may_write(plan) and standing.may(Do.EDIT_ACTION),
        note=_("Ändrar du något nu måste familjen läsa planen på nytt.")
        if plan.state == State.IN_REVIEW and edits
        else "",
    )


def _goal(plan: Plan, standing: Standing, goal: Goal, actions: list[Action]) -> GoalPart:
    return _part(plan, standing, goal, [action for action in actions if action.goal_id == goal.pk])


def _part(plan: Plan, standing: Standing, goal: Goal | None, actions: list[Action]) -> GoalPart:
    return GoalPart(
        key=goal.pk if goal else None,
        text=goal.text if goal else "",
        reached=reached(goal) if goal else "",
        if_not=_if_not(actions),
        rows=tuple(_row(plan, standing, action) for action in actions),
        verbs=_goal_verbs(plan, standing, goal) if goal else (),
    )


def _if_not(actions: list[Action]) -> str:
    """What happens if it does not work; said of each action when more than one says it."""
    told = [action for action in actions if action.if_not]
    if len(told) < 2:
        return "".join(action.if_not for action in told)
    return " ".join(f"{action.text}: {action.if_not}" for action in told)


def _row(plan: Plan, standing: Standing, action: Action) -> ActionRow:
    is_family = action.responsible == Responsible.FAMILY
    # The family knows who in it does what: "Sara Lind", not "Sara Lind, Familjen".
    names = (action.whom_to_ask, "" if is_family and action.whom_to_ask else action.responsible_name)
    verb = _action_verb(plan, standing, action)
    return ActionRow(
        area="familj" if is_family else action.area,
        what=action.text,
        who=", ".join(dict.fromkeys(name for name in names if name)),
        when=span_words(action.start, action.due),
        going=how_it_goes(action, is_over=not plan.is_open),
        verbs=(verb,) if verb else (),
    )


def _action_verb(plan: Plan, standing: Standing, action: Action) -> Verb | None:
    """Tell how it went, while that may be told and is not; else change it."""
    if action.agency_id is None:
        tells = edits = standing.may(Do.EDIT_CONTENTS)
    else:
        tells = standing.may(Do.TELL_OUTCOME) and action.agency_id in standing.agency_ids
        edits = standing.may(Do.EDIT_ACTION) and action.agency_id in standing.agency_ids
    if tells and plan.state in TELLING_OUTCOMES.states and not action.outcome:
        return Verb(_("Skriv hur det gick"), reverse("outcome", args=[plan.pk, action.pk]), about=action.text)
    return _edit(plan, action.pk, _("Ändra"), action.text) if edits and may_write(plan) else None


def _goal_verbs(plan: Plan, standing: Standing, goal: Goal) -> tuple[Verb, ...]:
    if not standing.may(Do.EDIT_CONTENTS):
        return ()
    verbs = []
    if plan.state in TELLING_OUTCOMES.states and not goal.outcome:
        href = reverse("outcome", args=[plan.pk, goal.pk])
        verbs.append(Verb(_("Skriv om målet är nått"), href, about=goal.text))
    if may_write(plan):
        verbs.append(_edit(plan, goal.pk, _("Ändra målet"), goal.text))
    return tuple(verbs)


def _edit(plan: Plan, key: UUID, label: str, about: str) -> Verb:
    return Verb(label, reverse("edit_row", args=[plan.pk, key]), about=about)
