"""What part somebody had in a child's plan when an event was written: for the log reviewer, who sees no plan.

Assignments and memberships are ended, never deleted, so that it can be told afterwards. Read-only.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import DESK_ROLES
from agencies.models import Membership, Role
from common import clock
from consent.log.flags import Seen
from consent.models import Child
from sip.plans.models import Assignment, EmergencyOpening, Party, Stamp
from sip.plans.models.plan import AssignmentReason
from sip.plans.states import Act

ASKED = "request"
_TAKES_UP = (Act.ACCEPT, Act.DECLINE)


@dataclass
class Parts:
    """Who had which part when, in the plans of some children; asked per event."""

    assignments: dict[tuple[UUID, UUID], list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    coordinated: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    parties: dict[UUID, list[Party]] = field(default_factory=lambda: defaultdict(list))
    memberships: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    openings: dict[tuple[UUID, UUID], list[EmergencyOpening]] = field(default_factory=lambda: defaultdict(list))
    taken_up: dict[UUID, datetime] = field(default_factory=dict)
    family: set[tuple[UUID, UUID]] = field(default_factory=set)

    def opening(self, event: Seen) -> EmergencyOpening | None:
        """The emergency that ran for the person when the event was written."""
        if event.user_id is None or event.child_id is None:
            return None
        found = self.openings.get((event.user_id, event.child_id), [])
        return next((row for row in found if row.at <= event.at <= row.ends_at), None)

    def words(self, event: Seen) -> str:
        """The part in words: "Kallad med namn sedan 3 maj"; "" when there was none."""
        if event.user_id is None or event.child_id is None:
            return ""
        pair = (event.user_id, event.child_id)
        for row in self.assignments.get(pair, []):
            if row.since <= event.at and (row.ended_at is None or event.at < row.ended_at):
                said = {"how": AssignmentReason(row.reason).label.capitalize(), "day": _day(row.since)}
                return _("%(how)s, sedan %(day)s") % said
        if pair in self.coordinated and self.coordinated[pair] <= event.at:
            return _("Samordnar planen")
        if pair in self.family:
            return _("Barnets familj")
        if event.act == ASKED:
            return _("Önskade planen")
        return self._by_role(event, *pair)

    def _by_role(self, event: Seen, user_id: UUID, child_id: UUID) -> str:
        day = clock.local(event.at).date()
        parties = {row.agency_id for row in self.parties.get(child_id, []) if row.since <= event.at}
        waits = event.at <= self.taken_up.get(child_id, event.at)  # on the answer to the request
        for row in self.memberships.get(user_id, []):
            if row.starts > day or (row.ends is not None and row.ends <= day):
                continue
            said = {"role": Role(row.role).label, "agency": row.agency.name}
            if row.role in DESK_ROLES and row.agency_id in parties:
                return _("%(role)s på %(agency)s, som är part") % said
            if row.role == Role.COORDINATOR and waits:
                return _("%(role)s, önskan väntade på svar") % said
        return ""


def parts(pairs: Collection[tuple[UUID, UUID]]) -> Parts:
    """The parts of these people (user, child). Run where PostgreSQL hides nothing: the reviewer has no plan."""
    users, children = {user for user, _child in pairs}, {child for _user, child in pairs}
    found = Parts()
    for row in Assignment.objects.filter(user__in=users, plan__child__in=children).select_related("plan"):
        found.assignments[row.user_id, row.plan.child_id].append(row)
    for party in Party.objects.filter(plan__child__in=children).select_related("plan"):
        found.parties[party.plan.child_id].append(party)
    for membership in Membership.objects.filter(user__in=users).select_related("agency"):
        found.memberships[membership.user_id].append(membership)
    for opening in EmergencyOpening.objects.filter(user__in=users, plan__child__in=children).select_related("plan"):
        found.openings[opening.user_id, opening.plan.child_id].append(opening)
    _process(found, children)
    for child in Child.objects.filter(pk__in=children).prefetch_related("guardianships__guardian"):
        found.family.update((row.guardian.user_id, child.pk) for row in child.guardianships.all())
        if child.user_id:
            found.family.add((child.user_id, child.pk))
    return found


def _process(found: Parts, children: Collection[UUID]) -> None:
    for stamp in Stamp.objects.filter(plan__child__in=children).select_related("plan").order_by("at"):
        child = stamp.plan.child_id
        if stamp.act in _TAKES_UP:
            found.taken_up.setdefault(child, stamp.at)
            if stamp.plan.coordinator_id:
                found.coordinated.setdefault((stamp.plan.coordinator_id, child), stamp.at)
        if stamp.act == Act.ACCEPT:
            found.coordinated.setdefault((stamp.by_id, child), stamp.at)


def _day(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d}"
