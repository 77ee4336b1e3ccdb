"""Who stands how to a plan, told anew from domain.md §9 in plain loops over the rows. Knows nothing of access.py.

The test matrix holds the program's answers against this.
"""

from datetime import date
from uuid import UUID

from agencies.models import PUBLIC_KINDS, Role, User
from common import clock
from consent.models import ConsentDecision, Custody, Guardianship
from sip.plans.models import Assignment, EmergencyOpening, Party, Plan, Stamp, Withholding

# Before the call nobody but the family, the initiator and the coordinator takes part.
EARLY = ("requested", "declined", "preparing")


def relations(user: User, plan: Plan) -> set[str]:
    """The names of the relations that the person stands in to the plan now."""
    works = _works(user)
    at_desk = {agency for agency, roles in works.items() if roles & {Role.INTAKE, Role.COORDINATOR}}
    agreed, ended = _consent(plan)
    parties = {row.agency_id for row in Party.objects.filter(plan=plan)}
    is_protected = plan.child.is_protected
    found = _family(user, plan)
    if plan.coordinator_id == user.pk and plan.coordinator_agency_id in works:
        found.add("coordinator")
        if _coordinator_reads(plan, agreed, ended):
            found.add("participant")
    for stamp in Stamp.objects.filter(plan=plan, act="decline", by=user):
        if plan.coordinator_id is None and stamp.agency_id in works:
            found.add("coordinator")
    for row in Assignment.objects.filter(plan=plan, user=user, ended_at__isnull=True):
        if row.agency_id in works and _counts(row, plan, agreed, ended, parties):
            found.add("participant")
    if at_desk & parties & agreed:
        found.add("desk")
        if not is_protected:
            found.add("participant")
    if plan.state == "requested" and _decides(user):
        found.add("decider")
    for opened in EmergencyOpening.objects.filter(plan=plan, user=user):
        if not is_protected and opened.ends_at > clock.now() and opened.agency_id in works:
            found.add("emergency")
    if (
        "guardian" in found
        and Withholding.objects.filter(plan=plan, guardian__user=user, lifted_at__isnull=True).exists()
    ):
        return {"guardian"}  # what is withheld from a parent does not come to them through their work
    return found


def agencies_of(user: User, plan: Plan) -> set[UUID]:
    """The agencies that the person acts for in the plan."""
    works, (agreed, ended) = _works(user), _consent(plan)
    if relations(user, plan) == {"guardian"}:
        return set()
    parties = {row.agency_id for row in Party.objects.filter(plan=plan)}
    found = set()
    if (
        plan.coordinator_id == user.pk
        and plan.coordinator_agency_id in works
        and _coordinator_reads(plan, agreed, ended)
    ):
        found.add(plan.coordinator_agency_id)
    for row in Assignment.objects.filter(plan=plan, user=user, ended_at__isnull=True):
        if row.agency_id in works and _counts(row, plan, agreed, ended, parties):
            found.add(row.agency_id)
    if not plan.child.is_protected:
        for agency, roles in works.items():
            if roles & {Role.INTAKE, Role.COORDINATOR} and agency in parties & agreed:
                found.add(agency)
    return found


def agreed_agencies(plan: Plan) -> set[UUID]:
    """The agencies that the family has said yes to, all who decide of them, and whose day is not over."""
    return _consent(plan)[0]


def _works(user: User) -> dict[UUID, set[str]]:
    today, found = clock.today(), {}
    for row in user.memberships.all():
        if row.starts <= today and (row.ends is None or row.ends > today):
            found.setdefault(row.agency_id, set()).add(row.role)
    return found


def _coordinator_reads(plan: Plan, agreed: set[UUID], ended: set[UUID]) -> bool:
    """Until the call it is enough that nobody has said no; from then on the own agency is a party like the others."""
    is_early = plan.state in EARLY and plan.coordinator_agency_id not in ended
    return is_early or plan.coordinator_agency_id in agreed


def _holders(plan: Plan) -> set[UUID]:
    """Those who have custody of somebody under 18: whoever is appointed stands in the parents' place."""
    if clock.today() >= _eighteenth(plan.child.born):
        return set()
    rows = [row for row in Guardianship.objects.filter(child=plan.child) if row.custody != Custody.NONE]
    appointed = {row.guardian_id for row in rows if row.custody == Custody.APPOINTED}
    return appointed or {row.guardian_id for row in rows}


def _family(user: User, plan: Plan) -> set[str]:
    """Guardians with custody of somebody under 18, and the young person; nobody for a protected child."""
    child = plan.child
    if child.is_protected:
        return set()
    found = {"young"} if child.user_id == user.pk else set()
    guardian = getattr(user, "guardian", None)
    if guardian is not None and guardian.pk in _holders(plan):
        found.add("guardian")
    return found


def _eighteenth(born: date) -> date:
    return date(born.year + 18, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=born.year + 18)


def _consent(plan: Plan) -> tuple[set[UUID], set[UUID]]:
    """The agencies that everybody with custody has said yes to, and those that somebody's no or a day has ended."""
    holders: set[UUID | None] = {*_holders(plan)}
    if clock.today() >= _eighteenth(plan.child.born):
        holders = {None}  # the child alone
    said: dict[UUID, dict[UUID | None, ConsentDecision]] = {}
    for row in ConsentDecision.objects.filter(child=plan.child).order_by("at", "id"):
        said.setdefault(row.agency_id, {})[row.guardian_id] = row
    agreed, ended = set(), set()
    for agency, by_whom in said.items():
        last = [by_whom[holder] for holder in holders if holder in by_whom]
        yes = [row for row in last if row.kind == "given" and (row.until is None or row.until >= clock.today())]
        if len(yes) < len(last):
            ended.add(agency)
        elif holders and len(yes) == len(holders):
            agreed.add(agency)
    return agreed, ended


def _counts(row: Assignment, plan: Plan, agreed: set[UUID], ended: set[UUID], parties: set[UUID]) -> bool:
    if row.reason == "initiator":
        is_early = plan.state in EARLY and row.agency_id not in ended
        return not plan.child.is_protected and (row.agency_id in agreed or is_early)
    return row.agency_id in parties & agreed


def _decides(user: User) -> bool:
    rows = user.memberships.select_related("agency__principal")
    works = _works(user)
    return any(
        row.role == Role.COORDINATOR and row.agency.principal.kind in PUBLIC_KINDS and row.agency_id in works
        for row in rows
    )
