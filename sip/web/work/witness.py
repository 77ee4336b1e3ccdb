"""Underskrift på papper: who signed the printed plan, as the one who saw it answers for."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from consent.models import Child, Guardian
from sip.plans import people
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES, State
from sip.plans.versions import current_version
from sip.signing import on_paper
from sip.signing import services as signing
from sip.signing.models import AskedSigner, Signature
from sip.signing.receipt import key_of
from sip.signing.signers import must_sign, of_word, who_signed
from sip.web import uploads
from sip.web.fields import DayField, LineField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.paper_waits import handed_out
from sip.web.work.choosing import OneField
from sip.web.work.ways import pressed_again, stopped

Signers = dict[str, Guardian | Child | AskedSigner]
TAKE_BACK = "ta-bort"
MOST_DIGITS = 4  # of a version's number
MARK_MAX = 40  # characters typed for a code of twelve: spaces and dashes are read past


class FileOrNone(forms.FileInput):
    """A file that need not be chosen: a browser then sends an empty field of that name, which is read as well."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The file; what was sent in its place is heard, and counts for nothing (sip/web/heard.py)."""
        data.get(name)
        return super().value_from_datadict(data, files, name)


class WitnessForm(forms.Form):
    """Who signed on paper, which paper, on which day, and the paper itself."""

    signer = OneField(
        label=gettext_lazy("Vem skrev under på papper?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som skrev under.")},
    )
    changed_mind = forms.BooleanField(
        label=gettext_lazy("Jag såg själv att personen skrev under, efter att först ha sagt nej"), required=False
    )
    understands = forms.BooleanField(
        label=gettext_lazy("Barnet ville själv skriva under, och förstod vad det betyder"), required=False
    )
    mark = LineField(
        label=gettext_lazy("Kontrollkoden på papperet"),
        help_text=gettext_lazy("Tolv tecken längst ned på varje sida. Står där ingen kod, skriv versionens nummer."),
        most=MARK_MAX,
    )
    signed_on = DayField(label=gettext_lazy("Vilken dag?"), required=False)
    scan = forms.FileField(
        label=gettext_lazy("Papperet, inskannat eller fotograferat"),
        help_text=gettext_lazy("En bild eller en inskannad PDF. Högst 10 MB. Vi sparar bara det som syns."),
        required=False,
        widget=FileOrNone(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"max_length": gettext_lazy("Filens namn är för långt. Byt namn på den och försök igen.")},
        max_length=1000,
    )

    def __init__(self, signers: Signers, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        offer(self, "signer", _names(signers))

    def clean_scan(self) -> Any:
        """The file, or None. One that was too large to be read looks like none, and is not passed over in silence."""
        if self.is_too_large:
            raise forms.ValidationError(
                _("Papperet är för stort. Det får vara högst 10 MB. Fotografera det en gång till.")
            )
        return self.cleaned_data["scan"]


@for_plan(Do.WITNESS)
def witness(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Underskrift på papper: the one who saw it answers for the record, and can take it back when it was a mistake."""
    title = _("Underskrift på papper")
    version = current_version(plan)
    signers = _signers(plan, version)
    if request.method == "POST" and TAKE_BACK in request.POST:
        return _taken_back(request, plan)
    if request.method == "POST":
        form = WitnessForm(signers, request.POST, request.FILES, is_too_large=uploads.was_too_large(request))
        if form.is_valid():
            signer = signers[form.cleaned_data["signer"]]
            done = attempt(form, lambda: _recorded(request, plan, signer, form))
            if done or _witnessed_twice(request, version, form.cleaned_data["signer"]):
                words = _("Underskriften på papper är antecknad. %(name)s har skrivit under.")
                messages.success(request, words % {"name": on_paper.name_of(signer)})
                return redirect("review" if plan.state == State.IN_REVIEW else "plan", plan.pk)
        offer(form, "signer", _offered(_left(signers, version), signers, form.data.get("signer", "")))
        return form_page(request, "work/witness.html", form, plan=plan, title=title, **_about(request, plan, version))
    left = _left(signers, version)
    about = _about(request, plan, version)
    if version is None or plan.state in CLOSED_STATES:
        return stopped(request, plan, title, _("Det finns ingen plan att skriva under just nu."))
    if not left and not about["records"]:
        return stopped(request, plan, title, _("Alla har redan skrivit under."))
    form = WitnessForm(left, initial={"signed_on": clock.today()})
    return form_page(request, "work/witness.html", form, plan=plan, title=title, **about)


def _recorded(request: PageRequest, plan: Plan, signer: Guardian | Child | AskedSigner, form: WitnessForm) -> Signature:
    said = form.cleaned_data
    return on_paper.sign_on_paper(
        request.actor,
        plan,
        signer,
        mark=said["mark"],
        signed_on=said["signed_on"],
        scan=said["scan"].read() if said["scan"] else b"",
        changed_mind=said["changed_mind"],
        understands=said["understands"],
    )


def _taken_back(request: PageRequest, plan: Plan) -> HttpResponse:
    try:
        key = UUID(request.POST[TAKE_BACK])
    except ValueError:
        key = None
    try:
        on_paper.take_back(request.actor, plan, key)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Anteckningen är borttagen. Ingen underskrift på papper räknas från den."))
    return redirect("witness", plan.pk)


def _about(request: PageRequest, plan: Plan, version: Version | None) -> dict[str, Any]:
    """The exemplars to print, and the records that may be taken back."""
    records = on_paper.may_take_back(request.actor, version)
    return {
        "version": version,
        "guardians": people.asked_to_sign(plan),
        "records": [{"key": row.pk, "name": _whose(plan, row), "day": row.signed_on} for row in records],
        "take_back": TAKE_BACK,
    }


def _whose(plan: Plan, row: Signature) -> str:
    return on_paper.name_of(of_word(row) or plan.child)


def _signers(plan: Plan, version: Version | None) -> Signers:
    """Everybody who may sign: the guardians with custody, the child, and who is asked to sign for an agency."""
    waited_for = must_sign(plan, version) if version else []
    return {key_of(signer): signer or plan.child for signer in dict.fromkeys([*waited_for, None])}


def _left(signers: Signers, version: Version | None) -> Signers:
    """Those of them who have not signed."""
    signed = {key_of(one) for one in who_signed(version)} if version else set()
    return {key: who for key, who in signers.items() if key not in signed}


def _names(signers: Signers) -> list[tuple[str, str]]:
    return [(key, on_paper.name_of(who)) for key, who in signers.items()]


def _offered(left: Signers, signers: Signers, chosen: str) -> list[tuple[str, str]]:
    """Who is left to choose after an error, as before it; and who was chosen, who may have signed meanwhile."""
    return _names({key: who for key, who in signers.items() if key in left or key == chosen})


def _witnessed_twice(request: PageRequest, version: Version | None, key: str) -> bool:
    rows = Signature.objects.filter(version=version, witness=request.actor.user).select_related("guardian", "asked")
    return any(key_of(of_word(row)) == key and pressed_again(row.at) for row in rows)


@for_plan(Do.WITNESS)
@require_safe
def exemplar(request: PageRequest, plan: Plan, _standing: Standing, guardian_id: UUID) -> HttpResponse:
    """The paper that one guardian is to read and sign, to print and hand over; `?version=1` for an earlier version."""
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else None

    def fetch() -> bytes:
        return on_paper.download_exemplar(request.actor, plan, guardian_id, number)

    try:
        return handed_out(request, plan, "sip.pdf", fetch, back=reverse("witness", args=[plan.pk]))
    except Refused as refused:
        return stopped(request, plan, _("Planen går inte att hämta"), refused.message)


@for_plan(Do.READ)
@require_safe
def scan(request: PageRequest, plan: Plan, _standing: Standing, signature_id: UUID) -> HttpResponse:
    """The signed paper, to be kept and not to be opened in the browser."""
    data = signing.download_scan(request.actor, plan, signature_id)
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="underskrift.pdf"'}
    )
