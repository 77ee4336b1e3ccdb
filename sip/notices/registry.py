"""The registry of kinds of notice. Each room registers its own kinds in its notice_kinds.py; nothing here knows a plan.

A text says what kind of thing, by when, and where to click. It holds no personal data at all: no name, no place,
no agency and no kind of agency (ui.md, security.md).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sip.notices.models import Notice


class Group(TextChoices):
    """What a person may switch off as one: kinds that belong together in the eyes of whoever gets them."""

    MEETINGS = "meetings", _("Möten: bestämda tider och svar som har kommit")
    CONSENT = "consent", _("Samtycke: ditt svar behövs, eller något har ändrats")
    PLAN = "plan", _("Planen: den är klar, den ändras eller någon har skrivit")
    REMINDERS = "reminders", _("Påminnelser: en dag närmar sig eller har gått")
    UNIT = "unit", _("Din enhet: avvikelser och svar som dröjer")


@dataclass(frozen=True)
class Kind:
    """A kind of notice. `still_true` is asked when it is sent; `path` is where to click, None for no link.

    What is compulsory comes whatever a person has chosen, and does not wait for the day's one letter: the call itself,
    and what would be worthless later. What is urgent somebody sits and waits for: it goes at any hour, in a letter of
    its own. What is secret is not kept when it has been told.
    """

    name: str
    subject: Callable[[Notice], str]
    text: Callable[[Notice], str]
    still_true: Callable[[Notice], bool]
    path: Callable[[Notice], str | None]
    group: Group = Group.PLAN
    is_compulsory: bool = False
    is_urgent: bool = False
    is_secret: bool = False
    # Whether there is anything to come to. Where there is, and no link may be sent, the letter says so.
    is_linked: bool = True


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError when the name is taken."""
    if kind.name in _KINDS:
        raise ValueError(f"The kind of notice {kind.name!r} is registered twice")
    _KINDS[kind.name] = kind
    return kind


def get(name: str) -> Kind:
    """The kind with that name. Raises KeyError when nobody registered it."""
    return _KINDS[name]


def names() -> list[str]:
    """Every registered kind, sorted."""
    return sorted(_KINDS)


def is_compulsory(name: str) -> bool:
    """Whether it comes whatever a person has chosen. What nobody registered does not."""
    kind = _KINDS.get(name)
    return kind is not None and kind.is_compulsory


def is_urgent(name: str) -> bool:
    """Whether somebody sits and waits for it."""
    kind = _KINDS.get(name)
    return kind is not None and kind.is_urgent


def is_left_out(name: str, switched_off: Collection[str]) -> bool:
    """Whether somebody who has switched off these groups gets no letter about it. Raises KeyError as `get` does."""
    kind = get(name)
    return not kind.is_compulsory and kind.group in switched_off
