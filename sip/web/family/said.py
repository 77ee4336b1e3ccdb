"""What somebody in the family has written, word by word, and what was answered: for their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from sip.plans import protection
from sip.plans.lines import Line
from sip.plans.models import Comment, CommentKind, Plan, Verdict, Version
from sip.plans.states import CLOSED_STATES
from sip.plans.versions import current_version


@dataclass(frozen=True)
class Said:
    """One saying. `what`: what kind it is; `about`: the line it is about, "" for the whole plan; `about_key`: its key.

    `answered_by` and `verdict` are "" until there is an answer; `waits` while a correction has none. `lapsed`: that a
    view of an earlier version does not follow the plan as it stands now, and `again` its key where it can be let to.
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
    lapsed: str = ""
    again: UUID | None = None


def said_by(actor: Actor, plan: Plan, shown: Mapping[UUID, Line], kind: CommentKind | None = None) -> list[Said]:
    """Everything that the actor has written about the plan (of one kind, or of all), the newest first.

    `shown`: the lines that the reader may read; a line that is not there any more is not told.
    """
    rows = Comment.objects.filter(plan=plan, by=actor.user).select_related("answered_by", "version").order_by("-id")
    found = list(rows.filter(kind=kind) if kind else rows)
    views = [row for row in found if row.kind == CommentKind.DISSENT]
    open_version = current_version(plan) if views else None
    told = {row.text for row in views if row.version == open_version}
    return [_said(row, shown, _Stands(plan, open_version, told)) for row in found]


def left_behind(actor: Actor, plan: Plan) -> list[Said]:
    """The views that the actor wrote of an earlier version, and that are not in the one that is open."""
    return [row for row in said_by(actor, plan, {}, CommentKind.DISSENT) if row.again]


@dataclass(frozen=True)
class _Stands:
    """What a view is held against: the version that is open, and what the same person has written of that one."""

    plan: Plan
    version: Version | None
    told: set[str]


def _said(row: Comment, shown: Mapping[UUID, Line], stands: _Stands) -> Said:
    line = shown.get(row.row_id) if row.row_id else None
    lapsed = _lapsed(row, stands) if row.kind == CommentKind.DISSENT else ""
    return Said(
        at=row.at,
        what=_what(row, stands),
        text=row.text,
        about=line.text if line else "",
        about_key=line.key if line else None,
        verdict=verdict_words(row),
        answer=row.answer,
        answered_by=protection.name_beside_agency(row.answered_by) or _("Samordnaren") if row.answered_by else "",
        answered_at=row.answered_at,
        waits=row.kind == CommentKind.CORRECTION and row.answered_at is None,
        lapsed=lapsed,
        again=row.pk if lapsed and stands.version else None,
    )


def _what(row: Comment, stands: _Stands) -> str:
    if row.kind == CommentKind.COMMENT:
        return _("Till samordnaren.")
    if row.kind == CommentKind.CORRECTION:
        return _("Du bad om en rättelse.")
    if row.version is None or row.version == stands.version:
        return _("Så här ser du på det. Det följer med planen.")
    return _("Så här såg du på version %(number)s.") % {"number": row.version.number}


def _lapsed(row: Comment, stands: _Stands) -> str:
    """A view belongs to the version it was written of (signing.md); of a later one it says nothing by itself."""
    if row.version == stands.version or row.text in stands.told or stands.plan.state in CLOSED_STATES:
        return ""
    if stands.version is None:
        return _("Planen ändras nu. När den nya är klar att läsa kan du låta orden följa med den.")
    words = _("Orden står inte i version %(number)s. Tycker du fortfarande så? Då kan du låta dem följa med.")
    return words % {"number": stands.version.number}


def verdict_words(row: Comment) -> str:
    """What becomes of a correction, as a sentence; "" for a comment, and while there is no answer."""
    if not row.verdict:
        return ""
    return {Verdict.CHANGES: _("Ja, det ändras."), Verdict.STAYS: _("Nej, det står kvar.")}[Verdict(row.verdict)]
