"""Svara på kallelsen: kommer, skickar en ersättare, kan inte komma, det är inte vi. What the agency expects and can do
is asked on the same page: SIPs fail on what nobody said before the meeting."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.errors import Conflict
from sip.meetings import answering
from sip.meetings import services as meetings
from sip.meetings.models import Invitation, Meeting, Reply
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Party, Plan
from sip.plans.services import taking_part
from sip.plans.sharing import effective_agencies
from sip.plans.states import State
from sip.web.fields import LineField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.place import place_of
from sip.web.words import change_words, meeting_words
from sip.web.work import agency_list
from sip.web.work.call_when import SequenceField
from sip.web.work.choosing import OneField
from sip.web.work.expectation import LINES, side_by_side
from sip.web.work.own_agency import chosen, others, own_parties
from sip.web.work.ways import stopped

ANSWERS = (
    (Reply.COME, gettext_lazy("Vi kommer")),
    (Reply.SUBSTITUTE, gettext_lazy("Vi skickar en ersättare")),
    (Reply.DECLINE, gettext_lazy("Vi kan inte komma")),
    (Reply.NOT_US, gettext_lazy("Det är inte oss ni ska kalla")),
)


class AnswerForm(forms.Form):
    """One agency's answer. What a choice does not need is left alone."""

    answer = OneField(
        label=gettext_lazy("Kommer ni?"),
        choices=ANSWERS,
        required=True,
        error_messages={"required": gettext_lazy("Välj ett av svaren.")},
    )
    who = LineField(label=gettext_lazy("Vem kommer?"), help_text=gettext_lazy("Namn och yrke."))
    # A field of its own: who is filled in as coming is never sent as the own substitute, nor the other way round.
    substitute = LineField(label=gettext_lazy("Vem kommer i stället?"), help_text=gettext_lazy("Namn och yrke."))
    mandate = LineField(
        label=gettext_lazy("Vad får ersättaren bestämma?"),
        help_text=gettext_lazy("Till exempel: Får lova tider och insatser hos oss."),
    )
    reason = WordsField(most=1000, rows=2, label=gettext_lazy("Varför kan ni inte komma?"))
    instead = OneField(
        label=gettext_lazy("Vilka ska frågas i stället?"),
        help_text=gettext_lazy("Har familjen sagt ja till dem blir de kallade nu. Annars får samordnaren veta."),
        widget=forms.Select,
    )
    expects = WordsField(
        most=LINES,
        rows=2,
        label=gettext_lazy("Vad förväntar ni er av de andra?"),
        help_text=gettext_lazy("Ett par rader räcker. Alla som är med läser dem före mötet."),
    )
    can_do = WordsField(most=LINES, rows=2, label=gettext_lazy("Vad kan ni bidra med?"))
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    sequence = SequenceField(required=False)  # of the meeting that was read

    def __init__(self, others: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(agency.pk): agency for agency in others}
        choices = [(str(agency.pk), agency.name) for agency in others]
        offer(self, "instead", [("", _("Välj verksamhet")), *choices])


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
    others_to_ask = _others_to_ask(request, plan, invitation)
    if request.method == "POST":
        form = AnswerForm(others_to_ask, request.POST)
        if form.is_valid():
            said = Said(form, party)
            try:
                answered = attempt(form, lambda: _send(request, plan, said))
            except Conflict as conflict:
                # The answer stands; the lines are shown with the colleague's, and saved when somebody has read both.
                answered = attempt(form, lambda: _answer(request, plan, said))
                _show_conflict(form, conflict)
            _read_anew(form, invitation.meeting)
            if answered is not None:
                _thank(request, plan, answered)
            if answered is not None and not form.errors:
                return redirect("plan", plan.pk)  # at its top, where the receipt stands
    else:
        form = AnswerForm(others_to_ask, initial=_filled_in(request, invitation, party))
    when = meeting_words(invitation.meeting.start, invitation.meeting.end)
    return form_page(
        request,
        "work/answer.html",
        form,
        plan=plan,
        agency=party.agency,
        others=others(parties, party),
        invitation=invitation,
        meeting=invitation.meeting,
        meeting_time=when,
        changed=change_words(invitation.meeting.why_changed),
        when=when[:1].lower() + when[1:],
        asked=_asked(plan, invitation.meeting),
        table=[row for row in side_by_side(plan, party) if not row.is_own and (row.expects or row.can_do)],
        place=place_of(plan, invitation.meeting, request.actor.user),
        caller=protection.staff_name(invitation.meeting.called_by, invitation.meeting.caller.name),
        caller_phone=protection.own_phone(invitation.meeting.called_by),
    )


def _invitations(plan: Plan) -> dict[Any, Invitation]:
    """The invitations to the meeting that is to come, by agency."""
    rows = Invitation.objects.filter(meeting__plan=plan, meeting__closed_at__isnull=True)
    return {row.agency_id: row for row in rows.select_related("meeting__caller", "meeting__called_by", "agency")}


def _others_to_ask(request: PageRequest, plan: Plan, invitation: Invitation) -> list[Agency]:
    """Whom they may suggest: nobody who is asked already, nor who calls; but whom they suggest, now or before."""
    there = {str(row.agency_id) for row in _asked(plan, invitation.meeting)} | {str(invitation.meeting.caller_id)}
    there -= {str(invitation.instead_id), request.POST.get("instead", "")}
    return [one for one in agency_list.instead_of(invitation.agency, plan.child) if str(one.pk) not in there]


def _nothing_to_answer(plan: Plan, standing: Standing) -> str:
    if plan.state == State.CALLED:
        return _("Din verksamhet är inte kallad till det här mötet.")
    return _("Det finns ingen kallelse att svara på nu.")


def _filled_in(request: PageRequest, invitation: Invitation, party: Party) -> dict[str, Any]:
    read = {"sequence": invitation.meeting.sequence}
    return _so_far(request, invitation) | _lines_so_far(party) | read


def _so_far(request: PageRequest, invitation: Invitation) -> dict[str, str]:
    """The answer that was given; beside any other than that they come, that the one who answers would come."""
    named = {user.pk for user in invitation.people.all()}
    who = protection.name_beside_agency(request.actor.user) if request.actor.user.pk in named else ""
    return {
        "instead": str(invitation.instead_id or ""),
        "answer": invitation.reply,
        "who": invitation.who if invitation.reply == Reply.COME else who,
        "substitute": invitation.who if invitation.reply == Reply.SUBSTITUTE else "",
        "mandate": invitation.mandate,
        "reason": invitation.reason,
    }


def _lines_so_far(party: Party) -> dict[str, Any]:
    return {"expects": party.expects, "can_do": party.can_do, "version": party.version}


@dataclass(frozen=True)
class Said:
    """What a filled-in form says for one party."""

    form: AnswerForm
    party: Party

    @property
    def is_not_us(self) -> bool:
        """Whether somebody else should be asked."""
        return bool(self.form.cleaned_data["answer"] == Reply.NOT_US)

    @property
    def instead(self) -> Agency | None:
        """Who should be asked."""
        return self.form.by_key.get(self.form.cleaned_data["instead"])

    @property
    def answer(self) -> meetings.Answer:
        """The answer, without what its choice does not need."""
        said = self.form.cleaned_data
        reply = said["answer"]
        return meetings.Answer(
            reply=reply,
            who={Reply.COME: said["who"], Reply.SUBSTITUTE: said["substitute"]}.get(reply, ""),
            mandate=said["mandate"] if reply == Reply.SUBSTITUTE else "",
            reason=said["reason"] if reply == Reply.DECLINE else "",
            sequence=said["sequence"],
        )

    @property
    def has_new_lines(self) -> bool:
        """Whether the two lines were changed on the page."""
        said = self.form.cleaned_data
        was_asked = said["version"] is not None  # a form that was drawn before the lines stood in it has none
        return was_asked and (said["expects"], said["can_do"]) != (self.party.expects, self.party.can_do)


def _send(request: PageRequest, plan: Plan, said: Said) -> Invitation | answering.HandedOn:
    """The answer and the two lines, or neither."""
    with transaction.atomic():
        answered = _answer(request, plan, said)
        if said.has_new_lines:
            values = said.form.cleaned_data
            taking_part.set_expectation(
                request.actor,
                plan,
                said.party.agency,
                expects=values["expects"],
                can_do=values["can_do"],
                version=values["version"],
            )
        return answered


def _answer(request: PageRequest, plan: Plan, said: Said) -> Invitation | answering.HandedOn:
    if said.is_not_us:
        read = said.form.cleaned_data["sequence"]
        return answering.hand_on(request.actor, plan, said.party.agency, instead=said.instead, sequence=read)
    return meetings.answer_call(request.actor, plan, said.party.agency, said.answer)


def _show_conflict(form: AnswerForm, conflict: Conflict) -> None:
    """What a colleague wrote meanwhile, beside what was typed here; sent again, what is typed is what stands."""
    theirs = " / ".join(line for line in conflict.theirs.splitlines() if line)
    message = _("En kollega har just skrivit: ”%(theirs)s”. Skriv ihop era rader och skicka en gång till.")
    form.add_error("expects", message % {"theirs": theirs})
    _next_time(form, "version", conflict.version)


def _read_anew(form: AnswerForm, meeting: Meeting) -> None:
    """The page that is shown again shows the meeting as it is now, so that what is sent next answers that."""
    if form.errors:
        _next_time(form, "sequence", meeting.sequence)


def _next_time(form: AnswerForm, name: str, value: int) -> None:
    sent: Any = form.data
    shown = sent.copy()
    shown[name] = str(value)
    form.data = shown


def _thank(request: PageRequest, plan: Plan, answered: Invitation | answering.HandedOn) -> None:
    if isinstance(answered, Invitation):
        messages.success(request, _receipt(plan, answered))
        return
    instead = answered.invitation.instead
    name = {"name": instead.name if instead else ""}
    if answered.is_called:
        messages.success(request, _("Tack. %(name)s är nu kallade i stället, och samordnaren får veta.") % name)
    elif answered.was_asked_already:
        messages.success(request, _("Tack. %(name)s är redan kallade. Samordnaren får veta ert svar.") % name)
    else:
        messages.warning(
            request,
            _("Familjen har inte sagt ja till %(name)s. Därför är de inte kallade. Samordnaren får veta ert förslag.")
            % name,
        )


def _receipt(plan: Plan, answered: Invitation) -> str:
    """That the answer is seen; for who comes, with the way to what everybody expects of the meeting."""
    said = _("Tack. Samordnaren ser ert svar.")
    if answered.reply not in (Reply.COME, Reply.SUBSTITUTE):
        return said
    lines = f"{reverse('plan', args=[plan.pk])}#forvantningar"
    return format_html('{} <a href="{}">{}</a>', said, lines, _("Läs vad var och en förväntar sig."))


def _asked(plan: Plan, meeting: Meeting) -> list[Invitation]:
    """Everybody who is asked to the meeting, by name, as long as consent for them holds."""
    rows = meeting.invitations.filter(agency__in=effective_agencies(plan)).select_related("agency")
    return list(rows.order_by("agency__name_key", "agency_id"))
