"""What makes an event worth a reviewer's look, and which events are drawn at random. Pure: no row is read here.

A flag accuses nobody: it says why the reviewer is asked to look. security.md, Loggkontroll.
"""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from heapq import nsmallest
from uuid import UUID

from common import clock
from common.text import folded

NIGHT_FROM, NIGHT_TO = 22, 6  # hours in Stockholm
HOUR = timedelta(hours=1)
MANY_CHILDREN = 15  # children in an hour: more than anybody meets by hand
DAY = timedelta(hours=24)
MANY_DENIALS = 5  # turned away so often within a day
SAMPLE = 20  # events of a unit and month


class Flag(StrEnum):
    """Why to look, the gravest first."""

    EMERGENCY = "emergency"
    NO_ASSIGNMENT = "no_assignment"
    SAME_NAME = "same_name"
    SAME_ADDRESS = "same_address"
    PROTECTED = "protected"
    MANY_CHILDREN = "many_children"
    MANY_DENIALS = "many_denials"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Seen:
    """As much of an event as the flags ask for."""

    id: UUID
    at: datetime
    user_id: UUID | None
    child_id: UUID | None
    act: str
    is_denied: bool
    agency_id: UUID | None = None


def is_night(at: datetime) -> bool:
    """Between ten in the evening and six in the morning, on Swedish clocks."""
    hour = clock.local(at).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def share_surname(name: str, others: Iterable[str]) -> bool:
    """Whether somebody is called as one of the others: any part of a double surname counts, letter case does not."""
    own = _surnames(name)
    return any(own & _surnames(other) for other in others)


def _surnames(name: str) -> frozenset[str]:
    words = folded(name).split()
    return frozenset(part for part in words[-1].split("-") if part) if len(words) > 1 else frozenset()


def share_address(known: Iterable[str], others: Iterable[str]) -> bool:
    """Whether an address or a phone number is the same, however it is spaced. What is unknown is shared with nobody."""
    own = {_plain(text) for text in known} - {""}
    return any(_plain(other) in own for other in others)


def _plain(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def crowded(events: Sequence[Seen]) -> set[UUID]:
    """The events of an hour in which the same person came to more children than anybody meets by hand."""
    found: set[UUID] = set()
    for own in _by_user(event for event in events if event.child_id and not event.is_denied):
        first = 0
        for last, event in enumerate(own):
            while event.at - own[first].at > HOUR:
                first += 1
            within = own[first : last + 1]
            if len({one.child_id for one in within}) > MANY_CHILDREN:
                found.update(one.id for one in within)
    return found


def turned_away(events: Sequence[Seen]) -> set[UUID]:
    """The attempts of somebody who was turned away many times within a day."""
    found: set[UUID] = set()
    for own in _by_user(event for event in events if event.is_denied):
        first = 0
        for last, event in enumerate(own):
            while event.at - own[first].at > DAY:
                first += 1
            if last - first + 1 >= MANY_DENIALS:
                found.update(one.id for one in own[first : last + 1])
    return found


def _by_user(events: Iterable[Seen]) -> Iterable[list[Seen]]:
    by_user: dict[UUID | None, list[Seen]] = defaultdict(list)
    for event in events:
        by_user[event.user_id].append(event)
    return [sorted(own, key=lambda event: (event.at, event.id)) for own in by_user.values()]


def drawn(keys: Iterable[UUID], *, secret: bytes, where: str, count: int = SAMPLE) -> list[UUID]:
    """A sample that is the same each time it is drawn for the same place and month (`where`), and nobody can foresee.

    Who reviews cannot draw again until it suits them; who reads cannot tell what will be drawn.
    """

    def lot(key: UUID) -> bytes:
        return hmac.new(secret, f"sip log sample\n{where}\n{key}".encode(), sha256).digest()

    return nsmallest(count, keys, key=lot)
