"""Nytt behov, nytt mål, ny insats. The same forms stand on pages of their own and on the meeting's page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actor import Actor
from agencies.models import Agency, Level
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Goal, Need, Plan, When
from sip.plans.models.contents import Responsible
from sip.plans.plan_rules import GOALS_NOW_MAX
from sip.plans.services import contents
from sip.plans.states import WHILE_EDITABLE
from sip.web.fields import DayField, KeyField, LineField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work.choosing import OneField
from sip.web.work.own_agency import own_parties
from sip.web.work.ways import obstacle, onward, stopped

SENTENCE = 300  # characters
FAMILY, OTHER = Responsible.FAMILY.value, Responsible.OTHER.value
# Swedish short names for the levels of help, as a person chooses them.
LEVELS = (
    ("", gettext_lazy("Som verksamheten")),
    (Level.GENERAL, gettext_lazy("Generell nivå")),
    (Level.FIRST_LINE, gettext_lazy("Första linjen")),
    (Level.SPECIALIST, gettext_lazy("Specialistnivå")),
)


class NeedForm(forms.Form):
    """A need."""

    key = KeyField()
    text = WordsField(
        most=SENTENCE,
        rows=2,
        label=gettext_lazy("Vad behöver barnet?"),
        help_text=gettext_lazy("Till exempel: Orka hela skoldagar."),
    )


class GoalForm(forms.Form):
    """A goal, for now or for later."""

    key = KeyField()
    text = WordsField(
        most=SENTENCE,
        rows=2,
        label=gettext_lazy("Vad ska bli bättre?"),
        help_text=gettext_lazy("Skriv så att alla märker när målet är nått."),
    )
    when = OneField(
        label=gettext_lazy("När arbetar ni med målet?"),
        choices=When.choices,
        required=True,
        error_messages={"required": gettext_lazy("Välj viktigast just nu eller senare.")},
    )
    need = OneField(label=gettext_lazy("Vilket behov hör målet till?"), widget=forms.Select)

    def __init__(self, needs: Sequence[Need], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "need", _of_rows(needs, _("Inget särskilt behov")))


class ActionForm(forms.Form):
    """An action: what, who, by when."""

    key = KeyField()
    text = WordsField(most=SENTENCE, rows=2, label=gettext_lazy("Vad ska göras?"))
    responsible = OneField(
        label=gettext_lazy("Vem ansvarar?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som ansvarar.")},
    )
    other_name = LineField(label=gettext_lazy("Om det är någon annan: vem?"))
    contact = LineField(
        label=gettext_lazy("Kontaktperson"), help_text=gettext_lazy("En person med namn, som familjen kan ringa.")
    )
    start = DayField(label=gettext_lazy("Börjar"))
    due = DayField(label=gettext_lazy("Klart senast"))
    goal = OneField(label=gettext_lazy("Vilket mål hör det till?"), widget=forms.Select)
    level = OneField(label=gettext_lazy("Nivå"), choices=LEVELS, widget=forms.Select)
    if_not = WordsField(most=500, rows=2, label=gettext_lazy("Vad gör ni om det inte fungerar?"))

    def __init__(
        self, agencies: Sequence[Agency], goals: Sequence[Goal], others: bool, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        choices = [(key, agency.name) for key, agency in self.agencies.items()]
        if others:
            choices += [(FAMILY, _("Familjen själv")), (OTHER, _("Någon annan"))]
        offer(self, "responsible", choices)
        offer(self, "goal", _of_rows(goals, _("Inget särskilt mål")))

    def clean(self) -> dict[str, Any]:
        """Whoever else does it is named."""
        values = self.cleaned_data
        if values.get("responsible") == OTHER and not values.get("other_name") and "other_name" not in self.errors:
            self.add_error("other_name", ValidationError(_("Skriv vem som gör det.")))
        return values


def _of_rows(rows: Sequence[Need | Goal], none: str) -> list[tuple[str, str]]:
    return [("", none), *((str(row.pk), row.text) for row in rows)]


def needs_of(plan: Plan) -> list[Need]:
    """The plan's needs, in the order they were written."""
    return list(plan.needs.order_by("id"))


def goals_of(plan: Plan) -> list[Goal]:
    """The plan's goals: those for now in their order, then those for later."""
    return sorted(plan.goals.order_by("order", "id"), key=lambda goal: goal.when != When.NOW)


def goal_form(plan: Plan, *args: Any, **kwargs: Any) -> GoalForm:
    """The form for a new goal; "now" is chosen as long as there is room for one."""
    now = plan.goals.filter(when=When.NOW).count()
    kwargs.setdefault("initial", {"when": When.NOW if now < GOALS_NOW_MAX else When.LATER})
    return GoalForm(needs_of(plan), *args, **kwargs)


def action_form(plan: Plan, standing: Standing, actor: Actor, *args: Any, **kwargs: Any) -> ActionForm:
    """The form for a new action, for the agencies that the person acts for; the family's and others' too for some."""
    agencies = [party.agency for party in own_parties(plan, standing)]
    goals = goals_of(plan)
    first = next((str(goal.pk) for goal in goals if goal.when == When.NOW), "")
    initial = {
        "goal": first,
        "contact": protection.name_beside_agency(actor.user) if agencies else "",
        **kwargs.pop("initial", {}),
    }
    if agencies:
        initial["responsible"] = str(agencies[0].pk)
    return ActionForm(agencies, goals, standing.may(Do.EDIT_CONTENTS), *args, initial=initial, **kwargs)


@for_plan(Do.EDIT_CONTENTS)
def new_need(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Nytt behov."""
    title = _("Nytt behov")
    if blocked := _blocked(request, plan, title):
        return blocked
    form = NeedForm(request.POST) if request.method == "POST" else NeedForm()
    if form.is_valid():
        said = form.cleaned_data
        if attempt(form, lambda: contents.add_need(request.actor, plan, text=said["text"], key=said["key"])):
            return _written(request, plan, _("Behovet står i planen."), "behov")
    return form_page(request, "work/new_need.html", form, plan=plan, title=title)


@for_plan(Do.EDIT_CONTENTS)
def new_goal(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Nytt mål."""
    title = _("Nytt mål")
    if blocked := _blocked(request, plan, title):
        return blocked
    form = goal_form(plan, request.POST) if request.method == "POST" else goal_form(plan)
    if form.is_valid():
        said = form.cleaned_data
        need = next((row for row in needs_of(plan) if str(row.pk) == said["need"]), None)
        if attempt(
            form,
            lambda: contents.add_goal(
                request.actor, plan, text=said["text"], when=said["when"], need=need, key=said["key"]
            ),
        ):
            return _written(request, plan, _("Målet står i planen."), "mal")
    return form_page(request, "work/new_goal.html", form, plan=plan, title=title)


@for_plan(Do.EDIT_ACTION)
def new_action(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Ny insats."""
    title = _("Ny insats")
    if blocked := _blocked(request, plan, title):
        return blocked
    if request.method == "POST":
        form = action_form(plan, standing, request.actor, request.POST)
    else:
        wanted = request.GET.get("mal", "")
        form = action_form(plan, standing, request.actor, initial={"goal": wanted} if wanted else {})
    if form.is_valid():
        new = _new_action(plan, form)
        if attempt(form, lambda: contents.add_action(request.actor, plan, new)):
            return _written(request, plan, _("Insatsen står i planen."), "mal")
    return form_page(request, "work/new_action.html", form, plan=plan, title=title)


def _new_action(plan: Plan, form: ActionForm) -> contents.NewAction:
    said = form.cleaned_data
    goal = next((row for row in goals_of(plan) if str(row.pk) == said["goal"]), None)
    return contents.NewAction(
        text=said["text"],
        agency=form.agencies.get(said["responsible"]),
        other_name=said["other_name"] if said["responsible"] == OTHER else "",
        contact=said["contact"],
        level=said["level"],
        start=said["start"],
        due=said["due"],
        if_not=said["if_not"],
        goal=goal,
        need=goal.need if goal else None,
        key=said["key"],
    )


def _blocked(request: PageRequest, plan: Plan, title: str) -> HttpResponse | None:
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    return stopped(request, plan, title, blocked) if blocked and request.method != "POST" else None


def _written(request: PageRequest, plan: Plan, said: str, part: str) -> HttpResponse:
    messages.success(request, said)
    return onward(request, plan, part)
