"""Svara på kallelsen: kommer, skickar en ersättare, kan inte komma."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.meetings import services as meetings
from sip.meetings.models import Invitation, Meeting, Reply
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.sharing import effective_agencies
from sip.plans.states import State
from sip.web.fields import LineField, WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.place import place_of
from sip.web.words import meeting_words
from sip.web.work.choosing import OneField
from sip.web.work.own_agency import chosen, others, own_parties
from sip.web.work.ways import stopped

ANSWERS = (
    (Reply.COME, gettext_lazy("Vi kommer")),
    (Reply.SUBSTITUTE, gettext_lazy("Vi skickar en ersättare")),
    (Reply.DECLINE, gettext_lazy("Vi kan inte komma")),
)


class AnswerForm(forms.Form):
    """One agency's answer. What a choice does not need is left alone."""

    answer = OneField(
        label=gettext_lazy("Kommer ni?"),
        choices=ANSWERS,
        required=True,
        error_messages={"required": gettext_lazy("Välj ett av de tre svaren.")},
    )
    who = LineField(label=gettext_lazy("Vem kommer?"), help_text=gettext_lazy("Namn och yrke."))
    mandate = LineField(
        label=gettext_lazy("Vad får ersättaren bestämma?"),
        help_text=gettext_lazy("Till exempel: Får lova tider och insatser hos oss."),
    )
    reason = WordsField(most=1000, rows=2, label=gettext_lazy("Varför kan ni inte komma?"))


@for_plan(Do.ANSWER)
def answer(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Svara på kallelsen, för den egna verksamheten."""
    invitations = _invitations(plan)
    parties = [party for party in own_parties(plan, standing) if party.agency_id in invitations]
    party = chosen(request, parties)
    if party is None or plan.state != State.CALLED:
        return stopped(request, plan, _("Svara på kallelsen"), _nothing_to_answer(plan, standing))
    invitation = invitations[party.agency_id]
    if invitation.meeting.opened_at and request.method != "POST":
        why = _("Mötet har redan börjat. Ring samordnaren om något ändras.")
        return stopped(request, plan, _("Svara på kallelsen"), why)
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            said = _said(form)
            if attempt(form, lambda: meetings.answer_call(request.actor, plan, party.agency, said)):
                messages.success(request, _("Tack. Samordnaren ser ert svar."))
                return redirect(f"{reverse('expectation', args=[plan.pk])}?for={party.agency_id}")
    else:
        form = AnswerForm(initial=_so_far(request, invitation))
    return form_page(
        request,
        "work/answer.html",
        form,
        plan=plan,
        agency=party.agency,
        others=others(parties, party),
        invitation=invitation,
        meeting=invitation.meeting,
        meeting_time=meeting_words(invitation.meeting.start, invitation.meeting.end),
        asked=_asked(plan, invitation.meeting),
        place=place_of(plan, invitation.meeting, request.actor.user),
        caller=protection.staff_name(invitation.meeting.called_by, invitation.meeting.caller.name),
        caller_phone=protection.own_phone(invitation.meeting.called_by),
    )


def _invitations(plan: Plan) -> dict[Any, Invitation]:
    """The invitations to the meeting that is to come, by agency."""
    rows = Invitation.objects.filter(meeting__plan=plan, meeting__closed_at__isnull=True)
    return {row.agency_id: row for row in rows.select_related("meeting__caller", "meeting__called_by", "agency")}


def _nothing_to_answer(plan: Plan, standing: Standing) -> str:
    if plan.state == State.CALLED:
        return _("Din verksamhet är inte kallad till det här mötet.")
    return _("Det finns ingen kallelse att svara på nu.")


def _so_far(request: PageRequest, invitation: Invitation) -> dict[str, str]:
    """The answer that was given; before that, that the one who answers comes."""
    if invitation.reply:
        return {
            "answer": invitation.reply,
            "who": invitation.who,
            "mandate": invitation.mandate,
            "reason": invitation.reason,
        }
    named = {user.pk for user in invitation.people.all()}
    return {"who": protection.name_beside_agency(request.actor.user) if request.actor.user.pk in named else ""}


def _said(form: AnswerForm) -> meetings.Answer:
    said = form.cleaned_data
    reply = said["answer"]
    return meetings.Answer(
        reply=reply,
        who=said["who"] if reply != Reply.DECLINE else "",
        mandate=said["mandate"] if reply == Reply.SUBSTITUTE else "",
        reason=said["reason"] if reply == Reply.DECLINE else "",
    )


def _asked(plan: Plan, meeting: Meeting) -> list[Invitation]:
    """Everybody who is asked to the meeting, by name, as long as consent for them holds."""
    rows = meeting.invitations.filter(agency__in=effective_agencies(plan)).select_related("agency")
    return list(rows.order_by("agency__name_key", "agency_id"))
