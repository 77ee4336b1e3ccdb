"""Which wishes for a SIP are suggested to whom: by municipality; any coordinator may answer the others (§9)."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from agencies import municipalities
from agencies.actor import Actor
from agencies.models import Membership, PrincipalKind, Role
from sip.plans import access
from sip.plans.models import Plan


def routed_to(actor: Actor) -> QuerySet[Plan]:
    """The requests that nobody has answered and that are suggested to the actor.

    As `requests.routing` says of everybody: to coordinators of the municipality; where it has none, to those of a
    region. No query is asked here but for those.
    """
    posts = [row.agency.principal for row in actor.memberships if row.role == Role.COORDINATOR]
    places = municipalities.written(row.name for row in posts if row.kind == PrincipalKind.MUNICIPALITY)
    waiting = access.asked_for().annotate(place=Lower("child__municipality"))
    if any(row.kind == PrincipalKind.REGION for row in posts):
        asked = set(waiting.order_by().values_list("place", flat=True).distinct())
        places |= asked - municipalities.written(_served())
    return waiting.filter(place__in=places)


def _served() -> list[str]:
    """The names of the municipalities where somebody coordinates today."""
    rows = Membership.objects.active().filter(role=Role.COORDINATOR)
    names = rows.filter(agency__principal__kind=PrincipalKind.MUNICIPALITY).order_by()
    return list(names.values_list("agency__principal__name", flat=True).distinct())
