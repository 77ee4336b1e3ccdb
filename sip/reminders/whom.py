"""Which people a reminder goes to today. Whoever has left is nobody; where nobody is left, the one above is told."""

from collections.abc import Callable, Iterable
from functools import cached_property
from uuid import UUID

from agencies.models import Membership, Role, User
from common.text import folded
from sip.plans import people
from sip.plans.models import Action, Plan
from sip.plans.routing import suggested_coordinators
from sip.plans.withheld import users_with_less
from sip.reminders.loading import actions_of
from sip.reminders.table import Due, Who

_OF_ACTION = (Who.CONTACT, Who.CONTACTS_MANAGER, Who.FOR_CONTACTS_MANAGER)


class Whom:
    """The people around one plan, each kind of them looked up once and only when somebody asks."""

    def __init__(self, plan: Plan, dues: Iterable[Due]) -> None:
        self.plan = plan
        # Every agency that something is said to, and every action that something is said of.
        self._of = {due.span.of for due in dues if due.span.of}
        self._of_action = {due.span.of for due in dues if due.span.of and due.who in _OF_ACTION}

    def told(self, due: Due) -> list[User]:
        """Who is told it, by name."""
        ways: dict[Who, Callable[[UUID | None], list[User]]] = {
            Who.SUGGESTED: lambda _of: [user for user in suggested_coordinators(self.plan.child) if user.is_active],
            Who.COORDINATOR: lambda _of: self._coordinator(),
            Who.COORDINATORS_MANAGER: lambda _of: self._with_role(self.plan.coordinator_agency_id, Role.MANAGER),
            Who.UNIT: self._unit,
            Who.UNIT_MANAGER: lambda of: self._with_role(of, Role.MANAGER),
            Who.CONTACT: self._contact,
            Who.CONTACTS_MANAGER: lambda of: self._with_role(self._agency_of(of), Role.MANAGER),
            Who.FOR_UNIT_MANAGER: self._for_manager_of,
            Who.FOR_CONTACTS_MANAGER: lambda of: self._for_manager_of(self._agency_of(of)),
            Who.FAMILY: lambda _of: self._family,
            Who.PERSON: lambda of: [user for user in self._family if user.pk == of],
        }
        return ways[due.who](due.span.of)

    def _coordinator(self) -> list[User]:
        """The plan's coordinator while that is their work; else those who lead where the plan is kept."""
        keeps = self.plan.coordinator_id
        there = self._with_role(self.plan.coordinator_agency_id, Role.COORDINATOR)
        return [user for user in there if user.pk == keeps] or self._with_role(
            self.plan.coordinator_agency_id, Role.MANAGER
        )

    def _for_manager_of(self, agency_id: UUID | None) -> list[User]:
        """The coordinator, where the unit has no manager."""
        return [] if agency_id is None or self._with_role(agency_id, Role.MANAGER) else self._coordinator()

    def _unit(self, agency_id: UUID | None) -> list[User]:
        """Those who take part for the agency and work there, else who receives there (as people.handlers)."""
        named = self._taking_part(agency_id)
        if named:
            return named
        by_role = (self._with_role(agency_id, role) for role in people.RECEIVERS_IN_ORDER)
        return next((users for users in by_role if users), [])

    def _taking_part(self, agency_id: UUID | None) -> list[User]:
        there = {row.user_id: row.user for row in self._members if row.agency_id == agency_id}
        named = {there[user_id] for agency, user_id in self._assigned if agency == agency_id and user_id in there}
        return _by_name(named)

    def _contact(self, action_id: UUID | None) -> list[User]:
        """Whoever the action names, when that is somebody who takes part for its agency; else all of them."""
        action = self._actions.get(action_id)
        if action is None:
            return []
        named = [user for user in self._taking_part(action.agency_id) if folded(user.name) == folded(action.contact)]
        return named or self._unit(action.agency_id)

    def _agency_of(self, action_id: UUID | None) -> UUID | None:
        action = self._actions.get(action_id)
        return action.agency_id if action else None

    def _with_role(self, agency_id: UUID | None, role: Role) -> list[User]:
        return _by_name({row.user for row in self._members if row.agency_id == agency_id and row.role == role})

    @cached_property
    def _family(self) -> list[User]:
        """The family members who read the plan here, but those from whom something of it is withheld."""
        less = users_with_less(self.plan)
        return [user for user in people.family_users(self.plan) if user.is_active and user.pk not in less]

    @cached_property
    def _actions(self) -> dict[UUID | None, Action]:
        return {row.pk: row for row in actions_of(self.plan) if row.pk in self._of_action}

    @cached_property
    def _members(self) -> list[Membership]:
        """Everybody who works today at an agency that is spoken of, and may log in."""
        agencies = {key for key in (self.plan.coordinator_agency_id, *self._of) if key}
        agencies |= {row.agency_id for row in self._actions.values() if row.agency_id}
        rows = Membership.objects.active().filter(agency__in=agencies, user__is_active=True)
        return list(rows.select_related("user"))

    @cached_property
    def _assigned(self) -> list[tuple[UUID, UUID]]:
        return [(agency_id, user_id) for _plan, agency_id, user_id in people.assignments([self.plan.pk])]


def _by_name(users: set[User]) -> list[User]:
    return sorted(users, key=lambda user: (user.name_key, str(user.pk)))
