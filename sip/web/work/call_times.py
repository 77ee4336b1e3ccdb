"""Föreslå tider, and choose one when the answers have come: the coordinator's side of a question about times."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from sip.meetings import polling
from sip.meetings.models import Poll
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.fields import ClockField, DayField
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work import call_page
from sip.web.work.call_when import moment
from sip.web.work.choosing import RowsField, offer_rows

ROWS = polling.MOST  # times that the page has room for


class TimeForm(forms.Form):
    """One of the times; an empty one is none."""

    day = DayField(label=gettext_lazy("Dag"))
    start = ClockField(label=gettext_lazy("Börjar kl."))
    end = ClockField(label=gettext_lazy("Slutar kl."))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written here."""
        return not any(self.cleaned_data.get(name) for name in ("day", "start", "end"))

    @property
    def span(self) -> polling.Span:
        """The moments that it makes."""
        said = self.cleaned_data
        return moment(said.get("day"), said.get("start")), moment(said.get("day"), said.get("end"))


class ProposalForm(forms.Form):
    """Who is asked, and by when they answer."""

    agencies = RowsField(
        label=gettext_lazy("Vilka ska svara?"),
        help_text=gettext_lazy("Familjen blir alltid tillfrågad. De du väljer kommer med i planen och kan läsa den."),
    )
    answer_by = DayField(label=gettext_lazy("Svara senast"))

    def __init__(self, reachable: list[call_page.Reachable], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {one.agency.pk: one.agency for one in reachable}
        offer_rows(self, "agencies", rows, lambda agency: agency.name)


@for_plan(Do.CALL)
def times(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """The answers so far, when a question is open; else the form for a new one."""
    poll = polling.open_poll(plan)
    if request.method == "POST" and "withdraw" in request.POST:
        polling.withdraw_times(request.actor, plan)
        messages.success(request, _("Tidsförslagen är borttagna."))
        return redirect("times", plan.pk)
    if poll is not None:
        # Pressed twice: the second press finds what the first one made.
        return redirect("times", plan.pk) if request.method == "POST" else _answers(request, plan, poll)
    can, cannot = call_page.agencies(plan)
    sent = request.POST if request.method == "POST" else None
    form = ProposalForm(can, sent, initial={"agencies": [str(one.agency.pk) for one in can]})
    rows = [TimeForm(sent, prefix=f"t{number}") for number in range(ROWS)]
    if sent is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        written = [row for row in rows if not row.is_empty]
        made = attempt(form, lambda: _propose(request, plan, form, written))
        if made:
            messages.success(request, _("Tiderna är skickade. Du får veta när alla har svarat."))
            return redirect("times", plan.pk)
    response = form_page(request, "work/times.html", form, plan=plan, rows=rows, forms=[form, *rows], cannot=cannot)
    if sent is not None:
        response.status_code = UNPROCESSABLE
    return response


def _propose(request: PageRequest, plan: Plan, form: ProposalForm, rows: list[TimeForm]) -> Poll | None:
    said = form.cleaned_data
    try:
        return polling.propose_times(
            request.actor, plan, [row.span for row in rows], said["agencies"], said["answer_by"]
        )
    except Refused as refused:
        by_field = {f"t-{number}": row for number, row in enumerate(rows)}
        beside = [problem for problem in refused.problems if problem.field in by_field]
        for problem in beside:
            by_field[problem.field].add_error("day", problem.message)
        rest = [problem for problem in refused.problems if problem not in beside]
        if rest:
            raise Refused(rest) from refused
        return None


def _answers(request: PageRequest, plan: Plan, poll: Poll) -> HttpResponse:
    rows = [(row, meeting_words(row.time.start, row.time.end)) for row in polling.rows_of(plan, poll)]
    return form_page(request, "work/times_answers.html", forms.Form(), plan=plan, poll=poll, rows=rows)
