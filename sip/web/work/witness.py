"""Underskrift på papper: who signed the printed plan, as the one who saw it answers for."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common import clock
from consent.models import Child, Guardian
from sip.plans import people, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES, State
from sip.plans.versions import current_version
from sip.signing import services as signing
from sip.signing.models import AskedSigner, Signature, SignatureStatus
from sip.signing.receipt import key_of
from sip.web.fields import DayField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work.choosing import OneField
from sip.web.work.ways import pressed_again, stopped

Signers = dict[str, Guardian | Child | AskedSigner]


class FileOrNone(forms.FileInput):
    """A file that need not be chosen: a browser then sends an empty field of that name, which is read as well."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The file; what was sent in its place is heard, and counts for nothing (sip/web/heard.py)."""
        data.get(name)
        return super().value_from_datadict(data, files, name)


class WitnessForm(forms.Form):
    """Who signed on paper, on which day, and the paper itself."""

    signer = OneField(
        label=gettext_lazy("Vem skrev under på papper?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som skrev under.")},
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

    def __init__(self, signers: Signers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "signer", [(key, _name(who)) for key, who in signers.items()])


@for_plan(Do.WITNESS)
def witness(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Underskrift på papper: the one who saw it answers for the record."""
    title = _("Underskrift på papper")
    version = current_version(plan)
    signers = _signers(plan, version)
    if request.method == "POST":
        form = WitnessForm(signers, request.POST, request.FILES)
        if form.is_valid():
            signer = signers[form.cleaned_data["signer"]]
            file = form.cleaned_data["scan"]
            done = attempt(
                form,
                lambda: signing.sign_on_paper(
                    request.actor,
                    plan,
                    signer,
                    signed_on=form.cleaned_data["signed_on"],
                    scan=file.read() if file else b"",
                ),
            )
            if done or _witnessed_twice(request, version, form.cleaned_data["signer"]):
                messages.success(
                    request,
                    _("Underskriften på papper är antecknad. %(name)s har skrivit under.") % {"name": _name(signer)},
                )
                return redirect("review" if plan.state == State.IN_REVIEW else "plan", plan.pk)
        return form_page(request, "work/witness.html", form, plan=plan, title=title, version=version)
    left = _left(signers, version)
    if version is None or plan.state in CLOSED_STATES:
        return stopped(request, plan, title, _("Det finns ingen plan att skriva under just nu."))
    if not left:
        return stopped(request, plan, title, _("Alla har redan skrivit under."))
    form = WitnessForm(left, initial={"signed_on": clock.today()})
    return form_page(request, "work/witness.html", form, plan=plan, title=title, version=version)


def _signers(plan: Plan, version: Version | None) -> Signers:
    """Everybody who may sign: the guardians with custody, the child, and who is asked to sign for an agency."""
    found: Signers = {key_of(guardian): guardian for guardian in people.asked_to_sign(plan)}
    found[key_of(None)] = plan.child
    rows = AskedSigner.objects.filter(version=version, taken_back_at=None).select_related("user", "agency")
    return found | {key_of(row): row for row in rows.order_by("at", "id")}


def _left(signers: Signers, version: Version | None) -> Signers:
    """Those of them who have not signed."""
    signed = Signature.objects.filter(version=version, status=SignatureStatus.SIGNED).select_related(
        "guardian", "asked"
    )
    keys = {key_of(word.asked or word.guardian) for word in signed}
    return {key: who for key, who in signers.items() if key not in keys}


def _name(who: Guardian | Child | AskedSigner) -> str:
    return protection.staff_name(who.user, who.agency.name) if isinstance(who, AskedSigner) else who.name


def _witnessed_twice(request: PageRequest, version: Version | None, key: str) -> bool:
    rows = Signature.objects.filter(version=version, witness=request.actor.user).select_related("guardian", "asked")
    return any(key_of(row.asked or row.guardian) == key and pressed_again(row.at) for row in rows)


@for_plan(Do.READ)
@require_safe
def scan(request: PageRequest, plan: Plan, _standing: Standing, signature_id: UUID) -> HttpResponse:
    """The signed paper, to be kept and not to be opened in the browser."""
    data = signing.download_scan(request.actor, plan, signature_id)
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="underskrift.pdf"'}
    )
