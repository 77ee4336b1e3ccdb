"""Letting somebody in: what every log-in does, and where the person goes next."""

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from agencies.models import User
from common import clock
from sip.web.middleware import FRESH_KEY

BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(request: HttpRequest, user: User) -> None:
    """Log the person in with a new session key, freshly authenticated from now."""
    login(request, user, backend=BACKEND)
    confirm_fresh(request)


def confirm_fresh(request: HttpRequest) -> None:
    """Note that the person proved who they are just now."""
    request.session[FRESH_KEY] = clock.now().timestamp()


def next_page(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the person was going (`next`), if that is a page of ours; else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A path from the root: what has no slash would be taken for the name of a page.
    return wanted if is_ours and wanted.startswith("/") else otherwise
