"""The bar on top: where one may go, and as whom. Names of addresses are those of sip/web/urls.py."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor


@dataclass(frozen=True)
class Place:
    """One place in the bar; `is_here` on its own pages and those beneath it."""

    name: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class Bar:
    """What the bar shows. Without a person only the service's name."""

    person: str = ""
    agency: str = ""
    places: tuple[Place, ...] = ()


def staff_bar(request: HttpRequest | None) -> Bar:
    """The bar of somebody who works; a page without a logged-in actor gets the bare one."""
    actor = _actor(request)
    if request is None or actor is None:
        return Bar()
    places = [(_("Idag"), reverse("today")), (_("Planer"), reverse("plans"))]
    if actor.emergency_post:
        places.append((_("Nödöppna"), reverse("emergency")))
    here = request.path
    return Bar(
        person=actor.name,
        agency=actor.agency.name if actor.agency else "",
        places=tuple(
            Place(name, href, is_here=here == href or (href != "/" and here.startswith(href))) for name, href in places
        )
        if actor.is_staff
        else (),
    )


def family_bar(request: HttpRequest | None) -> Bar:
    """The family's bar."""
    actor = _actor(request)
    return Bar(person=actor.name) if actor else Bar()


def _actor(request: HttpRequest | None) -> Actor | None:
    """Who acts, when somebody is logged in."""
    return getattr(request, "actor", None)
