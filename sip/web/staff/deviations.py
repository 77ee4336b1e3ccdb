"""Avvikelser, for managers: what did not go as it should at the own unit. No name of a child, nothing of a plan."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.models import Role
from common.errors import NotThere
from sip.documents.deviation_paper import download_deviation
from sip.plans import protection
from sip.plans.models import Deviation, DeviationKind, Plan
from sip.plans.routine_limits import ANSWER_DEVIATION_WITHIN
from sip.plans.services.deviations import answer_deviation, open_deviation, open_deviations
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.paper_waits import handed_out, look_of, suffix_of
from sip.web.words import as_day, day_words, near_words, weekday_words


@dataclass(frozen=True)
class DeviationPart:
    """One deviation: what, when, at which unit, where it stands, who told of it and whom to ask.

    `answer_by`: the last day to answer, while nothing is answered.
    """

    key: UUID
    href: str
    what: str
    when: str
    happened: str
    agency: str
    text: str
    told_by: str
    ask: str
    ask_phone: str
    stands: str
    answer_by: str
    answer: str
    answered: str
    is_closed: bool


class AnswerForm(forms.Form):
    """What the unit has done, or will do. `seen`: the version that was read."""

    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    answer = WordsField(
        rows=6,
        most=2000,
        label=gettext_lazy("Ert svar"),
        help_text=gettext_lazy(
            "Vad ni har gjort, eller ska göra och när. Den som berättade läser svaret, eller samordnaren."
        ),
    )


@for_staff
@require_safe
def deviations(request: PageRequest) -> HttpResponse:
    """The deviations of the units that I manage; to others there is no such page."""
    if not request.actor.has_role(Role.MANAGER):
        raise NotThere
    rows = [part(row) for row in open_deviations(request.actor)]
    return render(request, "staff/deviations.html", {"rows": rows})


@for_staff
def deviation(request: PageRequest, deviation_id: UUID) -> HttpResponse:
    """One of them: read, answered, closed, printed."""
    row = open_deviation(request.actor, deviation_id)
    if request.method == "POST":
        form = AnswerForm(request.POST)
        closes = request.POST.get("gor", "") == "avsluta"
        if form.is_valid():
            said = form.cleaned_data

            def verb() -> Deviation:
                return answer_deviation(request.actor, row.pk, said["answer"], closes=closes, seen=said["seen"])

            if attempt(form, verb):
                done = _("Avvikelsen är besvarad och avslutad.") if closes else _("Svaret är sparat.")
                messages.success(request, done)
                return redirect("deviation", row.pk)
            row = open_deviation(request.actor, deviation_id)
            # Whatever a colleague answered meanwhile stands on the page now.
            form.data = {**request.POST.dict(), "seen": str(row.version)}
    else:
        form = AnswerForm(initial={"answer": row.answer, "seen": row.version})
    return form_page(request, "staff/deviation.html", form, row=part(row))


@for_staff
@require_safe
def deviation_pdf(request: PageRequest, deviation_id: UUID) -> HttpResponse:
    """One of them on paper, for the unit's own records. No name of a child, nor of the plan, in the file."""
    row = open_deviation(request.actor, deviation_id)
    look, back = look_of(request), reverse("deviation", args=[row.pk])
    return handed_out(
        request,
        row.plan,
        f"avvikelse{suffix_of(look)}.pdf",
        lambda: download_deviation(request.actor, row.pk, look),
        back=back,
    )


def part(row: Deviation) -> DeviationPart:
    """The row in words, for the unit's manager."""
    return DeviationPart(
        key=row.pk,
        href=reverse("deviation", args=[row.pk]),
        what=str(DeviationKind(row.kind).label),
        when=near_words(row.at),
        happened=day_words(row.happened_on) if row.happened_on else "",
        agency=row.agency.name,
        text=row.text,
        told_by=_told_by(row),
        ask=_whom_to_ask(row.plan),
        ask_phone=_phone_to_ask(row.plan),
        stands=stands(row),
        answer_by="" if row.answered_at else weekday_words(as_day(row.at) + ANSWER_DEVIATION_WITHIN),
        answer=row.answer,
        answered=near_words(row.answered_at) if row.answered_at else "",
        is_closed=row.closed_at is not None,
    )


def stands(row: Deviation) -> str:
    """Where it stands, in a word."""
    if row.closed_at:
        return _("Avslutad")
    return _("Besvarad") if row.answered_at else _("Väntar på svar")


def _told_by(row: Deviation) -> str:
    """A colleague elsewhere by name; of the family only that it was one of them."""
    if row.reported_by is None:
        return _("Mötets närvarolista")
    if row.reported_for is None:
        return _("Familjen")
    return protection.staff_name(row.reported_by, row.reported_for.name)


def _whom_to_ask(plan: Plan) -> str:
    """The coordinator; of a protected child's plan nobody."""
    return protection.name_beside_agency(plan.coordinator) if protection.may_stand_in_lists(plan.child) else ""


def _phone_to_ask(plan: Plan) -> str:
    return protection.own_phone(plan.coordinator) if protection.may_stand_in_lists(plan.child) else ""
