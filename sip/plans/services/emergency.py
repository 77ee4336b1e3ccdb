"""Nödöppna: read a child's plan for an hour without a part in it, where waiting would put the child in danger.

Health and social services may share what a child needs for care or support in spite of secrecy (OSL 25:12, 26:9).
Whoever does so says why; the plan's coordinator is told, the family reads it in Vem har läst, a log reviewer judges it.
"""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock, identity
from common.errors import Problem, refuse
from common.identity import IdentityNumber
from consent.log import services as log
from consent.log.services import REASON_MAX
from consent.models import Child
from sip.notices import services as notices
from sip.plans import access, grants, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import EmergencyOpening, Plan
from sip.plans.services.children import OPEN_IN_EMERGENCY, check_pace
from sip.plans.states import CLOSED_STATES

END_EMERGENCY = "end_emergency"
LASTS = timedelta(minutes=60)
# What a reviewer can judge: a sentence, and not "akut".
REASON_MIN = 20  # characters
REASON_WORDS = 3


@act
def open_in_emergency(actor: Actor, number: IdentityNumber, reason: str) -> Plan | None:
    """Let the actor read the child's open plan for an hour. None where there is none to open, whatever the cause.

    A child who is unknown, has no plan or is protected gets the same answer: a protected child's plan is for its
    named handlers only. So does the own child of whoever asks: nobody reads that through their work. Who may read the
    plan already gets it as it is, and nothing is opened; who has it open in an emergency goes on with that one.
    Raises NotAllowed for who does not work in health or social services of a region or a municipality, Refused for a
    reason that says nothing, for too many tries, and ("fresh") for who has not just proved who they are.
    """
    post = actor.emergency_post
    if post is None:
        raise access.NotAllowed(access.Denied(actor, Do.READ, None), not_for_you())
    refuse(_reason_problems(reason))
    access.check_fresh(actor)
    check_pace(actor)
    others = [row for row in actor.memberships if row.pk != post.pk]
    actor = replace(actor, reason=reason, memberships=(post, *others))
    plan = _plan_of(number)
    if plan is not None and access.can(actor, Do.READ, plan):
        _note(actor, plan.child_id, plan)
        return plan
    if plan is None or plan.child.is_protected or _is_family(actor, plan.child):
        _note(actor, _child_id(number), None)
        return None
    opening = EmergencyOpening.objects.create(
        plan=plan,
        user=actor.user,
        agency=post.agency,
        reason=reason,
        at=clock.now(),
        ends_at=clock.now() + LASTS,
    )
    grants.sync(plan)
    _note(actor, plan.child_id, plan)
    told = [user for user in people.coordinator(plan) if user.pk != actor.user.pk]
    notices.queue("emergency_opened", told, about=plan.pk, occasion=opening.pk)
    return plan


@act
def end_emergency(actor: Actor, opening_id: UUID) -> None:
    """End one's own emergency before its hour is over; ended already, it stays so. Raises Denied for another's."""
    opening = EmergencyOpening.objects.filter(pk=opening_id, user=actor.user).first()
    if opening is None:
        raise access.Denied(actor, Do.READ, None)
    with access.for_nobody() as plans:
        plan = access.lock_all(plans.filter(pk=opening.plan_id))[0]
    running = EmergencyOpening.objects.filter(pk=opening.pk, ends_at__gt=clock.now())
    if running.update(ends_at=clock.now()):
        grants.sync(plan)
        log.record(actor, END_EMERGENCY, child_id=plan.child_id, object_type="plan", object_id=plan.pk)


def not_for_you() -> str:
    """Why somebody else cannot open a plan in an emergency, and what to do instead."""
    return _(
        "Bara hälso- och sjukvården och socialtjänsten kan nödöppna en plan. "
        "Är ett barn i fara: ring 112 eller socialjouren."
    )


def _reason_problems(reason: str) -> list[Problem]:
    if len(reason) < REASON_MIN or len(set(re.findall(r"\w+", reason.casefold()))) < REASON_WORDS:
        return [Problem("why", _("Skriv en hel mening om varför du måste läsa planen nu."), "reason")]
    if len(reason) > REASON_MAX:
        return [Problem("why", _("Skriv högst %(most)s tecken.") % {"most": REASON_MAX}, "reason")]
    return []


def _plan_of(number: IdentityNumber) -> Plan | None:
    """The child's open plan, locked and read anew: what is decided about it is decided in turn."""
    with access.for_nobody() as plans:
        of_child = plans.filter(child__number_index=identity.index(number.normal))
        return next(iter(access.lock_all(of_child.exclude(state__in=CLOSED_STATES))), None)


def _is_family(actor: Actor, child: Child) -> bool:
    return child.user_id == actor.user.pk or child.guardianships.filter(guardian__user=actor.user).exists()


def _child_id(number: IdentityNumber) -> UUID | None:
    """Whose plan was asked for in vain, for the log alone."""
    known = Child.objects.filter(number_index=identity.index(number.normal))
    return known.values_list("pk", flat=True).first()


def _note(actor: Actor, child_id: UUID | None, plan: Plan | None) -> None:
    """One event, also for who found nothing: the type is what `check_pace` counts."""
    log.record(
        actor,
        OPEN_IN_EMERGENCY,
        child_id=child_id,
        object_type="child",
        object_id=plan.pk if plan else "",
        object_version=plan.version if plan else None,
        is_denied=plan is None,
    )
