"""Help texts written: what stands in the plan and in the call, told in the family's language by those who work there.

Nothing of this changes the plan: no version is made void by it, nothing of it is frozen or signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from common.errors import Problem, Refused, refuse
from sip.meetings.models import Guest, GuestRole, Meeting
from sip.plans import access, help_texts
from sip.plans.access import Denied, Do, NotAllowed, Relation, Standing
from sip.plans.acting import act
from sip.plans.audience import Audience, audience_of
from sip.plans.help_texts import Key, Swedish
from sip.plans.models import HelpText, Plan, Translator
from sip.plans.newest import check_newest

# A help text may be longer than the Swedish, but not another document: papers are made of both.
LONGER, AND_MORE = 3, 200


@dataclass(frozen=True)
class NewHelp:
    """A help text as somebody writes it. `of`: the fingerprint of the Swedish that was read; `version`: of the row that
    was read, 0 where there was none."""

    key: Key
    text: str
    of: str
    version: int = 0

    @property
    def name(self) -> str:
        """What the field is called where it is written."""
        return name_of(self.key)


def name_of(key: Key) -> str:
    """A text's name in a form."""
    return f"{key[0]}-{key[1]}"


def longest(swedish: Swedish) -> int:
    """How many characters a help text of it may have."""
    return LONGER * len(swedish.text) + AND_MORE


def swedish_of(plan: Plan, reader: Audience, effective: set[UUID] | None = None) -> list[Swedish]:
    """Every text that the family meets in the plan and in the call to its meeting, for this reader."""
    found = help_texts.of_plan(plan, reader, effective)
    meeting = Meeting.objects.filter(plan=plan, cancelled_at__isnull=True).order_by("-number").first()
    return found + (of_meeting(meeting) if meeting else [])


def of_meeting(meeting: Meeting) -> list[Swedish]:
    """What the call says in somebody's own words."""
    texts = (("purpose", meeting.purpose), ("question", meeting.question))
    return [Swedish("meeting", meeting.pk, name, text) for name, text in texts if text]


def to_translate(plan: Plan, reader: Audience, found: Standing) -> list[Swedish]:
    """Every text that may get a help text: what the family meets; for the coordinator also what is written to a guest,
    who reads it on a page of their own. An interpreter needs none."""
    texts = swedish_of(plan, reader)
    if Relation.COORDINATOR not in found.relations:
        return texts
    asked = Guest.objects.filter(
        meeting__plan=plan, meeting__cancelled_at=None, meeting__closed_at=None, revoked_at=None
    )
    guests = asked.exclude(note="").exclude(role=GuestRole.INTERPRETER).order_by("id")
    return texts + [to_guest(guest) for guest in guests]


def to_guest(guest: Guest) -> Swedish:
    """What is written to a guest."""
    return Swedish("guest", guest.pk, "note", guest.note)


def writes(found: Standing, swedish: Swedish) -> bool:
    """Whether somebody of this standing writes help texts of it: an agency of its own actions, the coordinator of all.

    The coordinator opens the plan to the family, and sits with the interpreter; no word of the Swedish is touched.
    """
    if not found.may(Do.TRANSLATE):
        return False
    return Relation.COORDINATOR in found.relations or swedish.agency_id in found.agency_ids


@act
def write_help(actor: Actor, plan: Plan, language: str, texts: Sequence[NewHelp], *, translator: str) -> list[HelpText]:
    """Write help texts in one language, all or none of them. An empty text takes a help text away.

    Raises Denied or NotAllowed, Conflict where somebody saved a newer one, and Refused: for no language of ours, a text
    that is too long, a Swedish text that has changed since it was read or that is not there any more.
    """
    plan = access.lock(plan)
    found = access.require(actor, Do.TRANSLATE, plan)
    if language not in help_texts.may_be_written_in() or translator not in Translator.values:
        raise Refused(Problem("language", _("Välj ett av språken."), "language"))
    there = {each.key: each for each in to_translate(plan, audience_of(actor, plan), found)}
    for new in texts:
        if new.key in there and not writes(found, there[new.key]):
            raise NotAllowed(Denied(actor, Do.TRANSLATE, plan), _not_yours())
    refuse([problem for new in texts for problem in _problems(new, there.get(new.key))])
    stored = help_texts.stored_in(plan, language)
    for new in texts:
        if row := stored.get(new.key):
            check_newest(row, new.version, new.name, mine=new.text, theirs=row.text)
    return [_write(actor, found, plan, language, new, there[new.key], stored.get(new.key), translator) for new in texts]


@act
def still_right(actor: Actor, plan: Plan, language: str, key: Key, *, of: str) -> HelpText:
    """Say that a help text is right although the Swedish has changed. `of`: the fingerprint of the Swedish as read.

    Raises Denied or NotAllowed; Refused where there is none, or the Swedish has changed once more.
    """
    plan = access.lock(plan)
    found = access.require(actor, Do.TRANSLATE, plan)
    there = to_translate(plan, audience_of(actor, plan), found)
    swedish = next((each for each in there if each.key == key), None)
    row = help_texts.stored_in(plan, language).get(key)
    if swedish is None or row is None or not row.text:
        raise Refused(Problem("gone", _gone()))
    if not writes(found, swedish):
        raise NotAllowed(Denied(actor, Do.TRANSLATE, plan), _not_yours())
    if of != swedish.fingerprint:
        raise Refused(Problem("changed", _changed()))
    return _save(actor, found, row, swedish)


def _problems(new: NewHelp, swedish: Swedish | None) -> list[Problem]:
    if swedish is None:
        return [Problem("gone", _gone(), new.name)]
    if new.of != swedish.fingerprint:
        return [Problem("changed", _changed(), new.name)]
    if len(new.text) > (most := longest(swedish)):
        message = _("Korta texten till högst %(most)s tecken. Den är %(length)s.")
        return [Problem("long", message % {"most": most, "length": len(new.text)}, new.name)]
    return []


def _gone() -> str:
    return _("Den svenska texten finns inte kvar i planen.")


def _changed() -> str:
    return _("Den svenska texten ändrades medan du skrev. Läs den igen och spara sedan.")


def _not_yours() -> str:
    return _("Du kan bara översätta din egen verksamhets insatser. Resten översätter planens samordnare.")


def _write(
    actor: Actor,
    found: Standing,
    plan: Plan,
    language: str,
    new: NewHelp,
    swedish: Swedish,
    row: HelpText | None,
    translator: str,
) -> HelpText:
    if row is None:
        row = HelpText(plan=plan, language=language, row_id=swedish.row_id, field=swedish.field, version=0)
    row.text, row.translator = new.text, translator
    return _save(actor, found, row, swedish)


def _save(actor: Actor, found: Standing, row: HelpText, swedish: Swedish) -> HelpText:
    row.of_sha256 = swedish.fingerprint
    row.agency_id = swedish.agency_id if swedish.agency_id in found.agency_ids else min(found.agency_ids, default=None)
    row.version += 1
    row.changed_by, row.changed_at = actor.user, clock.now()
    row.save()
    return row
