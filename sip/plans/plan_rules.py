"""What a plan, a goal, an action and an outcome must hold. Pure: facts in, problems out, in plain Swedish.

All that is missing is returned, so that a person mends it once. An empty list means that nothing is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.errors import Problem
from common.text import in_words


@dataclass(frozen=True)
class ActionFacts:
    """An action as the rules see it. `agency` empty: the family's own, or somebody else's."""

    text: str
    agency: str
    contact: str
    start: date | None
    due: date | None

    @property
    def is_complete(self) -> bool:
        """Whether a region's or municipality's unit, a named contact and both dates are there."""
        return bool(self.agency and self.contact and self.start and self.due)


@dataclass(frozen=True)
class PlanFacts:
    """A plan that is about to be reviewed or established."""

    actions: tuple[ActionFacts, ...]
    lead_principal: str
    lead_agency: str
    lead_person: str
    follow_up_on: date | None
    child_words: str
    no_voice_because: str
    effective_parties: int


def missing_in_plan(plan: PlanFacts, today: date) -> list[Problem]:
    """What the plan must hold and does not (HSL 16:4, SoL 10:8–9, VGR's agreement; see domain.md §3)."""
    problems = []
    if not plan.child_words and not plan.no_voice_because:
        problems.append(
            Problem("voice", _("Skriv barnets egna ord, eller varför barnet inte har kommit till tals."), "voice")
        )
    problems += _missing_actions(plan.actions)
    if not (plan.lead_principal and plan.lead_agency and plan.lead_person):
        problems.append(
            Problem(
                "lead",
                _("Skriv vem som har det övergripande ansvaret: huvudman, verksamhet och person."),
                "lead",
            )
        )
    if plan.follow_up_on is None:
        problems.append(Problem("follow_up_date", _("Skriv vilken dag planen ska följas upp."), "follow_up_date"))
    elif plan.follow_up_on < today:
        problems.append(
            Problem("follow_up_date", _("Uppföljningens dag har redan varit. Skriv en ny dag."), "follow_up_date")
        )
    if plan.effective_parties == 0:
        problems.append(
            Problem("consent", _("Inget samtycke gäller. Fråga vårdnadshavarna innan planen delas."), "consent")
        )
    return problems


def _missing_actions(actions: Sequence[ActionFacts]) -> list[Problem]:
    by_agencies = [action for action in actions if action.agency]
    if not by_agencies:
        return [
            Problem(
                "actions",
                _("Skriv minst en insats och vilken verksamhet som ansvarar för den."),
                "actions",
            )
        ]
    if any(action.is_complete for action in by_agencies):
        return []
    return [
        Problem(
            "actions",
            _("Insatsen ”%(action)s” saknar %(what)s.") % {"action": action.text, "what": in_words(_lacks(action))},
            "actions",
        )
        for action in by_agencies
    ]


def _lacks(action: ActionFacts) -> list[str]:
    lacks = []
    if not action.contact:
        lacks.append(_("kontaktperson"))
    if not action.start:
        lacks.append(_("startdatum"))
    if not action.due:
        lacks.append(_("slutdatum"))
    return lacks


GOALS_NOW_MAX = 3
GOAL_ORDER_MAX = 200


def goal_problems(text: str, *, is_now: bool, others_now: int, order: int = 0) -> list[Problem]:
    """A goal has a text; at most three goals are worked on at a time. `order`: its place among them, 0 for the last."""
    problems = []
    if not text:
        problems.append(Problem("text", _("Skriv målet."), "text"))
    if not 0 <= order <= GOAL_ORDER_MAX:
        message = _("Målets ordning är ett tal från 1 till %(most)s.") % {"most": GOAL_ORDER_MAX}
        problems.append(Problem("order", message, "order"))
    if is_now and others_now >= GOALS_NOW_MAX:
        message = _("Ni har redan tre mål just nu. Lägg det här till senare, eller flytta ett av de andra.")
        problems.append(Problem("when", message, "when"))
    return problems


def action_problems(text: str, start: date | None, due: date | None) -> list[Problem]:
    """An action says what is done, and does not end before it starts."""
    problems = []
    if not text:
        problems.append(Problem("text", _("Skriv vad som ska göras."), "text"))
    if start and due and due < start:
        problems.append(Problem("due", _("Insatsen slutar innan den börjar. Ändra start eller slut."), "due"))
    return problems


def outcome_problems(result: str, why: str, results: Iterable[str]) -> list[Problem]:
    """An outcome is fully, partly or not; why is told unless it is fully."""
    problems = []
    if result not in results:
        problems.append(Problem("result", _("Välj hur det gick: helt, delvis eller inte alls."), "result"))
    elif result != "fully" and not why:
        problems.append(Problem("why", _("Skriv varför det inte gick hela vägen."), "why"))
    return problems
