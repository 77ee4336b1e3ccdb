"""The bar on top: where one may go, and as whom. Names of addresses are those of sip/web/urls.py."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Role


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
    has_search: bool = False


def staff_bar(request: HttpRequest | None) -> Bar:
    """The bar of somebody who works; a page without a logged-in actor gets the bare one."""
    actor = _actor(request)
    if request is None or actor is None:
        return Bar()
    # Who only reviews the log, or keeps the routine, has no plans to look for.
    has_plans = actor.is_staff and not (only_reviews(actor) or only_administers(actor))
    places = [(_("Idag"), reverse("today")), (_("Planer"), reverse("plans"))] if has_plans else []
    if actor.has_role(Role.MANAGER):
        places.append((_("Min enhet"), reverse("unit")))
    if actor.emergency_post:
        places.append((_("Nödöppna"), reverse("emergency")))
    if actor.has_role(Role.LOG_REVIEWER):
        places.append((_("Loggkontroll"), reverse("log_review")))
    if actor.administered_region:
        places.append((_("Rutinen"), reverse("routine")))
    if actor.has_role(Role.ADMINISTRATOR):
        places.append((_("Driften"), reverse("operations")))
    here = request.path
    return Bar(
        person=actor.name,
        agency=actor.agency.name if actor.agency else "",
        places=tuple(
            Place(name, href, is_here=here == href or (href != "/" and here.startswith(href))) for name, href in places
        )
        if actor.is_staff
        else (),
        has_search=has_plans,
    )


def only_reviews(actor: Actor) -> bool:
    """Whether the person is a log reviewer and nothing else."""
    return actor.is_staff and {row.role for row in actor.memberships} == {Role.LOG_REVIEWER}


def only_administers(actor: Actor) -> bool:
    """Whether the person is a region's administrator and nothing else."""
    return actor.is_staff and {row.role for row in actor.memberships} == {Role.ADMINISTRATOR}


def family_bar(request: HttpRequest | None) -> Bar:
    """The family's bar."""
    actor = _actor(request)
    return Bar(person=actor.name) if actor else Bar()


def _actor(request: HttpRequest | None) -> Actor | None:
    """Who acts, when somebody is logged in."""
    return getattr(request, "actor", None)
