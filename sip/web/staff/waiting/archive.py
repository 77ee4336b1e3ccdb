"""An archive for the agency's record that lacks plans: who asked for it may have left its page before it was made."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.actor import Actor
from sip.documents import exports
from sip.web.staff.waiting.item import Item, Kind, What


def items(actor: Actor) -> Iterator[Item]:
    """One row per archive that lacks a plan which could not be made. ⚡ Asked only of those who may have one."""
    for made, failed in exports.incomplete(actor) if exports.desks(actor) else ():
        text = ngettext("En plan gick inte att göra i ordning.", "%(n)s planer gick inte att göra i ordning.", failed)
        yield Item(
            what_to_do=What.ARCHIVE,
            about=made.pk,
            kind=Kind.PLAN,
            what=_("Planer saknas i ditt arkiv"),
            person=made.agency.name,
            detail=text % {"n": failed},
            due=made.expires_at,  # then it is gone, and with it what it lacks
            href=reverse("export", args=[made.pk]),
            label=_("Försök igen"),
        )
