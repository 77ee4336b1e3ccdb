"""The plan's texts in the family's own language: which there are to translate, and the one door to reading them.

What may be read is decided of the Swedish text alone: a help text is only ever reached through the Swedish one that
stands on the same page for the same reader (audience.py, sharing.py), so that what is withheld or no longer shared
takes its help text with it. The Swedish text holds. A help text of a Swedish text that has changed since is not shown
to the family: who reads no Swedish would believe the old one. It is said instead that the text has changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings

from agencies import languages
from agencies.languages import SWEDISH
from sip.plans import people
from sip.plans.audience import Audience, readable_actions
from sip.plans.models import Goal, HelpText, Plan, Section, WheelMark, When

Key = tuple[UUID, str]  # which row, which field of it
VOICE = ("child_words", "no_voice_because", "guardians_view", "works_well", "situation")
# What the same fields are called in the frozen content.
FROZEN_VOICE = {
    "child": "child_words",
    "no_voice_because": "no_voice_because",
    "guardians": "guardians_view",
    "works_well": "works_well",
    "situation": "situation",
}


@dataclass(frozen=True)
class Swedish:
    """One text of the plan as it stands. `kind`: what it belongs to; `agency_id`: the agency whose own action it is;
    `goal_id`: the goal that it belongs to."""

    kind: str
    row_id: UUID
    field: str
    text: str
    agency_id: UUID | None = None
    goal_id: UUID | None = None

    @property
    def key(self) -> Key:
        """What its help texts are known by."""
        return (self.row_id, self.field)

    @property
    def fingerprint(self) -> str:
        """Tells this text from what stood there before, and from what will."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """The SHA-256 of a Swedish text."""
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Help:
    """A help text as a reader meets it. `is_old`: there was one, and the Swedish has changed since; `text` is ""."""

    text: str
    is_old: bool = False


@dataclass(frozen=True)
class Helps:
    """The help texts of what one reader reads, in one language; none at all in Swedish."""

    language: str = SWEDISH
    by_key: Mapping[Key, Help] = field(default_factory=dict)

    def of(self, row_id: UUID | None, name: str = "text") -> Help | None:
        """What helps to read that field of that row; None where there is nothing."""
        return self.by_key.get((row_id, name)) if row_id else None


NO_HELP = Helps()


def may_be_written_in() -> list[str]:
    """The languages of help texts: those that the family's pages speak, but Swedish."""
    return [code for code, _name in settings.LANGUAGES if code != SWEDISH]


def languages_of_family(plan: Plan) -> list[str]:
    """The languages that somebody in the family reads the service in, or the child speaks; never Swedish."""
    chosen = {languages.supported(user.language) for user in people.family_users(plan)}
    spoken = chosen | {languages.supported(plan.child.language)}
    return [code for code in may_be_written_in() if code in spoken]


def of_plan(plan: Plan, reader: Audience, effective: set[UUID] | None = None) -> list[Swedish]:
    """The texts that the reader may read, in the plan's own order. `effective`: the effective agencies, if known."""
    actions = readable_actions(plan, reader, effective)
    goals = list(Goal.objects.filter(plan=plan).order_by("order", "id"))
    found = list(_voice(plan, reader))
    by_time = sorted(goals, key=lambda goal: goal.when != When.NOW)
    for goal in [*by_time, None]:
        if goal is not None:
            found += _fields("goal", goal, "text", "outcome_why", goal_id=goal.pk)
        own = [row for row in actions if row.goal_id == (goal.pk if goal else None)]
        for action in own:
            names = ("text", "if_not", "outcome_why")
            found += _fields("action", action, *names, agency_id=action.agency_id, goal_id=action.goal_id)
    for need in reader.needs(plan.needs.order_by("id")):
        found += _fields("need", need, "text")
    if reader.may_read(Section.VOICE):
        for mark in WheelMark.objects.filter(plan=plan).order_by("id"):
            found += _fields("wheel", mark, "works", "hard")
    found += _fields("plan", plan, "hand_over")
    return found


def _voice(plan: Plan, reader: Audience) -> Iterator[Swedish]:
    voice = getattr(plan, "voice", None)
    shown = reader.voice(voice)
    if voice is not None and shown is not None:
        for name in VOICE:
            if text := getattr(shown, name):
                yield Swedish("voice", voice.pk, name, text)


def _fields(
    kind: str, row: Any, *names: str, agency_id: UUID | None = None, goal_id: UUID | None = None
) -> list[Swedish]:
    """The fields of a row that hold any text."""
    return [Swedish(kind, row.pk, name, text, agency_id, goal_id) for name in names if (text := getattr(row, name))]


def of_content(plan: Plan, content: Mapping[str, Any]) -> list[Swedish]:
    """The texts of frozen content (`sip-plan/2`), as it is for its reader: what is left out there is left out here."""
    found = [Swedish("goal", UUID(row["id"]), "text", row["text"]) for row in content["goals"]]
    for row in content["actions"]:
        found += [
            Swedish("action", UUID(row["id"]), name, row[name])
            for name in ("text", "if_not", "outcome_why")
            if row[name]
        ]
    found += [Swedish("need", UUID(row["id"]), "text", row["text"]) for row in content["needs"]]
    if voice := getattr(plan, "voice", None):
        told = content["voice"]
        found += [Swedish("voice", voice.pk, name, told[key]) for key, name in FROZEN_VOICE.items() if told.get(key)]
    rows = dict(WheelMark.objects.filter(plan=plan).values_list("spoke", "pk"))
    for spoke in content["wheel"]:
        if key := rows.get(spoke["spoke"]):
            found += [Swedish("wheel", key, name, spoke[name]) for name in ("works", "hard") if spoke[name]]
    return found


def helps(plan: Plan, language: str, swedish: Iterable[Swedish]) -> Helps:
    """What there is in `language` of the Swedish texts that a reader reads. ⚡ In Swedish nothing is asked."""
    if language == SWEDISH:
        return NO_HELP
    stored = stored_in(plan, language)
    found = {
        each.key: Help(row.text) if row.of_sha256 == each.fingerprint else Help("", is_old=True)
        for each in swedish
        if (row := stored.get(each.key)) is not None and row.text
    }
    return Helps(language, found)


def stored_in(plan: Plan, language: str) -> dict[Key, HelpText]:
    """Every help text of the plan in one language, by what it helps to read; for who writes them."""
    rows = HelpText.objects.filter(plan=plan, language=language).select_related("changed_by")
    return {(row.row_id, row.field): row for row in rows}


def on_paper(plan: Plan, language: str, swedish: Iterable[Swedish]) -> dict[str, str]:
    """The same for a paper, by the Swedish text itself; nothing of what is out of date."""
    if language == SWEDISH:
        return {}
    stored = stored_in(plan, language)
    return {
        each.text: row.text
        for each in swedish
        if (row := stored.get(each.key)) is not None and row.text and row.of_sha256 == each.fingerprint
    }
