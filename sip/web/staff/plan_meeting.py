"""The meeting on the plan's page: what it is about, who has answered what, what each expects; and who came."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from consent import family
from sip.documents.freezing import attendee_name
from sip.meetings import polling
from sip.meetings.guests import guests_of
from sip.meetings.models import Guest, Invitation, Meeting, Reply
from sip.meetings.of_plan import without_handed_on
from sip.plans import people, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Party, Plan
from sip.plans.states import State
from sip.web.parts import Verb
from sip.web.place import Place, place_of
from sip.web.words import change_words, day_words, meeting_words

RING_MOST = 3  # people at one agency; more would drown the table


@dataclass(frozen=True)
class Ring:
    """Whom to ring at an agency that has not answered: name or "", number or ""."""

    name: str
    phone: str


@dataclass(frozen=True)
class Answer:
    """What one agency answered. `verb`: for whoever may answer for it, or may ask whom it suggests in its place.

    `ring`: whom the coordinator rings while the answer is missing; `is_unreached`: nobody there has the call.
    """

    agency: str
    asked: str
    words: str
    note: str
    is_missing: bool
    verb: Verb | None
    ring: tuple[Ring, ...] = ()
    is_unreached: bool = False


@dataclass(frozen=True)
class Expectation:
    """What one agency expects and can do; both empty while it has written nothing."""

    agency: str
    expects: str
    can_do: str
    verb: Verb | None


@dataclass(frozen=True)
class MeetingPart:
    """The newest meeting. `is_coming` until it is closed, `changed` why it was moved; `present` and `absent` after."""

    meeting: Meeting
    when: str
    place: Place
    is_coming: bool
    changed: str
    answers: tuple[Answer, ...]
    guests: tuple[str, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]


def meeting_part(
    plan: Plan, standing: Standing, meeting: Meeting | None, parties: list[Party], reader: User
) -> MeetingPart | None:
    """The newest meeting, as this viewer may see it: the answers of the parties shown, no others."""
    if meeting is None:
        return None
    shown = {party.agency_id for party in parties}
    invitations = meeting.invitations.filter(agency__in=shown).select_related("agency", "instead")
    asked = list(invitations.order_by("-is_call", "agency__name_key", "id"))
    is_coming = meeting.closed_at is None
    there = _there(plan, meeting, asked) if is_coming and protection.is_named_handler(reader, plan) else None
    rows = [] if is_coming else list(meeting.attendance.select_related("agency", "user", "guardian").order_by("id"))
    known = [row for row in rows if row.agency_id is None or row.agency_id in shown]
    hidden = protection.hidden_names(people.protected_staff(plan))
    said = [
        (row.is_present, _attendee(attendee_name(plan, row), protection.typed_name(row.note, hidden))) for row in known
    ]
    return MeetingPart(
        meeting=meeting,
        when=meeting_words(meeting.start, meeting.end),
        place=place_of(plan, meeting, reader),
        is_coming=is_coming,
        changed=change_words(meeting.why_changed) if is_coming else "",
        guests=tuple(_guest_words(row) for row in guests_of(meeting)) if is_coming else (),
        answers=tuple(_answer(plan, standing, meeting, row, hidden, there) for row in asked),
        present=tuple(words for is_present, words in said if is_present),
        absent=tuple(words for is_present, words in said if not is_present),
    )


def _guest_words(guest: Guest) -> str:
    said = {Reply.COME: _("kommer"), Reply.DECLINE: _("kan inte komma")}
    answer = said[Reply(guest.reply)] if guest.reply else _("har inte svarat")
    return f"{guest.name}, {guest.get_role_display().lower()}: {answer}"


def _attendee(name: str, note: str) -> str:
    return f"{name}, {note}" if note else name


def _is_missing(meeting: Meeting, row: Invitation) -> bool:
    return not row.reply and row.agency_id != meeting.caller_id


def _there(plan: Plan, meeting: Meeting, asked: list[Invitation]) -> dict[UUID, list[User]]:
    """Who is there to answer for each agency that has not, of the newest call."""
    silent = {row.agency_id for row in asked if _is_missing(meeting, row)}
    return people.handlers_of(plan, silent) if silent else {}


def _ring(agency: Agency, there: list[User]) -> tuple[Ring, ...]:
    """Whom to ring there: who takes part or receives, with a number; with none, the agency's. Nobody protected."""
    told = [Ring(protection.name_beside_agency(user), protection.own_phone(user)) for user in there]
    numbers = [ring for ring in told if ring.phone][:RING_MOST]
    if numbers:
        return tuple(numbers)
    names = [ring.name for ring in told if ring.name][:RING_MOST]
    return (Ring(", ".join(names), agency.phone),) if names or agency.phone else ()


def _answer(
    plan: Plan,
    standing: Standing,
    meeting: Meeting,
    row: Invitation,
    hidden: tuple[str, ...],
    there: dict[UUID, list[User]] | None,
) -> Answer:
    """`there`: who is at each silent agency; None when it is not for this reader."""
    is_missing = _is_missing(meeting, row)
    may = standing.may(Do.ANSWER) and row.agency_id in standing.agency_ids
    may = may and plan.state == State.CALLED and meeting.opened_at is None
    label = _("Ändra svaret") if row.reply else _("Svara")
    return Answer(
        agency=row.agency.name,
        asked=_("Kallad") if row.is_call else _("Inbjuden"),
        words=str(Reply(row.reply).label) if row.reply else _("Har inte svarat"),
        note=_answer_note(row, hidden),
        is_missing=is_missing,
        verb=Verb(label, reverse("answer", args=[plan.pk]), about=row.agency.name)
        if may
        else _to_ask_instead(plan, standing, meeting, row),
        ring=_ring(row.agency, there.get(row.agency_id, [])) if is_missing and there is not None else (),
        is_unreached=is_missing and there is not None and row.agency_id not in there,
    )


def _to_ask_instead(plan: Plan, standing: Standing, meeting: Meeting, row: Invitation) -> Verb | None:
    """What the coordinator can do about a suggestion: call them where the family has said yes, else ask the family."""
    them = row.instead
    if them is None or meeting.opened_at or not standing.may_now(Do.CHANGE_CALL) or them.pk == meeting.caller_id:
        return None
    if meeting.invitations.filter(agency=them).exists():
        return None
    if family.standing(plan.child, them.pk).is_effective:
        return Verb(_("Kalla fler"), reverse("call_more", args=[plan.pk]), about=them.name)
    return Verb(_("Samtycke"), reverse("consents", args=[plan.pk]), about=them.name)


def _answer_note(row: Invitation, hidden: tuple[str, ...]) -> str:
    if row.reply == Reply.NOT_US:
        return suggestion(row)
    if row.reply == Reply.DECLINE:
        return row.reason
    who = protection.typed_name(row.who, hidden)
    if row.reply == Reply.SUBSTITUTE:
        return _("%(who)s, mandat: %(mandate)s") % {"who": who, "mandate": row.mandate}
    return who


def suggestion(row: Invitation) -> str:
    """Whom an agency that answered "Det är inte vi" would ask instead, and why."""
    whom = _("Fråga %(agency)s.") % {"agency": row.instead.name} if row.instead else ""
    return " ".join(filter(None, (whom, row.reason)))


def expectations(plan: Plan, standing: Standing, parties: list[Party]) -> tuple[Expectation, ...]:
    """Side by side before the meeting: SIPs fail on unspoken expectations. Nothing once the meeting is closed.

    Who says that somebody else should be asked is not asked for lines; what they had written stays.
    """
    if plan.state != State.CALLED:
        return ()
    asked = set(without_handed_on(Party.objects.filter(plan=plan)).values_list("pk", flat=True))
    return tuple(
        Expectation(party.agency.name, party.expects, party.can_do, _expect_verb(plan, standing, party))
        for party in parties
        if party.pk in asked or party.expects or party.can_do
    )


def _expect_verb(plan: Plan, standing: Standing, party: Party) -> Verb | None:
    agency_id: UUID = party.agency_id
    if not standing.may(Do.EXPECT) or agency_id not in standing.agency_ids:
        return None
    label = _("Ändra") if party.expects or party.can_do else _("Skriv två rader")
    return Verb(label, reverse("expectation", args=[plan.pk]), about=party.agency.name)


@dataclass(frozen=True)
class NextDate:
    """What comes next: the day in words, what it is, and the calendar file of a meeting."""

    when: str
    what: str
    calendar: str = ""


@dataclass(frozen=True)
class Cancelled:
    """A meeting that will not be: what to say of it, and the file that takes it out of a calendar."""

    words: str
    calendar: str


def cancelled_part(plan: Plan, meeting: Meeting | None) -> Cancelled | None:
    """The newest call, when it was cancelled and the plan still waits for another."""
    if meeting is None or plan.state not in (State.PREPARING, State.FOLLOWING_UP):
        return None
    when = meeting_words(meeting.start, meeting.end)
    words = _("Mötet %(when)s är inställt.") % {"when": when[:1].lower() + when[1:]}
    why = _("Skälet: %(why)s") % {"why": meeting.why_changed}
    return Cancelled(f"{words} {why}", reverse("call_ics", args=[plan.pk, meeting.number]))


def asks_about_times(plan: Plan, standing: Standing) -> bool:
    """Whether one of the viewer's agencies is asked which times work."""
    poll = polling.open_poll(plan)
    return poll is not None and poll.asked.filter(agency__in=standing.agency_ids).exists()


def next_date(plan: Plan, part: MeetingPart | None) -> NextDate | None:
    """The called meeting, else the follow-up; None when nothing is set or the plan is over."""
    if not plan.is_open:
        return None
    if part and part.is_coming:
        meeting = part.meeting
        place = part.place.note or _("Via länk.")
        if part.place.text:
            place = _("I %(place)s.") % {"place": part.place.text}
        href = reverse("call_ics", args=[plan.pk, meeting.number])
        return NextDate(part.when, f"{_('SIP-möte.')} {place}", href)
    if plan.follow_up_on:
        who = protection.coordinator_name(plan)
        return NextDate(day_words(plan.follow_up_on), _("Uppföljning. %(who)s kallar till den.") % {"who": who})
    return None
