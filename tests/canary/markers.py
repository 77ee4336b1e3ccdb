"""A marker in every text that somebody has written about a child or about somebody around it: who owns which."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from django.db.models import Model

from agencies.models import User
from common.text import sort_key
from consent.models import Child, ConsentDecision, Guardian, MaturityAssessment, Relative
from sip.meetings.models import Attendance, Guest, Invitation, Meeting
from sip.plans.models import (
    Action,
    Comment,
    Deviation,
    EmergencyOpening,
    Goal,
    HelpText,
    Need,
    Party,
    Plan,
    PrivateWords,
    Request,
    Stamp,
    Voice,
    WheelMark,
    Withholding,
    WorkingNote,
)
from tests.world import World

MARKER = re.compile(r"qz[0-9]{6}x")

# Every kind of row with somebody's words in it: how it leads to the child, and which of its fields are words.
WORDS: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Relative, "child", ("name", "relation", "phone")),
    (ConsentDecision, "child", ("carve_out", "reason")),
    (MaturityAssessment, "child", ("why",)),
    (Request, "plan__child", ("why", "important")),
    (Stamp, "plan__child", ("why",)),
    (Plan, "child", ("hand_over",)),
    (Party, "plan__child", ("expects", "can_do")),
    (Voice, "plan__child", ("child_words", "guardians_view", "works_well", "situation", "no_voice_because")),
    (WheelMark, "plan__child", ("works", "hard")),
    (Need, "plan__child", ("text",)),
    (Goal, "plan__child", ("text", "outcome_why")),
    (Action, "plan__child", ("text", "other_name", "contact", "if_not", "outcome_why")),
    (Comment, "plan__child", ("text", "answer")),
    (HelpText, "plan__child", ("text",)),
    (Deviation, "plan__child", ("text",)),
    (WorkingNote, "plan__child", ("text",)),
    (PrivateWords, "plan__child", ("text",)),
    (Withholding, "plan__child", ("reason",)),
    (EmergencyOpening, "plan__child", ("reason", "note")),
    (Meeting, "plan__child", ("purpose", "question", "place", "link", "adaptations", "why_changed")),
    (Guest, "meeting__plan__child", ("name", "note")),
    (Invitation, "meeting__plan__child", ("who", "mandate", "reason")),
    (Attendance, "meeting__plan__child", ("note",)),
)


@dataclass(frozen=True)
class Planted:
    """Where a marker stands: whose child, which row and field."""

    marker: str
    child_id: UUID
    row: Any
    field: str

    @property
    def kind(self) -> str:
        """The row's type and the field, as one word."""
        return f"{type(self.row).__name__}.{self.field}"


@dataclass
class Garden:
    """Every marker that has been planted."""

    by_marker: dict[str, Planted] = field(default_factory=dict)
    _numbers: Callable[[], int] = field(default_factory=lambda: count(100_001).__next__)

    def family(self, world: World) -> None:
        """The child and its guardians: what stands in registers, before anything has happened."""
        child = world.child
        name = self._new(child, child, "name").capitalize() + " " + self._new(child, child, "name").capitalize()
        Child.objects.filter(pk=child.pk).update(
            name=name, name_key=sort_key(name), school=self._new(child, child, "school")
        )
        for guardian in Guardian.objects.filter(guardianships__child=child).select_related("user"):
            name = self._new(child, guardian, "name").capitalize()
            Guardian.objects.filter(pk=guardian.pk).update(name=name, address=self._new(child, guardian, "address"))
            User.objects.filter(pk=guardian.user_id).update(
                name=name,
                phone=self._new(child, guardian, "phone"),
                email=f"{self._new(child, guardian, 'email')}@familj.example",
            )
        child.refresh_from_db()
        for who in (world.sara, world.johan):
            who.refresh_from_db()

    def words(self, world: World) -> None:
        """Whatever has been written since last time."""
        for model, path, fields in WORDS:
            for row in model._default_manager.filter(**{path: world.child.pk}):
                fresh = {name: text for name in fields if (text := self._replanted(world.child, row, name))}
                if fresh:
                    model._default_manager.filter(pk=row.pk).update(**fresh)
        world.plan.refresh_from_db()

    def found_in(self, text: str) -> set[Planted]:
        """The markers that stand in a text."""
        return {self.by_marker[each] for each in set(MARKER.findall(text.casefold())) & self.by_marker.keys()}

    def _replanted(self, child: Child, row: Any, name: str) -> str:
        value = getattr(row, name)
        if not value or MARKER.search(value):
            return ""
        marker = self._new(child, row, name)
        return f"https://mote.example/{marker}" if name == "link" else marker

    def _new(self, child: Child, row: Any, name: str) -> str:
        marker = f"qz{self._numbers()}x"
        self.by_marker[marker] = Planted(marker, child.pk, row, name)
        return marker
