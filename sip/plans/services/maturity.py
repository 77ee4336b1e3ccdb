"""Mognadsbedömning, as it touches a plan: who decides, and who may log in, changes in the same transaction."""

from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common.errors import Problem, Refused
from consent import family, maturity
from consent.models import MaturityAssessment
from sip.plans import above, access, consent_changes
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES


@act
def assess_maturity(
    actor: Actor,
    plan: Plan,
    *,
    is_mature: bool,
    why: str,
    email: str = "",
    phone: str = "",
    key: UUID | None = None,
) -> MaturityAssessment:
    """Record whether the child is mature enough for a say of their own: who assessed, when and why (OSL 12:3).

    Mature: the child gets a log-in of their own (`email`, `phone`: how to reach them) and decides as the region's
    routine says. Not mature: the log-in is taken away and open sessions end. A child with protected personal data
    gets no log-in; the coordinator writes the answers down. Raises Refused without a reason, for somebody of age,
    in a plan that is over, or when the e-mail is somebody else's.
    """
    plan = access.lock_with_siblings(plan)
    access.require(actor, Do.RECORD_CONSENT, plan)
    if plan.state in CLOSED_STATES:
        raise Refused(Problem("state", _("Planen är avslutad. Ingen bedömning behövs.")))
    before = consent_changes.effective(plan)
    row = maturity.record_assessment(
        plan.child, is_mature=is_mature, why=why, by=actor.user, agency=plan.coordinator_agency, key=key
    )
    if row != family.newest_assessment(plan.child):
        return row  # an old form sent again: what has been assessed since holds
    if row.is_mature and not plan.child.is_protected:
        maturity.switch_on(plan.child, email=email, phone=phone)
    elif not row.is_mature:
        maturity.switch_off(plan.child)
    consent_changes.carry_through(actor, plan, before, occasion=row.pk)
    consent_changes.ask(plan, occasion=row.pk)
    with access.for_nobody():  # until the child has answered, who assessed may not read what there is to sign
        above.DECIDERS_CHANGED.tell(plan)
    return row
