"""What differs between two frozen versions of a plan, row by row. Pure: two contents in (`sip-plan/2`), changes out.

A row is known by its key, so that one that was moved or reworded is the same row. What the versions say of themselves
(number, day), who gets a copy, and the call and the meeting they came from are no contents, and are not compared; nor
is what must never be told anew from an old paper: school, municipality, guardians.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Content = Mapping[str, Any]
Value = str | int | None
Row = dict[str, Value]


class Part(StrEnum):
    """The parts of a plan that are compared, in the order they are read."""

    VOICE = "voice"
    GOAL = "goal"
    ACTION = "action"
    NEED = "need"
    WHEEL = "wheel"
    LEAD = "lead"
    FOLLOW_UP = "follow_up"
    PARTY = "party"


class How(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One row that is new, gone or other: all that it said and all that it says ({} where there was, or is, no row)."""

    part: Part
    key: str
    how: How
    before: Row
    after: Row

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that differ, in the row's own order."""
        names = dict.fromkeys([*self.after, *self.before])
        return tuple(name for name in names if self.before.get(name) != self.after.get(name))


# A plan has one of each: they are changed, and never come or go.
ONE_OF_EACH = (Part.VOICE, Part.LEAD, Part.FOLLOW_UP)


def compare(old: Content, new: Content) -> list[Change]:
    """Every row that differs, in the order the plan is read: the new version's rows, then those that are gone."""
    before, after = rows(old), rows(new)
    keys = sorted({*before, *after}, key=lambda key: _place(key, before, after))
    changes = (_change(key, before.get(key), after.get(key)) for key in keys)
    return [change for change in changes if change is not None]


def _place(key: tuple[Part, str], before: Mapping[Any, Row], after: Mapping[Any, Row]) -> tuple[int, bool, int, str]:
    listed = after if key in after else before
    return list(Part).index(key[0]), key not in after, list(listed).index(key), key[1]


def _change(key: tuple[Part, str], before: Row | None, after: Row | None) -> Change | None:
    if before == after:
        return None
    how = How.CHANGED
    if key[0] not in ONE_OF_EACH and (before is None or after is None):
        how = How.ADDED if before is None else How.REMOVED
    return Change(*key, how, before or {}, after or {})


def rows(content: Content) -> dict[tuple[Part, str], Row]:
    """What of the content is compared: each row's fields by part and key. What says nothing is left out."""
    found = {(part, key): _said(row) for part, key, row in _rows(content)}
    return {key: row for key, row in found.items() if row}


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, "")}


def _rows(content: Content) -> Iterator[tuple[Part, str, Row]]:
    yield Part.VOICE, "", dict(content["voice"])
    for goal in content["goals"]:
        yield Part.GOAL, goal["id"], {name: goal[name] for name in ("text", "when", "order")}
    for action in content["actions"]:
        yield Part.ACTION, action["id"], _action(action)
    for need in content["needs"]:
        yield Part.NEED, need["id"], {"text": need["text"]}
    for spoke in content["wheel"]:
        yield Part.WHEEL, spoke["spoke"], {name: spoke[name] for name in ("mark", "works", "hard")}
    yield Part.LEAD, "", dict(content["lead"])
    yield Part.FOLLOW_UP, "", {"date": content["follow_up"]["date"]}
    for party in content["parties"]:
        yield Part.PARTY, f"{party['principal']}/{party['agency']}", {"agency": party["agency"]}


def _action(action: Mapping[str, Any]) -> Row:
    responsible = action["responsible"]
    row: Row = {"text": action["text"], "by": responsible["kind"]}
    row["responsible"] = responsible["agency"] or responsible["name"]
    names = ("contact", "level", "start", "due", "goal", "if_not", "outcome", "outcome_why")
    return row | {name: action[name] for name in names}
