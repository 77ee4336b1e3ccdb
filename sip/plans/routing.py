"""Which wishes for a SIP are suggested to whom: by municipality; any coordinator may answer the others (§9)."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

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
    own = [row.name.lower() for row in posts if row.kind == PrincipalKind.MUNICIPALITY]
    # Every municipality that the principal's name may begin with: "skurup" for "Skurups kommun".
    starts = {name[:length] for name in own for length in range(1, len(name) + 1)}
    waiting = access.asked_for().annotate(place=Lower("child__municipality"))
    if any(row.kind == PrincipalKind.REGION for row in posts):
        asked = set(waiting.order_by().values_list("place", flat=True).distinct())
        served = _served()
        starts |= {place for place in asked if not (place and any(name.startswith(place) for name in served))}
    return waiting.filter(place__in=starts)


def _served() -> set[str]:
    """The names of the municipalities where somebody coordinates today."""
    rows = Membership.objects.active().filter(role=Role.COORDINATOR)
    names = rows.filter(agency__principal__kind=PrincipalKind.MUNICIPALITY).order_by()
    return {name.lower() for name in names.values_list("agency__principal__name", flat=True).distinct()}
