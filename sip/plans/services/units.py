"""What a unit has let go late, for its manager: what kind of thing, since when and whose it is. Nothing of a plan.

Found by the rows of Idag's index (sip/plans/models/waiting.py), which hold neither a child nor contents.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import Agency, Role, User
from common import clock
from sip.plans.acting import act
from sip.plans.models import Waiting

MOST = 100


@dataclass
class Late:
    """One thing of the unit's. `users`: whose it is by name; nobody means that it lies at the desk."""

    what: str
    about: UUID
    agency: Agency
    due: datetime
    users: list[User] = field(default_factory=list)


@act
def waiting_in_units(actor: Actor, whats: Collection[str], *, before: datetime | None = None) -> list[Late]:
    """What waits in the units that the actor manages, due before a moment, the oldest first; none for others."""
    managed = [row.agency_id for row in actor.memberships if row.role == Role.MANAGER]
    if not managed:
        return []
    today = clock.today()
    with row_scope.everything():  # a manager has no part in the plan, and answers for the unit all the same
        rows = Waiting.objects.filter(agency__in=managed, what__in=whats, shows__lte=today)
        rows = rows.exclude(hides__lt=today).exclude(until__lt=today).select_related("agency", "user")
        if before:
            rows = rows.filter(due__lt=before)
        found: dict[tuple[str, UUID], Late] = {}
        for row in rows.order_by("due", "about", "user__name_key")[: 3 * MOST]:
            late = found.setdefault((row.what, row.about), Late(row.what, row.about, row.agency, row.due))
            if row.user:
                late.users.append(row.user)
    return list(found.values())[:MOST]
