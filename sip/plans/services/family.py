"""What the family says about the plan: comments and dissenting views, kept word by word."""

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from common.errors import Problem, Refused
from sip.notices import services as notices
from sip.plans import access, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Comment, CommentKind, Plan
from sip.plans.versions import current_version


@act
def comment(actor: Actor, plan: Plan, *, text: str) -> Comment:
    """Write to the coordinator about the plan: a question, or what is wrong."""
    return _say(actor, plan, CommentKind.COMMENT, text)


@act
def dissent(actor: Actor, plan: Plan, *, text: str) -> Comment:
    """Write a dissenting view. It follows the version, in the receipt, word by word (SoL 14:6)."""
    return _say(actor, plan, CommentKind.DISSENT, text)


def _say(actor: Actor, plan: Plan, kind: CommentKind, text: str) -> Comment:
    plan = access.lock(plan)
    access.require(actor, Do.COMMENT, plan)
    version = current_version(plan)
    if kind is CommentKind.DISSENT and version is None:
        raise Refused(Problem("state", _("Planen är inte klar att läsa än. Skriv en kommentar i stället.")))
    if not text:
        raise Refused(Problem("text", _("Skriv vad du vill säga."), "text"))
    said = Comment.objects.create(
        plan=plan,
        version=version,
        kind=kind,
        by=actor.user,
        guardian=getattr(actor.user, "guardian", None),
        text=text,
        at=clock.now(),
    )
    notices.queue("family_comment", people.coordinator(plan), about=plan.pk, occasion=said.pk)
    return said
