"""Guests and interpreters: asked to one meeting by a link of their own. They have no log-in, and read nothing else.

The link is signed, so that none can be guessed or made up; it ends with the meeting, and the coordinator can take it
back. Whoever holds it reads when the meeting is, where, if that may be told, and answers.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from agencies.languages import SWEDISH
from common import clock
from common.errors import Problem, Refused
from common.keys import made_at
from consent import family
from sip.meetings.history import moved_at
from sip.meetings.models import Guest, GuestRole, Meeting, Reply
from sip.meetings.services import current_meeting
from sip.meetings.translating import to_guest
from sip.plans import access, protection
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.help_texts import Helps, helps
from sip.plans.models import Plan
from sip.plans.own_key import own_key

MOST = 20  # guests at one meeting
ENDS_AFTER = timedelta(days=1)  # the link, when the meeting is over
LONGEST_LINK = 100  # characters; longer is nobody's
_SALT = "sip.meetings.guests"


@dataclass(frozen=True)
class Invited:
    """What a guest may know. `place` and `link` are empty, and `asks` says whom to ask, where they may not be told."""

    key: UUID
    role: GuestRole
    note: str
    helps: Helps  # the note in the page's own language
    meeting: Meeting
    place: str
    link: str
    caller: str
    caller_phone: str
    reply: str
    may_answer: bool
    is_moved: bool  # since the guest was asked, or answered: the new time waits for an answer


class Heard(Enum):
    """What became of a guest's answer."""

    NOTED = auto()
    MOVED = auto()  # the meeting is another than the one that was read
    OVER = auto()  # the link does not hold, or nobody is asked any more


@act
def invite_guest(actor: Actor, plan: Plan, *, key: UUID, name: str, role: str, note: str = "") -> Guest:
    """Write a guest down for the called meeting. `key` is the row's own, so that a double click makes one guest.

    A guest whose link was taken back, and who is sent again, gets a new link.

    Raises Refused without a name or a role, when no meeting is called, and when there are too many.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    meeting = _to_come(plan)
    known = Guest.objects.filter(meeting=meeting, pk=key, revoked_at__isnull=True).first()
    if known:
        return known
    if not name:
        raise Refused(Problem("name", _("Skriv vem gästen är, till exempel tolkens namn eller nummer."), "name"))
    if role not in GuestRole.values:
        raise Refused(Problem("role", _("Välj som vad gästen kommer."), "role"))
    if meeting.guests.filter(revoked_at__isnull=True).count() >= MOST:
        raise Refused(Problem("many", _("Högst tjugo gäster kan bjudas in till ett möte."), "name"))
    return Guest.objects.create(pk=own_key(Guest, key), meeting=meeting, name=name, role=role, note=note)


@act
def invite_again(actor: Actor, plan: Plan) -> list[Guest]:
    """Ask those who were asked to the meeting that was cancelled to the new one, each with a new link. Twice is once.

    Raises Refused when no meeting is called, and when there are too many.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    meeting = _to_come(plan)
    before = not_asked_again(meeting)
    if len(before) + meeting.guests.filter(revoked_at__isnull=True).count() > MOST:
        raise Refused(Problem("many", _("Högst tjugo gäster kan bjudas in till ett möte."), "name"))
    again = [Guest(meeting=meeting, name=row.name, role=row.role, note=row.note) for row in before]
    return Guest.objects.bulk_create(again)


def not_asked_again(meeting: Meeting) -> list[Guest]:
    """Those asked to the call before this one, which was cancelled, and never to this one."""
    before = Meeting.objects.filter(plan=meeting.plan_id, number=meeting.number - 1, cancelled_at__isnull=False).first()
    if before is None:
        return []
    asked = set(meeting.guests.values_list("name", "role"))
    return [guest for guest in guests_of(before) if (guest.name, guest.role) not in asked]


@act
def revoke_guest(actor: Actor, plan: Plan, guest: Guest) -> None:
    """Take a guest's link back: it opens nothing from now on. Done twice it is done once."""
    plan = access.lock(plan)
    access.require(actor, Do.CHANGE_CALL, plan)
    Guest.objects.filter(pk=guest.pk, meeting__plan=plan, revoked_at__isnull=True).update(revoked_at=clock.now())


def _to_come(plan: Plan) -> Meeting:
    meeting = current_meeting(plan)
    if meeting is None or meeting.opened_at:
        raise Refused(Problem("state", _("Mötet har redan börjat, eller är inte kallat. Då kan ingen gäst bjudas in.")))
    return meeting


def guests_of(meeting: Meeting) -> list[Guest]:
    """Those whose link holds, in the order that they were asked."""
    return list(meeting.guests.filter(revoked_at__isnull=True).order_by("id"))


def address_of(guest: Guest) -> str:
    """The whole address that the coordinator gives to the guest."""
    return settings.SITE_URL.rstrip("/") + reverse("guest", args=[token_of(guest)])


def token_of(guest: Guest) -> str:
    """What stands in the address: the guest's key, signed."""
    return Signer(salt=_SALT).sign(guest.pk.hex).replace(":", ".")


def opened(token: str) -> Invited | None:
    """What the link shows; None for one that is made up, taken back or over. Which, nobody is told."""
    with row_scope.everything():  # a guest has no log-in: the signed link says which row, and only that one is read
        guest = _guest(token)
        return _invited(guest) if guest else None


def answer_link(token: str, reply: str, sequence: int | None = None) -> Heard:
    """Note whether the guest comes. `sequence`: the meeting's, as it was read; None where nobody says what was read."""
    with transaction.atomic(), row_scope.everything():
        guest = _guest(token)
        if guest is None or reply not in (Reply.COME, Reply.DECLINE):
            return Heard.OVER
        # Whoever moves the meeting at this moment has it locked, too, and takes back what is answered about the old.
        meeting = Meeting.objects.select_for_update().get(pk=guest.meeting_id)
        if not _may_answer(meeting):
            return Heard.OVER
        if sequence is not None and sequence != meeting.sequence:
            return Heard.MOVED
        still = Guest.objects.filter(pk=guest.pk, revoked_at__isnull=True)
        return Heard.NOTED if still.update(reply=reply, answered_at=clock.now()) else Heard.OVER


def _guest(token: str) -> Guest | None:
    if len(token) > LONGEST_LINK:
        return None
    try:
        key = UUID(hex=Signer(salt=_SALT).unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    rows = Guest.objects.select_related("meeting__plan__child", "meeting__called_by", "meeting__caller")
    guest = rows.filter(pk=key, revoked_at__isnull=True).first()
    is_over = guest is not None and clock.now() > guest.meeting.end + ENDS_AFTER
    if guest is None or is_over:
        return None
    # That the meeting is off is told also when the plan was closed; nothing else of a closed plan is.
    return guest if guest.meeting.plan.is_open or guest.meeting.cancelled_at else None


def _is_moved_since(guest: Guest) -> bool:
    """Whether the meeting has got a new time since the guest was asked. When that was, the row's own key tells."""
    asked, moved = made_at(guest.pk), moved_at(guest.meeting)
    return asked is not None and moved is not None and asked < moved


def _may_answer(meeting: Meeting) -> bool:
    return meeting.opened_at is None and meeting.closed_at is None and meeting.start > clock.now()


def _invited(guest: Guest) -> Invited:
    meeting, child = guest.meeting, guest.meeting.plan.child
    with_place = protection.place_may_stand_on_paper(None, child, family.custody_holders(child))
    return Invited(
        key=guest.pk,
        role=GuestRole(guest.role),
        note=guest.note,
        helps=helps(meeting.plan, get_language() or SWEDISH, [to_guest(guest)]),
        meeting=meeting,
        place=meeting.place if with_place else "",
        link=meeting.link if with_place else "",
        caller=protection.name_beside_agency(meeting.called_by),
        caller_phone=protection.staff_phone(meeting.called_by, meeting.caller),
        reply=guest.reply,
        may_answer=_may_answer(meeting),
        is_moved=not guest.reply and _is_moved_since(guest),
    )
