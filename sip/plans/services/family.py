"""What the family says about the plan: comments, corrections, dissenting views, kept word by word; and the answers."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Problem, Refused, refuse
from common.text import TEXT_MAX
from sip.notices import services as notices
from sip.plans import access, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.audience import audience_of
from sip.plans.lines import lines
from sip.plans.models import Comment, CommentKind, Plan, Verdict, Version
from sip.plans.versions import current_version

# The same words again within this time are the same saying, sent twice.
TWICE = timedelta(minutes=10)
# What one person may say against one version. All of it stands in the receipt, where it must leave room for the others'
# words and signatures (sip/documents/limits.py).
MOST_DISSENT = 3 * TEXT_MAX
MOST_DISSENTS = 10


@act
def comment(actor: Actor, plan: Plan, *, text: str, row_id: UUID | None = None) -> Comment:
    """Write to the coordinator about the plan, or about one line of it: a question, or something to know."""
    return _say(actor, plan, CommentKind.COMMENT, text, row_id)


@act
def correct(actor: Actor, plan: Plan, *, text: str, row_id: UUID | None = None) -> Comment:
    """Ask for a correction, of the plan or of one line (`row_id`: a goal or an action that the actor may read).

    The coordinator must answer before the plan is established (dataskyddsförordningen art. 16). Raises Denied or
    NotAllowed; Refused without words, or when the line is not there any more.
    """
    return _say(actor, plan, CommentKind.CORRECTION, text, row_id)


@act
def dissent(actor: Actor, plan: Plan, *, text: str) -> Comment:
    """Write a dissenting view. It follows the version, in the receipt, word by word (SoL 14:6).

    Raises Refused where it is more than MOST_DISSENT characters, or MOST_DISSENTS views, of one person on one version.
    """
    return _say(actor, plan, CommentKind.DISSENT, text)


def _say(actor: Actor, plan: Plan, kind: CommentKind, text: str, row_id: UUID | None = None) -> Comment:
    plan = access.lock(plan)
    access.require(actor, Do.COMMENT, plan)
    version = current_version(plan)
    if kind is CommentKind.DISSENT and version is None:
        raise Refused(Problem("state", _("Planen är inte klar att läsa än. Skriv en kommentar i stället.")))
    if not text:
        raise Refused(Problem("text", _("Skriv vad du vill säga."), "text"))
    if row_id is not None and row_id not in lines(plan, audience_of(actor, plan)):
        message = _("Det du skrev om har ändrats eller finns inte kvar i planen. Läs planen, eller skicka ändå.")
        raise Refused(Problem("row", message, "row"))
    mine = Comment.objects.filter(plan=plan, by=actor.user, kind=kind, text=text, row_id=row_id, version=version)
    if known := mine.filter(at__gt=clock.now() - TWICE).first():
        return known
    if kind is CommentKind.DISSENT:
        refuse(_too_much(actor, version, text))
    said = Comment.objects.create(
        plan=plan,
        version=version,
        kind=kind,
        by=actor.user,
        guardian=getattr(actor.user, "guardian", None),
        text=text,
        row_id=row_id,
        at=clock.now(),
    )
    told = "correction_asked" if kind is CommentKind.CORRECTION else "family_comment"
    notices.queue(told, people.coordinator(plan), about=plan.pk, occasion=said.pk, detail=said.pk)
    return said


def _too_much(actor: Actor, version: Version | None, text: str) -> list[Problem]:
    """Why there is no room for this view beside what the person has written of the version already, if so."""
    own = Comment.objects.filter(version=version, kind=CommentKind.DISSENT, by=actor.user)
    said = own.aggregate(views=Count("pk"), characters=Sum(Length("text")))
    left = MOST_DISSENT - (said["characters"] or 0)
    if said["views"] < MOST_DISSENTS and len(text) <= left:
        return []
    if said["views"] >= MOST_DISSENTS or left <= 0:
        message = _("Du har redan skrivit så mycket som ryms om den här versionen. Allt du har skrivit följer med.")
    else:
        message = _("Det ryms %(left)s tecken till om den här versionen. Din text är %(length)s. Korta den.")
    return [Problem("too_much_text", message % {"left": left, "length": len(text)}, "text")]


@act
def answer_correction(actor: Actor, plan: Plan, comment_id: UUID, *, text: str, verdict: str = "") -> Comment:
    """Answer a correction, or a comment, for good: who wrote it is told, and reads the answer beside the own words.

    `verdict`: what becomes of a correction (Verdict); a comment has none. Sent twice, it is one answer. Raises Denied
    or NotAllowed for who does not coordinate the plan with consent to read it, NotThere for what nobody wrote to the
    coordinator, Refused without words or verdict, or when it is answered already.
    """
    plan = access.lock(plan)
    access.require(actor, Do.ANSWER_CORRECTION, plan)
    rows = Comment.objects.filter(plan=plan).exclude(kind=CommentKind.DISSENT).select_related("by")
    row = rows.select_for_update(of=("self",)).filter(pk=comment_id).first()
    if row is None:
        raise NotThere
    if row.answered_at:
        if (row.answer, row.verdict, row.answered_by_id) == (text, verdict, actor.user.pk):
            return row
        raise Refused(Problem("answered", _("Det är redan besvarat. Familjen kan ha läst svaret, så det står kvar.")))
    refuse(_problems(row, text, verdict))
    row.answer, row.verdict = text, verdict
    row.answered_by, row.answered_at = actor.user, clock.now()
    row.save(update_fields=["answer", "verdict", "answered_by", "answered_at"])
    notices.queue("correction_answered", [row.by], about=plan.pk, occasion=row.pk, detail=row.pk)
    return row


def _problems(row: Comment, text: str, verdict: str) -> list[Problem]:
    problems = []
    is_correction = row.kind == CommentKind.CORRECTION
    if is_correction and verdict not in Verdict.values:
        problems.append(Problem("verdict", _("Välj om planen ändras eller inte."), "verdict"))
    if verdict and not is_correction:
        message = _("Det här är en synpunkt och ingen rättelse. Svara utan att välja om planen ändras.")
        problems.append(Problem("verdict", message, "verdict"))
    if not text:
        problems.append(Problem("text", _("Skriv ditt svar till familjen."), "answer"))
    return problems
