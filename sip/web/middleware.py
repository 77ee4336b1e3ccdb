"""What every request passes: a correlation id, the actor, privacy of the answer, and how the program says no."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import NotThere, Refused
from common.keys import new_key
from sip.plans.access import NotAllowed
from sip.web.heard import NotAsked
from sip.web.logs import correlation

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)
FRESH_KEY = "authenticated_at"
REASON_HOLDS = timedelta(minutes=15)
REASONS_KEY = "reasons"
RETRY_SECONDS = "30"
UNPROCESSABLE = 422
FORBIDDEN = 403

GetResponse = Callable[[HttpRequest], HttpResponse]


class CorrelationMiddleware:
    """One id per request: in the log, on the error page and in the answer's header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.correlation = str(new_key())  # type: ignore[attr-defined]  # ours: it stands in the access log
        token = correlation.set(request.correlation)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            correlation.reset(token)
        response["X-Correlation-ID"] = request.correlation  # type: ignore[attr-defined]
        return response


class ActorMiddleware:
    """Resolves who acts, once per request, from the memberships that hold right now."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Resolved here and not earlier, since the reason that was given belongs to the plan in the address.

        Django asks `process_exception` about views only, so a database that is away is answered here too.
        """
        try:
            request.actor = actor_of(request, kwargs.get("plan_id"))  # type: ignore[attr-defined]
            if _has_left(request.actor):  # type: ignore[attr-defined]
                return goodbye(request)
        except OperationalError as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Not yours and not existing are the same page; what a rule says no to, and no form took, is told in words.

        A database that is away is told as it is.
        """
        if isinstance(error, NotThere):
            return render(request, "404.html", status=404)
        if isinstance(error, NotAllowed):
            return render(request, "403.html", {"message": error.message}, status=403)
        if isinstance(error, NotAsked):
            for _said in messages.get_messages(request):
                pass  # what the page said that it had done is undone
            return render(request, "not_asked.html", {"name": error.name}, status=400)
        if isinstance(error, Refused):
            return render(request, "403.html", {"message": error.message}, status=UNPROCESSABLE)
        if isinstance(error, OperationalError):
            logger.error("database away: %s", type(error).__name__)
            response = HttpResponse(render(request, "503.html").content, status=503)
            response["Retry-After"] = RETRY_SECONDS
            return response
        return None


def actor_of(request: HttpRequest, plan_id: object = None) -> Actor | None:
    """The actor behind a request; None for somebody who is not logged in."""
    user = request.user
    if not isinstance(user, User):
        return None
    key = request.session.session_key or ""
    return Actor.of(
        user,
        reason=reason_for(request, plan_id),
        session=hashlib.sha256(key.encode()).hexdigest() if key else "",
        correlation=request.correlation,  # type: ignore[attr-defined]
        is_fresh=is_fresh(request),
    )


def _has_left(actor: Actor | None) -> bool:
    """Whether somebody has worked somewhere, works nowhere today, and has nothing to come here for as family."""
    if actor is None or actor.memberships or not actor.user.memberships.exists():
        return False
    return not (hasattr(actor.user, "guardian") or hasattr(actor.user, "child"))


def goodbye(request: HttpRequest) -> HttpResponse:
    """End the session of somebody who has left, and say why: nothing is here for them, nor for who sits there next."""
    logout(request)
    request.actor = None  # type: ignore[attr-defined]
    return forget(render(request, "doors/no_longer.html", status=FORBIDDEN))


def forget(response: HttpResponse) -> HttpResponse:
    """Let the browser forget everything about us: the next person may use the same computer."""
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def reason_for(request: HttpRequest, plan_id: object) -> str:
    """Why this plan is opened, as the reader said a little while ago (sip/web/reasons.py); "" when nothing was asked.

    Who opened a form with a reason may take their time to fill it in: nothing typed is lost for a new question.
    """
    given = request.session.get(REASONS_KEY, {}).get(str(plan_id))
    holds = REASON_HOLDS if request.method in ("GET", "HEAD") else timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if given is None or clock.now() - datetime.fromtimestamp(given["at"], UTC) > holds:
        return ""
    return str(given["reason"])


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are less than five minutes ago (ASVS 7.5.3). In the demo: always."""
    if settings.DEMO:
        return True
    stamp = request.session.get(FRESH_KEY)
    return stamp is not None and clock.now() - datetime.fromtimestamp(stamp, UTC) < FRESH


# What no page of ours asks the browser for, nor lets anything on it ask for.
PERMISSIONS = ", ".join(
    f"{what}=()"
    for what in (
        *("accelerometer", "camera", "clipboard-read", "display-capture", "geolocation", "gyroscope", "hid"),
        *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
    )
)


class PrivacyMiddleware:
    """No answer rests in a cache, is loaded by another site, or asks for camera or place. Outermost: errors too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = PERMISSIONS
        response["Reporting-Endpoints"] = f'{settings.CSP_ENDPOINT}="{settings.CSP_REPORTS}"'
        return response
