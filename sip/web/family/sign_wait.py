"""While somebody signs in an outside service: the moving picture, how it goes, and the way to give up."""

import re
from dataclasses import dataclass
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import NotThere
from sip.plans.acting import as_actor
from sip.plans.models import Version
from sip.signing import attempts
from sip.signing.models import AttemptStage, SigningAttempt
from sip.signing.providers import PROVIDERS
from sip.web.pages import Afterwards, PageRequest, for_person

CANCEL = "avbryt"
SAID = "sagt"  # what the page that asks says of the service
QUIET = 4  # squares of nothing around the code, as the standard asks for


@for_person
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: PageRequest, attempt_id: UUID) -> HttpResponse:
    """How the person's own signing goes. Asking the service is a POST: each time may be the one that signs."""
    said = request.POST.get(SAID, "")
    if request.method != "POST":
        return _page(request, attempt_id, said)
    if request.POST.get("step") == CANCEL:
        attempts.cancel_signing(request.actor, attempt_id)
        return _page(request, attempt_id, said)
    return Afterwards(lambda: _asked(request, attempt_id, said))


def _asked(request: PageRequest, attempt_id: UUID, said: str) -> HttpResponse:
    attempts.poll_signing(request.actor, attempt_id)
    with as_actor(request.actor):
        return _page(request, attempt_id, said)


def _page(request: PageRequest, attempt_id: UUID, said: str) -> HttpResponse:
    """How it stands now; `said` is what the page that asks says already of the service."""
    attempt = SigningAttempt.objects.filter(pk=attempt_id, user=request.actor.user).first()
    version = Version.objects.filter(pk=attempt.version_id).first() if attempt else None
    if attempt is None or version is None:
        raise NotThere
    if attempt.stage == AttemptStage.COMPLETE:
        return _signed(request, version)
    if _asks_by_itself(request) and (not attempt.is_pending or attempt.problem_code != said):
        # It has ended, or the service is away, or there again: another page, read from its top.
        return HttpResponse(headers={"HX-Refresh": "true"})
    service = PROVIDERS.get(attempt.provider)
    context = {
        "attempt": attempt,
        "plan_id": version.plan_id,
        "label": service.label if service else "",
        "qr": picture(attempt.qr),
        "cancel": CANCEL,
        "said": SAID,
        "why": _why(attempt),
    }
    return render(request, "family/sign_wait.html", context)


def _signed(request: PageRequest, version: Version) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, _("Tack. Din underskrift är sparad."))
    to = reverse("family_plan", args=[version.plan_id])
    if _asks_by_itself(request):
        return HttpResponse(headers={"HX-Redirect": to})
    return redirect(to)


def _asks_by_itself(request: PageRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


@dataclass(frozen=True)
class Picture:
    """A QR code as the path of its dark squares, in a square of `side` units with the quiet zone in it."""

    path: str
    side: int


def picture(text: str) -> Picture | None:
    """The QR code of a text; None without one, and for more than a code holds: the text is an outside service's."""
    if not text:
        return None
    try:
        made = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError:
        return None
    rows = [bytes(row) for row in made.matrix_iter(border=QUIET)]
    runs = ((x.start(), y, x.end() - x.start()) for y, row in enumerate(rows) for x in re.finditer(rb"\x01+", row))
    return Picture("".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs), len(rows))


def _why(attempt: SigningAttempt) -> str:
    """Why it ended without a signature; while it goes on, that the service does not answer, or ""."""
    if attempt.is_pending:
        return str(_STILL_ASKING) if attempt.problem_code == attempts.AWAY else ""
    if attempt.stage == AttemptStage.CANCELLED:
        return _("Du avbröt. Inget är underskrivet.")
    return str(_WHY.get(attempt.problem_code) or attempt.problem or _GENERAL)


# A worker ends most attempts, and speaks nobody's language: what the row tells is why, and the words are put here. What
# an outside service says of its own stands as it was said.
_STILL_ASKING = gettext_lazy("Tjänsten svarar inte just nu. Vi fortsätter att fråga. Du kan vänta, eller avbryta.")
_GENERAL = gettext_lazy("Underskriften blev inte klar. Inget är underskrivet.")
_WHY = {
    attempts.AWAY: gettext_lazy("Tjänsten svarar inte just nu. Försök igen om en stund, eller be om en kod i stället."),
    attempts.SOMEBODY_ELSE: gettext_lazy(
        "Någon annan än du legitimerade sig. Inget är underskrivet. Använd din egen e-legitimation."
    ),
    "expired": gettext_lazy("Det tog för lång tid. Börja om när du vill."),
    "stale": gettext_lazy("Planen ändrades medan du skrev under. Läs den nya versionen först."),
    "state": gettext_lazy("Det finns ingen plan att skriva under just nu."),
    "signed": gettext_lazy("Du har redan skrivit under. En underskrift räcker."),
    "paper": gettext_lazy("Planen skrivs under på papper. Samordnaren ordnar det."),
    "not_allowed": gettext_lazy("Du kan inte skriva under den här planen längre. Fråga samordnaren om du undrar."),
}
