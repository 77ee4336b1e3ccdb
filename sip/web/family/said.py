"""What somebody in the family has written, word by word, and what was answered: for their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from sip.plans import protection
from sip.plans.lines import Line
from sip.plans.models import Comment, CommentKind, Plan, Verdict


@dataclass(frozen=True)
class Said:
    """One saying. `what`: what kind it is; `about`: the line it is about, "" for the whole plan; `about_key`: its key.

    `answered_by` and `verdict` are "" until there is an answer; `waits` while a correction has none.
    """

    at: datetime
    what: str
    text: str
    about: str = ""
    about_key: UUID | None = None
    verdict: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    waits: bool = False


def said_by(actor: Actor, plan: Plan, shown: Mapping[UUID, Line], kind: CommentKind | None = None) -> list[Said]:
    """Everything that the actor has written about the plan (of one kind, or of all), the newest first.

    `shown`: the lines that the reader may read; a line that is not there any more is not told.
    """
    rows = Comment.objects.filter(plan=plan, by=actor.user).select_related("answered_by").order_by("-id")
    return [_said(row, shown) for row in (rows.filter(kind=kind) if kind else rows)]


def _said(row: Comment, shown: Mapping[UUID, Line]) -> Said:
    line = shown.get(row.row_id) if row.row_id else None
    return Said(
        at=row.at,
        what=_what(row),
        text=row.text,
        about=line.text if line else "",
        about_key=line.key if line else None,
        verdict=verdict_words(row),
        answer=row.answer,
        answered_by=protection.name_beside_agency(row.answered_by) or _("Samordnaren") if row.answered_by else "",
        answered_at=row.answered_at,
        waits=row.kind == CommentKind.CORRECTION and row.answered_at is None,
    )


def _what(row: Comment) -> str:
    return {
        CommentKind.COMMENT: _("Till samordnaren."),
        CommentKind.CORRECTION: _("Du bad om en rättelse."),
        CommentKind.DISSENT: _("Så här ser du på det. Det följer med planen."),
    }[CommentKind(row.kind)]


def verdict_words(row: Comment) -> str:
    """What becomes of a correction, as a sentence; "" for a comment, and while there is no answer."""
    if not row.verdict:
        return ""
    return {Verdict.CHANGES: _("Ja, det ändras."), Verdict.STAYS: _("Nej, det står kvar.")}[Verdict(row.verdict)]
