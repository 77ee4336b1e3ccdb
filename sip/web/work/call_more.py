"""Kalla fler: one more agency to a meeting that is called already."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.errors import Refused
from common.text import in_words
from sip.meetings import adding
from sip.meetings import services as meetings
from sip.meetings.models import Meeting
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.pages import UNPROCESSABLE, PageRequest, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work import call_page
from sip.web.work.call import (
    BESIDE_AGENCY,
    CALL,
    INVITE,
    NOT_NOW,
    AskedForm,
    beside_agency,
    named_by,
    out_of_reach,
    prefix_of,
    rung_by,
    say_unreceived,
)
from sip.web.work.ways import stopped


class MoreForm(forms.Form):
    """Who is called stands in one `AskedForm` each; here is where the rules' words on that are shown."""

    called = forms.Field(required=False, widget=forms.HiddenInput)


@for_plan(Do.CHANGE_CALL)
def call_more(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Kalla fler till mötet."""
    meeting = meetings.current_meeting(plan)
    if (meeting is None or meeting.opened_at) and request.method != "POST":
        return stopped(request, plan, _("Kalla fler"), _("Det finns inget kallat möte, eller så har det redan börjat."))
    reach, cannot = call_page.agencies(plan)
    already = set(meeting.invitations.values_list("agency_id", flat=True)) if meeting else set()
    can = [one for one in reach if one.agency.pk not in already]
    sent = request.POST if request.method == "POST" else None
    form = MoreForm(sent)
    asked = [AskedForm(one, sent, prefix=prefix_of(one.agency), initial={"how": NOT_NOW}) for one in can]
    if sent is not None:
        # Of those called meanwhile too: a page that was opened before asks about them.
        _read = [AskedForm(one, sent, prefix=prefix_of(one.agency)).is_valid() for one in reach]
        chosen = {one.agency.pk for one in reach if sent.get(f"{prefix_of(one.agency)}-how") in (CALL, INVITE)}
        if chosen and chosen <= already:
            messages.info(request, _("De är redan kallade till mötet."))  # pressed twice, or a colleague was first
            return redirect("plan", plan.pk)
        checked = [form.is_valid(), *(one.is_valid() for one in asked)]
        if all(checked) and not out_of_reach(request, form, reach, cannot):
            done = _send(request, plan, form, asked)
            if done:
                return _sent(request, plan, done, asked)
    return _page(request, plan, meeting, form, asked, cannot)


def _send(request: PageRequest, plan: Plan, form: MoreForm, asked: Sequence[AskedForm]) -> meetings.Called | None:
    chosen = [one for one in asked if one.cleaned_data["how"] in (CALL, INVITE)]
    more = adding.More(
        called=[one.reachable.agency for one in chosen if one.cleaned_data["how"] == CALL],
        invited=[one.reachable.agency for one in chosen if one.cleaned_data["how"] == INVITE],
        named={one.reachable.agency.pk: named_by(one) for one in chosen},
        will_ring=rung_by(chosen),
        grounds={one.reachable.agency.pk: one.cleaned_data["grounds"] for one in chosen},
    )
    try:
        return adding.call_more(request.actor, plan, more)
    except Refused as refused:
        for problem in refused.problems:
            if problem.field in BESIDE_AGENCY:
                beside_agency(asked, problem)
            else:
                form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return None


def _sent(request: PageRequest, plan: Plan, done: meetings.Called, asked: Sequence[AskedForm]) -> HttpResponse:
    names = [one.reachable.agency.name for one in asked if one.cleaned_data["how"] in (CALL, INVITE)]
    messages.success(request, _("Kallelsen är skickad till %(names)s.") % {"names": in_words(names)})
    say_unreceived(request, done)
    return redirect("plan", plan.pk)


def _page(
    request: PageRequest,
    plan: Plan,
    meeting: Meeting | None,
    form: MoreForm,
    asked: list[AskedForm],
    cannot: list[call_page.NotYet],
) -> HttpResponse:
    response = form_page(
        request,
        "work/call_more.html",
        form,
        plan=plan,
        asked=asked,
        forms=[form, *asked],
        cannot=cannot,
        when=meeting_words(meeting.start, meeting.end) if meeting else "",
    )
    if any(one.is_bound and one.errors for one in asked):
        response.status_code = UNPROCESSABLE
    return response
