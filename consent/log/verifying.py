"""Does the log still say what it said? Walks the chain of blocks and their events; nothing is kept in memory.

Finds what is changed, missing or put in, a block taken out or altered, and, against a number and hash that the program
has logged elsewhere, an end that has been cut off.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from django.db import connection
from django.db.models import Max

from consent.log.models import AccessEvent, Seal
from consent.log.seals import LOOK_BACK, SKEW, contents_of, database_now, floor, hash_of, key_at

_CHUNK = 10  # blocks at a time

_LISTED_NOWHERE = """
    SELECT event.id, event.id < %(floor)s, count(*) OVER () FROM consent_log_accessevent event
    WHERE (event.id < %(old)s OR event.id > %(ahead)s) AND NOT EXISTS (
        SELECT FROM consent_log_seal seal, unnest(seal.event_ids) AS sealed(id) WHERE sealed.id = event.id
    )
    ORDER BY event.id LIMIT %(most)s
"""
SHOWN = 20  # events of one finding


class Kind(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"  # an event is not as it was
    MISSING = "missing"  # an event is gone
    INSERTED = "inserted"  # an event stands in no block, and no block will take it
    WAITING = "waiting"  # events have waited for their block for more than two hours
    BLOCK_MISSING = "block_missing"
    BLOCK_CHANGED = "block_changed"
    NOT_PURGED = "not_purged"  # events that the chain says are purged are there
    CUT_OFF = "cut_off"  # the chain is not the one whose head was logged


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in which block (0: none), when it was sealed, which events, how many they are."""

    kind: Kind
    block: int = 0
    sealed_at: datetime | None = None
    events: tuple[UUID, ...] = ()
    count: int = 0


@dataclass
class Tally:
    """What was looked through; filled while the findings are read."""

    blocks: int = 0
    events: int = 0
    purged: int = 0
    head: str = ""
    found: Counter[Kind] = field(default_factory=Counter)


def verify(tally: Tally, *, head: tuple[int, str] | None = None) -> Iterator[Finding]:
    """Go through the whole log and give what is wrong with it, block by block.

    `head`: a block's number and hash as the program logged them when it was sealed.
    """
    for finding in _findings(tally, head):
        tally.found[finding.kind] += 1
        yield finding


def _findings(tally: Tally, head: tuple[int, str] | None) -> Iterator[Finding]:
    purged_to = Seal.objects.aggregate(most=Max("purged_to"))["most"] or 0
    number, previous = 0, ""
    for block in Seal.objects.order_by("number").iterator(chunk_size=_CHUNK):
        if block.number != number + 1:
            yield Finding(Kind.BLOCK_MISSING, number + 1, count=block.number - number - 1)
        elif block.previous != previous:
            yield Finding(Kind.BLOCK_CHANGED, number)
        if not compare_digest(hash_of(block), block.hash):
            yield Finding(Kind.BLOCK_CHANGED, block.number, block.sealed_at)
        yield from _events(block, tally, is_purged=block.number <= purged_to)
        number, previous = block.number, block.hash
        tally.blocks += 1
    tally.head = f"{number}:{previous}" if number else ""
    if head and not Seal.objects.filter(number=head[0], hash=head[1]).exists():
        yield Finding(Kind.CUT_OFF, head[0])
    yield from _outside()


def _events(block: Seal, tally: Tally, *, is_purged: bool) -> Iterator[Finding]:
    events = list(AccessEvent.objects.filter(pk__in=block.event_ids).order_by("pk"))
    tally.events += len(events)
    if is_purged:
        tally.purged += block.count
        if events:
            yield _of(block, Kind.NOT_PURGED, [event.pk for event in events])
        return
    there = {event.pk for event in events}
    gone = [key for key in block.event_ids if key not in there]
    if gone:
        yield _of(block, Kind.MISSING, gone)
    elif not compare_digest(contents_of(events), block.contents):
        yield _of(block, Kind.CHANGED, block.event_ids)


def _of(block: Seal, kind: Kind, events: list[UUID]) -> Finding:
    return Finding(kind, block.number, block.sealed_at, tuple(events[:SHOWN]), len(events))


def _outside() -> Iterator[Finding]:
    """Events that stand in no block though they ought to by now."""
    now = database_now()
    ahead = key_at(now + SKEW)
    with connection.cursor() as cursor:
        old = key_at(now - LOOK_BACK)
        cursor.execute(_LISTED_NOWHERE, {"floor": floor(), "old": old, "ahead": ahead, "most": SHOWN})
        rows = cursor.fetchall()
    too_late = [key for key, is_below, _count in rows if is_below or key > ahead]
    waiting = [key for key, *_rest in rows if key not in too_late]
    count = rows[0][2] if rows else 0
    if too_late:
        yield Finding(Kind.INSERTED, events=tuple(too_late), count=count - len(waiting))
    if waiting:
        yield Finding(Kind.WAITING, events=tuple(waiting), count=count if not too_late else len(waiting))
