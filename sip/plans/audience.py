"""What of a plan's contents one reader may read: the one place that says it, for pages, papers and lists alike.

Three things do not follow from being let in to the plan (access.py): what is withheld from one guardian, since the
child would come to serious harm (OSL 12:3); the young person's private words; an agency's working notes. What the
reader may not see is not there at all: no mark, no count, no empty heading tells of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agencies.actor import Actor
from sip.plans.access import FAMILY, Do, Relation, Standing
from sip.plans.models import Action, Need, Plan, PrivateWords, Section, Voice, Withholding, WorkingNote
from sip.plans.sharing import shared_actions
from sip.plans.withheld import from_guardian, guardian_of, in_force

Content = dict[str, Any]

# What each section of the plan is in the frozen content: the fields of `voice`, and the lists beside it.
VOICE_FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.VOICE: ("child", "no_voice_because"),
    Section.SITUATION: ("works_well", "situation"),
}


@dataclass(frozen=True)
class VoiceShown:
    """The child's voice, the guardians' view and the situation, as this reader may read them."""

    child_words: str = ""
    no_voice_because: str = ""
    guardians_view: str = ""
    works_well: str = ""
    situation: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything under the child's own heading."""
        return bool(self.child_words or self.no_voice_because)


@dataclass(frozen=True)
class Audience:
    """What is withheld from one reader. Pure: it is asked about rows and frozen content, and reads nothing itself."""

    sections: frozenset[Section] = frozenset()
    action_ids: frozenset[UUID] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether the reader may read all of it; then the sealed papers themselves are handed out."""
        return not (self.sections or self.action_ids)

    def may_read(self, section: Section) -> bool:
        """Whether a section is for this reader."""
        return section not in self.sections

    def actions(self, rows: Iterable[Action]) -> list[Action]:
        """The actions among `rows` that are for this reader."""
        return [row for row in rows if row.pk not in self.action_ids]

    def voice(self, voice: Voice | None) -> VoiceShown | None:
        """The voice without what is withheld; None where nobody has written any, or nothing is left of it."""
        if voice is None:
            return None
        hears, sees = self.may_read(Section.VOICE), self.may_read(Section.SITUATION)
        shown = VoiceShown(
            child_words=voice.child_words if hears else "",
            no_voice_because=voice.no_voice_because if hears else "",
            guardians_view=voice.guardians_view,
            works_well=voice.works_well if sees else "",
            situation=voice.situation if sees else "",
        )
        return None if not self.is_whole and shown == VoiceShown() else shown

    def needs(self, rows: Iterable[Need]) -> list[Need]:
        """The needs, which belong to the situation."""
        return list(rows) if self.may_read(Section.SITUATION) else []

    def of_plan(self, content: Content) -> Content:
        """Frozen content (`sip-plan/2`) without what is withheld, and without what would point at it."""
        shown = dict(content)
        shown["voice"] = dict(content["voice"])
        for section in self.sections & VOICE_FIELDS.keys():
            shown["voice"].update(dict.fromkeys(VOICE_FIELDS[section], ""))
        if not self.may_read(Section.VOICE):
            shown["wheel"] = []
        hidden = {str(key) for key in self.action_ids}
        shown["actions"] = [row for row in content["actions"] if row["id"] not in hidden]
        if not self.may_read(Section.SITUATION):
            shown["needs"] = []
            for part in ("goals", "actions"):
                shown[part] = [{**row, "need": None} for row in shown[part]]
        return shown

    @staticmethod
    def of_receipt(content: Content, own_words: Collection[str]) -> Content:
        """A receipt's content (`sip-receipt/1`) for a reader from whom something is withheld.

        Neither the hash of the whole version, nor what others wrote who had read all of it.
        """
        dissent = [row for row in content["dissent"] if row["text"] in own_words]
        return {**content, "plan": {**content["plan"], "sha256": ""}, "dissent": dissent}


EVERYTHING = Audience()


def audience(rows: Iterable[Withholding]) -> Audience:
    """What is withheld by these rows, all of them about one reader."""
    listed = list(rows)
    return Audience(
        sections=frozenset(Section(row.section) for row in listed if row.action_id is None),
        action_ids=frozenset(row.action_id for row in listed if row.action_id is not None),
    )


def audience_of(actor: Actor, plan: Plan) -> Audience:
    """What of this plan the actor may read, now. Staff, and the young person, read all that they are let in to.

    Whoever is a guardian reads as one, whatever else they are. The rows themselves are hidden from the family.
    """
    guardian = guardian_of(actor.user)
    return audience(from_guardian(plan, guardian)) if guardian else EVERYTHING


def withheld(plan: Plan, standing: Standing) -> list[Withholding]:
    """What is withheld from whom, for the staff who take part; to anybody else there is nothing."""
    if not standing.may(Do.WITHHOLD):
        return []
    rows = in_force(plan).select_related("guardian", "action", "by", "agency")
    return list(rows.order_by("guardian__name", "at", "id"))


def readable_actions(plan: Plan, reader: Audience, effective: set[UUID] | None = None) -> list[Action]:
    """The actions that consent lets be shared and that are for this reader."""
    return reader.actions(shared_actions(plan, effective))


def notes(plan: Plan, standing: Standing) -> list[WorkingNote]:
    """The working notes of the agencies that the reader takes part for, newest first; nobody else has any."""
    if not standing.may(Do.WRITE_NOTE):
        return []
    rows = WorkingNote.objects.filter(plan=plan, agency__in=standing.agency_ids)
    return list(rows.select_related("agency", "by", "changed_by").order_by("-id"))


def private_words(plan: Plan, standing: Standing) -> PrivateWords | None:
    """The young person's private words: to them; to the coordinator who reads the plan, once they have said so."""
    rows = PrivateWords.objects.filter(plan=plan).select_related("changed_by")
    if standing.may(Do.WRITE_PRIVATE):
        return rows.first()
    if {Relation.COORDINATOR, Relation.PARTICIPANT} <= standing.relations and not standing.is_family:
        return rows.filter(is_for_coordinator=True).exclude(text="").first()
    return None


def told_as(standing: Standing) -> dict[str, str]:
    """How the access log tells this reader of acts that would betray what is not theirs to know: {act: as which}.

    Whoever withholds, or notes something, has had the plan open, and that is told. "" is not told at all.
    """
    told: dict[str, str] = {Do.WRITE_NOTE: Do.READ}
    if standing.relations & FAMILY:
        told[Do.WITHHOLD] = Do.READ
        told[Do.PROTECT] = Do.READ  # that the other guardian became protected, and when, is theirs to tell
    if Relation.YOUNG not in standing.relations:
        told[Do.WRITE_PRIVATE] = ""
    return told
