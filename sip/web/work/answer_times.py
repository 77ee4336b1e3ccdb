"""Vilka tider passar? For an agency that is asked, and for the family: tick, send, done."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from sip.meetings import polling
from sip.meetings.models import PollTime
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.family.names import plan_name
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work.choosing import RowsField, offer_rows
from sip.web.work.own_agency import chosen, own_parties


class TimesForm(forms.Form):
    """The times that work. None ticked says that none does."""

    works = RowsField(label=gettext_lazy("Kryssa för alla tider som passar"))

    def __init__(self, times: list[PollTime], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {time.pk: time for time in times}
        offer_rows(self, "works", rows, lambda time: meeting_words(time.start, time.end))


@for_plan(Do.ANSWER_TIMES)
def answer_times(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Say which times work."""
    poll = polling.open_poll(plan)
    agency = None if standing.is_family else _agency(request, plan, standing)
    is_asked = poll is not None and (standing.is_family or agency is not None)
    form = TimesForm(
        list(poll.times.order_by("start")) if poll else [], request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        keys = {time.pk for time in form.cleaned_data["works"]}
        if attempt(form, lambda: polling.answer_times(request.actor, plan, agency, keys)):
            messages.success(request, _("Tack. Samordnaren ser vilka tider som passar."))
            return redirect("family_plan" if standing.is_family else "plan", plan.pk)
    elif poll is not None and is_asked and request.method != "POST":
        said: set[UUID] | None = polling.said_by(poll, agency, request.actor.user)
        form.initial = {"works": [str(key) for key in said or ()]}
    return form_page(
        request,
        "work/answer_times.html",
        form,
        plan=plan,
        poll=poll,
        agency=agency,
        is_asked=is_asked,
        is_family=standing.is_family,
        frame="base_family.html" if standing.is_family else "base.html",
        plan_name=plan_name(plan.child, request.actor) if standing.is_family else plan.child.name,
    )


def _agency(request: PageRequest, plan: Plan, standing: Standing) -> Agency | None:
    """The agency that is asked and that the person answers for; ?for=… where there are several."""
    poll = polling.open_poll(plan)
    asked = set(poll.asked.values_list("agency_id", flat=True)) if poll else set()
    party = chosen(request, [row for row in own_parties(plan, standing) if row.agency_id in asked])
    return party.agency if party else None
