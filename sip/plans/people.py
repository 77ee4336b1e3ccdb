"""Who to tell and who is asked: the people around a plan. Read-only."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agencies.actor import WORKS_WITH_CHILDREN
from agencies.models import Agency, Membership, Role, User
from common.once import once
from consent import family
from consent.models import Child, Guardian
from consent.rules import Standing
from sip.plans import protection
from sip.plans.models import Assignment, Plan

# A call without a named person goes to the first of these that the agency has (domain.md §9).
RECEIVERS_IN_ORDER = (Role.INTAKE, Role.COORDINATOR, Role.MANAGER)


def with_role(agency_id: UUID, role: Role) -> list[User]:
    """The people who have the role at the agency today, by name."""
    rows = Membership.objects.active().filter(agency_id=agency_id, role=role).select_related("user")
    return [row.user for row in rows.order_by("user__name_key", "user_id")]


def receivers(agency: Agency) -> list[User]:
    """Who receives what is sent to the agency without a name: its intake, else coordinators, else managers."""
    return receivers_of([agency.pk]).get(agency.pk, [])


def receivers_of(agency_ids: Collection[UUID]) -> dict[UUID, list[User]]:
    """The same for each of the agencies, in one question; an agency where nobody receives is left out."""
    rows = Membership.objects.active().filter(agency__in=agency_ids, role__in=RECEIVERS_IN_ORDER)
    found: dict[UUID, dict[str, list[User]]] = {}
    for row in rows.select_related("user").order_by("user__name_key", "user_id"):
        found.setdefault(row.agency_id, {}).setdefault(row.role, []).append(row.user)
    return {
        key: next(by_role[role] for role in RECEIVERS_IN_ORDER if role in by_role) for key, by_role in found.items()
    }


def may_be_named(agency_ids: Collection[UUID]) -> QuerySet[Membership]:
    """Who works there and takes part in plans, and may be called by name: managers and log reviewers are not."""
    # Where a protected colleague works is not told: the own desk appoints them.
    rows = Membership.objects.active().filter(agency__in=agency_ids, role__in=WORKS_WITH_CHILDREN)
    return rows.filter(user__is_protected=False)


def works_there() -> Exists:
    """For rows with a user and an agency: who works there today and may log in.

    Work that ends by its last day ends no assignment; what was theirs is the desk's from then on.
    """
    there = Membership.objects.active().filter(user=OuterRef("user"), agency=OuterRef("agency"))
    return Exists(there.filter(user__is_active=True))


def assignments(plan_ids: Collection[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """Who takes part in the plans, of those who work there: (plan, agency, user) keys. Asked once in a moment."""
    rows = Assignment.objects.filter(works_there(), plan__in=plan_ids, ended_at__isnull=True)
    found = rows.values_list("plan_id", "agency_id", "user_id")
    return once(("assignments", frozenset(plan_ids)), lambda: list(found))


def assigned(plan: Plan, agency_id: UUID) -> list[User]:
    """The people who take part in the plan for the agency and still work there, by name."""
    return _assigned_of(plan, [agency_id]).get(agency_id, [])


def _assigned_of(plan: Plan, agency_ids: Collection[UUID]) -> dict[UUID, list[User]]:
    rows = Assignment.objects.filter(works_there(), plan=plan, agency__in=agency_ids, ended_at__isnull=True)
    found: dict[UUID, list[User]] = {}
    for row in rows.select_related("user").order_by("user__name_key", "user_id"):
        if row.user not in found.setdefault(row.agency_id, []):
            found[row.agency_id].append(row.user)
    return found


def handlers(plan: Plan, agency: Agency) -> list[User]:
    """Whom to remind at an agency: those who take part, else those who receive."""
    return handlers_of(plan, [agency.pk]).get(agency.pk, [])


def handlers_of(plan: Plan, agency_ids: Collection[UUID]) -> dict[UUID, list[User]]:
    """The same for each of the agencies, in two questions; an agency that nobody is there for is left out."""
    found = _assigned_of(plan, agency_ids)
    rest = set(agency_ids) - set(found)
    return found | receivers_of(rest) if rest else found


def taking_part(plan: Plan) -> set[User]:
    """Everybody who was named or assigned and has not left."""
    rows = Assignment.objects.filter(plan=plan, ended_at__isnull=True).select_related("user")
    return {row.user for row in rows}


def holders_of(children: Collection[Child]) -> dict[UUID, list[Guardian]]:
    """As `family.custody_holders_of`, asked once in a moment."""
    keys = frozenset(child.pk for child in children)
    return once(("holders", keys), lambda: family.custody_holders_of(children))


def standings_of(
    children: Collection[Child], holders: dict[UUID, list[Guardian]] | None = None
) -> dict[UUID, dict[UUID, Standing]]:
    """As `family.standings_of`, asked once in a moment. `holders`: who has custody of each, where it is known."""
    keys = frozenset(child.pk for child in children)
    return once(("standings", keys), lambda: family.standings_of(children, holders or holders_of(children)))


def asked_to_sign(plan: Plan) -> list[Guardian]:
    """Every guardian who has custody now (signing.md)."""
    return family.custody_holders(plan.child)


def as_guardian(user: User, plan: Plan) -> Guardian | None:
    """The guardian that this user is to the plan; None for the young person, also one who has children of their own."""
    guardian: Guardian | None = getattr(user, "guardian", None)
    return None if user.pk == plan.child.user_id else guardian


def child_is_asked(plan: Plan) -> bool:
    """Whether the young person is asked to sign: when their own log-in is switched on."""
    return plan.child.user_id is not None


def child_may_sign(plan: Plan) -> bool:
    """Whether it is settled that the child's own name may stand under the plan: of age, asked, or mature."""
    assessment = family.newest_assessment(plan.child)
    is_mature = assessment is not None and assessment.is_mature
    return is_mature or child_is_asked(plan) or family.is_adult(plan.child)


def family_users(plan: Plan) -> list[User]:
    """The family members who read the plan in the program; none for a protected child."""
    if protection.is_deny_by_default(plan.child):
        return []
    users = [guardian.user for guardian in holders_of([plan.child])[plan.child_id]]
    return users + ([plan.child.user] if plan.child.user else [])


def protected_staff(plan: Plan) -> list[User]:
    """The protected among those who take or took part for somebody, lead or coordinate; asked once in a moment."""
    return once(("protected staff", plan.pk), lambda: _protected_staff(plan))


def _protected_staff(plan: Plan) -> list[User]:
    part = Assignment.objects.filter(plan=plan).order_by().values("user")
    leading = User.objects.filter(pk__in=[plan.coordinator_id, plan.lead_person_id]).order_by().values("pk")
    # ⚡ One list of keys: with OR PostgreSQL looks at everybody there is (a third of the plan page's time).
    return list(User.objects.filter(pk__in=part.union(leading, all=True), is_protected=True))


def coordinator(plan: Plan) -> Iterable[User]:
    """The plan's coordinator, as a list of one or none."""
    return [plan.coordinator] if plan.coordinator else []
