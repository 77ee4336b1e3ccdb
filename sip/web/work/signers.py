"""Underskrifter: who is waited for, a reminder with one press, and colleagues asked to sign for their agency."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.text import in_words
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES
from sip.plans.versions import current_version
from sip.signing import asked, receipt
from sip.signing.models import SignatureStatus
from sip.web.fields import LineField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.staff.plan_papers import Word, words
from sip.web.work.choosing import ManyField
from sip.web.work.ways import stopped

ASK, REMIND, TAKE_BACK = "be", "paminn", "sluta-vanta"
WHO_MAX = 60


class AskForm(forms.Form):
    """Which colleagues are asked to sign for their agencies."""

    people = ManyField(
        label=gettext_lazy("Vilka ska skriva under för sin verksamhet?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj minst en person.")},
    )


class WhoForm(forms.Form):
    """Whose row the button stands in."""

    who = LineField(most=WHO_MAX, required=False)


@dataclass(frozen=True)
class Row:
    """One signer: what they have said, and what the coordinator can do about it. `note`: why no reminder goes out."""

    key: str
    word: Word
    note: str = ""
    may_remind: bool = False
    may_take_back: bool = False


@for_plan(Do.WITNESS)
def signers(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Everybody who is asked to sign, each with what can be done; and the way to ask somebody for an agency."""
    title = _("Underskrifter")
    version = current_version(plan)
    if version is None or plan.state in CLOSED_STATES:
        return stopped(request, plan, title, _("Det finns ingen plan att skriva under just nu."))
    form = _ask_form(plan, version)
    if request.method == "POST":
        what = request.POST.get("do")
        if what in (REMIND, TAKE_BACK):
            _about_one(request, plan, _remind if what == REMIND else _take_back)
            return redirect("signers", plan.pk)
        form = _ask_form(plan, version, request)
        if form.is_valid():
            chosen = form.cleaned_data["people"]
            rows = attempt(form, lambda: asked.ask_to_sign(request.actor, plan, chosen))
            if rows is not None:
                _tell_asked(request, [protection.staff_name(row.user) for row in rows])
                return redirect("signers", plan.pk)
    context = {
        "plan": plan,
        "title": title,
        "version": version,
        "rows": [_row(plan, version, row) for row in receipt.signer_rows(plan, version)],
        "offers": bool(asked.candidates(plan, version)) and version.sealed_at is None,
        "remind": REMIND,
        "take_back": TAKE_BACK,
    }
    return form_page(request, "work/signers.html", form, **context)


def _ask_form(plan: Plan, version: Version, request: PageRequest | None = None) -> AskForm:
    form = AskForm(request.POST) if request else AskForm()
    # Who is asked already is a choice that changes nothing: the button was pressed twice.
    known = {row.asked for row in receipt.signer_rows(plan, version) if row.asked and not row.asked.taken_back_at}
    offered = [*asked.candidates(plan, version)]
    if request:
        offered += [asked.Candidate(row.user, row.agency) for row in known]
    offer(form, "people", [(one.key, protection.staff_name(one.user, one.agency.name)) for one in offered])
    return form


def _tell_asked(request: PageRequest, names: list[str]) -> None:
    if names:
        messages.success(request, _("%(names)s har fått en fråga om att skriva under.") % {"names": in_words(names)})


def _about_one(request: PageRequest, plan: Plan, do: Callable[[PageRequest, Plan, str], str]) -> None:
    form = WhoForm(request.POST)
    who = form.cleaned_data["who"] if form.is_valid() else ""
    try:
        messages.success(request, do(request, plan, who))
    except Refused as refused:
        messages.error(request, refused.message)


def _remind(request: PageRequest, plan: Plan, who: str) -> str:
    return _("%(name)s får en påminnelse.") % {"name": asked.remind(request.actor, plan, who)}


def _take_back(request: PageRequest, plan: Plan, who: str) -> str:
    row = asked.take_back(request.actor, plan, _key(who))
    return _("Ingen väntar längre på %(name)s.") % {"name": protection.staff_name(row.user)}


def _key(who: str) -> UUID | None:
    try:
        return UUID(who.removeprefix("m-"))
    except ValueError:
        return None


def _row(plan: Plan, version: Version, row: receipt.SignerRow) -> Row:
    (word,) = words([row.told])
    is_open = row.asked is not None and row.asked.taken_back_at is None
    may_take_back = is_open and row.told["status"] != SignatureStatus.SIGNED
    if row.user is None:
        return Row(row.key, word, may_take_back=may_take_back)
    if not asked.may_be_reminded(plan, row):
        note = _("Är inte längre med. Fråga någon annan.") if row.asked else _("Skriver under på papper.")
        return Row(row.key, word, note, may_take_back=may_take_back)
    if asked.was_reminded_today(plan, version, row.user):
        return Row(row.key, word, _("Påmind idag."), may_take_back=may_take_back)
    return Row(row.key, word, may_remind=True, may_take_back=may_take_back)
