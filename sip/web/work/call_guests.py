"""Tolk och gäster: those who come to the meeting without a log-in, each with a link of their own."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotThere, Refused
from sip.meetings import guests
from sip.meetings.models import Guest, GuestRole, Meeting, Reply
from sip.meetings.services import current_meeting
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.fields import KeyField, LineField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work.choosing import OneField
from sip.web.work.ways import stopped


class GuestForm(forms.Form):
    """Somebody more who is to come."""

    key = KeyField()
    role = OneField(
        label=gettext_lazy("Vem bjuder du in?"),
        choices=GuestRole.choices,
        required=True,
        error_messages={"required": gettext_lazy("Välj som vad gästen kommer.")},
    )
    name = LineField(
        label=gettext_lazy("Namn eller nummer"),
        help_text=gettext_lazy(
            "Till exempel tolkens namn eller tolkförmedlingens nummer. De som läser planen ser det."
        ),
        required=True,
        error_messages={"required": gettext_lazy("Skriv vem gästen är, till exempel tolkens namn eller nummer.")},
    )
    note = LineField(
        label=gettext_lazy("Det här behöver gästen veta"),
        help_text=gettext_lazy("Till exempel: Tolkning till arabiska. Skriv inget om barnet."),
    )


@dataclass(frozen=True)
class GuestRow:
    """One guest: who, the link to hand over, what was answered."""

    guest: Guest
    address: str
    answer: str


@for_plan(Do.CHANGE_CALL)
def call_guests(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Those who are asked by link, their links, and the form for one more."""
    meeting = current_meeting(plan)
    if request.method == "POST" and "revoke" in request.POST:
        guest = _guest(plan, request.POST["revoke"])
        guests.revoke_guest(request.actor, plan, guest)
        messages.success(request, _("Länken till %(name)s gäller inte längre.") % {"name": guest.name})
        return redirect("call_guests", plan.pk)
    if request.method == "POST" and "again" in request.POST:
        return _again(request, plan)
    form = GuestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        added = attempt(form, lambda: guests.invite_guest(request.actor, plan, **said))
        if added is not None:
            messages.success(request, _("Länken till %(name)s är klar. Skicka den.") % {"name": added.name})
            return redirect("call_guests", plan.pk)
    if meeting is None and not form.is_bound:
        return stopped(request, plan, _("Tolk och gäster"), _("Kalla till mötet först. Sedan bjuder du in gäster."))
    return form_page(
        request,
        "work/call_guests.html",
        form,
        plan=plan,
        when=meeting_words(meeting.start, meeting.end) if meeting else "",
        rows=_rows(meeting) if meeting else [],
        before=guests.not_asked_again(meeting) if meeting else [],
    )


def _again(request: PageRequest, plan: Plan) -> HttpResponse:
    """Those of the meeting that was cancelled are asked to the new one."""
    try:
        if guests.invite_again(request.actor, plan):
            messages.success(request, _("Länkarna till det nya mötet är klara. Skicka dem."))
    except Refused as refused:
        messages.error(request, refused.problems[0].message)
    return redirect("call_guests", plan.pk)


def _rows(meeting: Meeting) -> list[GuestRow]:
    return [GuestRow(guest, guests.address_of(guest), answer_words(guest)) for guest in guests.guests_of(meeting)]


def answer_words(guest: Guest) -> str:
    """What a guest has answered."""
    words = {Reply.COME: _("Kommer"), Reply.DECLINE: _("Kan inte komma")}
    return words[Reply(guest.reply)] if guest.reply else _("Har inte svarat")


def _guest(plan: Plan, key: str) -> Guest:
    """A guest of this plan. Raises NotThere for any other key."""
    try:
        found = Guest.objects.filter(meeting__plan=plan, pk=UUID(key)).first()
    except ValueError as error:
        raise NotThere from error
    if found is None:
        raise NotThere
    return found
