"""Skriv under: the exact stored paper, what a signature means, a code to show who one is, and the way to say no."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.languages import SWEDISH
from agencies.models import User
from common.errors import Refused
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.documents.words import control_code
from sip.notices.delivery import way_to
from sip.notices.models import Channel
from sip.notices.preferences import chosen
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version
from sip.plans.versions import current_version
from sip.signing import attempts, codes, providers
from sip.signing import services as signing
from sip.signing.models import new_nonce
from sip.signing.providers.base import READ_FIRST
from sip.web import heard
from sip.web.family import sign_stops as stops
from sip.web.family.gate import for_family
from sip.web.family.names import coordinator_of, plan_name, sign_heading
from sip.web.family.said import left_behind
from sip.web.pages import UNPROCESSABLE, Afterwards, PageRequest, form_page

CODE_MAX = 100  # characters typed for six digits: spaces, dashes and hidden marks are read past
SEND_CODE = "skicka-kod"
OUTSIDE = "med-"  # and the service's key: which button was pressed


class CodeField(forms.Field):
    """The code's digits, however they were typed or pasted; what is no code is said, and not tried."""

    def clean(self, value: Any) -> str:
        """Six digits, or "" where nothing was typed."""
        typed = str(value or "")[:CODE_MAX].strip()
        digits = codes.digits_of(typed)
        if typed and len(digits) != codes.DIGITS:
            raise forms.ValidationError(_("Koden har sex siffror. Läs den igen."))
        return digits


class SignForm(forms.Form):
    """The tick that the plan is read, the version that was shown, and the code."""

    has_read = forms.BooleanField(
        label=gettext_lazy("Jag har läst planen"),
        error_messages={"required": READ_FIRST},
    )
    code = CodeField(
        label=gettext_lazy("Din kod"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    nonce = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@for_family(Do.SIGN)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Show what is signed and what that means; send the code; sign the version that was shown, and no other."""
    version = current_version(plan)
    if request.method == "POST":
        # First of all: a field too many undoes the page, and with it that a code was tried.
        heard.only(request, "has_read", "code", "sha256", "step", "nonce")
        form = SignForm(request.POST)
        if in_the_way := stops.on_paper(request, plan, UNPROCESSABLE):
            return stops.stopped(request, plan, in_the_way)
        if version is None or form.data.get("sha256") != version.sha256:
            return stops.stopped(request, plan, stops.changed(plan, version))
        answer = _done(request, plan, form) if form.is_valid() else None
        if answer:
            return answer
    else:
        form = SignForm(initial=_before(request.actor.user, version))
    stop = stops.in_the_way(request, plan, version)
    if stop or version is None:
        why = stop or stops.nothing(plan)
        return stops.stopped(request, plan, replace(why, status=UNPROCESSABLE) if request.method == "POST" else why)
    return form_page(request, "family/sign.html", form, **_about(request, plan, version))


def _before(user: User, version: Version | None) -> dict[str, Any]:
    """What stands in the form when it is opened. Who has a code has ticked that the plan is read, or had got none."""
    if version is None:
        return {}
    has_code = codes.newest_open(user, version) is not None
    return {"sha256": version.sha256, "nonce": new_nonce(), "has_read": has_code}


def _done(request: PageRequest, plan: Plan, form: SignForm) -> HttpResponse | None:
    """Send the code, or sign. None when something is wrong that stands beside a field."""
    wanted = request.POST.get("step", "")
    step = _send_code if wanted == SEND_CODE else _ask_outside if wanted.startswith(OUTSIDE) else _sign
    try:
        return step(request, plan, form)
    except Refused as refused:
        stop = stops.after_refusal(request, plan, refused)
        if stop is None and {problem.code for problem in refused.problems} == {"many"}:
            form.add_error("code", refused.message)
        elif stop is None:
            raise
        return stop


def _send_code(request: PageRequest, plan: Plan, form: SignForm) -> HttpResponse:
    said = form.cleaned_data
    signing.send_code(request.actor, plan, sha256=said["sha256"], has_read=said["has_read"])
    return redirect(reverse("sign", args=[plan.pk]) + "#kod")


def _ask_outside(request: PageRequest, plan: Plan, form: SignForm) -> HttpResponse:
    said = form.cleaned_data
    attempt = attempts.start_signing(
        request.actor,
        plan,
        provider=request.POST["step"].removeprefix(OUTSIDE),
        sha256=said["sha256"],
        has_read=said["has_read"],
        nonce=said["nonce"] or new_nonce(),
    )
    if attempt.asked_at is None:
        return Afterwards(lambda: _asked(request, attempt.pk))
    return redirect("signing", attempt.pk)


def _asked(request: PageRequest, attempt: UUID) -> HttpResponse:
    """The service has been asked for the first time; however that went, the next page tells."""
    attempts.poll_signing(request.actor, attempt)
    return redirect("signing", attempt)


def _sign(request: PageRequest, plan: Plan, form: SignForm) -> HttpResponse | None:
    said = form.cleaned_data
    if not said["code"]:
        form.add_error("code", _("Skriv koden som du har fått. Har du ingen kod kan du be om en."))
        return None
    if signing.sign_with_code(request.actor, plan, sha256=said["sha256"], code=said["code"]) is None:
        form.add_error("code", _("Koden stämmer inte eller gäller inte längre. Läs den igen, eller be om en ny."))
        return None
    messages.success(request, _("Tack. Din underskrift är sparad."))
    return redirect("family_plan", plan.pk)


@for_family(Do.SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_to_sign(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Say no to signing: one button, after what it means."""
    version = current_version(plan)
    if request.method == "POST":
        try:
            signing.refuse_to_sign(request.actor, plan, sha256=request.POST.get("sha256", ""))
        except Refused as refused:
            to_plan = reverse("family_plan", args=[plan.pk])
            why = (_("Inget nytt är antecknat"), refused.message, _("Till planen"), to_plan, UNPROCESSABLE)
            return stops.stopped(request, plan, stops.Stop(*why))
        messages.success(request, _("Det är antecknat att du inte vill skriva under."))
        return redirect("family_plan", plan.pk)
    if in_the_way := stops.in_the_way(request, plan, version, needs_code=False):
        return stops.stopped(request, plan, in_the_way)
    context = {"plan": plan, "plan_name": plan_name(plan.child, request.actor), "version": version}
    return render(request, "family/refuse_to_sign.html", context)


def _about(request: PageRequest, plan: Plan, version: Version) -> dict[str, Any]:
    user = request.actor.user
    sent = codes.newest_open(user, version)
    return {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "heading": sign_heading(plan.child, request.actor),
        "version": version,
        "help_language": "" if get_language() in (SWEDISH, None) else get_language(),
        "pages": documents.pages(version, DocumentKind.PLAN),
        "code": format_html('<bdi class="one-line">{}</bdi>', control_code(version.sha256)),
        "coordinator": coordinator_of(plan),
        "left_behind": left_behind(request.actor, plan),
        "sent": _sent_words(user, codes.until_words(sent.expires_at)) if sent else "",
        "by": _way_words(user) if codes.reaches(user) else "",
        "send_code": SEND_CODE,
        "outside": [(OUTSIDE + service.key, service.label) for service in providers.outside()],
        "is_demo": settings.DEMO,
    }


def _sent_words(user: User, until: str) -> str:
    if _is_by_text(user):
        return _("Vi har skickat sex siffror i ett SMS till dig. De gäller till kl. %(until)s.") % {"until": until}
    return _("Vi har skickat sex siffror till din e-post. De gäller till kl. %(until)s.") % {"until": until}


def _way_words(user: User) -> str:
    if _is_by_text(user):
        return _("Vi skickar en kod till din telefon, så att vi vet att det är du.")
    return _("Vi skickar en kod till din e-post, så att vi vet att det är du.")


def _is_by_text(user: User) -> bool:
    return way_to(user, chosen(user))[0] == Channel.SMS
