"""Uppföljning: how it went, action by action and goal by goal; and that the follow-up was held."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.errors import NotThere
from common.history import history_of
from sip.plans.access import Do, Standing
from sip.plans.models import Action, Goal, Need, Outcome, Plan
from sip.plans.services import frame
from sip.plans.sharing import shared_actions
from sip.plans.states import TELLING_OUTCOMES, Act, after
from sip.web.fields import DayField, WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import day_words
from sip.web.work.choosing import OneField
from sip.web.work.guarded import GuardedForm, Stored, Writing, typed, write
from sip.web.work.ways import must, obstacle, onward, pressed_twice, row_of, stopped


class OutcomeForm(GuardedForm):
    """How it went, and why unless it went all the way."""

    result = OneField(
        label=gettext_lazy("Hur gick det?"),
        choices=Outcome.choices,
        required=True,
        error_messages={"required": gettext_lazy("Välj hur det gick: helt, delvis eller inte alls.")},
    )
    why = WordsField(
        most=1000,
        rows=3,
        label=gettext_lazy("Vad berodde det på?"),
        help_text=gettext_lazy("Behövs om det gick delvis eller inte alls."),
    )


@for_plan(Do.TELL_OUTCOME)
def outcome(request: PageRequest, plan: Plan, standing: Standing, row_id: UUID) -> HttpResponse:
    """Skriv hur en insats eller ett mål gick."""
    row = row_of(plan, row_id)
    if isinstance(row, Need):
        raise NotThere
    title = _("Hur gick det?")
    if isinstance(row, Action) and row.agency_id:
        must(request.actor, Do.TELL_OUTCOME, plan, agency_id=row.agency_id)
    else:
        must(request.actor, Do.EDIT_CONTENTS, plan)
    blocked = obstacle(lambda: TELLING_OUTCOMES.check(plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, title, blocked)

    def save(changed: Mapping[str, Any], stored: Stored) -> object:
        return frame.tell_outcome(request.actor, plan, row, **{**stored.values, **changed})

    def page(form: GuardedForm) -> HttpResponse:
        return form_page(request, "work/outcome.html", form, plan=plan, title=title, row=row)

    def done() -> HttpResponse:
        messages.success(request, _("Tack. Det står i planen nu."))
        return onward(request, plan, "mal")

    return write(request, Writing(OutcomeForm, lambda: _stored(row), save, page, done, _show))


def _stored(row: Action | Goal) -> Stored:
    """What is told so far. An outcome makes no version of the row, so that its history counts instead."""
    now = type(row).objects.get(pk=row.pk)
    values = {"result": now.outcome, "why": now.outcome_why}
    return Stored(values, history_of(now).count(), _("En kollega"), now.outcome_at)


def _show(name: str, value: Any) -> str:
    return str(dict(Outcome.choices).get(value, "")) if name == "result" else typed(value)


class FollowUpForm(forms.Form):
    """The day when the follow-up was held."""

    held = DayField(label=gettext_lazy("Vilken dag hölls uppföljningen?"))


@for_plan(Do.FOLLOW_UP)
def follow_up(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Uppföljningen är hållen: from now on the plan can be changed again."""
    title = _("Uppföljning")
    blocked = obstacle(lambda: after(Act.FOLLOW_UP, plan.state))
    if request.method == "POST":
        form = FollowUpForm(request.POST)
        if form.is_valid():
            held = form.cleaned_data["held"]
            done = attempt(form, lambda: frame.follow_up(request.actor, plan, held=held))
            if done or pressed_twice(plan, Act.FOLLOW_UP, request.actor):
                messages.success(
                    request, _("Uppföljningen är antecknad. Nu kan ni ändra i planen eller kalla till möte igen.")
                )
                return redirect("plan", plan.pk)
    else:
        if blocked:
            return stopped(request, plan, title, blocked)
        form = FollowUpForm(initial={"held": clock.today()})
    return form_page(request, "work/follow_up.html", form, plan=plan, title=title, untold=_untold(plan))


def _untold(plan: Plan) -> list[str]:
    """The actions that nobody has told the outcome of."""
    return [
        f"{row.text} ({row.responsible_name}, {_('klart senast %(day)s') % {'day': day_words(row.due)}})"
        if row.due
        else f"{row.text} ({row.responsible_name})"
        for row in shared_actions(plan)
        if not row.outcome
    ]
