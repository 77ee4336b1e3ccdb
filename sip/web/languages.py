"""The language of a page: one's own for families and guests, Swedish for staff, the browser's where nobody is known.

Nobody but staff comes to the staff's pages, so it is asked who reads and not what (agencies/languages.py says why).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from agencies import languages
from agencies.languages import SWEDISH
from agencies.models import User

# Who works here and is a parent too has come to these pages as a parent; but for the one that staff have here.
FAMILY_ROOM = "sip.web.family"
SWEDISH_PAGES = frozenset({"who_can_see_staff", "personas", "outbox"})  # … and the demo's two lists

GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Offered:
    """One language to choose: its code, its name in itself, and which way it is written."""

    code: str
    name: str
    direction: str


def offered() -> list[Offered]:
    """Every language there is a catalogue for, Swedish first."""
    return [
        Offered(code, str(name), "rtl" if code in settings.LANGUAGES_BIDI else "ltr")
        for code, name in settings.LANGUAGES
    ]


class LanguageMiddleware:
    """Switches on the language of the page, and off again afterwards: a thread serves many people."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(of_nobody(request)):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language() or SWEDISH)
        return response

    def process_view(self, request: HttpRequest, view: Any, _args: object, _kwargs: object) -> None:
        """Now it is known which page it is, and who asks. While the database is away nobody is."""
        try:
            translation.activate(of_page(request, view))
        except OperationalError:
            return


def of_page(request: HttpRequest, view: Any) -> str:
    """The language of that page for whoever asks for it."""
    if getattr(view, "__name__", "") in SWEDISH_PAGES:
        return SWEDISH
    user = request.user
    if not isinstance(user, User):
        return of_nobody(request)
    is_family = str(getattr(view, "__module__", "")).startswith(FAMILY_ROOM)
    return languages.supported(user.language) if is_family else languages.of(user)


def may_switch(request: HttpRequest, *, is_any_page: bool = False) -> bool:
    """Whether the page offers the switch: where it would change anything.

    `is_any_page`: by who reads alone. The page that says that nothing is there is the same at every address.
    """
    view = request.resolver_match.func if request.resolver_match and not is_any_page else None
    if getattr(view, "__name__", "") in SWEDISH_PAGES:
        return False
    actor = getattr(request, "actor", None)
    return actor is None or not actor.is_staff or str(getattr(view, "__module__", "")).startswith(FAMILY_ROOM)


def of_nobody(request: HttpRequest) -> str:
    """The language of a page for anybody: the one chosen in this browser, else the first it asks for that we have."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return SWEDISH
