"""The plan's versions and papers, who has signed, and what the family has said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from sip.documents.covered import held_from_others
from sip.documents.services import frozen
from sip.documents.words import day_of
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.audience import EVERYTHING
from sip.plans.lines import Line, lines
from sip.plans.models import Comment, CommentKind, Plan, Version
from sip.plans.versions import current_version
from sip.signing.models import SignatureStatus, SignedHow
from sip.web.family.said import verdict_words
from sip.web.words import as_day, day_words, near_words


@dataclass(frozen=True)
class VersionPart:
    """A version: what it is, where its papers are. `held`: why the plan itself is not handed out, else ""."""

    name: str
    state: str
    pdf: str
    receipt: str
    held: str = ""
    number: int = 0


@dataclass(frozen=True)
class Word:
    """What somebody who was asked to sign has said, in words."""

    name: str
    role: str
    words: str
    is_signed: bool


@dataclass(frozen=True)
class Saying:
    """What somebody in the family wrote, word by word, and what was answered.

    `about`: the line it is about. `href`: where the viewer answers it, "" when it is answered. `where`: in which paper
    a view that differs stands.
    """

    name: str
    when: str
    text: str
    kicker: str = ""
    about: str = ""
    href: str = ""
    verdict: str = ""
    answer: str = ""
    answered: str = ""
    where: str = ""


def versions(plan: Plan, valid: Sequence[Version], standing: Standing, effective: set[UUID]) -> tuple[VersionPart, ...]:
    """The versions that hold or have held, newest first. One that an edit made void is not handed out.

    Nor is one that holds what an agency does that consent no longer covers, but to the family.
    """
    in_force = next((version for version in valid if version.established_at), None)
    held = {v.pk: held_from_others(plan, frozen(v), standing, effective) for v in valid}
    return tuple(
        VersionPart(
            name=_("Version %(number)s") % {"number": version.number},
            state=_version_state(version, in_force, plan),
            pdf="" if held[version.pk] else reverse("pdf", args=[plan.pk, version.number]),
            receipt=(
                reverse("receipt", args=[plan.pk, version.number])
                if version.established_at and not held[version.pk]
                else ""
            ),
            held=" ".join(problem.message for problem in held[version.pk]),
            number=version.number,
        )
        for version in valid
    )


def _version_state(version: Version, in_force: Version | None, plan: Plan) -> str:
    if version.established_at is None:
        return _("Läses av familjen sedan %(day)s") % {"day": day_words(as_day(version.frozen_at))}
    day = day_words(as_day(version.established_at))
    if version != in_force:
        return _("Fastställd %(day)s, ersatt av en nyare") % {"day": day}
    if not plan.is_open:
        return _("Fastställd %(day)s. Planen är avslutad") % {"day": day}
    return _("Fastställd %(day)s. Den gäller nu") % {"day": day}


def words(rows: list[dict[str, object]]) -> tuple[Word, ...]:
    """Everybody asked to sign the current version, and what they said. `rows`: sip.signing.receipt.signature_rows."""
    return tuple(
        Word(str(row["name"]), str(row["role"]), _word(row), row["status"] == SignatureStatus.SIGNED) for row in rows
    )


def _word(row: dict[str, object]) -> str:
    at = str(row["at"] or "")
    day = near_words(day_of(at)) if at else ""
    if row["status"] == SignatureStatus.REFUSED:
        return _("Vill inte skriva under, sa det %(day)s") % {"day": day}
    if row["status"] != SignatureStatus.SIGNED:
        return _("Har inte skrivit under än")
    if row["how"] == SignedHow.PAPER:
        return _("Skrev under på papper %(day)s. %(witness)s såg det.") % {"day": day, "witness": row["witness"]}
    return _("Skrev under i tjänsten %(day)s") % {"day": day}


def dissents(plan: Plan) -> tuple[Saying, ...]:
    """The dissenting views, each with the version that it follows."""
    rows = list(
        Comment.objects.filter(plan=plan, kind=CommentKind.DISSENT).select_related("by", "version").order_by("-id")
    )
    current = current_version(plan) if rows else None
    return tuple(Saying(row.by.name, near_words(row.at), row.text, where=_where(row, current)) for row in rows)


def _where(row: Comment, current: Version | None) -> str:
    if row.version is None or row.version == current:
        return _("Det följer med planen.")
    number = {"number": row.version.number}
    if row.version.established_at:
        return _("Det står i kvittensen till version %(number)s.") % number
    return _("Det gäller version %(number)s, som har ändrats sedan dess, och står inte i den nya.") % number


def comments(plan: Plan, standing: Standing) -> tuple[Saying, ...]:
    """What the family wrote to the coordinator, who alone sees it: corrections that wait first, then the newest."""
    if not standing.may(Do.ANSWER_CORRECTION):
        return ()
    rows = Comment.objects.filter(plan=plan).exclude(kind=CommentKind.DISSENT)
    found = list(rows.select_related("by", "answered_by").order_by("-id"))
    shown = lines(plan, EVERYTHING) if any(row.row_id for row in found) else {}
    found.sort(key=lambda row: not (row.kind == CommentKind.CORRECTION and row.answered_at is None))
    return tuple(saying(row, shown) for row in found)


def saying(row: Comment, shown: Mapping[UUID, Line]) -> Saying:
    """A comment or a correction in words, for the coordinator."""
    line = shown.get(row.row_id) if row.row_id else None
    asks = row.kind == CommentKind.CORRECTION
    answered = ""
    if row.answered_at and row.answered_by:
        words = {"name": protection.staff_name(row.answered_by), "day": near_words(row.answered_at)}
        answered = _("%(name)s svarade %(day)s.") % words
    return Saying(
        name=row.by.name,
        when=near_words(row.at),
        text=row.text,
        kicker=_("Ber om en rättelse") if asks else "",
        about=line.text if line else "",
        href="" if row.answered_at else reverse("answer_family", args=[row.plan_id, row.pk]),
        verdict=verdict_words(row),
        answer=row.answer,
        answered=answered,
    )
