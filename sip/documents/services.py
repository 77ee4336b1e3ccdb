"""The verbs of the document: review freezes a version and asks for its paper; the others hand papers out."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import Problem, Refused, refuse
from common.prepared import Prepared, Told
from consent import family
from sip.documents import calendar, copies, covered, extracts, freezing, papers
from sip.documents.canonical import canonical_json, content_hash
from sip.documents.child_content import child_content
from sip.documents.follow_up_content import Since, follow_up_content
from sip.documents.inspect import page_count
from sip.documents.models import Document, DocumentKind
from sip.documents.orders import Order
from sip.documents.render import BINDING, PLAIN, Look, render
from sip.meetings.models import Meeting
from sip.meetings.translating import of_meeting
from sip.notices import services as notices
from sip.plans import access, completeness, help_texts, people, protection
from sip.plans.access import Do, Standing
from sip.plans.acting import act, move
from sip.plans.audience import Audience, audience_of
from sip.plans.help_texts import Swedish
from sip.plans.models import Comment, CommentKind, FollowUp, Plan, Version
from sip.plans.states import WHILE_SIGNABLE, Act
from sip.plans.versions import current_version
from sip.plans.withheld import users_with_less

# What the log says of who took a paper, or the meeting to a calendar, and did not only read the page.
DOWNLOAD_PLAN = "download_plan"
DOWNLOAD_RECEIPT = "download_receipt"
DOWNLOAD_CALL = "download_call"
DOWNLOAD_CALENDAR = "download_calendar"
DOWNLOAD_FOLLOW_UP = "download_follow_up"
DOWNLOAD_CHILD_PAGE = "download_child_page"


@act
def review(actor: Actor, plan: Plan) -> Version:
    """Freeze version n and open it to the family, to read and to sign as soon as its paper is made.

    Raises Refused with everything that the plan must hold and does not: the four statutory contents, the follow-up
    date, the child's voice; and where it is too much for one document.
    """
    plan = access.lock(plan)
    access.require(actor, Do.REVIEW, plan)
    refuse(completeness.missing(plan))
    move(actor, plan, Act.REVIEW)
    number = plan.versions.count() + 1
    content = freezing.plan_content(plan, number)
    version = Version.objects.create(
        plan=plan,
        number=number,
        content=canonical_json(content).decode(),
        sha256=content_hash(content),
        frozen_at=clock.now(),
    )
    if settings.RENDER_AT_ONCE:
        store(version, DocumentKind.PLAN, 0, render("sip", content))
    else:
        papers.ask_for_version(plan, version, content)
    _ask_family(plan, version)
    return version


def _ask_family(plan: Plan, version: Version) -> None:
    """Tell each of the family, once, that the version is there to be read, and to be signed by who may read it all."""
    told = set(people.family_users(plan))
    reads_only = {user for user in told if user.pk in users_with_less(plan)}
    notices.queue("signature_asked", told - reads_only, about=plan.pk, occasion=version.pk, detail=version.pk)
    notices.queue("plan_readable", reads_only, about=plan.pk, occasion=version.pk, detail=version.pk)


def ask_new_signers(plan: Plan) -> None:
    """Others than before decide: each is asked to sign as the rest were, while the version is still to be signed."""
    version = current_version(plan) if plan.state in WHILE_SIGNABLE.states else None
    if version is not None and version.sealed_at is None:
        _ask_family(plan, version)


def store(version: Version, kind: DocumentKind, revision: int, data: bytes) -> Document:
    """Keep one revision of a paper. Revisions are only added."""
    return Document.objects.create(
        version=version,
        kind=kind,
        revision=revision,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        made_at=clock.now(),
    )


def is_ready(version: Version) -> bool:
    """Whether the version's own paper is made, so that it can be handed out, signed and established."""
    return Document.objects.filter(version=version, kind=DocumentKind.PLAN).exists()


def check_ready(version: Version) -> None:
    """Raise Refused while the version's own paper is being made."""
    if is_ready(version):
        return
    if papers.has_failed(version):
        raise Refused(
            Problem(
                "paper_failed", _("Papperet gick inte att göra. Öppna det på sidan Papper: där kan du försöka igen.")
            )
        )
    raise Refused(Problem("paper_waits", _("Planen görs i ordning. Vänta några sekunder och försök igen.")))


_NUMBERED = Prepared(lambda: Version.objects.filter(plan=Told("plan"), number=Told("number"), void_at__isnull=True))
_NEWEST = Prepared(
    lambda: Document.objects.filter(version=Told("version"), kind=Told("kind")).order_by("-revision")[:1]
)


def newest(version: Version, kind: DocumentKind) -> Document | None:
    """The newest revision of a version's paper: the plan as signed so far, or the latest receipt."""
    return next(iter(_NEWEST(version=version.pk, kind=kind.value)), None)


def pages(version: Version, kind: DocumentKind) -> int:
    """How many pages a version's paper has; 0 while there is none."""
    document = newest(version, kind)
    return page_count(bytes(document.data)) if document else 0


@act
def download_plan(actor: Actor, plan: Plan, number: int | None = None) -> tuple[Version, bytes]:
    """A version's PDF as signed so far: the current one, or the one with `number`. Void versions are not handed out.

    A guardian from whom something is withheld gets an extract of the same version instead, unsigned (extracts.py).
    """
    standing = access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_PLAN)
    version = _version(plan, number)
    refuse(not_handed_out(plan, version, actor.user, standing))
    reader = audience_of(actor, plan)
    if reader.is_whole:
        paper = _made(version, DocumentKind.PLAN)
        data, fingerprint = bytes(paper.data), paper.sha256
    else:
        data, fingerprint = papers.fetch(plan, extracts.plan_extract(frozen(version), reader)), ""
    copies.note_taken(actor, plan, version, standing, fingerprint)
    return version, data


def not_handed_out(plan: Plan, version: Version, reader: User, standing: Standing) -> list[Problem]:
    """Why this reader may not carry the version away, if so: the paper, a look of it, the scan of the signed one."""
    return held_back(version, reader, plan) or covered.held_from_others(plan, frozen(version), standing)


def held_back(version: Version, reader: User, plan: Plan) -> list[Problem]:
    """Why this reader gets no copy, if so: the paper says what is protected by now. It is asked before a signature too.

    School, municipality, place: they stand in the bytes, and only the next review makes a paper without them.
    """
    guardians = family.custody_holders(plan.child)
    if not protection.paper_tells_too_much(frozen(version), reader, plan.child, guardians):
        return []
    if protection.is_deny_by_default(plan.child):
        message = _("Papperet gjordes innan barnets uppgifter skyddades. Starta en ny granskning för ett nytt.")
    else:
        message = _("Det här papperet lämnas inte ut längre. Samordnaren gör ett nytt som du får läsa.")
    return [Problem("protected", message)]


@act
def download_look(actor: Actor, plan: Plan, number: int | None, look: Look) -> bytes:
    """A version in large print, or in another language as help: never signed, made of what was frozen."""
    content = _readable(actor, plan, number, DOWNLOAD_PLAN)
    is_extract = not audience_of(actor, plan).is_whole
    look = _with_help(plan, look, lambda: [*help_texts.of_content(plan, content), *_of_call(plan, content)])
    return papers.fetch(plan, Order("sip", content, replace(look, is_extract=is_extract)))


def _with_help(plan: Plan, look: Look, swedish: Callable[[], list[Swedish]]) -> Look:
    """The look with what there is in its language of the texts that stand on the paper for its reader."""
    if look.language == BINDING:
        return look
    return replace(look, texts=help_texts.on_paper(plan, look.language, swedish()))


def _of_follow_up(plan: Plan, content: dict[str, Any], reader: Audience) -> list[Swedish]:
    """How it went stands in the plan, and not in what was frozen."""
    return [*help_texts.of_content(plan, content), *help_texts.of_plan(plan, reader)]


def _of_call(plan: Plan, content: dict[str, Any]) -> list[Swedish]:
    """What a frozen plan quotes from the call to its meeting, whichever meeting that was."""
    told = content["call"] or {}
    found = [text for meeting in Meeting.objects.filter(plan=plan) for text in of_meeting(meeting)]
    return [text for text in found if told.get(text.field) == text.text]


@act
def download_child_page(actor: Actor, plan: Plan, number: int | None = None, look: Look = PLAIN) -> bytes:
    """*Barnets sida*: the child's own words, goals and helpers of a version, in big type."""
    content = _readable(actor, plan, number, DOWNLOAD_CHILD_PAGE)
    look = _with_help(plan, look, lambda: help_texts.of_content(plan, content))
    return papers.fetch(plan, Order("barnets-sida", child_content(content), look))


def _readable(actor: Actor, plan: Plan, number: int | None, logged_as: str) -> dict[str, Any]:
    """What of a version's content this reader may carry away."""
    standing = access.require(actor, Do.READ, plan, logged_as=logged_as)
    version = _version(plan, number)
    content = frozen(version)
    refuse(not_handed_out(plan, version, actor.user, standing))
    return audience_of(actor, plan).of_plan(content)


@act
def download_follow_up(actor: Actor, plan: Plan, number: int, look: Look = PLAIN) -> bytes:
    """How it went, as PDF: what was told at the follow-up with that number, counted from the first."""
    access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_FOLLOW_UP)
    rows = follow_ups(plan)
    if not 1 <= number <= len(rows):
        raise Refused(Problem("follow_up", _("Det finns ingen sådan uppföljning.")))
    held = rows[number - 1]
    in_force = Version.objects.filter(plan=plan, established_at__lte=held.at).order_by("-number").first()
    if in_force is None:
        raise Refused(Problem("follow_up", _("Det finns ingen plan som är uppföljd.")))
    refuse(held_back(in_force, actor.user, plan))
    reader = audience_of(actor, plan)
    content = reader.of_plan(covered.what_is_covered(plan, frozen(in_force)))
    look = _with_help(plan, look, lambda: _of_follow_up(plan, content, reader))
    went = follow_up_content(plan, held, number, content, reader, _since(plan, rows, number))
    return papers.fetch(plan, Order("uppfoljning", went, look))


def follow_ups(plan: Plan) -> list[FollowUp]:
    """The follow-ups that were held, the first one first."""
    return list(FollowUp.objects.filter(plan=plan).select_related("by").order_by("held_on", "at", "id"))


def _since(plan: Plan, rows: list[FollowUp], number: int) -> Since | None:
    """What came after a follow-up: it is over when the plan is frozen anew, or when the next one is held."""
    held, later = rows[number - 1], rows[number:]
    anew = Version.objects.filter(plan=plan, frozen_at__gt=held.at, established_at__isnull=False).order_by("number")
    moments = [row.frozen_at for row in anew[:1]] + [row.at for row in later[:1]]
    return Since(min(moments), later[0].held_on if later else None) if moments else None


@act
def download_receipt(actor: Actor, plan: Plan, number: int | None = None, look: Look = PLAIN) -> tuple[Version, bytes]:
    """The receipt of a version: who signed, refused or has not; from establishment on.

    Sealed in its binding look; another is help to read it, made of what the newest sealed one holds.
    """
    standing = access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_RECEIPT)
    version = _version(plan, number)
    refuse(covered.held_from_others(plan, frozen(version), standing))  # it tells which agencies have signed
    data = bytes(_made(version, DocumentKind.RECEIPT).data)
    is_extract = not audience_of(actor, plan).is_whole
    if look.is_binding and not is_extract:
        return version, data
    content = extracts.content_of_receipt(data)
    if is_extract:
        own = Comment.objects.filter(version=version, kind=CommentKind.DISSENT, by=actor.user)
        content = Audience.of_receipt(content, set(own.values_list("text", flat=True)))
    return version, papers.fetch(plan, Order("kvittens", content, replace(look, is_extract=is_extract)))


@act
def download_call(actor: Actor, plan: Plan, meeting: Meeting, look: Look = PLAIN) -> bytes:
    """The Kallelse as PDF."""
    access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_CALL)
    look = _with_help(plan, look, lambda: of_meeting(meeting))
    return papers.fetch(plan, Order("kallelse", freezing.call_content(plan, meeting, actor.user), look))


@act
def download_calendar(actor: Actor, plan: Plan, meeting: Meeting) -> bytes:
    """The meeting as an .ics file, without any personal data."""
    access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_CALENDAR)
    guardians = family.custody_holders(plan.child)
    return calendar.meeting_event(
        meeting,
        with_place=protection.place_may_stand_on_paper(actor.user, plan.child, guardians),
        with_link=protection.may_be_linked_to(plan.child),
        is_off=meeting.cancelled_at is not None or (not plan.is_open and meeting.opened_at is None),
    )


def _version(plan: Plan, number: int | None) -> Version:
    version = current_version(plan) if number is None else next(iter(_NUMBERED(plan=plan.pk, number=number)), None)
    if version is None:
        raise Refused(Problem("version", _("Det finns ingen plan att hämta än. Den kommer när mötet är hållet.")))
    return version


def _made(version: Version, kind: DocumentKind) -> Document:
    """The newest of them. Raises NotReady while a newer one is made: an older receipt knows less than there is."""
    document = newest(version, kind)
    if document is None and kind == DocumentKind.PLAN:
        raise papers.NotReady(version.plan, version)
    if kind == DocumentKind.RECEIPT and papers.is_coming(version, papers.RECEIPT, or_failed=document is None):
        raise papers.NotReady(version.plan, version, papers.RECEIPT)
    if document is None:
        raise Refused(Problem("receipt", _("Kvittensen kommer när planen är fastställd.")))
    return document


def frozen(version: Version) -> dict[str, Any]:
    """The frozen content as it was."""
    content: dict[str, Any] = json.loads(version.content)
    return content
