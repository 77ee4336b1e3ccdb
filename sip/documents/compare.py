"""What differs between two frozen versions of a plan, row by row. Pure: two contents in (`sip-plan/2`), changes out.

A row is known by its key, so that one that was moved or reworded is the same row; an agency by its id, so that one that
got another name is the same agency, and what it does is what it did. (`sip-plan/1` holds no ids: there an agency is
known by its principal and its name.) What the versions say of themselves
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
Ids = dict[tuple[str, str], str]


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
    ids = _ids(old) | _ids(new)
    before, after = rows(with_names_of(new, old), ids), rows(new, ids)
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


def rows(content: Content, ids: Ids | None = None) -> dict[tuple[Part, str], Row]:
    """What of the content is compared: each row's fields by part and key. What says nothing is left out.

    `ids`: by principal and name, those of agencies that the content may name without one.
    """
    found = {(part, key): _said(row) for part, key, row in _rows(content, ids or {})}
    return {key: row for key, row in found.items() if row}


def with_names_of(new: Content, old: Content) -> Content:
    """`old`, where an agency that answers for the same action, or leads, in both has the name that `new` gives it.

    That it got another name is told once, of the agency itself among those who take part, and not of all that it does.
    """
    were, are = ({_id(party, {}): party for party in content["parties"]} for content in (old, new))
    renamed = {key: are[key] for key in were.keys() & are.keys() if "agency_id" in are[key]}
    now = {action["id"]: action["responsible"] for action in new["actions"]}

    def named(row: Mapping[str, Any], of: Mapping[str, Any] | None) -> Mapping[str, Any]:
        party = renamed.get(_id(row, _ids(old)))
        if party is None or of is None or _id(of, _ids(new)) != party["agency_id"]:
            return row
        return {**row, "principal": party["principal"], "agency": party["agency"]}

    actions = [{**row, "responsible": named(row["responsible"], now.get(row["id"]))} for row in old["actions"]]
    return {**old, "actions": actions, "lead": named(old["lead"], new["lead"])}


def _ids(content: Content) -> Ids:
    return {(row["principal"], row["agency"]): row["agency_id"] for row in content["parties"] if "agency_id" in row}


def _id(row: Mapping[str, Any], ids: Ids) -> str:
    names = (row["principal"], row["agency"])
    return str(row.get("agency_id") or ids.get(names) or "/".join(names))


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, "")}


def _rows(content: Content, ids: Ids) -> Iterator[tuple[Part, str, Row]]:
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
        yield Part.PARTY, _id(party, ids), {"agency": party["agency"], "principal": party["principal"]}


def _action(action: Mapping[str, Any]) -> Row:
    responsible = action["responsible"]
    row: Row = {"text": action["text"], "by": responsible["kind"]}
    row["responsible"] = responsible["agency"] or responsible["name"]
    names = ("contact", "level", "start", "due", "goal", "if_not", "outcome", "outcome_why")
    return row | {name: action[name] for name in names}
