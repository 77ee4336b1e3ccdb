"""How a person wants to be told: by mail or text, as things happen or once a day, and about what.

The call itself, and what would be worthless later, come whatever has been chosen (registry.Kind.is_compulsory).
"""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import Problem, refuse
from sip.notices import sms
from sip.notices.models import Channel, Preference, Rhythm
from sip.notices.registry import Group


def chosen(user: User) -> Preference:
    """What a person has chosen; the ordinary way for who has chosen nothing."""
    return getattr(user, "notice_preference", None) or Preference(user=user)


def channels(user: User) -> list[Channel]:
    """The ways by which this person can be reached at all."""
    found = [Channel.MAIL] if user.email else []
    if user.phone and _texts() and sms.reaches(user.phone):
        found.append(Channel.SMS)
    return found


def landline(user: User) -> str:
    """The number on record where it is the reason why no text can be chosen; "" when that is not why."""
    return user.phone if user.phone and _texts() and not sms.reaches(user.phone) else ""


def _texts() -> bool:
    return settings.DEMO or sms.is_connected()


def choose(user: User, *, channel: str, rhythm: str, switched_off: Collection[str]) -> Preference:
    """Keep what a person has chosen for oneself. `switched_off` are groups of kinds that get no letter.

    Raises Refused for a way that does not reach the person, and for what is no rhythm or no group.
    """
    ways = channels(user)
    problems = []
    if ways and channel not in ways:
        problems.append(Problem("channel", _("Välj ett sätt som når dig."), "channel"))
    if rhythm not in Rhythm:
        problems.append(Problem("rhythm", _("Välj hur ofta."), "rhythm"))
    if not set(switched_off) <= set(Group.values):
        problems.append(Problem("groups", _("Välj i listan."), "groups"))
    refuse(problems)
    preference, _made = Preference.objects.update_or_create(
        user=user,
        defaults={
            "channel": channel if ways else Channel.MAIL,
            "rhythm": rhythm,
            "switched_off": sorted(set(switched_off)),
        },
    )
    return preference
