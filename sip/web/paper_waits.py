"""A paper handed out as a file; or, while it is made, the page that says how far it has come."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from common.errors import NotThere
from consent.log import services as log
from sip.documents import papers
from sip.documents.render import BINDING, Look
from sip.plans.access import Standing
from sip.plans.models import Plan
from sip.web.pages import PageRequest

PDF, ZIP = "application/pdf", "application/zip"
KEY = "vantar"  # in the address: which paper the page waits for
STEP = "steg"  # in the address: what the page that waits says already
ACCEPTED, NOTHING_NEW = 202, 204
_KEY = re.compile("[0-9a-f]{64}")  # (orders.py)


def to_plan(plan: Plan, standing: Standing) -> str:
    """The address of the plan's page for who stands so to it."""
    return reverse("family_plan" if standing.is_family else "plan", args=[plan.pk])


def handed_out(
    request: PageRequest, plan: Plan, name: str, fetch: Callable[[], bytes], *, back: str, kind: str = PDF
) -> HttpResponse:
    """What `fetch` gives, as a file called `name`. While it is not made: the page that waits for it, which asks anew.

    The page asks for the paper's state alone: that the file was taken is logged when it is. `back`: the address that it
    leads back to.
    """
    if key := request.GET.get(KEY):
        if not _KEY.fullmatch(key):
            raise NotThere
        log.nothing_read()
        return _part(request, papers.progress(plan, key))
    for _try in range(2):
        try:
            return _file(fetch(), name, kind)
        except papers.NotReady as not_ready:
            waiting = papers.ask(not_ready)
        if waiting:
            return _page(request, waiting, back)
    raise NotThere


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(request: PageRequest, waiting: papers.Progress, back: str) -> HttpResponse:
    return render(request, "paper_waits.html", {**_about(request, waiting), "back": back}, status=ACCEPTED)


def _part(request: PageRequest, waiting: papers.Progress | None) -> HttpResponse:
    if waiting and not waiting.is_failed and request.GET.get(STEP) == _step(waiting):
        return HttpResponse(status=NOTHING_NEW)  # nothing is exchanged, so that nothing is read aloud again
    return render(request, "components/paper_progress.html", _about(request, waiting))


def _step(waiting: papers.Progress) -> str:
    return "2" if waiting.is_taken_up else "1"


def _about(request: PageRequest, waiting: papers.Progress | None) -> dict[str, object]:
    kept = request.GET.copy()
    kept.pop(KEY, None)
    kept.pop(STEP, None)
    query = kept.urlencode()
    href = f"{request.path}?{query}" if query else request.path
    return {
        "waiting": waiting,
        "href": href,
        "again": _again(request, href),
        "asks": f"{href}{'&' if query else '?'}{KEY}={waiting.key}&{STEP}={_step(waiting)}" if waiting else "",
    }


def _again(request: PageRequest, href: str) -> str:
    """Where a paper that failed is asked for once more; "" where the paper is no plan's own."""
    match = request.resolver_match
    plan_id = match.kwargs.get("plan_id") if match else None
    return reverse("paper_again", args=[plan_id]) if plan_id and href.startswith(f"/planer/{plan_id}/") else ""


LANGUAGE, LARGE = "sprak", "stor"


def look_of(request: PageRequest) -> Look:
    """Which look of a paper the address asks for: `?sprak=ar`, `?stor=ja`. Raises NotThere for what there is not."""
    language = request.GET.get(LANGUAGE, BINDING)
    if language not in dict(settings.LANGUAGES):
        raise NotThere
    return Look(language=language, is_large=request.GET.get(LARGE, "") == "ja")


def suffix_of(look: Look) -> str:
    """What tells the look apart in a file's name."""
    return (f"-{look.language}" if look.language != BINDING else "") + ("-stor" if look.is_large else "")
