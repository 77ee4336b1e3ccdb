"""Consent as it touches a plan: what the family decides moves grants and notices in the same transaction.

What the family says about each agency, and the exception: health care and social services may share what a child
under 18 needs, also without a yes (OSL 25:12, 26:9). Then the coordinator records why, and until when.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, User
from common.errors import Problem, Refused
from consent import family
from consent import services as consent
from consent.models import Child, ConsentDecision, Custody, DecisionKind, Guardian, Guardianship, How
from sip.plans import access, consent_changes
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES


@act
def give_consent(
    actor: Actor,
    plan: Plan,
    decider: User | Child,
    agencies: Sequence[Agency],
    *,
    covers: Sequence[str],
    carve_out: str = "",
    how: str,
    until: date | None,
    key: UUID | None = None,
) -> list[ConsentDecision]:
    """Record a yes from `decider` (a guardian's user, the young person's, or the child without one) for each agency.

    `actor` is the decider (in the program), or the coordinator who was told (oral, written). `key` is the form's,
    when there is one: sent twice, it is recorded once. Raises Refused for somebody who does not decide, and when a
    yes lacks its limits.
    """
    return _decide(actor, plan, decider, agencies, DecisionKind.GIVEN, covers, carve_out, how, until, key)


@act
def refuse_consent(
    actor: Actor, plan: Plan, decider: User | Child, agencies: Sequence[Agency], *, key: UUID | None = None
) -> list[ConsentDecision]:
    """Record a no from `decider` towards each agency. `key` as in `give_consent`."""
    return _decide(actor, plan, decider, agencies, DecisionKind.REFUSED, key=key)


@act
def withdraw_consent(
    actor: Actor, plan: Plan, decider: User | Child, agencies: Sequence[Agency]
) -> list[ConsentDecision]:
    """Take back a yes. Sharing stops in this transaction: grants fall, and later reads find nothing.

    Raises Refused when the decider has not given what is to be withdrawn.
    """
    return _decide(actor, plan, decider, agencies, DecisionKind.WITHDRAWN)


@act
def consent_not_required(
    actor: Actor, plan: Plan, agencies: Sequence[Agency], *, reason: str, until: date | None, key: UUID | None = None
) -> list[ConsentDecision]:
    """Record that these agencies may share what the child needs without the family's yes, why, and to which day.

    For health care and social services alone, never school, and only until the child is 18 (OSL 25:12, 26:9). A
    guardian's no does not end it: a guardian may not block it. Raises Refused for anything else, or without a reason.
    """
    return _exempt(actor, plan, agencies, DecisionKind.NOT_REQUIRED, reason, until, key)


@act
def consent_required_again(
    actor: Actor, plan: Plan, agencies: Sequence[Agency], *, reason: str, key: UUID | None = None
) -> list[ConsentDecision]:
    """End it: from now on these agencies need the family's yes. Without one, sharing stops in this transaction.

    Raises Refused without a reason, and for an agency where nobody has said that consent is not required.
    """
    return _exempt(actor, plan, agencies, DecisionKind.REQUIRED_AGAIN, reason, None, key)


def _exempt(
    actor: Actor,
    plan: Plan,
    agencies: Sequence[Agency],
    kind: DecisionKind,
    reason: str,
    until: date | None,
    key: UUID | None,
) -> list[ConsentDecision]:
    plan = access.lock_with_siblings(plan)
    access.require(actor, Do.RECORD_CONSENT, plan)
    if plan.state in CLOSED_STATES and kind is DecisionKind.NOT_REQUIRED:
        raise Refused(Problem("state", _("Planen är avslutad. Där behövs inget nytt samtycke.")))
    before = consent_changes.effective(plan)
    rows = consent.record_exemption(
        plan.child, agencies, kind, reason=reason, until=until, recorded_by=actor.user, key=key
    )
    consent_changes.carry_through(actor, plan, before, occasion=rows[0].pk)
    return rows


def _decide(
    actor: Actor,
    plan: Plan,
    decider: User | Child,
    agencies: Sequence[Agency],
    kind: DecisionKind,
    covers: Sequence[str] = (),
    carve_out: str = "",
    how: str = "",
    until: date | None = None,
    key: UUID | None = None,
) -> list[ConsentDecision]:
    plan = access.lock_with_siblings(plan)
    is_own = isinstance(decider, User) and actor.user.pk == decider.pk
    access.require(actor, Do.DECIDE_CONSENT if is_own else Do.RECORD_CONSENT, plan)
    if plan.state in CLOSED_STATES and kind is DecisionKind.GIVEN:
        raise Refused(Problem("state", _("Planen är avslutad. Där behövs inget nytt samtycke.")))
    guardian = _as_decider(plan, decider)
    if kind is DecisionKind.WITHDRAWN:
        _check_given(plan, guardian, agencies)
    if how == How.ELECTRONIC and not is_own:
        message = _("Samtycke i tjänsten lämnar den som bestämmer själv. Välj muntligt eller skriftligt.")
        raise Refused(Problem("how", message, "how"))
    before = consent_changes.effective(plan)
    rows = consent.record_decision(
        plan.child,
        guardian,
        agencies,
        kind,
        covers=covers,
        carve_out=carve_out,
        how=how,
        until=until,
        recorded_by=None if is_own else actor.user,
        key=key,
    )
    consent_changes.carry_through(actor, plan, before, occasion=rows[0].pk)
    return rows


def _as_decider(plan: Plan, decider: User | Child) -> Guardian | None:
    """The guardian who decides, or None for the child. Raises Refused, saying why, for anybody else.

    A child whose word does not count yet may still say it, and it is written down: it is the child's view.
    """
    if isinstance(decider, Child):
        if decider.pk != plan.child_id:
            raise Refused(Problem("by", _("Planen gäller ett annat barn."), "by"))
        return None
    if plan.child.user_id == decider.pk:
        return None
    holders = family.custody_holders(plan.child)
    deciding = family.deciders(plan.child, holders)
    for guardian in holders:
        if guardian.user_id == decider.pk:
            if str(guardian.pk) in deciding:
                return guardian
            message = _("%(child)s bestämmer själv om samtycke, efter en bedömning av mognaden.")
            raise Refused(Problem("by", message % {"child": plan.child.name}, "by"))
    raise Refused(Problem("by", _no_decider(plan, decider), "by"))


def _no_decider(plan: Plan, decider: User) -> str:
    has_custody = Guardianship.objects.filter(child=plan.child, guardian__user=decider).exclude(custody=Custody.NONE)
    if has_custody.exists() and not family.is_adult(plan.child):
        return _("Någon annan är förordnad att bestämma i stället för %(name)s.") % {"name": decider.name}
    return _("%(name)s har inte vårdnaden och kan inte samtycka för barnet.") % {"name": decider.name}


def _check_given(plan: Plan, decider: Guardian | None, agencies: Sequence[Agency]) -> None:
    last = family.newest_decisions(plan.child, decider)
    given = {agency_id for agency_id, row in last.items() if row.kind == DecisionKind.GIVEN}
    never = [agency.name for agency in agencies if agency.pk not in given]
    if never:
        message = _("Det finns inget samtycke att återkalla för %(agencies)s.") % {"agencies": ", ".join(never)}
        raise Refused(Problem("to", message, "to"))
