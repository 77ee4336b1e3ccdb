"""The paper *Samtycke*, handed out: to the coordinator for each who decides, to each who decides their own."""

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common.errors import NotThere, Problem, Refused
from consent import family
from consent.models import Guardian
from consent.rules import CHILD
from sip.documents import papers
from sip.documents.consent_content import consent_content
from sip.documents.orders import Order
from sip.documents.render import PLAIN, Look
from sip.plans import access
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan


@act
def download_consent(actor: Actor, plan: Plan, decider: str = "", look: Look = PLAIN) -> bytes:
    """The consent of one who decides, as PDF: filled with what is recorded, with room by hand for the rest.

    `decider` (a guardian's key, or "child") is the coordinator's to choose; a guardian or a young person who decides
    gets their own, whatever is asked for. Raises NotAllowed for others around the plan, NotThere for a key of nobody
    who decides, Refused where the coordinator has not said whose.
    """
    standing = access.standing(actor, plan)
    access.admit(actor, Do.DECIDE_CONSENT if standing.is_family else Do.RECORD_CONSENT, plan)
    holders = {str(guardian.pk): guardian for guardian in family.custody_holders(plan.child)}
    deciding = family.deciders(plan.child, holders.values())
    wanted = _own_key(actor, plan) if standing.is_family else decider or _only(deciding)
    if wanted not in deciding:
        raise NotThere
    guardian: Guardian | None = None if wanted == CHILD else holders[wanted]
    return papers.fetch(plan, Order("samtycke", consent_content(plan, guardian), look))


def _own_key(actor: Actor, plan: Plan) -> str:
    if plan.child.user_id == actor.user.pk:
        return CHILD
    guardian: Guardian | None = getattr(actor.user, "guardian", None)
    return str(guardian.pk) if guardian else ""


def _only(deciding: tuple[str, ...]) -> str:
    if len(deciding) != 1:
        raise Refused(Problem("decider", _("Välj vem papperet är till på sidan Samtycke.")))
    return deciding[0]
