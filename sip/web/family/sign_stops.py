"""Why nothing can be signed here now: the page that says so, and where to go instead."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import Refused
from sip.documents import services as documents
from sip.plans.audience import audience_of
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES
from sip.plans.versions import current_version
from sip.signing import codes, providers
from sip.signing.models import SignatureStatus
from sip.web.family import now
from sip.web.family.names import coordinator_of, plan_name
from sip.web.family.plan_page import my_word
from sip.web.pages import UNPROCESSABLE, PageRequest


@dataclass(frozen=True)
class Stop:
    """Why nothing can be signed here now: what it says, and where to go instead."""

    heading: str
    text: str
    label: str
    href: str
    status: int = 200


def in_the_way(request: PageRequest, plan: Plan, version: Version | None, *, needs_code: bool = True) -> Stop | None:
    """What stands in the way before anything is tried; None when the version can be signed, or refused."""
    if version is None or plan.state in CLOSED_STATES:
        return nothing(plan)
    if not documents.is_ready(version):
        return _being_made(plan)
    word = my_word(plan, version, request.actor)
    if word is not None and word.status == SignatureStatus.SIGNED:
        return signed_already(request, plan, version, 200)
    if version.sealed_at:
        return _sealed(plan, 200)
    stop = held_back(request, plan, version, 200) or on_paper(request, plan, 200)
    return stop or (_unreached(request, plan, 200) if needs_code else None)


def _being_made(plan: Plan) -> Stop:
    return Stop(
        _("Planen görs i ordning"),
        _("Det tar oftast några sekunder. Sedan kan du läsa den och skriva under."),
        _("Försök igen"),
        reverse("sign", args=[plan.pk]),
    )


def _sealed(plan: Plan, status: int) -> Stop:
    """Everybody who was asked has signed, and the file is closed: who was asked later signs the next version."""
    return Stop(
        _("Den här planen är färdigunderskriven"),
        _("Alla som skulle skriva under har gjort det. Kommer det en ny version av planen kan du skriva under den."),
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
        status,
    )


def held_back(request: PageRequest, plan: Plan, version: Version, status: int) -> Stop | None:
    """The paper tells what has been protected since: it is neither read nor signed by this person."""
    why = documents.held_back(version, request.actor.user, plan)
    if not why:
        return None
    to_plan = reverse("family_plan", args=[plan.pk])
    return Stop(_("Du får ett nytt papper"), why[0].message, _("Till planen"), to_plan, status)


def on_paper(request: PageRequest, plan: Plan, status: int) -> Stop | None:
    """Whoever may not read all of the version signs on paper; what the page says is true of any such signature."""
    if audience_of(request.actor, plan).is_whole:
        return None
    who = coordinator_of(plan)
    return Stop(
        _("Planen skrivs under på papper"),
        _("%(who)s ordnar det. Planen kan gälla även utan underskrift.") % {"who": who[:1].upper() + who[1:]},
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
        status,
    )


def _unreached(request: PageRequest, plan: Plan, status: int) -> Stop | None:
    """Whom no code reaches can read everything, and signs on paper where no outside service is connected."""
    if codes.reaches(request.actor.user) or providers.outside():
        return None
    who = coordinator_of(plan)
    text = _("Vi har varken telefonnummer eller e-post till dig, så vi kan inte skicka någon kod. %(who)s ordnar det.")
    return Stop(
        _("Du skriver under på papper"),
        text % {"who": who[:1].upper() + who[1:]},
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
        status,
    )


def nothing(plan: Plan) -> Stop:
    return Stop(
        _("Det finns ingen plan att skriva under just nu"),
        _("Planen skrivs eller ändras. När den är klar får du den att läsa."),
        _("Till planen"),
        reverse("family_plan", args=[plan.pk]),
    )


def signed_already(request: PageRequest, plan: Plan, version: Version, status: int) -> Stop:
    word = my_word(plan, version, request.actor)
    when = now.signed_words(word) if word else ""
    text = _("%(when)s En underskrift räcker.") % {"when": when}
    return Stop(
        _("Du har redan skrivit under"), text.strip(), _("Till planen"), reverse("family_plan", args=[plan.pk]), status
    )


def changed(plan: Plan, version: Version | None) -> Stop:
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


def stopped(request: PageRequest, plan: Plan, stop: Stop) -> HttpResponse:
    context = {"plan": plan, "plan_name": plan_name(plan.child, request.actor), "stop": stop}
    return render(request, "family/sign_stop.html", context, status=stop.status)


def after_refusal(request: PageRequest, plan: Plan, refused: Refused) -> HttpResponse | None:
    """The page that says why nothing was signed and where to go; None for what stands beside a field."""
    asked = {problem.code for problem in refused.problems}
    version = current_version(plan)
    if "signed" in asked and version is not None:
        return stopped(request, plan, signed_already(request, plan, version, UNPROCESSABLE))
    if "sealed" in asked:
        return stopped(request, plan, _sealed(plan, UNPROCESSABLE))
    if "protected" in asked and version is not None:
        return stopped(request, plan, held_back(request, plan, version, UNPROCESSABLE) or nothing(plan))
    if "no_way" in asked:
        return stopped(request, plan, _unreached(request, plan, UNPROCESSABLE) or nothing(plan))
    if "stale" in asked or "state" in asked:
        return stopped(request, plan, changed(plan, version))
    return None
