"""Avvikelser: what did not go as it should, told to the manager of the unit that it is about, answered and closed.

A manager reads what was told and nothing of the plan; who in the family told it is not said by name. Who told it reads
the answer. A call that nobody came to is told by the meeting itself (sip/meetings/services.py).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import Agency, Role
from common import clock
from common.errors import NotThere, Problem, Refused, given, refuse
from consent.log import services as log
from sip.notices import services as notices
from sip.plans import access, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Deviation, DeviationKind, Party, Plan
from sip.plans.own_key import own_key
from sip.plans.routing import suggested_coordinators

READ_DEVIATION = "read_deviation"
ANSWER_DEVIATION = "answer_deviation"
MOST = 200
# What somebody tells by hand; that nobody came is told by the meeting.
BY_HAND = (DeviationKind.NOT_INITIATED, DeviationKind.NOT_FOLLOWED, DeviationKind.TREATMENT)


@dataclass(frozen=True)
class NewDeviation:
    """What somebody tells. `key`: the row's key when the writer has one; sent twice, it makes one row."""

    agency: Agency | None
    kind: str
    text: str
    happened_on: date | None = None
    key: UUID | None = None


def deviations_of(actor: Actor) -> QuerySet[Deviation]:
    """The deviations of the agencies that the actor manages; none for others.

    What is not closed comes first, whatever its age, the oldest before the others; then the newest of what is closed.
    """
    managed = [row.agency_id for row in actor.memberships if row.role == Role.MANAGER]
    rows = Deviation.objects.filter(agency__in=managed).select_related("agency")
    waits = Case(When(closed_at__isnull=True, then="at"))
    return rows.order_by(waits.asc(nulls_last=True), "-at", "-id")


@act
def told_about(actor: Actor, plan: Plan) -> list[Deviation]:
    """What the actor has told about this plan, newest first; who coordinates, also what a meeting told.

    The actor has been let in to the plan (Do.REPORT_DEVIATION).
    """
    by_actor = Q(reported_by=actor.user)
    if plan.coordinator_id == actor.user.pk:
        by_actor |= Q(reported_by__isnull=True)
    with row_scope.everything():  # what is told is for the unit's manager; whoever told it reads the answer
        return list(Deviation.objects.filter(by_actor, plan=plan).select_related("agency").order_by("-at", "-id"))


def has_manager(agency: Agency) -> bool:
    """Whether anybody is there who is told, and can answer."""
    return bool(people.with_role(agency.pk, Role.MANAGER))


def agencies_to_report(plan: Plan) -> list[Agency]:
    """Those that something can be told of: the parties and who coordinates; before that, who is to answer the wish."""
    parties = Party.objects.filter(plan=plan).values("agency")
    found = Agency.objects.filter(Q(pk__in=parties) | Q(pk=plan.coordinator_agency_id))
    return list(found.order_by("name_key", "pk")) or _asked(plan)


def _asked(plan: Plan) -> list[Agency]:
    """Where those work whom the wish was suggested to."""
    users = suggested_coordinators(plan.child)
    rows = Agency.objects.filter(memberships__user__in=users, memberships__role=Role.COORDINATOR)
    return list(rows.distinct().order_by("name_key", "pk"))


@act
def report_deviation(actor: Actor, plan: Plan, new: NewDeviation) -> Deviation:
    """Tell the manager of an agency in the plan what did not go as it should.

    Raises Denied or NotAllowed for who has no part in the plan, Refused when it does not say where, what or how.
    """
    plan = access.lock(plan)
    access.require(actor, Do.REPORT_DEVIATION, plan)
    if new.key and (known := Deviation.objects.filter(pk=new.key, plan=plan, reported_by=actor.user).first()):
        return known
    refuse(_problems(plan, new))
    row = Deviation.objects.create(
        id=own_key(Deviation, new.key),
        plan=plan,
        agency=given(new.agency),
        kind=new.kind,
        text=new.text,
        happened_on=new.happened_on,
        reported_by=actor.user,
        reported_for=None if access.standing(actor, plan).is_family else actor.agency,
        at=clock.now(),
    )
    tell_managers(row)
    return row


def tell_managers(row: Deviation) -> None:
    """Tell those who manage the unit that something waits for them."""
    managers = people.with_role(row.agency_id, Role.MANAGER)
    notices.queue("deviation_reported", managers, about=row.plan_id, occasion=row.pk, detail=row.pk)


def _problems(plan: Plan, new: NewDeviation) -> list[Problem]:
    problems = []
    if new.agency is None or new.agency not in agencies_to_report(plan):
        problems.append(Problem("agency", _("Välj vilken verksamhet det gäller."), "agency"))
    if new.kind not in BY_HAND:
        problems.append(Problem("kind", _("Välj vad det handlar om."), "kind"))
    if not new.text:
        problems.append(Problem("text", _("Skriv vad som hände."), "text"))
    if new.happened_on and new.happened_on > clock.today():
        problems.append(
            Problem("happened_on", _("Den dagen ligger i framtiden. Välj i dag eller en tidigare dag."), "happened_on")
        )
    return problems


@act
def open_deviations(actor: Actor) -> list[Deviation]:
    """Those of the actor's units in the order of `deviations_of`, at most MOST, to be read; the log says who read."""
    with row_scope.everything():  # a manager has no part in the plan, and answers for the unit all the same
        rows = list(_with_plan(deviations_of(actor))[:MOST])
    children = {row.plan.child_id for row in rows}
    log.record_for_children(actor, READ_DEVIATION, children, object_type="deviation")
    return rows


@act
def open_deviation(actor: Actor, deviation_id: UUID) -> Deviation:
    """One of them, to be read. Raises NotThere where the actor does not manage the unit."""
    with row_scope.everything():
        row = _with_plan(deviations_of(actor)).filter(pk=deviation_id).first()
    if row is None:
        raise NotThere
    log.record_for_children(actor, READ_DEVIATION, [row.plan.child_id], object_type="deviation")
    return row


def _with_plan(rows: QuerySet[Deviation]) -> QuerySet[Deviation]:
    return rows.select_related("agency__principal", "plan__child", "plan__coordinator", "reported_by", "reported_for")


@act
def answer_deviation(actor: Actor, deviation_id: UUID, text: str, *, closes: bool, seen: int) -> Deviation:
    """Answer for the own unit, and close it when nothing more is to be done. `seen`: the version that was read.

    Who told of it gets a notice of each new answer; none when what they have read is only closed.

    Raises NotThere where the actor does not manage the unit; Refused when nothing is said, when it is closed already,
    or when somebody else has answered meanwhile.
    """
    with row_scope.everything():  # the check is in `deviations_of`: the units that the actor manages
        row = deviations_of(actor).select_for_update(of=("self",)).filter(pk=deviation_id).first()
        if row is None:
            raise NotThere
        row.plan = _with_plan(Deviation.objects.filter(pk=row.pk)).get().plan
    if row.closed_at:
        raise Refused(Problem("state", _("Avvikelsen är redan avslutad. Svaret går inte att ändra.")))
    if row.version != seen:
        raise Refused(Problem("version", _("Någon annan svarade medan du skrev. Läs det svaret först.")))
    if not text:
        raise Refused(Problem("answer", _("Skriv vad ni har gjort, eller ska göra."), "answer"))
    is_new = text != row.answer
    row.answer, row.answered_by, row.answered_at = text, actor.user, clock.now()
    row.closed_at = clock.now() if closes else None
    row.version += 1
    row.save(update_fields=["answer", "answered_by", "answered_at", "closed_at", "version"])
    log.record(actor, ANSWER_DEVIATION, child_id=row.plan.child_id, object_type="deviation", object_id=row.pk)
    if is_new:
        told = [row.reported_by] if row.reported_by else people.coordinator(row.plan)
        notices.queue("deviation_answered", told, about=row.plan_id, occasion=f"{row.pk}:{row.version}", detail=row.pk)
    return row
