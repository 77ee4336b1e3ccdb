"""Skriv under: the exact stored paper, what a signature means, and the way to say no."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common.errors import Refused
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.plans.access import Do, Standing
from sip.plans.audience import audience_of
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES
from sip.plans.versions import current_version
from sip.signing import services as signing
from sip.signing.models import SignatureStatus
from sip.web.family import now
from sip.web.family.gate import for_family
from sip.web.family.names import coordinator_of, plan_name, sign_heading
from sip.web.family.plan_page import my_word
from sip.web.family.proof import ProofForm
from sip.web.pages import UNPROCESSABLE, PageRequest, form_page

CODE_DIGITS = 12


class SignForm(ProofForm):
    """The tick that the plan is read, and the version that was shown."""

    field_order = ("has_read", "password", "sha256")

    has_read = forms.BooleanField(
        label=gettext_lazy("Jag har läst planen"),
        error_messages={"required": gettext_lazy("Kryssa i att du har läst planen. Sedan kan du skriva under.")},
    )
    sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class Stop:
    """Why nothing can be signed here now: what it says, and where to go instead."""

    heading: str
    text: str
    label: str
    href: str
    status: int = 200


@for_family(Do.SIGN)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Show what is signed and what that means; sign the version that was shown, and no other."""
    version = current_version(plan)
    if request.method == "POST":
        form = SignForm(request, request.POST)
        if in_the_way := _on_paper(request, plan, UNPROCESSABLE):
            return _stopped(request, plan, in_the_way)
        if version is None or form.data.get("sha256") != version.sha256:
            return _stopped(request, plan, _changed(plan, version))
        if form.is_valid():
            return _sign(request, plan, form)
    else:
        form = SignForm(request, initial={"sha256": version.sha256 if version else ""})
    stop = _stop(request, plan, version)
    if stop or version is None:
        return _stopped(request, plan, stop or _nothing(plan))
    return form_page(request, "family/sign.html", form, **_about(request, plan, version))


def _sign(request: PageRequest, plan: Plan, form: SignForm) -> HttpResponse:
    try:
        signing.sign(form.proven(), plan, sha256=form.cleaned_data["sha256"])
    except Refused as refused:
        codes = {problem.code for problem in refused.problems}
        version = current_version(plan)
        if "signed" in codes and version is not None:
            return _stopped(request, plan, _signed_already(request, plan, version, UNPROCESSABLE))
        if "protected" in codes and version is not None:
            return _stopped(request, plan, _held_back(request, plan, version, UNPROCESSABLE) or _nothing(plan))
        if "stale" in codes or "state" in codes:
            return _stopped(request, plan, _changed(plan, version))
        raise
    messages.success(request, _("Tack. Din underskrift är sparad."))
    return redirect("family_plan", plan.pk)


@for_family(Do.SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_to_sign(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Say no to signing: one button, after what it means."""
    version = current_version(plan)
    if request.method == "POST":
        try:
            signing.refuse_to_sign(request.actor, plan)
        except Refused as refused:
            stop = Stop(
                _("Inget nytt är antecknat"),
                refused.message,
                _("Till planen"),
                reverse("family_plan", args=[plan.pk]),
                UNPROCESSABLE,
            )
            return _stopped(request, plan, stop)
        messages.success(request, _("Det är antecknat att du inte vill skriva under."))
        return redirect("family_plan", plan.pk)
    in_the_way = _stop(request, plan, version)
    if in_the_way:
        return _stopped(request, plan, in_the_way)
    context = {"plan": plan, "plan_name": plan_name(plan.child, request.actor), "coordinator": coordinator_of(plan)}
    return render(request, "family/refuse_to_sign.html", context)


def _about(request: PageRequest, plan: Plan, version: Version) -> dict[str, Any]:
    return {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "heading": sign_heading(plan.child, request.actor),
        "version": version,
        "pages": documents.pages(version, DocumentKind.PLAN),
        "code": control_code(version),
        "coordinator": coordinator_of(plan),
    }


def control_code(version: Version) -> str:
    """The first digits of the version's hash, in fours, so that two people can compare what they have read."""
    digits = version.sha256[:CODE_DIGITS].upper()
    return " ".join(digits[start : start + 4] for start in range(0, CODE_DIGITS, 4))


def _stop(request: PageRequest, plan: Plan, version: Version | None) -> Stop | None:
    """What stands in the way before anything is tried; None when the version can be signed."""
    if version is None or plan.state in CLOSED_STATES:
        return _nothing(plan)
    word = my_word(version, request.actor)
    if word is not None and word.status == SignatureStatus.SIGNED:
        return _signed_already(request, plan, version, 200)
    return _held_back(request, plan, version, 200) or _on_paper(request, plan, 200)


def _held_back(request: PageRequest, plan: Plan, version: Version, status: int) -> Stop | None:
    """The paper tells what has been protected since: it is neither read nor signed by this person."""
    why = documents.held_back(version, request.actor.user, plan)
    if not why:
        return None
    to_plan = reverse("family_plan", args=[plan.pk])
    return Stop(_("Du får ett nytt papper"), why[0].message, _("Till planen"), to_plan, status)


def _on_paper(request: PageRequest, plan: Plan, status: int) -> Stop | None:
    """Whoever may not read all of the version signs on paper; what the page says is true of any such signature."""
    if audience_of(request.actor, plan).is_whole:
        return None
    who = coordinator_of(plan)
    return Stop(
        _("Planen skrivs under på papper"),
        _("%(who)s ordnar det. Planen gäller även utan underskrift.") % {"who": who[:1].upper() + who[1:]},
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
        status,
    )


def _nothing(plan: Plan) -> Stop:
    return Stop(
        _("Det finns ingen plan att skriva under just nu"),
        _("Planen skrivs eller ändras. När den är klar får du den att läsa."),
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
    )


def _signed_already(request: PageRequest, plan: Plan, version: Version, status: int) -> Stop:
    word = my_word(version, request.actor)
    when = now.signed_words(word) if word else ""
    text = _("%(when)s En underskrift räcker.") % {"when": when}
    return Stop(
        _("Du har redan skrivit under"), text.strip(), _("Till planen"), reverse("family_plan", args=[plan.pk]), status
    )


def _changed(plan: Plan, version: Version | None) -> Stop:
    """The plan is another than the one that was shown: nothing was signed."""
    heading = _("Planen har ändrats")
    if version is None or plan.state in CLOSED_STATES:
        return Stop(
            heading,
            _("Din underskrift är inte gjord. Planen ändrades efter att du öppnade sidan. Du får en ny att läsa."),
            _("Till planen"),
            reverse("family_plan", args=[plan.pk]),
            UNPROCESSABLE,
        )
    return Stop(
        heading,
        _("Din underskrift är inte gjord. Planen ändrades efter att du öppnade sidan. Läs den nya först."),
        _("Läs den nya planen"),
        reverse("sign", args=[plan.pk]),
        UNPROCESSABLE,
    )


def _stopped(request: PageRequest, plan: Plan, stop: Stop) -> HttpResponse:
    context = {"plan": plan, "plan_name": plan_name(plan.child, request.actor), "stop": stop}
    return render(request, "family/sign_stop.html", context, status=stop.status)
