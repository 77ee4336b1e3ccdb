"""Skriv under för din verksamhet: for a colleague whom the coordinator has asked. The password shows who it is."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES
from sip.plans.versions import current_version
from sip.signing import asked
from sip.signing.models import AskedSigner, SignatureStatus
from sip.signing.providers.base import READ_FIRST
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_plan, form_page
from sip.web.words import near_words
from sip.web.work.ways import stopped

REFUSE = "nej"


class SignForForm(forms.Form):
    """The tick that the plan is read, and the version that was shown."""

    has_read = forms.BooleanField(
        label=gettext_lazy("Jag har läst planen"),
        error_messages={"required": READ_FIRST},
    )
    sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@for_plan(Do.SIGN_FOR)
def sign_for(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Show what is signed, and for which agency; sign the version that was shown, or say no."""
    title = _("Skriv under för din verksamhet")
    version = current_version(plan)
    sent = request.POST if request.method == "POST" else None
    form = SignForForm(sent, initial={"sha256": version.sha256 if version else ""})
    if sent is not None:
        done = _answered(request, plan, form)
        if done:
            messages.success(request, done)
            return redirect("plan", plan.pk)
    mine = asked.asked_here(request.actor, version) if version else None
    why = _in_the_way(request, plan, version, standing, mine)
    if sent is not None and not why and version and sent.get("sha256") != version.sha256:
        why = _("Planen har ändrats sedan du läste den. Läs den nya versionen först.")
    if why or version is None or mine is None:
        response = stopped(request, plan, title, why)
        response.status_code = UNPROCESSABLE if sent is not None else 200
        return response
    context = {
        "plan": plan,
        "title": title,
        "version": version,
        "agency": mine.agency.name,
        "pages": documents.pages(version, DocumentKind.PLAN),
        "refuse": "" if asked.word_of(mine) else REFUSE,
    }
    return form_page(request, "work/sign_for.html", form, **context)


def _answered(request: PageRequest, plan: Plan, form: SignForForm) -> str:
    """Do what was asked; what to say of it, or "" where it was not done."""
    is_read, shown = form.is_valid(), form.data.get("sha256", "")
    if request.POST.get("step") == REFUSE:
        form.errors.clear()  # who says no need not have ticked anything
        done = attempt(form, lambda: asked.refuse_for_agency(request.actor, plan, sha256=shown))
        return _("Det är antecknat att du inte vill skriva under.") if done else ""
    if not is_read:
        return ""
    signed = attempt(form, lambda: asked.sign_for_agency(request.actor, plan, sha256=shown, has_read=True))
    return _("Tack. Din underskrift är sparad.") if signed else ""


def _in_the_way(
    request: PageRequest, plan: Plan, version: Version | None, standing: Standing, mine: AskedSigner | None
) -> str:
    """Why nothing can be signed here now; "" when nothing stands in the way."""
    if version is None or plan.state in CLOSED_STATES:
        return _("Det finns ingen plan att skriva under just nu.")
    if mine is None:
        return _("Du är inte ombedd att skriva under. Bara den som samordnaren har frågat kan göra det.")
    word = asked.word_of(mine)
    if word and word.status == SignatureStatus.SIGNED:
        return _("Du skrev under %(day)s. En underskrift räcker.") % {"day": near_words(word.at)}
    if not documents.is_ready(version):
        return _("Planen görs i ordning. Vänta några sekunder och försök igen.")
    held = asked.in_the_way(request.actor, plan, version, standing)
    return " ".join(problem.message for problem in held)
