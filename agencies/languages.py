"""Whose language. Families and guests meet their own; who works in the service meets Swedish, whatever they chose.

Staff write what binds, and they write it in Swedish: their pages and letters are Swedish so that they read the very
words that the family signs. This module is the one place that says so.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import Membership, User
from common.errors import Problem, Refused

SWEDISH: str = settings.LANGUAGE_CODE


def supported(code: str) -> str:
    """The language of that code where there is a catalogue for it ("ar-EG" is Arabic); else Swedish."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return SWEDISH


def works_today(user: User) -> bool:
    """Whether the person works at any agency today."""
    return Membership.objects.active().filter(user=user).exists()


def of(user: User) -> str:
    """The language to speak and write in to this person. ⚡ Asks the database only where it may matter."""
    chosen = supported(user.language)
    return SWEDISH if chosen != SWEDISH and works_today(user) else chosen


def choose(user: User, code: str) -> None:
    """Keep the language that a person chose for oneself, for pages and letters alike.

    Raises Refused for what is none of settings.LANGUAGES.
    """
    if code not in dict(settings.LANGUAGES):
        raise Refused(Problem("language", _("Välj ett av språken."), "language"))
    if user.language != code:
        user.language = code
        user.save(update_fields=["language"])
