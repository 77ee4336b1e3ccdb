"""Ändra ett behov, ett mål eller en insats, vaktat av radens version."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Action, Goal, Need, Plan, When
from sip.plans.services import contents
from sip.plans.states import WHILE_EDITABLE
from sip.web.fields import DayField, LineField, WordsField
from sip.web.pages import PageRequest, for_plan, form_page
from sip.web.words import day_words
from sip.web.work.choosing import OneField
from sip.web.work.guarded import GuardedForm, Stored, Writing, typed, write
from sip.web.work.new_rows import LEVELS, SENTENCE
from sip.web.work.ways import must, obstacle, onward, row_of, stopped


class EditNeed(GuardedForm):
    """A need's text."""

    text = WordsField(most=SENTENCE, rows=3, label=gettext_lazy("Vad behöver barnet?"))


class EditGoal(GuardedForm):
    """A goal's text, whether it is for now, and its place among the others."""

    text = WordsField(most=SENTENCE, rows=3, label=gettext_lazy("Vad ska bli bättre?"))
    when = OneField(
        label=gettext_lazy("När arbetar ni med målet?"),
        choices=When.choices,
        required=True,
        error_messages={"required": gettext_lazy("Välj viktigast just nu eller senare.")},
    )
    order = forms.IntegerField(
        label=gettext_lazy("Nummer i ordningen"),
        min_value=1,
        max_value=99,
        error_messages={
            "required": gettext_lazy("Skriv målets nummer, till exempel 1."),
            "invalid": gettext_lazy("Skriv numret med siffror, till exempel 1."),
            "min_value": gettext_lazy("Det första målet har nummer 1."),
            "max_value": gettext_lazy("Välj ett nummer upp till 99."),
        },
    )


class EditAction(GuardedForm):
    """An action; who is responsible stays, since another agency's action is that agency's to write."""

    text = WordsField(most=SENTENCE, rows=3, label=gettext_lazy("Vad ska göras?"))
    contact = LineField(label=gettext_lazy("Kontaktperson"))
    start = DayField(label=gettext_lazy("Börjar"))
    due = DayField(label=gettext_lazy("Klart senast"))
    level = OneField(
        label=gettext_lazy("Nivå"), choices=[("", gettext_lazy("Ingen")), *LEVELS[1:]], widget=forms.Select
    )
    if_not = WordsField(most=500, rows=2, label=gettext_lazy("Vad gör ni om det inte fungerar?"))


FORMS: dict[type[Need | Goal | Action], Callable[..., GuardedForm]] = {
    Need: EditNeed,
    Goal: EditGoal,
    Action: EditAction,
}
PARTS = {Need: "behov", Goal: "mal", Action: "mal"}


@for_plan(Do.EDIT_ACTION)
def edit_row(request: PageRequest, plan: Plan, standing: Standing, row_id: UUID) -> HttpResponse:
    """Ändra en rad i planen."""
    row = row_of(plan, row_id)
    title = {Need: _("Ändra behovet"), Goal: _("Ändra målet"), Action: _("Ändra insatsen")}[type(row)]
    if isinstance(row, Action) and row.agency_id:
        must(request.actor, Do.EDIT_ACTION, plan, agency_id=row.agency_id)
    else:
        must(request.actor, Do.EDIT_CONTENTS, plan)
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, title, blocked)

    def save(changed: Mapping[str, Any], stored: Stored) -> object:
        return contents.edit_fields(request.actor, plan, row, changed, version=stored.version)

    def page(form: GuardedForm) -> HttpResponse:
        kind = type(row).__name__.lower()
        return form_page(request, f"work/edit_{kind}.html", form, plan=plan, title=title, row=row)

    def done() -> HttpResponse:
        messages.success(request, _("Ändringen är sparad."))
        return onward(request, plan, PARTS[type(row)])

    return write(request, Writing(FORMS[type(row)], lambda: _stored(row), save, page, done, _show))


def _stored(row: Need | Goal | Action) -> Stored:
    now = type(row).objects.select_related("changed_by").get(pk=row.pk)
    fields = contents.EDITABLE_FIELDS[type(row)]
    return Stored(
        {name: getattr(now, name) for name in fields},
        now.version,
        protection.staff_name(now.changed_by),
        now.changed_at,
    )


def _show(name: str, value: Any) -> str:
    """A value in words: days as people say them, choices by their names."""
    if isinstance(value, date):
        return day_words(value)
    names = {**dict(When.choices), **dict(LEVELS[1:])} if name in ("when", "level") else {}
    return str(names.get(value, typed(value))) or _("(tomt)")
