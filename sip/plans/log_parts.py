"""What part somebody had in a child's plan when an event was written: for the log reviewer, who sees no plan.

Assignments and memberships are ended, never deleted, and who handed a plan over stands in the log, so that it can be
told afterwards. Read-only.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.actor import DESK_ROLES
from agencies.models import Membership, Role
from common import clock
from consent.log.flags import Seen
from consent.log.models import AccessEvent
from consent.models import Child, Custody
from sip.plans.access import Do
from sip.plans.models import Assignment, EmergencyOpening, Party, Stamp
from sip.plans.models.plan import AssignmentReason
from sip.plans.states import Act

ASKED = "request"
_TAKES_UP = (Act.ACCEPT, Act.DECLINE)


@dataclass(frozen=True)
class Turn:
    """A time during which something held for somebody; None sets no end, or no beginning."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it held at that moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at <= self.until)


@dataclass
class Parts:
    """Who had which part when, in the plans of some children; asked per event."""

    assignments: dict[tuple[UUID, UUID], list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    coordinated: dict[tuple[UUID, UUID], list[Turn]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[UUID, list[Party]] = field(default_factory=lambda: defaultdict(list))
    memberships: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    openings: dict[tuple[UUID, UUID], list[EmergencyOpening]] = field(default_factory=lambda: defaultdict(list))
    taken_up: dict[UUID, datetime] = field(default_factory=dict)
    family: dict[tuple[UUID, UUID], Turn] = field(default_factory=dict)

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
        if any(turn.holds(event.at) for turn in self.coordinated.get(pair, ())):
            return _("Samordnar planen")
        if event.agency_id is None and pair in self.family and self.family[pair].holds(event.at):
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
                return _("%(role)s på %(agency)s, som är med i planen") % said
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
    _coordinators(found, children)
    for child in Child.objects.filter(pk__in=children).prefetch_related("guardianships__guardian"):
        for held in child.guardianships.all():
            lost = held.changed_at if held.custody == Custody.NONE else None
            found.family[held.guardian.user_id, child.pk] = Turn(until=lost)
        if child.user_id:
            found.family[child.user_id, child.pk] = Turn()
    return found


def _process(found: Parts, children: Collection[UUID]) -> None:
    stamps = Stamp.objects.filter(plan__child__in=children, act__in=_TAKES_UP).select_related("plan").order_by("at")
    for stamp in stamps:
        found.taken_up.setdefault(stamp.plan.child_id, stamp.at)
        if stamp.act == Act.DECLINE:  # who said no goes on seeing what was declined and why
            found.coordinated[stamp.by_id, stamp.plan.child_id].append(Turn(stamp.at))


def _coordinators(found: Parts, children: Collection[UUID]) -> None:
    """Each coordinator's turn ends where the log says that they handed the plan over; the last one's has no end."""
    taken_up = Stamp.objects.filter(plan__child__in=children, act=Act.ACCEPT).select_related("plan")
    plans = {str(stamp.plan_id): stamp.plan for stamp in taken_up}
    began = {str(stamp.plan_id): stamp.at for stamp in taken_up}
    passed_on = AccessEvent.objects.filter(child_id__in=children, act=Do.HAND_OVER, object_type="plan", is_denied=False)
    for event in passed_on.order_by("at", "id"):
        if event.user_id and event.object_id in began:
            turn = Turn(began[event.object_id], event.at)
            found.coordinated[event.user_id, plans[event.object_id].child_id].append(turn)
            began[event.object_id] = event.at
    for key, since in began.items():
        coordinator = plans[key].coordinator_id
        if coordinator:
            found.coordinated[coordinator, plans[key].child_id].append(Turn(since))


def _day(moment: datetime) -> str:
    return date_format(clock.local(moment).date(), "j F Y")
