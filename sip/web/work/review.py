"""Granska, fastställ: what is missing, what will be frozen, and then the buttons."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Problem, Refused
from sip.documents import services as documents
from sip.documents.covered import what_is_covered
from sip.documents.freezing import plan_content
from sip.plans import completeness, corrections
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.states import Act, State, after
from sip.plans.versions import current_version
from sip.signing import services as signing
from sip.signing.receipt import signature_rows
from sip.web.pages import UNPROCESSABLE, PageRequest, for_plan
from sip.web.staff.plan_papers import comments, dissents, words
from sip.web.work.preview import preview
from sip.web.work.ways import address, obstacle, pressed_twice, stopped


@dataclass(frozen=True)
class Missing:
    """One thing that the plan must hold and does not, and where it is written."""

    words: str
    label: str = ""
    href: str = ""


# What is missing (rules.missing_in_plan) → what the link says, and the page where it is mended.
MENDED_AT = {
    "voice": (gettext_lazy("Skriv barnets egna ord"), "voice"),
    "actions": (gettext_lazy("Till planens insatser"), "meeting"),
    "lead": (gettext_lazy("Välj vem som har ansvaret"), "lead"),
    "follow_up_date": (gettext_lazy("Välj dag för uppföljning"), "follow_up_date"),
    "consent": (gettext_lazy("Till samtycket"), "consents"),
    "corrections": (gettext_lazy("Läs och svara"), "said"),
}


def missing(plan: Plan) -> list[Missing]:
    """What is missing in the plan, in words, each with its link."""
    return [_missing(plan, problem) for problem in completeness.missing(plan)]


def _missing(plan: Plan, problem: Problem) -> Missing:
    if problem.code not in MENDED_AT:
        return Missing(problem.message)
    label, page = MENDED_AT[problem.code]
    if page == "said":
        return Missing(problem.message, str(label), address("plan", plan) + "#familjen-skriver")
    if page == "meeting":  # the actions stand on the plan's own page too, also where no meeting goes on
        return Missing(problem.message, str(label), address("plan", plan) + "#mal")
    return Missing(problem.message, str(label), address(page, plan, till="granska"))


@for_plan(Do.REVIEW)
def review(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Granska: before the family reads the plan, and while it does."""
    if request.method == "POST":
        try:
            documents.review(request.actor, plan)
        except Refused as refused:
            if not pressed_twice(plan, Act.REVIEW, request.actor):
                return _review_page(request, plan, standing, refused.problems)
        else:
            messages.success(request, _reads_now(plan))
        return redirect("review", plan.pk)
    if plan.state != State.IN_REVIEW:
        blocked = obstacle(lambda: after(Act.REVIEW, plan.state))
        if blocked:
            return stopped(request, plan, _("Granska planen"), blocked)
    return _review_page(request, plan, standing, [])


def _reads_now(plan: Plan) -> str:
    if plan.child.is_protected:
        return _("Planen är klar att läsa och skriva under på papper.")
    return _("Familjen kan läsa och skriva under nu. De har fått veta det.")


def _review_page(request: PageRequest, plan: Plan, standing: Standing, problems: list[Problem]) -> HttpResponse:
    plan.refresh_from_db(fields=["state", "version"])
    version = current_version(plan) if plan.state == State.IN_REVIEW else None
    frozen = what_is_covered(plan, documents.frozen(version)) if version else None
    content = frozen or plan_content(plan, plan.versions.count() + 1)
    lacks = [] if version else missing(plan)
    told = {one.words for one in lacks}
    context = {
        "plan": plan,
        "version": version,
        "missing": lacks,
        "problems": [problem for problem in problems if problem.message not in told],
        "preview": preview(plan, content),
        "signers": words(signature_rows(plan, version)) if version else (),
        "may_establish": standing.may(Do.ESTABLISH),
        "may_witness": standing.may(Do.WITNESS),
    }
    return render(request, "work/review.html", context, status=UNPROCESSABLE if problems else 200)


@for_plan(Do.ESTABLISH)
def establish(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Fastställ: says who has signed and what happens, then asks once."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            signing.establish(request.actor, plan)
        except Refused as refused:
            if pressed_twice(plan, Act.ESTABLISH, request.actor):
                return redirect("plan", plan.pk)
            problems = refused.problems
        else:
            messages.success(
                request, _("Planen är fastställd och gäller från idag. Alla som är med har fått veta det.")
            )
            return redirect("plan", plan.pk)
    blocked = obstacle(lambda: after(Act.ESTABLISH, plan.state))
    version = current_version(plan)
    if blocked or version is None:
        response = stopped(request, plan, _("Fastställ planen"), blocked)
        response.status_code = UNPROCESSABLE if problems else 200
        return response
    context = {
        "plan": plan,
        "version": version,
        "missing": [*missing(plan), *(_missing(plan, problem) for problem in corrections.in_the_way(plan, version))],
        "signers": words(signature_rows(plan, version)),
        "said": (*comments(plan, standing), *dissents(plan)),
    }
    return render(request, "work/establish.html", context, status=UNPROCESSABLE if problems else 200)
