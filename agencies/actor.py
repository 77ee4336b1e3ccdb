"""Who acts: a user with the memberships that hold today, resolved once per request and never cached in a session."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast
from uuid import UUID

from agencies.models import PUBLIC_KINDS, Agency, Membership, Principal, PrincipalKind, Role, User
from common import clock
from common.prepared import Prepared, Told

DESK_ROLES = frozenset({Role.INTAKE, Role.COORDINATOR})
# Those who work with children themselves; a manager or a log reviewer reads no plan, in an emergency neither.
WORKS_WITH_CHILDREN = frozenset({Role.STAFF, Role.INTAKE, Role.COORDINATOR})

# ⚡ Asked by every page.
_WORKS_AT = Prepared(
    lambda: (
        Membership.objects.active(cast(date, Told("today")))
        .filter(user=Told("user"))
        .select_related("agency__principal", "agency__kind")
        .order_by("starts", "id")
    )
)


@dataclass(frozen=True)
class Actor:
    """A person in the moment of acting. `reason` is why a protected child's plan is opened; `session` its hash."""

    user: User
    memberships: tuple[Membership, ...] = ()
    reason: str = ""
    session: str = ""
    correlation: str = ""
    is_fresh: bool = field(default=False)

    @classmethod
    def of(
        cls, user: User, *, reason: str = "", session: str = "", correlation: str = "", is_fresh: bool = False
    ) -> "Actor":
        """The actor for `user` now. `is_fresh`: authenticated less than five minutes ago (ASVS 7.5.3)."""
        memberships = tuple(_WORKS_AT(user=user.pk, today=clock.today())) if user.is_active else ()
        return cls(user, memberships, reason, session, correlation, is_fresh)

    @property
    def name(self) -> str:
        """The name as others see it."""
        return self.user.name

    @property
    def is_staff(self) -> bool:
        """Whether the person works anywhere today."""
        return bool(self.memberships)

    @property
    def agency(self) -> Agency | None:
        """The agency that the person works at; the first one where there are several."""
        return self.memberships[0].agency if self.memberships else None

    def first_for(self, agencies: Collection[UUID | None]) -> "Actor":
        """The same person, acting for one of these agencies before any other; unchanged where none of them fits."""
        used = sorted(self.memberships, key=lambda membership: membership.agency_id not in agencies)
        return replace(self, memberships=tuple(used))

    @property
    def agency_ids(self) -> frozenset[UUID]:
        """Every agency the person works at today."""
        return frozenset(membership.agency_id for membership in self.memberships)

    @property
    def desk_group_ids(self) -> frozenset[int]:
        """The desk groups the person answers for: intake and coordinators stand for their agency."""
        return frozenset(m.agency.desk_id for m in self.memberships if m.role in DESK_ROLES)

    def has_role(self, *roles: Role, agency_id: UUID | None = None) -> bool:
        """Whether the person has one of `roles`, at that agency when one is given."""
        return any(
            membership.role in roles and agency_id in (None, membership.agency_id) for membership in self.memberships
        )

    @property
    def decides_requests(self) -> bool:
        """A coordinator of a region or a municipality: the only ones who accept or decline a request (§9)."""
        return any(m.role == Role.COORDINATOR and m.agency.principal.kind in PUBLIC_KINDS for m in self.memberships)

    @property
    def administered_region(self) -> Principal | None:
        """The region whose routine the person keeps; None for everybody else."""
        for row in self.memberships:
            if row.role == Role.ADMINISTRATOR and row.agency.principal.kind == PrincipalKind.REGION:
                return row.agency.principal
        return None

    @property
    def emergency_post(self) -> Membership | None:
        """The work that lets the person open a plan in an emergency; None for most (OSL 25:12, 26:9).

        At a region or a municipality, in health or social services: those may share what a child needs for care.
        """
        for row in self.memberships:
            agency = row.agency
            may_share = agency.principal.kind in PUBLIC_KINDS and agency.kind.may_share_by_need
            if row.role in WORKS_WITH_CHILDREN and may_share:
                return row
        return None
