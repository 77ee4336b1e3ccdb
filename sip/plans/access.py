"""Who may do what with a plan. One table; `can()` for one plan, `visible_to()` for lists, both from the same grants.

A person stands in one or more *relations* to a plan. The relations come from grants (grants.py), which are written
from party + consent + assignment + protection; the table says what each relation may do, and when. What of the
contents a reader may not see all the same is said in audience.py. docs/access.md is printed from this file.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Problem, Refused
from common.once import once
from common.prepared import Prepared, Told
from consent import services as consent
from consent.log import services as log
from sip.plans import changed, emergencies, held, withheld
from sip.plans.grant_names import BELONG, COORDINATE, EMERGENCY, TAKE_PART, permission_id
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant
from sip.plans.refusals import not_allowed
from sip.plans.states import (
    ALWAYS,
    BEFORE_CLOSING_MEETING,
    BEFORE_REVIEW,
    ONCE_TAKEN_UP,
    TELLING_OUTCOMES,
    TO_CALL,
    TO_CHANGE_CALL,
    TO_CLOSE,
    TO_ESTABLISH,
    TO_FOLLOW_UP,
    TO_REVIEW,
    WHILE_ASKED,
    WHILE_CALLED,
    WHILE_EDITABLE,
    WHILE_OPEN,
    WHILE_READ_AS_IT_STANDS,
    WHILE_SIGNABLE,
    State,
    Window,
)


class Relation(StrEnum):
    """How a person stands to a plan. What each rests on is written where grants are made (grants.py)."""

    COORDINATOR = "coordinator"  # keeps the frame, also when consent has ended
    PARTICIPANT = "participant"  # acts for an agency that is a party with effective consent
    DESK = "desk"  # intake or coordinator of such an agency: chooses who there takes part
    GUARDIAN = "guardian"
    YOUNG = "young"
    DECIDER = "decider"  # a coordinator who may answer a request that nobody has answered
    EMERGENCY = "emergency"  # opened it for an hour with a reason that is reviewed; reads, and nothing more


class Do(StrEnum):
    """What may be done."""

    SEE_FRAME = "see_frame"
    READ = "read"
    READ_LOG = "read_log"
    DECIDE_REQUEST = "decide_request"
    RECORD_CONSENT = "record_consent"
    DECIDE_CONSENT = "decide_consent"
    CALL = "call"
    CHANGE_CALL = "change_call"
    ANSWER = "answer"
    ANSWER_TIMES = "answer_times"
    EXPECT = "expect"
    ASSIGN = "assign"
    RUN_MEETING = "run_meeting"
    EDIT_CONTENTS = "edit_contents"
    EDIT_ACTION = "edit_action"
    EDIT_FRAME = "edit_frame"
    EDIT_RELATIVES = "edit_relatives"
    TRANSLATE = "translate"
    WRITE_NOTE = "write_note"
    WRITE_PRIVATE = "write_private"
    WITHHOLD = "withhold"
    PROTECT = "protect"
    REVIEW = "review"
    ESTABLISH = "establish"
    FOLLOW_UP = "follow_up"
    TELL_OUTCOME = "tell_outcome"
    TELL_GOAL = "tell_goal"
    COMMENT = "comment"
    ANSWER_CORRECTION = "answer_correction"
    SIGN = "sign"
    SIGN_FOR = "sign_for"
    WITNESS = "witness"
    HAND_OVER = "hand_over"
    CLOSE = "close"
    REPORT_DEVIATION = "report_deviation"
    EXPORT = "export"


_C, _P, _D, _G, _Y = Relation.COORDINATOR, Relation.PARTICIPANT, Relation.DESK, Relation.GUARDIAN, Relation.YOUNG
_DECIDER, _EMERGENCY = Relation.DECIDER, Relation.EMERGENCY
FAMILY = frozenset({_G, _Y})


@dataclass(frozen=True)
class Row:
    """One line of the table: who may, in which states, and whether they must just have proved who they are.

    `who`: any ONE of these sets of relations, held together, is enough.
    """

    who: tuple[frozenset[Relation], ...]
    when: Window
    fresh: bool = False


def _row(*who: Relation | tuple[Relation, ...], when: Window, fresh: bool = False) -> Row:
    return Row(tuple(frozenset([each] if isinstance(each, Relation) else each) for each in who), when, fresh)


# A desk alone (protected child) chooses who is named, and sees nothing. (_C, _P): both at once. A participant acts for
# the own agency, and only for that.
TABLE: dict[Do, Row] = {
    Do.SEE_FRAME: _row(_C, _P, _G, _Y, _DECIDER, _EMERGENCY, when=ALWAYS),
    Do.READ: _row(_P, _G, _Y, _DECIDER, _EMERGENCY, when=ALWAYS),
    Do.READ_LOG: _row(_C, _G, _Y, when=ALWAYS),
    Do.DECIDE_REQUEST: _row(_DECIDER, when=WHILE_ASKED),
    Do.RECORD_CONSENT: _row(_C, when=ALWAYS, fresh=True),
    Do.DECIDE_CONSENT: _row(_G, _Y, when=ALWAYS, fresh=True),
    Do.CALL: _row(_C, when=TO_CALL),
    Do.CHANGE_CALL: _row(_C, when=TO_CHANGE_CALL),
    Do.ANSWER: _row(_P, when=WHILE_CALLED),
    Do.ANSWER_TIMES: _row(_P, _G, _Y, when=TO_CALL),
    Do.EXPECT: _row(_P, when=BEFORE_REVIEW),
    Do.ASSIGN: _row(_D, when=WHILE_OPEN),
    Do.RUN_MEETING: _row(_C, when=BEFORE_CLOSING_MEETING),
    Do.EDIT_CONTENTS: _row((_C, _P), when=WHILE_EDITABLE),
    Do.EDIT_ACTION: _row(_P, when=WHILE_EDITABLE),
    Do.EDIT_FRAME: _row(_C, when=WHILE_EDITABLE),
    Do.EDIT_RELATIVES: _row(_C, _G, _Y, when=WHILE_OPEN),
    Do.TRANSLATE: _row(_P, when=WHILE_READ_AS_IT_STANDS),
    Do.WRITE_NOTE: _row(_P, when=WHILE_OPEN),
    Do.WRITE_PRIVATE: _row(_Y, when=WHILE_OPEN),
    Do.WITHHOLD: _row(_P, when=WHILE_OPEN, fresh=True),
    Do.PROTECT: _row(_C, when=ALWAYS, fresh=True),
    Do.REVIEW: _row((_C, _P), when=TO_REVIEW),
    Do.ESTABLISH: _row(_C, when=TO_ESTABLISH),
    Do.FOLLOW_UP: _row(_C, when=TO_FOLLOW_UP),
    Do.TELL_OUTCOME: _row(_P, when=TELLING_OUTCOMES),
    Do.TELL_GOAL: _row((_C, _P), when=TELLING_OUTCOMES),
    Do.COMMENT: _row(_G, _Y, when=ONCE_TAKEN_UP),
    Do.ANSWER_CORRECTION: _row((_C, _P), when=ALWAYS),
    Do.SIGN: _row(_G, _Y, when=WHILE_SIGNABLE, fresh=True),
    Do.SIGN_FOR: _row(_P, when=WHILE_SIGNABLE, fresh=True),
    Do.WITNESS: _row(_C, when=WHILE_SIGNABLE),
    Do.HAND_OVER: _row(_C, when=WHILE_OPEN),
    Do.CLOSE: _row(_C, when=TO_CLOSE),
    Do.REPORT_DEVIATION: _row(_C, _P, _G, _Y, when=ALWAYS),
    Do.EXPORT: _row((_P, _D), when=ALWAYS, fresh=True),  # many plans at once, to the record of a desk's own agency
}


@dataclass(frozen=True)
class Standing:
    """An actor's relations to one plan, where the plan stands, and the agencies the actor may act for in it."""

    relations: frozenset[Relation] = frozenset()
    state: State = State.REQUESTED
    agency_ids: frozenset[UUID] = frozenset()
    desk_agency_ids: frozenset[UUID] = frozenset()

    def may(self, do: Do) -> bool:
        """Whether the table lets these relations do it, in one state or another."""
        return any(needed <= self.relations for needed in TABLE[do].who)

    def may_now(self, do: Do) -> bool:
        """Whether the table lets these relations do it where the plan stands now."""
        return self.may(do) and self.state in TABLE[do].when.states

    @property
    def is_family(self) -> bool:
        """Guardian or young person."""
        return bool(self.relations & FAMILY)


def standing(actor: Actor, plan: Plan) -> Standing:
    """The actor's relations to the plan right now: asked once while a page is read, nothing kept between requests."""
    return once(("standing", actor.user.pk, actor.memberships, plan.pk, plan.state), lambda: _standing_now(actor, plan))


def _standing_now(actor: Actor, plan: Plan) -> Standing:
    relations: set[Relation] = set()
    agencies: set[UUID] = set()
    desks: set[UUID] = set()
    own, desk_grants = held.in_plan(actor, plan.pk)
    for codename, agency_id in own:
        if codename == COORDINATE:
            relations.add(Relation.COORDINATOR)
        elif codename == TAKE_PART:
            relations.add(Relation.PARTICIPANT)
            agencies.add(agency_id)
        elif codename == BELONG:
            relations.add(Relation.YOUNG if plan.child.user_id == actor.user.pk else Relation.GUARDIAN)
        elif codename == EMERGENCY:
            relations.add(Relation.EMERGENCY)
    for codename, group_id in desk_grants:
        of_desk = {m.agency_id for m in actor.memberships if m.agency.desk_id == group_id}
        relations.add(Relation.DESK)
        desks |= of_desk
        if codename == TAKE_PART:
            relations.add(Relation.PARTICIPANT)
            agencies |= of_desk
    if plan.state == State.REQUESTED and actor.decides_requests:
        relations.add(Relation.DECIDER)
    if relations - FAMILY and withheld.reads_less(plan, actor.user):
        return Standing(frozenset(relations & FAMILY), State(plan.state))  # nobody gets to it through their work
    return Standing(frozenset(relations), State(plan.state), frozenset(agencies), frozenset(desks))


def can(actor: Actor, do: Do, plan: Plan) -> bool:
    """Whether the actor may do this with the plan now."""
    return standing(actor, plan).may_now(do)


def visible_to(actor: Actor) -> QuerySet[Plan]:
    """Every plan that the actor may know of: for lists. One alone is loaded by `load`; there is no third way."""
    # ⚡ The keys of what is granted, in one list: with OR between them PostgreSQL would look at every plan there is.
    keys: list[QuerySet[Any]] = [rows.order_by().values("content_object_id") for rows in ways_in(actor)]
    if actor.decides_requests:
        keys.append(asked_for().order_by().values("pk"))
    return Plan.objects.filter(pk__in=keys[0].union(*keys[1:], all=True) if keys[1:] else keys[0])


def ways_in(actor: Actor) -> list[QuerySet[PlanPersonGrant] | QuerySet[PlanAgencyGrant]]:
    """The grants by which the actor may know of plans: the own ones, and those of each desk the actor answers at."""
    today = clock.today()
    at_desks = held.at_desk(actor, today).filter(permission_id=permission_id(TAKE_PART))
    return [held.personal(actor, today), *(at_desks.filter(group_id=key) for key in sorted(actor.desk_group_ids))]


def asked_for() -> QuerySet[Plan]:
    """Requests that nobody has answered: who decides requests may know of every one."""
    return Plan.objects.filter(state=State.REQUESTED)


def shown(keys: Collection[UUID]) -> QuerySet[Plan]:
    """The plans of a page whose keys come from `ways_in` or `asked_for` in this transaction; row_scope guards them."""
    return Plan.objects.filter(pk__in=keys)


@contextmanager
def for_nobody() -> Iterator[QuerySet[Plan]]:
    """Every plan, for what nobody is behind: a notice checked when it is sent, a registry event, a request that joins.

    Inside the block PostgreSQL hides nothing; read what is needed before it ends. Never for a page or a list; the
    modules that may call this are named in tests/consistency.
    """
    with row_scope.everything():
        yield Plan.objects.all()


FRESH = "fresh"


class Denied(NotThere):
    """An attempt that was turned away, with what the log must know. To the one who tried, nothing is there.

    `child_id`: whom it was about, where there is no plan.
    """

    def __init__(self, actor: Actor, do: Do, plan: Plan | None, *, child_id: UUID | None = None) -> None:
        super().__init__(_("Det finns inget här som du kan se."))
        self.actor = actor
        self.do = do
        self.plan = plan
        self.child_id = plan.child_id if plan else child_id

    def write(self) -> None:
        """Put the attempt in the log. Called outside the transaction that the denial rolls back."""
        about = self.plan.pk if self.plan else ""
        log.record(self.actor, self.do, child_id=self.child_id, object_type="plan", object_id=about, is_denied=True)


class NotAllowed(Refused):
    """The actor may know of the plan, but this is for somebody else to do."""

    def __init__(self, denied: Denied, message: str = "") -> None:
        super().__init__(Problem("not_allowed", message or not_allowed(denied.do)))
        self.denied = denied


def require(actor: Actor, do: Do, plan: Plan, *, agency_id: UUID | None = None, logged_as: str = "") -> Standing:
    """Check that the actor may do this (for `agency_id`, when given), now, and write the access event.

    `logged_as`: what the log says, where a reading was more than that ("download_plan"). Raises Denied when the plan is
    not there for the actor, NotAllowed when it is but the act is somebody else's, Refused when the child is protected
    and no reason was given, when who acts must first prove who they are (the problem's code is "fresh"), or when the
    plan does not stand where this is done.
    """
    found, known = _let_in(actor, do, plan, agency_id)
    if TABLE[do].fresh:
        check_fresh(actor)
    TABLE[do].when.check(plan.state)
    act, about = logged_as or do, plan.child_id
    log.record(known, act, child_id=about, object_type="plan", object_id=plan.pk, object_version=plan.version)
    return found


def check_fresh(actor: Actor) -> None:
    """Raise Refused ("fresh") unless who acts proved who they are less than five minutes ago (ASVS 7.5.3)."""
    if not actor.is_fresh:
        raise Refused(Problem(FRESH, _("Skriv ditt lösenord en gång till. Det gör vi för att ingen annan ska kunna.")))


def admit(actor: Actor, do: Do, plan: Plan, *, agency_id: UUID | None = None) -> Standing:
    """The first half of `require`, raising as it does: may the page for this be opened at all? Writes that it was."""
    found, known = _let_in(actor, do, plan, agency_id)
    log.record_opening(known, do, child_id=plan.child_id, object_id=plan.pk, object_version=plan.version)
    return found


def _let_in(actor: Actor, do: Do, plan: Plan, agency_id: UUID | None) -> tuple[Standing, Actor]:
    """How the actor stands to the plan, and the actor as the log knows them."""
    found = standing(actor, plan)
    actor = _in_capacity(actor, found, plan, agency_id)
    if not found.may(do) or (agency_id is not None and agency_id not in _for_agencies(found, do)):
        denied = Denied(actor, do, plan)
        raise NotAllowed(denied) if found.may(Do.SEE_FRAME) else denied
    if plan.child.is_protected and not actor.reason.strip():
        raise Refused(Problem("reason", _("Skriv varför du öppnar planen. Barnet har skyddade uppgifter."), "reason"))
    return found, actor


def _in_capacity(actor: Actor, found: Standing, plan: Plan, agency_id: UUID | None) -> Actor:
    """The actor as the log knows them: for the agency that lets them in, and as family for none at all."""
    if Relation.EMERGENCY in found.relations:
        return emergencies.as_opened(actor, plan)
    if found.relations and found.relations <= FAMILY:
        return replace(actor, memberships=())
    runs = {plan.coordinator_agency_id} if Relation.COORDINATOR in found.relations else set()
    return actor.first_for({agency_id} if agency_id else runs or found.agency_ids | found.desk_agency_ids)


def _for_agencies(found: Standing, do: Do) -> frozenset[UUID]:
    if do is Do.EXPORT:
        return found.desk_agency_ids & found.agency_ids
    return found.desk_agency_ids if do is Do.ASSIGN else found.agency_ids


_BY_KEY = Prepared(
    lambda: Plan.objects.filter(pk=Told("plan")).select_related("child", "coordinator", "coordinator_agency__kind")
)


def load(actor: Actor, plan_id: UUID) -> Plan:
    """The plan, where the actor stands in any relation to it. Raises Denied: not yours and not existing look the same.

    A desk that only chooses who takes part (protected child) gets this far; `require` lets it do that and no more.
    """
    plan = next(iter(_BY_KEY(plan=plan_id)), None)
    if plan is None or not standing(actor, plan).relations:
        with for_nobody() as plans:
            raise Denied(actor, Do.SEE_FRAME, plans.select_related("child").filter(pk=plan_id).first())
    return plan


def lock(plan: Plan) -> Plan:
    """Lock the plan's row for the act, and read it anew. The first lock of every act: plan before anything else.

    Two statements: who waits for a lock would otherwise see the child as it was before the wait (protection, §9).
    """
    return lock_all(Plan.objects.filter(pk=plan.pk))[0]


def lock_with_siblings(plan: Plan) -> Plan:
    """The same together with the child's other plans, for what counts in all of them: consent hangs on the child.

    The child comes first, so that a plan which is made in the same moment waits, and knows.
    """
    consent.lock(plan.child)
    return next(row for row in lock_all(Plan.objects.filter(child=plan.child_id)) if row.pk == plan.pk)


def lock_all(wanted: QuerySet[Plan]) -> list[Plan]:
    """Lock these plans in the order of their keys, as everybody does who needs several; then read them anew."""
    with row_scope.everything():  # the check comes after the lock: before it, nobody can tell what is there
        keys = list(wanted.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        changed.touch(keys)
        found = Plan.objects.filter(pk__in=keys).order_by("pk")
        return list(found.select_related("child__user", "coordinator", "coordinator_agency__kind"))
