"""Which wishes for a SIP are suggested to whom: by municipality; any coordinator may answer the others (§9)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from agencies import municipalities
from agencies.actor import Actor
from agencies.models import Membership, Principal, PrincipalKind, Role, User
from common import clock
from common.prepared import AnyTold, Prepared, Told
from consent.models import Child
from sip.plans import access
from sip.plans.models import Plan


def suggested_coordinators(child: Child) -> list[User]:
    """Coordinators in the child's municipality, else every coordinator of a region. A suggestion only (§9)."""
    return routing([child.municipality])[child.municipality]


def routing(places: Iterable[str]) -> dict[str, list[User]]:
    """For each municipality, the coordinators that a request from there is suggested to: one query however many."""
    rows = list(
        Membership.objects.active()
        .filter(role=Role.COORDINATOR)
        .select_related("user", "agency__principal")
        .order_by("user__name_key", "id")
    )
    regional = [row.user for row in rows if row.agency.principal.kind == PrincipalKind.REGION]
    found = {}
    for place in places:
        near = [row.user for row in rows if municipalities.is_of(row.agency.principal, place)]
        found[place] = near or regional
    return found


def _answer() -> QuerySet[Principal]:
    at_work = Membership.objects.active(cast(date, Told("today"))).filter(role=Role.COORDINATOR)
    return Principal.objects.filter(Exists(at_work.filter(agency__principal=OuterRef("pk"))))


_MUNICIPALITIES = Prepared(
    lambda: (
        _answer().annotate(written=Lower("name")).filter(kind=PrincipalKind.MUNICIPALITY, written=AnyTold("written"))
    )
)
_REGIONS = Prepared(lambda: _answer().filter(kind=PrincipalKind.REGION)[:2])


def answering(places: Iterable[str]) -> dict[str, Principal | None]:
    """For each municipality, the principal that answers a request from there, by whose routine it is answered.

    None where those whom it is suggested to work for several, or for nobody. Two queries at most, however many.
    """
    wanted = set(places)
    today = clock.today()
    local = _MUNICIPALITIES(today=today, written=sorted(municipalities.written(wanted)))
    found = {place: [row for row in local if municipalities.is_of(row, place)] for place in wanted}
    regional = [] if all(found.values()) else _REGIONS(today=today)
    alone = {place: rows or regional for place, rows in found.items()}
    return {place: rows[0] if len(rows) == 1 else None for place, rows in alone.items()}


def routed_to(actor: Actor) -> QuerySet[Plan]:
    """The requests that nobody has answered and that are suggested to the actor.

    As `routing` says of everybody: to coordinators of the municipality; where it has none, to those of a
    region. No query is asked here but for those.
    """
    return asked_from(sorted(places_of(actor)))


def asked_from(places: Any) -> QuerySet[Plan]:
    """The requests that nobody has answered, from these municipalities in lower case (or what a question is told)."""
    return _asked().filter(Q(place=places) if isinstance(places, Told) else Q(place__in=places))


def _asked() -> QuerySet[Any]:
    return access.asked_for().annotate(place=Lower("child__municipality"))


def places_of(actor: Actor) -> set[str]:
    """The municipalities, in lower case, from where requests are suggested to the actor."""
    posts = [row.agency.principal for row in actor.memberships if row.role == Role.COORDINATOR]
    places = municipalities.written(row.name for row in posts if row.kind == PrincipalKind.MUNICIPALITY)
    if any(row.kind == PrincipalKind.REGION for row in posts):
        asked = set(_asked().order_by().values_list("place", flat=True).distinct())
        places |= asked - municipalities.written(_served())
    return places


def _served() -> list[str]:
    """The names of the municipalities where somebody coordinates today."""
    rows = Membership.objects.active().filter(role=Role.COORDINATOR)
    names = rows.filter(agency__principal__kind=PrincipalKind.MUNICIPALITY).order_by()
    return list(names.values_list("agency__principal__name", flat=True).distinct())
