"""How it goes with an action and a goal, in words that are enough without the icon; for staff and family alike."""

from datetime import date

from django.utils.translation import gettext as _

from common import clock
from sip.plans.models import Action, Goal, Outcome
from sip.web.parts import Going, HowItGoes
from sip.web.words import as_day, day_words, weekday_words


def reached(goal: Goal) -> str:
    """Whether the goal is reached, and why it is not wholly so; "" while nobody has told."""
    return f"{reached_words(goal)} {goal.outcome_why}".strip() if goal.outcome else ""


def reached_words(goal: Goal) -> str:
    """The same without what somebody wrote of it."""
    if not goal.outcome:
        return ""
    return {
        Outcome.FULLY: _("Målet är nått."),
        Outcome.PARTLY: _("Målet är nått till en del."),
        Outcome.NOT: _("Målet är inte nått än."),
    }[Outcome(goal.outcome)]


def how_it_goes(action: Action, *, is_over: bool = False) -> HowItGoes:
    """Where an action stands today, in words that are enough without the icon. `is_over`: the plan is closed."""
    if action.outcome:
        return _told(action)
    if is_over:
        return HowItGoes(Going.NOT_STARTED, _("Inget skrivet om hur det gick"))
    today = clock.today()
    if action.start and action.start > today:
        return HowItGoes(Going.NOT_STARTED, _("Börjar %(day)s") % {"day": weekday_words(action.start)})
    if action.due and action.due < today:
        late = _("Skulle vara klart %(day)s. Inget skrivet än.") % {"day": day_words(action.due)}
        return HowItGoes(Going.MISSING, late)
    if action.start == today:
        return HowItGoes(Going.NOT_STARTED, _("Börjar idag"))
    return _goes_on(action.start, action.due)


def _goes_on(start: date | None, due: date | None) -> HowItGoes:
    if start is None and due is None:
        return HowItGoes(Going.NOT_STARTED, _("Ingen tid är bestämd"))
    if due is None:
        return HowItGoes(Going.ONGOING, _("Pågår"))
    if start is None:
        return HowItGoes(Going.NOT_STARTED, _("Klart senast %(day)s") % {"day": day_words(due)})
    return HowItGoes(Going.ONGOING, _("Pågår till %(day)s") % {"day": day_words(due)})


def _told(action: Action) -> HowItGoes:
    day = day_words(as_day(action.outcome_at)) if action.outcome_at else ""
    if action.outcome == Outcome.FULLY:
        return HowItGoes(Going.DONE, _("Klart %(day)s") % {"day": day}, action.outcome_why)
    if action.outcome == Outcome.PARTLY:
        return HowItGoes(Going.ONGOING, _("Gick delvis"), action.outcome_why)
    return HowItGoes(Going.MISSING, _("Blev inte av"), action.outcome_why)
