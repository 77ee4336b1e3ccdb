"""Reading the family: who has custody, who decides, and where consent stands. Feeds rules.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.models import MatureChild, Routine, User
from common import clock
from common.once import once
from common.prepared import AnyTold, Prepared
from consent import rules
from consent.models import Child, ConsentDecision, Custody, Guardian, Guardianship, MaturityAssessment
from consent.rules import Standing


def custody_holders(child: Child) -> list[Guardian]:
    """The guardians who have custody of the child today, in a stable order; none when the child is of age.

    Somebody appointed stands in the parents' place. Whether they decide alone is another matter: `deciders`.
    """
    return custody_holders_of([child])[child.pk]


def custody_since(child: Child) -> dict[UUID, datetime]:
    """From when each of those who have custody today has it as they do: {user key: moment}."""
    return {row.guardian.user_id: row.changed_at for row in _custodies(_minors([child]))}


def all_guardians(child: Child) -> list[Guardianship]:
    """Everybody who is or was a guardian of the child, with the custody they have now."""
    return list(Guardianship.objects.filter(child=child).select_related("guardian__user").order_by("id"))


def is_adult(child: Child, day: date | None = None) -> bool:
    """Whether the child has turned 18 on `day` (today in Stockholm when left out)."""
    return child.comes_of_age <= (day or clock.today())


def newest_assessment(child: Child) -> MaturityAssessment | None:
    """The maturity assessment that holds; None before the first."""
    return _assessments([child]).get(child.pk)


def practice_of(assessment: MaturityAssessment) -> str:
    """Who consents for a mature child: by the routine of the principal whose coordinator assessed, else its region's.

    The coordinator of the plan assesses, so that it is the routine where the plan is kept. Without one: the default.
    """
    principal = assessment.agency.principal if assessment.agency else None
    routine: Routine | None = getattr(principal, "routine", None)
    routine = routine or getattr(principal.region if principal else None, "routine", None)
    routine = routine or Routine.objects.filter(principal__isnull=True).order_by("name").first()
    return routine.mature_child if routine else MatureChild.TOGETHER


def deciders(child: Child, holders: Iterable[Guardian] | None = None) -> tuple[str, ...]:
    """Who decides for the child today, as rules.py knows them: guardians' keys, CHILD.

    `holders` is what `custody_holders` gave, when the caller has it.
    """
    guardians = custody_holders(child) if holders is None else list(holders)
    return _deciding(child, guardians, newest_assessment(child))


def child_decides(child: Child) -> bool:
    """Whether the child's own word counts: of age, or assessed as mature where the routine says so."""
    return rules.CHILD in deciders(child)


def _deciding(
    child: Child, holders: Iterable[Guardian], assessment: MaturityAssessment | None, day: date | None = None
) -> tuple[str, ...]:
    is_mature = assessment is not None and assessment.is_mature
    return rules.deciders(
        (str(guardian.pk) for guardian in holders),
        is_adult=is_adult(child, day),
        is_mature=is_mature,
        practice=practice_of(assessment) if assessment and is_mature else rules.Practice.TOGETHER,
    )


def standings(child: Child, agency_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, Standing]:
    """Computed consent towards each of the agencies, in as many queries however many they are.

    `on`: as it will stand on a day to come, if nobody says anything before it; today when left out.
    """
    wanted, day = set(agency_ids), on or clock.today()
    about = {"children": [child.pk], "agencies": list(wanted)}
    found = _weighed([child], custody_holders_of([child], day), _SAID_OF(**about), day)[child.pk]
    never_asked = rules.standing(found.deciding, [], day)
    return {agency_id: found.by_agency.get(agency_id, never_asked) for agency_id in wanted}


def custody_holders_of(children: Iterable[Child], day: date | None = None) -> dict[UUID, list[Guardian]]:
    """As `custody_holders`, for many children in one query: {child key: guardians}. On `day`, by what is known now."""
    wanted = {child.pk: child for child in children}
    custodies: dict[UUID, list[tuple[str, str]]] = {key: [] for key in wanted}
    guardians: dict[str, Guardian] = {}
    minors = _minors(wanted.values(), day)
    for row in _custodies(minors):
        guardians[str(row.guardian_id)] = row.guardian
        custodies[row.child_id].append((str(row.guardian_id), row.custody))
    return {key: [guardians[holder] for holder in rules.holders(rows)] for key, rows in custodies.items()}


def _minors(children: Iterable[Child], day: date | None = None) -> list[UUID]:
    return [child.pk for child in children if not is_adult(child, day)]


def _custodies(minors: list[UUID]) -> list[Guardianship]:
    """Asked once in a moment; not at all where everybody is of age."""
    return once(("custodies", tuple(minors)), lambda: _CUSTODIES(children=minors)) if minors else []


# ⚡ No identity number is decrypted.
_CUSTODIES = Prepared(
    lambda: (
        Guardianship.objects.filter(child=AnyTold("children"))
        .exclude(custody=Custody.NONE)
        .select_related("guardian__user")
        .defer("guardian__number")
        .order_by("id")
    )
)


def standings_of(children: Iterable[Child], holders: dict[UUID, list[Guardian]]) -> dict[UUID, dict[UUID, Standing]]:
    """Computed consent of many children towards every agency they were asked about, in a fixed number of queries.

    {child key: {agency key: standing}}; `holders` is what `custody_holders_of` gave.
    """
    asked = list(children)
    weighed = _weighed(asked, holders, _SAID(children=[child.pk for child in asked]), clock.today())
    return {key: found.by_agency for key, found in weighed.items()}


@dataclass(frozen=True)
class _Weighed:
    """One child: who decides, and where consent stands towards each agency that anything was said about."""

    deciding: tuple[str, ...]
    by_agency: dict[UUID, Standing]


def _decisions(which: Q) -> QuerySet[ConsentDecision]:
    rows = ConsentDecision.objects.filter(which, child=AnyTold("children")).select_related("agency__kind")
    columns = ("child_id", "agency__kind__may_share_by_need", "guardian_id", "kind", "until", "reason")
    return rows.only(*columns).order_by("at", "id")


_SAID = Prepared(lambda: _decisions(Q()))
_SAID_OF = Prepared(lambda: _decisions(Q(agency=AnyTold("agencies"))))


def _weighed(
    children: Sequence[Child], holders: dict[UUID, list[Guardian]], rows: Iterable[ConsentDecision], day: date
) -> dict[UUID, _Weighed]:
    said: dict[UUID, dict[UUID, list[rules.Decision]]] = {child.pk: {} for child in children}
    by_need: set[UUID] = set()
    for row in rows:
        if row.agency.kind.may_share_by_need:
            by_need.add(row.agency_id)
        said[row.child_id].setdefault(row.agency_id, []).append(as_rules_know(row))
    assessments = _assessments(children)
    found = {}
    for child in children:
        deciding = _deciding(child, holders[child.pk], assessments.get(child.pk), day)
        is_minor = not is_adult(child, day)
        by_agency = {
            agency: rules.standing(deciding, decisions, day, may_share_by_need=is_minor and agency in by_need)
            for agency, decisions in said[child.pk].items()
        }
        found[child.pk] = _Weighed(deciding, by_agency)
    return found


def as_rules_know(row: ConsentDecision) -> rules.Decision:
    """The row as a decision of rules.py: a guardian's, the child's, or what nobody in the family said."""
    decider = str(row.guardian_id) if row.guardian_id else rules.CHILD
    if row.kind in rules.EXEMPTING:
        decider = rules.NOBODY
    return rules.Decision(decider, row.kind, row.until, row.reason)


def _assessments(children: Sequence[Child]) -> dict[UUID, MaturityAssessment]:
    keys = [child.pk for child in children]
    return {row.child_id: row for row in once(("assessed", tuple(keys)), lambda: _ASSESSED(children=keys))}


_ASSESSED = Prepared(
    lambda: (
        MaturityAssessment.objects.filter(child=AnyTold("children"))
        .select_related("agency__principal__routine", "agency__principal__region__routine", "by")
        .order_by("at", "id")
    )
)


def standing(child: Child, agency_id: UUID) -> Standing:
    """Computed consent towards one agency."""
    return standings(child, [agency_id])[agency_id]


def consent_complete(child: Child) -> date | None:
    """The first day when everybody who decides had said yes to one and the same agency; None before it.

    Counted from each one's first yes, so that a renewed one does not begin the time anew. An agency that needs no
    consent (OSL 25:12, 26:9) is complete when that was recorded.
    """
    deciding = set(deciders(child))
    yes: dict[UUID, dict[str, date]] = {}
    days: list[date] = []
    rows = ConsentDecision.objects.filter(child=child, kind__in=(rules.Kind.GIVEN, rules.Kind.NOT_REQUIRED))
    for row in rows.order_by("at", "id"):
        said = as_rules_know(row)
        day = clock.local(row.at).date()
        if row.kind == rules.Kind.NOT_REQUIRED:
            days.append(day)
        else:
            yes.setdefault(row.agency_id, {}).setdefault(said.decider, day)
    days += [max(by[key] for key in deciding) for by in yes.values() if deciding and deciding <= by.keys()]
    return min(days, default=None)


def agencies_asked_about(child: Child) -> set[UUID]:
    """Every agency that anybody in the family has decided about."""
    return set(ConsentDecision.objects.filter(child=child).order_by().values_list("agency_id", flat=True))


def children_of(user: User) -> list[Child]:
    """The children whom the person may ask for a plan for: with custody, or the person is the child. By name.

    A child with protected personal data is not among them: the family does not reach it here (security.md).
    """
    rows = Guardianship.objects.filter(guardian__user=user).exclude(custody=Custody.NONE)
    ids = set(rows.values_list("child_id", flat=True))
    children = list(Child.objects.filter(Q(pk__in=ids) | Q(user=user), is_protected=False).order_by("name_key", "id"))
    holders = custody_holders_of(children)
    return [
        child for child in children if child.user_id == user.pk or user.pk in {row.user_id for row in holders[child.pk]}
    ]


def newest_decisions(child: Child, guardian: Guardian | None) -> dict[UUID, ConsentDecision]:
    """What one decider (the child itself: None) last said about each agency."""
    own = ConsentDecision.objects.filter(child=child, guardian=guardian).exclude(kind__in=rules.EXEMPTING)
    rows = own.order_by("at", "id")
    return {row.agency_id: row for row in rows}
