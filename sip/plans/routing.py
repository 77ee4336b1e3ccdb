"""Which wishes for a SIP are suggested to whom: by municipality; any coordinator may answer the others (§9)."""

from agencies.actor import Actor
from agencies.models import Membership, PrincipalKind, Role
from sip.plans import access


def routed_to(actor: Actor) -> set[str]:
    """The municipalities, as the requests that wait spell them, whose requests are suggested to the actor.

    As `requests.routing` says of everybody: to coordinators of the municipality; where it has none, to those of a
    region. Two queries; one for who coordinates at a municipality, none for who coordinates nowhere.
    """
    posts = [row.agency.principal for row in actor.memberships if row.role == Role.COORDINATOR]
    own = {row.name.casefold() for row in posts if row.kind == PrincipalKind.MUNICIPALITY}
    is_regional = any(row.kind == PrincipalKind.REGION for row in posts)
    if not own and not is_regional:
        return set()
    asked = set(access.asked_for().order_by().values_list("child__municipality", flat=True).distinct())
    mine = {name for name in asked if _is_of(name, own)}
    if is_regional:
        served = _served()
        mine |= {name for name in asked if not _is_of(name, served)}
    return mine


def _served() -> set[str]:
    """The names of the municipalities where somebody coordinates today."""
    rows = Membership.objects.active().filter(role=Role.COORDINATOR)
    names = rows.filter(agency__principal__kind=PrincipalKind.MUNICIPALITY).order_by()
    return {name.casefold() for name in names.values_list("agency__principal__name", flat=True).distinct()}


def _is_of(municipality: str, principals: set[str]) -> bool:
    start = municipality.casefold()
    return bool(start) and any(name.startswith(start) for name in principals)
