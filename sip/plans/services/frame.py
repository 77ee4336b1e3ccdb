"""The frame of the plan: who leads, when it is followed up, how it went, closing and handing over."""

from datetime import date

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import PUBLIC_KINDS, Agency, Membership, Principal, Role, User
from common import clock
from common.errors import Problem, Refused, refuse
from consent import family
from sip.notices import services as notices
from sip.plans import above, access, grants, people, plan_rules
from sip.plans.access import Do
from sip.plans.acting import act, move
from sip.plans.editing import open_for_editing
from sip.plans.models import Action, CloseReason, FollowUp, Goal, Outcome, Party, Plan
from sip.plans.services.taking_part import forget_expectations
from sip.plans.states import Act


@act
def set_lead(actor: Actor, plan: Plan, *, principal: Principal, agency: Agency, person: User) -> Plan:
    """Write who has the overall responsibility: principal, unit and person (HSL 16:4, SoL 10:8)."""
    plan, _found = open_for_editing(actor, plan, Do.EDIT_FRAME)
    refuse(_lead_problems(plan, principal, agency, person))
    plan.lead_principal, plan.lead_agency, plan.lead_person = principal, agency, person
    plan.version += 1
    plan.save(update_fields=["lead_principal", "lead_agency", "lead_person", "version"])
    return plan


def _lead_problems(plan: Plan, principal: Principal, agency: Agency, person: User) -> list[Problem]:
    problems = []
    if agency.principal_id != principal.pk:
        message = _("%(agency)s hör inte till %(principal)s.") % {
            "agency": agency.name,
            "principal": principal.name,
        }
        problems.append(Problem("lead", message, "agency"))
    if not Party.objects.filter(plan=plan, agency=agency).exists():
        message = _("%(agency)s är inte part i planen och kan inte ha det övergripande ansvaret.")
        problems.append(Problem("lead", message % {"agency": agency.name}, "agency"))
    elif not family.standing(plan.child, agency.pk).is_effective:
        message = _("Inget samtycke gäller för %(agency)s. Därför kan den inte ha det övergripande ansvaret.")
        problems.append(Problem("lead", message % {"agency": agency.name}, "agency"))
    if not Membership.objects.active().filter(user=person, agency=agency).exists():
        message = _("%(name)s arbetar inte på %(agency)s.") % {"name": person.name, "agency": agency.name}
        problems.append(Problem("lead", message, "person"))
    return problems


@act
def set_follow_up_date(actor: Actor, plan: Plan, *, day: date | None) -> Plan:
    """Write the day when the plan is followed up; a day to come."""
    plan, _found = open_for_editing(actor, plan, Do.EDIT_FRAME)
    if day is None:
        raise Refused(Problem("date", _("Skriv vilken dag planen ska följas upp."), "date"))
    if day < clock.today():
        raise Refused(Problem("date", _("Dagen har redan varit. Välj en dag som kommer."), "date"))
    plan.follow_up_on = day
    plan.version += 1
    plan.save(update_fields=["follow_up_on", "version"])
    return plan


@act
def follow_up(actor: Actor, plan: Plan, *, held: date | None) -> FollowUp:
    """Record that the follow-up was held; the plan is written on from there.

    What the parties expected of the meeting that was is taken away: the next one asks anew. The history keeps it.
    """
    plan = access.lock(plan)
    access.require(actor, Do.FOLLOW_UP, plan)
    if held is None:
        raise Refused(Problem("held", _("Skriv vilken dag uppföljningen hölls."), "held"))
    if held > clock.today():
        raise Refused(Problem("held", _("Uppföljningens dag ligger i framtiden. Skriv dagen då den hölls."), "held"))
    move(actor, plan, Act.FOLLOW_UP)
    forget_expectations(plan)
    return FollowUp.objects.create(plan=plan, held_on=held, by=actor.user, at=clock.now())


@act
def tell_outcome(actor: Actor, plan: Plan, row: Action | Goal, *, result: str, why: str = "") -> Action | Goal:
    """Tell how an action or a goal went. An agency tells of its own actions; the coordinator of the rest."""
    plan = access.lock(plan)
    if isinstance(row, Action) and row.agency_id:
        access.require(actor, Do.TELL_OUTCOME, plan, agency_id=row.agency_id)
    else:
        access.require(actor, Do.TELL_GOAL, plan)
    if row.plan_id != plan.pk:
        raise Refused(Problem("what", _("Det finns inte i planen.")))
    refuse(plan_rules.outcome_problems(result, why, Outcome.values))
    row.outcome, row.outcome_why, row.outcome_at = result, why, clock.now()
    row.save(update_fields=["outcome", "outcome_why", "outcome_at"])
    return row


@act
def close(actor: Actor, plan: Plan, *, reason: str, hand_over: str = "") -> Plan:
    """Close the plan, from any open state, with the reason and what is handed over to whom.

    A meeting that is called is cancelled first, so that nobody goes there in vain (sip/meetings/changing.py).
    """
    plan = access.lock(plan)
    access.require(actor, Do.CLOSE, plan)
    if reason not in CloseReason.values:
        raise Refused(Problem("reason", _("Välj varför planen avslutas."), "reason"))
    above.CLOSING.tell(actor, plan)
    move(actor, plan, Act.CLOSE, why=reason)
    plan.close_reason, plan.hand_over = reason, hand_over
    plan.save(update_fields=["close_reason", "hand_over"])
    grants.sync(plan)
    told = {user for party in plan.parties.select_related("agency") for user in people.handlers(plan, party.agency)}
    told |= set(people.family_users(plan))
    notices.queue("plan_closed", told - {actor.user}, about=plan.pk, occasion="closed")
    return plan


@act
def hand_over_plan(actor: Actor, plan: Plan, coordinator: User) -> Plan:
    """Hand the plan to another coordinator."""
    plan = access.lock(plan)
    access.require(actor, Do.HAND_OVER, plan)
    working = (
        Membership.objects.active()
        .filter(user=coordinator, role=Role.COORDINATOR, agency__principal__kind__in=PUBLIC_KINDS)
        .select_related("agency")
    )
    membership = working.order_by("starts", "id").first()
    if membership is None:
        raise Refused(Problem("coordinator", _("Välj en samordnare att lämna över till."), "coordinator"))
    before = plan.coordinator
    plan.coordinator, plan.coordinator_agency = coordinator, membership.agency
    plan.version += 1
    plan.save(update_fields=["coordinator", "coordinator_agency", "version"])
    grants.sync(plan)
    if before:
        notices.pass_on(plan.pk, before, coordinator)
    notices.queue("assigned", [coordinator], about=plan.pk, occasion=f"coordinator:{plan.version}")
    return plan
