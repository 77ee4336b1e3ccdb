"""Kalla till möte: the question, time and place, who is called, by when they answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, User
from common.errors import Problem, Refused
from common.text import in_words
from sip.meetings import guests, polling
from sip.meetings import services as meetings
from sip.meetings.models import Invitation
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.states import Act, after
from sip.web.fields import LineField, WordsField
from sip.web.pages import UNPROCESSABLE, PageRequest, for_plan, form_page
from sip.web.words import weekday_words
from sip.web.work import call_again, call_page
from sip.web.work.call_page import Reachable
from sip.web.work.call_when import WhenForm
from sip.web.work.choosing import ManyField, OneField, RowsField, offer_rows
from sip.web.work.ways import obstacle, pressed_twice, stopped

CALL, INVITE, NOT_NOW = "call", "invite", "no"
# What a rule may find missing that is mended at one agency.
BESIDE_AGENCY = ("grounds", "people")


class CallForm(WhenForm):
    """The call itself; who is called stands in one `AskedForm` each."""

    purpose = LineField(label=gettext_lazy("Vad är syftet med mötet?"), help_text=gettext_lazy("Skriv det på en rad."))
    question = WordsField(
        most=1000,
        rows=3,
        label=gettext_lazy("Vad ska mötet svara på?"),
        help_text=gettext_lazy("En eller två frågor. Alla som kallas ser dem."),
    )
    adaptations = WordsField(
        most=1000,
        rows=2,
        label=gettext_lazy("Vad behöver barnet för att kunna vara med?"),
        help_text=gettext_lazy("Till exempel tolk, en paus eller att någon berättar före mötet."),
    )
    # Where the rules' words on who is called are shown.
    called = forms.Field(required=False, widget=forms.HiddenInput)
    field_order = ("question", "purpose", "day", "start", "end", "place", "link", "adaptations", "called", "answer_by")


class AskedForm(forms.Form):
    """One agency: called, invited or not now; who is called by name; why specialist care is called."""

    how = OneField(
        choices=(
            (CALL, gettext_lazy("Kallas")),
            (INVITE, gettext_lazy("Bjuds in")),
            (NOT_NOW, gettext_lazy("Inte den här gången")),
        )
    )
    people = RowsField(label=gettext_lazy("Vem ska komma?"))
    # Shown where `must_choose`; always read, so that somebody who began to receive meanwhile is no error.
    rings = forms.BooleanField(required=False, label=gettext_lazy("Jag ringer dit i stället"))
    grounds = ManyField(choices=list(call_page.GROUNDS.items()), label=gettext_lazy("Varför kallas de?"))

    def __init__(self, reachable: Reachable, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reachable = reachable
        offer_rows(self, "people", {user.pk: user for user in reachable.people}, lambda user: user.name)
        how = self.fields["how"]
        how.label = reachable.agency.name

    @property
    def must_choose(self) -> bool:
        """Whether nobody there receives a call that names nobody, and somebody could be named."""
        return bool(self.reachable.people) and not self.reachable.is_received

    @property
    def whom(self) -> str:
        """What is said where somebody is called by name: who gets the call when nobody is chosen."""
        if not self.must_choose:
            return _(
                "Väljer du ingen går kallelsen till dem som redan är med i planen, annars till verksamhetens mottagare."
            )
        told = {"agency": self.reachable.agency.name, "phone": self.reachable.agency.phone}
        if told["phone"]:
            return _("Ingen tar emot kallelser hos %(agency)s. Välj någon med namn, eller ring: %(phone)s.") % told
        return _("Ingen tar emot kallelser hos %(agency)s. Välj någon med namn, eller ring dit.") % told

    @property
    def is_open(self) -> bool:
        """Whether something in the folded part is chosen or wrong, so that it should stand open."""
        return self.must_choose or bool(self.errors.get("people") or self["people"].value())


@for_plan(Do.CALL)
def call(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Kalla till möte."""
    blocked = obstacle(lambda: after(Act.CALL, plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, _("Kalla till möte"), blocked)
    can, cannot = call_page.agencies(plan)
    if request.method != "POST":
        off = call_again.cancelled(plan)
        again = call_again.of_meeting(off) if off else {}
        before = call_again.asked_to(off) if off else None
        asked = [AskedForm(one, prefix=prefix_of(one.agency), initial=_usual(one, before)) for one in can]
        initial = call_page.usual(plan) | again | call_page.chosen_time(plan, request.GET.get("tid", ""))
        return _page(request, plan, CallForm(plan, initial=initial), asked, cannot)
    form = CallForm(plan, request.POST)
    asked = [AskedForm(one, request.POST, prefix=prefix_of(one.agency)) for one in can]
    # Every form is checked, so that everything wrong is told at once.
    if all([form.is_valid(), *(one.is_valid() for one in asked)]) and not out_of_reach(request, form, can, cannot):
        sent = _send(request, plan, form, asked)
        if sent:
            return _sent(request, plan, sent)
        if pressed_twice(plan, Act.CALL, request.actor):
            return redirect("plan", plan.pk)
    return _page(request, plan, form, asked, cannot)


def prefix_of(agency: Agency) -> str:
    """What the names of an agency's fields begin with."""
    return f"v-{agency.pk}"


def _usual(one: Reachable, before: dict[UUID, Invitation] | None) -> dict[str, Any]:
    """How the agency is asked when nobody has chosen: as `before`, to the meeting that was cancelled, if any was."""
    if before is None:
        return {"how": CALL if one.must_come else INVITE}
    asked = before.get(one.agency.pk)
    if asked is None:
        return {"how": NOT_NOW}
    there = {user.pk for user in one.people}
    return {
        "how": CALL if asked.is_call else INVITE,
        "people": [str(user.pk) for user in asked.people.all() if user.pk in there],
        "grounds": asked.grounds,
    }


def _new_call(form: CallForm, asked: Sequence[AskedForm]) -> meetings.NewCall:
    values = form.cleaned_data
    chosen = [one for one in asked if one.cleaned_data["how"] in (CALL, INVITE)]
    return meetings.NewCall(
        purpose=values["purpose"],
        question=values["question"],
        start=values["starts"],
        end=values["ends"],
        place=values["place"],
        link=values["link"],
        adaptations=values["adaptations"],
        answer_by=values["answer_by"],
        called=[one.reachable.agency for one in chosen if one.cleaned_data["how"] == CALL],
        invited=[one.reachable.agency for one in chosen if one.cleaned_data["how"] == INVITE],
        named={one.reachable.agency.pk: named_by(one) for one in chosen},
        will_ring=rung_by(chosen),
        grounds={one.reachable.agency.pk: one.cleaned_data["grounds"] for one in chosen},
    )


def named_by(one: AskedForm) -> list[User]:
    """Who is called by name there."""
    people: list[User] = one.cleaned_data["people"]
    return people


def rung_by(chosen: Sequence[AskedForm]) -> set[UUID]:
    """The agencies that the coordinator rings, since nobody there receives the call."""
    return {one.reachable.agency.pk for one in chosen if one.cleaned_data["rings"]}


def out_of_reach(request: PageRequest, form: forms.Form, can: list[Reachable], cannot: list[call_page.NotYet]) -> bool:
    """Whether somebody was chosen who cannot be called any more; nobody is left out of a call in silence."""
    offered = {prefix_of(one.agency) for one in can}
    why_not = {prefix_of(one.agency): f"{one.agency.name}: {one.why}." for one in cannot}
    for name, how in request.POST.items():
        prefix = name.removesuffix("-how")
        if name != prefix and how in (CALL, INVITE) and prefix not in offered:
            form.add_error("called", why_not.get(prefix, _("Välj verksamheter i listan.")))
    return bool(form.errors)


def _send(request: PageRequest, plan: Plan, form: CallForm, asked: Sequence[AskedForm]) -> meetings.Called | None:
    """Send the call. A ground that is missing is said beside its agency, where it is mended."""
    try:
        return meetings.call(request.actor, plan, _new_call(form, asked))
    except Refused as refused:
        for problem in refused.problems:
            if problem.field in BESIDE_AGENCY:
                beside_agency(asked, problem)
            else:
                form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return None


def beside_agency(asked: Sequence[AskedForm], problem: Problem) -> None:
    """Say of a ground or a name that is missing beside its agency, where it is mended."""
    for one in asked:
        if problem.field == "people":
            lacks_name = one.must_choose and one.cleaned_data["how"] != NOT_NOW and not one.cleaned_data.get("people")
            if lacks_name and one.reachable.agency.name in problem.message:
                one.add_error("people", problem.message)
            continue
        # A field that has been said to be wrong, of an earlier problem, has no cleaned value any more.
        lacks_ground = one.cleaned_data["how"] == CALL and not one.cleaned_data.get("grounds")
        if lacks_ground and one.reachable.needs_ground and one.reachable.agency.name in problem.message:
            one.add_error("grounds", problem.message)


def _sent(request: PageRequest, plan: Plan, sent: meetings.Called) -> HttpResponse:
    names = [row.agency.name for row in sent.meeting.invitations.select_related("agency").order_by("agency__name_key")]
    messages.success(
        request,
        _("Kallelsen är skickad till %(names)s. De svarar senast %(day)s. Familjen får veta tiden.")
        % {"names": in_words(names), "day": weekday_words(sent.meeting.answer_by)},
    )
    say_unreceived(request, sent)
    if before := guests.not_asked_again(sent.meeting):
        asked = {"names": in_words([guest.name for guest in before])}
        messages.warning(
            request, _("%(names)s har ingen länk till det nya mötet. Gör den under Tolk och gäster.") % asked
        )
    return redirect("plan", plan.pk)


def say_unreceived(request: PageRequest, sent: meetings.Called) -> None:
    """Say whom to ring, where nobody receives what was sent."""
    if sent.unreceived:
        messages.warning(
            request,
            _("Ingen tar emot kallelser på %(names)s. Ring dit, annars får de inte veta att de är kallade.")
            % {"names": in_words([f"{row.name} ({row.phone})" if row.phone else row.name for row in sent.unreceived])},
        )


def _page(
    request: PageRequest,
    plan: Plan,
    form: CallForm,
    asked: list[AskedForm],
    cannot: list[call_page.NotYet],
) -> HttpResponse:
    response = form_page(
        request,
        "work/call.html",
        form,
        plan=plan,
        asked=asked,
        forms=[form, *asked],
        cannot=cannot,
        limit=call_page.meeting_limit(plan),
        is_again=call_again.cancelled(plan) is not None,
        may_propose=polling.open_poll(plan) is None,
        is_follow_up=plan.meetings.filter(closed_at__isnull=False, cancelled_at__isnull=True).exists(),
    )
    if any(one.is_bound and one.errors for one in asked):
        response.status_code = UNPROCESSABLE
    return response
