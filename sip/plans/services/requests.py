"""Önskan om SIP: one way in for staff and family; a coordinator accepts or declines."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import PUBLIC_KINDS, Membership, Role, User
from common import clock
from common.errors import Problem, Refused, given, refuse
from consent import family
from consent import services as consent
from consent.log import services as log
from consent.models import Child
from sip.notices import services as notices
from sip.plans import access, grants, people, routine_limits
from sip.plans.access import Denied, Do
from sip.plans.acting import act, move
from sip.plans.models import Assignment, AssignmentReason, Plan, Request, Stamp
from sip.plans.routing import suggested_coordinators
from sip.plans.states import CLOSED_STATES, Act, State


@act
def request_plan(actor: Actor, child: Child, *, seen_on: date | None, why: str, important: str = "") -> Request:
    """Ask for a SIP. Opens a plan, or silently joins the active one: the answer is the same either way (§3).

    Raises Denied for somebody who neither works anywhere nor has custody of the child, Refused when it does not
    say when the need was seen or why.
    """
    child = consent.lock(child)  # protection, custody and consent stand still until the new plan's grants are made
    if not actor.is_staff and not _has_custody(actor, child):
        raise Denied(actor, Do.DECIDE_REQUEST, None, child_id=child.pk)
    refuse(_problems(seen_on, why))
    with access.for_nobody() as plans:  # whoever asks may neither see the plan that is there nor tell that it is
        plan, opened = _open_or_join(actor, child, plans)
        request = Request.objects.create(
            plan=plan,
            by=actor.user,
            agency=actor.agency,
            seen_on=given(seen_on),
            why=why,
            important=important,
            opened_plan=opened,
            at=clock.now(),
        )
    log.record(actor, "request", child_id=child.pk, object_type="request", object_id=request.pk)
    if opened:
        _let_in_and_tell(actor, plan, request)
    else:
        notices.queue("request_joined", people.coordinator(plan), about=plan.pk, occasion=request.pk)
    return request


def _problems(seen_on: date | None, why: str) -> list[Problem]:
    problems = []
    if seen_on is None:
        problems.append(Problem("seen", _("Skriv vilken dag behovet uppmärksammades."), "seen"))
    elif seen_on > clock.today():
        problems.append(
            Problem(
                "seen",
                _("Dagen då behovet uppmärksammades ligger i framtiden. Välj i dag eller en tidigare dag."),
                "seen",
            )
        )
    if not why:
        problems.append(Problem("why", _("Skriv varför barnet behöver en SIP."), "why"))
    return problems


def _has_custody(actor: Actor, child: Child) -> bool:
    """With custody today (from 18 nobody has), or the young person."""
    holders = {guardian.user_id for guardian in family.custody_holders(child)}
    return actor.user.pk in holders or child.user_id == actor.user.pk


def _active_plan(child: Child, plans: QuerySet[Plan]) -> Plan | None:
    active = plans.select_for_update(of=("self",)).filter(child=child).exclude(state__in=CLOSED_STATES)
    return active.select_related("child__user", "coordinator").first()


def _open_or_join(actor: Actor, child: Child, plans: QuerySet[Plan]) -> tuple[Plan, bool]:
    """The active plan of the locked child, or a new one that refers to the last; and whether it is new."""
    active = _active_plan(child, plans)
    if active:
        return active, False
    previous = plans.filter(child=child).order_by("-id").first()
    plan = Plan.objects.create(child=child, previous=previous, created_at=clock.now())
    Stamp.objects.create(
        plan=plan, act="request", to_state=State.REQUESTED, by=actor.user, agency=actor.agency, at=clock.now()
    )
    return plan, True


def _let_in_and_tell(actor: Actor, plan: Plan, request: Request) -> None:
    if actor.agency:
        with row_scope.everything():
            Assignment.objects.create(
                plan=plan,
                agency=actor.agency,
                user=actor.user,
                reason=AssignmentReason.INITIATOR,
                since=clock.now(),
            )
    grants.sync(plan)
    notices.queue(
        "request_received",
        suggested_coordinators(plan.child),
        about=plan.pk,
        occasion="request",
        deadline=routine_limits.last_moment(routine_limits.wish_from_by(plan.child.municipality, request.seen_on)),
    )


@act
def accept_request(actor: Actor, plan: Plan, coordinator: User) -> Plan:
    """Take up a request and name the plan's coordinator.

    Raises Denied, NotAllowed, or Refused when the one named is no coordinator or the request is answered.
    """
    plan = access.lock(plan)
    access.require(actor, Do.DECIDE_REQUEST, plan) if plan.state == State.REQUESTED else _already_answered(actor, plan)
    membership = (
        Membership.objects.active()
        .filter(user=coordinator, role=Role.COORDINATOR, agency__principal__kind__in=PUBLIC_KINDS)
        .select_related("agency")
        .order_by("starts", "id")
        .first()
    )
    if membership is None:
        message = _("%(name)s är inte samordnare. Välj någon som är det.") % {"name": coordinator.name}
        raise Refused(Problem("coordinator", message, "coordinator"))
    plan.coordinator = coordinator
    plan.coordinator_agency = membership.agency
    plan.save(update_fields=["coordinator", "coordinator_agency"])
    move(actor, plan, Act.ACCEPT)
    grants.sync(plan)
    if coordinator.pk != actor.user.pk:
        notices.queue("assigned", [coordinator], about=plan.pk, occasion=f"coordinator:{plan.version}")
    return plan


@act
def decline_request(actor: Actor, plan: Plan, *, reason: str) -> Plan:
    """Say no to a request, with the reason. Only exceptionally, and who decided is recorded (domain.md §3)."""
    plan = access.lock(plan)
    access.require(actor, Do.DECIDE_REQUEST, plan) if plan.state == State.REQUESTED else _already_answered(actor, plan)
    if not reason:
        raise Refused(Problem("reason", _("Skriv skälet till att önskan avböjs."), "reason"))
    move(actor, plan, Act.DECLINE, why=reason)
    grants.sync(plan)
    with row_scope.everything():
        request = plan.requests.select_related("by").get(opened_plan=True)
    notices.queue("request_declined", {request.by, *people.family_users(plan)}, about=plan.pk, occasion="declined")
    return plan


def _already_answered(actor: Actor, plan: Plan) -> None:
    """Tell those who may know of the plan that its request is answered; the others, that nothing is there."""
    access.require(actor, Do.SEE_FRAME, plan)
    raise Refused(Problem("state", _("Önskan är redan besvarad.")))
