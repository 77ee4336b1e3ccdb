"""The family's page of a plan, put together from plain parts. The plan has come through `open_plan`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.languages import SWEDISH
from agencies.models import User
from consent.log import services as log
from sip.documents import papers
from sip.documents.words import day_of
from sip.meetings import polling
from sip.meetings.models import Meeting, Reply
from sip.meetings.translating import swedish_of
from sip.plans import protection
from sip.plans.audience import Audience, audience_of
from sip.plans.help_texts import NO_HELP, Helps, helps
from sip.plans.models import Plan, Request, Section, Version
from sip.plans.sharing import effective_agencies, shared_actions
from sip.plans.states import CLOSED_STATES, State
from sip.plans.versions import current_version
from sip.signing import signers
from sip.signing.models import Signature, SignatureStatus
from sip.signing.receipt import signature_rows
from sip.web.family import consent_page, happened, now
from sip.web.family.goals import family_goals
from sip.web.family.names import coordinator_of, own_words, plan_name
from sip.web.family.readers import readers
from sip.web.family.said import said_by
from sip.web.place import Place, place_of
from sip.web.words import change_words, day_words, meeting_words

NEWEST_MOST = 6
# Before somebody takes up the request there is nobody to write to; afterwards nothing to write about.
NO_COMMENTS = (*CLOSED_STATES, State.REQUESTED)


@dataclass(frozen=True)
class Contact:
    """Whom to ask. `phone` may be "": then there is no number that may be told."""

    name: str
    phone: str
    detail: str


def assemble(plan: Plan, actor: Actor) -> dict[str, Any]:
    """Everything that templates/family/plan.html draws."""
    version = current_version(plan)
    effective = effective_agencies(plan)
    reader = audience_of(actor, plan)
    voice = getattr(plan, "voice", None)
    goals = family_goals(plan, reader.actions(shared_actions(plan, effective)))
    word = my_word(plan, version, actor)
    consents = consent_page.answers(plan, actor)
    asks = consent_page.asks(plan, consents)
    facts = now.facts_of(
        plan,
        my_word=word,
        asks_my_consent=asks,
        coordinator=coordinator_of(plan),
        signs_on_paper=not reader.is_whole,
    )
    return {
        "plan": plan,
        "title": plan_name(plan.child, actor),
        "now": now.now(facts),
        "facts": facts,
        "contact": contact(plan),
        "coordinator": facts.coordinator,
        "may_write": plan.state not in NO_COMMENTS,
        "my_request": Request.objects.filter(plan=plan, by=actor.user).order_by("id").first(),
        "hand_over": plan.hand_over,
        **_happened(plan, actor, effective, reader),
        "voice_heading": own_words(plan.child, actor),
        "voice": reader.voice(voice),
        "voice_key": voice.pk if voice else None,
        "helps": helps_of(plan, reader, effective),
        "shows_voice": reader.may_read(Section.VOICE),
        "is_young": plan.child.user_id == actor.user.pk,
        "goals_heading": _goals_heading(plan),
        "is_draft": _is_draft(facts),
        "goals": goals.now,
        "later": goals.later,
        "relatives": list(plan.child.relatives.order_by("id")),
        "may_name_relatives": plan.state not in NO_COMMENTS,
        "needs": reader.needs(plan.needs.order_by("id")),
        "next": next_meeting(plan, effective, actor.user),
        "readers": readers(plan, actor.user, version, effective),
        "consents": consents,
        "sharing": consent_page.grouped(consents),
        "asks_consent": asks,
        **_papers(facts, version, word),
        "signatures": _signatures(plan, version),
        "said": said_by(actor, plan, goals.lines),
    }


def helps_of(plan: Plan, reader: Audience, effective: set[UUID] | None = None) -> Helps:
    """What there is in the reader's language of the texts that this reader reads. ⚡ In Swedish nothing is asked.

    `effective`: the effective agencies, if known.
    """
    language = get_language() or SWEDISH
    return NO_HELP if language == SWEDISH else helps(plan, language, swedish_of(plan, reader, effective))


def my_word(plan: Plan, version: Version | None, actor: Actor) -> Signature | None:
    """What the viewer has said about signing the version: signed, refused, or nothing yet (None)."""
    if version is None:
        return None
    return signers.said(version, signers.signing_guardian(actor, plan))


def contact(plan: Plan) -> Contact | None:
    """The coordinator with a number; of one with protected personal data only the agency's own number is told."""
    user, agency = plan.coordinator, plan.coordinator_agency
    if user is None or agency is None:
        return None
    if not protection.name_beside_agency(user):
        return Contact(agency.name, protection.staff_phone(user, agency), _("Fråga efter den som samordnar planen."))
    detail = _("%(agency)s. Samordnar planen.") % {"agency": agency.name}
    return Contact(user.name, protection.staff_phone(user, agency), detail)


def _is_draft(facts: now.Facts) -> bool:
    """Whether what stands in the plan has never been in force and is still being written."""
    return facts.state in (State.PREPARING, State.CALLED, State.MET) and facts.in_force is None


def _goals_heading(plan: Plan) -> str:
    return _("Det här gjorde vi") if plan.state in CLOSED_STATES else _("Det här gör vi nu")


def _happened(plan: Plan, actor: Actor, effective: set[UUID], reader: Audience) -> dict[str, Any]:
    """What others have done since the person's last visit, and all there is."""
    rows = happened.happenings(plan, effective, reader)
    visit = log.last_visit(actor, plan.child_id)
    since: datetime | None = visit.at if visit else None
    new = [row for row in rows if since is None or (row.at > since and row.by != actor.user.pk)]
    return {"visited": since, "new": new[:NEWEST_MOST], "happened": rows if len(rows) > len(new[:NEWEST_MOST]) else []}


@dataclass(frozen=True)
class Coming:
    """One agency that is asked to the meeting, and what it answered."""

    name: str
    answer: str


@dataclass(frozen=True)
class NextMeeting:
    """The next meeting: when, where, who comes; or, with no meeting called, the day of the follow-up in `when`."""

    when: str
    place: Place = field(default_factory=Place)
    question: str = ""
    number: int = 0
    coming: tuple[Coming, ...] = ()
    note: str = ""
    key: UUID | None = None  # the meeting's own
    is_off: bool = False  # it was cancelled
    asks_times: bool = False


def next_meeting(plan: Plan, effective: set[UUID], reader: User) -> NextMeeting | None:
    """The called meeting, else the day when the plan is followed up; None when neither is known."""
    if plan.state in CLOSED_STATES:
        return None
    meeting = Meeting.objects.filter(plan=plan, closed_at__isnull=True).order_by("-number").first()
    if meeting is not None:
        return _called(plan, meeting, effective, reader)
    if plan.state in (State.PREPARING, State.FOLLOWING_UP) and polling.open_poll(plan):
        return NextMeeting(_("Mötets tid är inte bestämd"), note=_("Säg vilka tider som passar dig."), asks_times=True)
    last = Meeting.objects.filter(plan=plan).order_by("-number").first()
    if last and last.cancelled_at and plan.state in (State.PREPARING, State.FOLLOWING_UP):
        note = _("Mötet är inställt. %(who)s kallar till ett nytt.") % {"who": _capital(coordinator_of(plan))}
        why = _("Skälet: %(why)s") % {"why": last.why_changed}
        return NextMeeting(meeting_words(last.start, last.end), note=f"{note} {why}", number=last.number, is_off=True)
    if plan.follow_up_on is None or plan.state not in (State.IN_REVIEW, State.ESTABLISHED):
        return None
    note = _("Då följer ni upp planen. %(who)s kallar till mötet.") % {"who": _capital(coordinator_of(plan))}
    return NextMeeting(day_words(plan.follow_up_on), note=note)


def _called(plan: Plan, meeting: Meeting, effective: set[UUID], reader: User) -> NextMeeting:
    words = {
        Reply.COME: _("kommer"),
        Reply.SUBSTITUTE: _("skickar en ersättare"),
        Reply.DECLINE: _("kan inte komma"),
        Reply.NOT_US: _("tycker att någon annan ska frågas"),
    }
    asked = meeting.invitations.filter(agency__in=effective).select_related("agency")
    return NextMeeting(
        when=meeting_words(meeting.start, meeting.end),
        place=place_of(plan, meeting, reader),
        question=meeting.question,
        key=meeting.pk,
        number=meeting.number,
        note=change_words(meeting.why_changed),
        coming=tuple(
            Coming(row.agency.name, words[Reply(row.reply)] if row.reply else _("har inte svarat än"))
            for row in asked.order_by("agency__name_key", "id")
        ),
    )


def _papers(facts: now.Facts, version: Version | None, word: Signature | None) -> dict[str, Any]:
    """The version that is open to sign, and the papers there are to fetch."""
    is_open = version is not None and facts.state not in CLOSED_STATES
    # A sealed plan takes no more signatures: whoever came later signs the next version.
    is_signable = is_open and not facts.signs_on_paper and not (version and version.sealed_at)
    return {
        "version": version,
        "in_force": facts.in_force if facts.in_force != version else None,
        "has_receipt": bool(version and version.established_at),
        "receipt_comes": bool(
            version and version.established_at and papers.is_coming(version, papers.RECEIPT, or_failed=False)
        ),
        "may_sign": is_signable and (word is None or word.status == SignatureStatus.REFUSED),
        "may_refuse": is_signable and word is None,
        "signs_on_paper": is_open and facts.signs_on_paper,
        "may_dissent": is_open,
        "signed": now.signed_words(word) if word and word.status == SignatureStatus.SIGNED else "",
        "refused": bool(word and word.status == SignatureStatus.REFUSED),
    }


@dataclass(frozen=True)
class SignatureWords:
    """Somebody asked to sign, and what that person has done."""

    name: str
    what: str


def _signatures(plan: Plan, version: Version | None) -> list[SignatureWords]:
    if version is None:
        return []
    return [SignatureWords(row["name"], _signature_words(row)) for row in signature_rows(plan, version)]


def _signature_words(row: dict[str, Any]) -> str:
    if row["status"] == "waiting":
        return _("inte än")
    if row["status"] == "refused":
        return _("vill inte skriva under")
    words = _("skrev under %(day)s på papper") if row["how"] == "paper" else _("skrev under %(day)s")
    return words % {"day": day_words(day_of(row["at"]))}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
