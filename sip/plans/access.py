"""Who may do what with a plan. One table; `can()` for one plan, `visible_to()` for lists, both from the same grants.

A person stands in one or more *relations* to a plan. The relations come from grants (grants.py), which are written
from party + consent + assignment + protection; the table says what each relation may do. See security.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Problem, Refused
from consent.log import services as log
from sip.plans.grant_names import BELONG, CHOOSE, COORDINATE, TAKE_PART
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant
from sip.plans.states import State


class Relation(StrEnum):
    """How a person stands to a plan."""

    COORDINATOR = "coordinator"  # keeps the frame, also when consent has ended
    PARTICIPANT = "participant"  # acts for an agency that is a party with effective consent
    DESK = "desk"  # intake or coordinator of such an agency: chooses who there takes part
    GUARDIAN = "guardian"
    YOUNG = "young"
    DECIDER = "decider"  # a coordinator who may answer a request that nobody has answered


class Do(StrEnum):
    """What may be done."""

    SEE_FRAME = "see_frame"
    READ = "read"
    READ_LOG = "read_log"
    DECIDE_REQUEST = "decide_request"
    RECORD_CONSENT = "record_consent"
    DECIDE_CONSENT = "decide_consent"
    CALL = "call"
    ANSWER = "answer"
    EXPECT = "expect"
    ASSIGN = "assign"
    RUN_MEETING = "run_meeting"
    EDIT_CONTENTS = "edit_contents"
    EDIT_ACTION = "edit_action"
    EDIT_FRAME = "edit_frame"
    REVIEW = "review"
    ESTABLISH = "establish"
    FOLLOW_UP = "follow_up"
    TELL_OUTCOME = "tell_outcome"
    COMMENT = "comment"
    SIGN = "sign"
    WITNESS = "witness"
    CLOSE = "close"
    REPORT_DEVIATION = "report_deviation"


_R = Relation
FAMILY = frozenset({_R.GUARDIAN, _R.YOUNG})

# What is done → who may: any ONE of these sets of relations, held together, is enough.
TABLE: dict[Do, tuple[frozenset[Relation], ...]] = {
    # A desk alone (protected child) chooses who is named, and sees nothing.
    Do.SEE_FRAME: tuple(frozenset({relation}) for relation in Relation if relation is not _R.DESK),
    Do.READ: tuple(frozenset({r}) for r in (_R.PARTICIPANT, _R.GUARDIAN, _R.YOUNG, _R.DECIDER)),
    Do.READ_LOG: tuple(frozenset({r}) for r in (_R.COORDINATOR, _R.GUARDIAN, _R.YOUNG)),
    Do.DECIDE_REQUEST: (frozenset({_R.DECIDER}),),
    Do.RECORD_CONSENT: (frozenset({_R.COORDINATOR}),),
    Do.DECIDE_CONSENT: (frozenset({_R.GUARDIAN}), frozenset({_R.YOUNG})),
    Do.CALL: (frozenset({_R.COORDINATOR}),),
    Do.ANSWER: (frozenset({_R.PARTICIPANT}),),
    Do.EXPECT: (frozenset({_R.PARTICIPANT}),),
    Do.ASSIGN: (frozenset({_R.DESK}),),
    Do.RUN_MEETING: (frozenset({_R.COORDINATOR}),),
    Do.EDIT_CONTENTS: (frozenset({_R.COORDINATOR, _R.PARTICIPANT}),),
    Do.EDIT_ACTION: (frozenset({_R.PARTICIPANT}),),
    Do.EDIT_FRAME: (frozenset({_R.COORDINATOR}),),
    Do.REVIEW: (frozenset({_R.COORDINATOR, _R.PARTICIPANT}),),
    Do.ESTABLISH: (frozenset({_R.COORDINATOR}),),
    Do.FOLLOW_UP: (frozenset({_R.COORDINATOR}),),
    Do.TELL_OUTCOME: (frozenset({_R.PARTICIPANT}),),
    Do.COMMENT: (frozenset({_R.GUARDIAN}), frozenset({_R.YOUNG})),
    Do.SIGN: (frozenset({_R.GUARDIAN}), frozenset({_R.YOUNG})),
    Do.WITNESS: (frozenset({_R.COORDINATOR}),),
    Do.CLOSE: (frozenset({_R.COORDINATOR}),),
    Do.REPORT_DEVIATION: (frozenset({_R.PARTICIPANT}), frozenset({_R.COORDINATOR})),
}


@dataclass(frozen=True)
class Standing:
    """An actor's relations to one plan, and the agencies the actor may act for in it."""

    relations: frozenset[Relation] = frozenset()
    agency_ids: frozenset[UUID] = frozenset()
    desk_agency_ids: frozenset[UUID] = frozenset()

    def may(self, do: Do) -> bool:
        """Whether the table lets these relations do it."""
        return any(needed <= self.relations for needed in TABLE[do])

    @property
    def is_family(self) -> bool:
        """Guardian or young person."""
        return bool(self.relations & FAMILY)


def standing(actor: Actor, plan: Plan) -> Standing:
    """The actor's relations to the plan right now: two queries, nothing cached between requests."""
    today = clock.today()
    relations: set[Relation] = set()
    agencies: set[UUID] = set()
    desks: set[UUID] = set()
    personal = (
        _personal_grants(actor, today).filter(content_object=plan).values_list("permission__codename", "agency_id")
    )
    for codename, agency_id in personal:
        if codename == COORDINATE:
            relations.add(Relation.COORDINATOR)
        elif codename == TAKE_PART:
            relations.add(Relation.PARTICIPANT)
            agencies.add(agency_id)
        elif codename == BELONG:
            relations.add(Relation.YOUNG if plan.child.user_id == actor.user.pk else Relation.GUARDIAN)
    held = _desk_grants(actor, today).filter(content_object=plan).values_list("permission__codename", "group_id")
    for codename, group_id in held:
        of_desk = {m.agency_id for m in actor.memberships if m.agency.desk_id == group_id}
        relations.add(Relation.DESK)
        desks |= of_desk
        if codename == TAKE_PART:
            relations.add(Relation.PARTICIPANT)
            agencies |= of_desk
    if plan.state == State.REQUESTED and actor.decides_requests:
        relations.add(Relation.DECIDER)
    return Standing(frozenset(relations), frozenset(agencies), frozenset(desks))


def can(actor: Actor, do: Do, plan: Plan) -> bool:
    """Whether the actor may do this with the plan now."""
    return standing(actor, plan).may(do)


def visible_to(actor: Actor) -> QuerySet[Plan]:
    """Every plan that the actor may know of. The only way to load one outside migrations."""
    today = clock.today()
    personal = _personal_grants(actor, today).filter(content_object=OuterRef("pk"))
    visible = Q(Exists(personal))
    if actor.desk_group_ids:
        desk = _desk_grants(actor, today).filter(permission__codename=TAKE_PART, content_object=OuterRef("pk"))
        visible |= Q(Exists(desk))
    if actor.decides_requests:
        visible |= Q(state=State.REQUESTED)
    return Plan.objects.filter(visible)


@contextmanager
def for_nobody() -> Iterator[QuerySet[Plan]]:
    """Every plan, for what nobody is behind: a notice checked when it is sent, a registry event, a request that joins.

    Inside the block PostgreSQL hides nothing; read what is needed before it ends. Never for a page or a list; the
    modules that may call this are named in tests/consistency.
    """
    with row_scope.everything():
        yield Plan.objects.all()


def takes_part_in_person(actor: Actor, *, plan: str, agency: str) -> Q:
    """For rows of a plan and an agency (paths from the row): where the actor was named or assigned for that agency."""
    grants = _personal_grants(actor, clock.today()).filter(
        permission__codename=TAKE_PART, content_object=OuterRef(plan), agency=OuterRef(agency)
    )
    return Q(Exists(grants))


def takes_part_at_desk(actor: Actor, *, plan: str, agency: str) -> Q:
    """The same, where the actor answers for the agency as its intake or coordinator."""
    grants = _desk_grants(actor, clock.today()).filter(
        permission__codename=TAKE_PART, content_object=OuterRef(plan), group__agency=OuterRef(agency)
    )
    return Q(Exists(grants))


def chooses_at_desk(actor: Actor, *, plan: str, agency: str) -> Q:
    """The same, where the actor only chooses who takes part: the child is protected, and nothing more is seen."""
    grants = _desk_grants(actor, clock.today()).filter(
        permission__codename=CHOOSE, content_object=OuterRef(plan), group__agency=OuterRef(agency)
    )
    return Q(Exists(grants))


def _personal_grants(actor: Actor, today: date) -> QuerySet[PlanPersonGrant]:
    """The actor's own grants that hold today: as family, or for an agency where the actor still works."""
    holds = Q(until__isnull=True) | Q(until__gte=today)
    works_there = Q(agency__isnull=True) | Q(agency__in=actor.agency_ids)
    return PlanPersonGrant.objects.filter(holds, works_there, user=actor.user)


def _desk_grants(actor: Actor, today: date) -> QuerySet[PlanAgencyGrant]:
    holds = Q(until__isnull=True) | Q(until__gte=today)
    return PlanAgencyGrant.objects.filter(holds, group_id__in=actor.desk_group_ids)


class Denied(NotThere):
    """An attempt that was turned away, with what the log must know. To the one who tried, nothing is there."""

    def __init__(self, actor: Actor, do: Do, plan: Plan | None) -> None:
        super().__init__(_("Det finns inget här som du kan se."))
        self.actor = actor
        self.do = do
        self.plan = plan

    def write(self) -> None:
        """Put the attempt in the log. Called outside the transaction that the denial rolls back."""
        log.record(
            self.actor,
            self.do,
            child_id=self.plan.child_id if self.plan else None,
            object_type="plan",
            object_id=self.plan.pk if self.plan else "",
            is_denied=True,
        )


class NotAllowed(Refused):
    """The actor may know of the plan, but this is for somebody else to do."""

    def __init__(self, denied: Denied, message: str = "") -> None:
        super().__init__(Problem("not_allowed", message or _not_allowed_message(denied.do)))
        self.denied = denied


def require(actor: Actor, do: Do, plan: Plan, *, agency_id: UUID | None = None) -> Standing:
    """Check that the actor may do this (for `agency_id`, when given) and write the access event.

    Raises Denied when the plan is not there for the actor, NotAllowed when it is but the act is somebody else's,
    Refused when the child is protected and no reason was given.
    """
    found = standing(actor, plan)
    if not found.may(do) or (agency_id is not None and agency_id not in _for_agencies(found, do)):
        denied = Denied(actor, do, plan)
        raise NotAllowed(denied) if found.may(Do.SEE_FRAME) else denied
    if plan.child.is_protected and not actor.reason.strip():
        raise Refused(Problem("reason", _("Skriv varför du öppnar planen. Barnet har skyddade uppgifter."), "reason"))
    log.record(actor, do, child_id=plan.child_id, object_type="plan", object_id=plan.pk, object_version=plan.version)
    return found


def _for_agencies(found: Standing, do: Do) -> frozenset[UUID]:
    return found.desk_agency_ids if do is Do.ASSIGN else found.agency_ids


def _not_allowed_message(do: Do) -> str:
    if do in (Do.EDIT_ACTION, Do.EXPECT, Do.ANSWER, Do.TELL_OUTCOME):
        return _("Du kan bara skriva för din egen verksamhet, så länge den är part i planen.")
    if do is Do.ASSIGN:
        return _("Bara verksamhetens egen mottagare eller samordnare kan utse kollegor.")
    if do in (Do.SIGN, Do.COMMENT, Do.DECIDE_CONSENT):
        return _("Det kan bara vårdnadshavare, eller den unga själv, göra.")
    if do is Do.DECIDE_REQUEST:
        return _("Bara en samordnare i en region eller kommun kan svara på önskan, och den kan besvaras en gång.")
    if do is Do.READ:
        return _("Samtycket gäller inte längre för din verksamhet. Du ser bara datum och vilka som är med.")
    return _("Det kan bara planens samordnare göra.")


def load(actor: Actor, plan_id: UUID) -> Plan:
    """The plan, if the actor may know of it. Raises Denied otherwise: not yours and not existing look the same.

    A desk that only chooses who takes part (protected child) gets this far; `require` lets it do that and no more.
    """
    within_reach = visible_to(actor)
    if actor.desk_group_ids:
        desk = _desk_grants(actor, clock.today()).filter(content_object=OuterRef("pk"))
        within_reach = within_reach | Plan.objects.filter(Exists(desk))
    plan = within_reach.select_related("child", "coordinator", "coordinator_agency__kind").filter(pk=plan_id).first()
    if plan is None:
        with for_nobody() as plans:
            raise Denied(actor, Do.SEE_FRAME, plans.select_related("child").filter(pk=plan_id).first())
    return plan


def lock(plan: Plan) -> Plan:
    """Lock the plan's row for the act, and read it anew. The first lock of every act: plan before anything else.

    Two statements: who waits for a lock would otherwise see the child as it was before the wait (protection, §9).
    """
    return lock_all(Plan.objects.filter(pk=plan.pk))[0]


def lock_with_siblings(plan: Plan) -> Plan:
    """The same together with the child's other plans, for what counts in all of them: consent hangs on the child."""
    return next(row for row in lock_all(Plan.objects.filter(child=plan.child_id)) if row.pk == plan.pk)


def lock_all(wanted: QuerySet[Plan]) -> list[Plan]:
    """Lock these plans in the order of their keys, as everybody does who needs several; then read them anew."""
    with row_scope.everything():  # the check comes after the lock: before it, nobody can tell what is there
        keys = list(wanted.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        found = Plan.objects.filter(pk__in=keys).order_by("pk")
        return list(found.select_related("child__user", "coordinator", "coordinator_agency__kind"))
