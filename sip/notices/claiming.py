"""The statements of the sweep: take up what is due, put back what waits, mark what went out.

One statement each, however many rows: a morning has ten thousand notices, and a verb may be waiting for the rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from psycopg.pq import Format

from agencies.models import User
from common import clock
from common.keys import new_key
from common.prepared import planned_once
from sip.notices.models import Channel, Letterbox, Notice, Preference

# A worker that dies leaves what it had taken up; after so long somebody else may have it.
LEASE = timedelta(minutes=5)

# PostgreSQL's GREATEST passes over what is null. ⚡ By an array of keys, or a planner that thinks much is due reads the
# whole table to join them.
_CLAIM = """
WITH longest_waiting AS MATERIALIZED (
    SELECT recipient_id
    FROM notices_notice
    WHERE sent_at IS NULL AND dropped_at IS NULL AND GREATEST(due_at, locked_until) <= %(now)s
    ORDER BY GREATEST(due_at, locked_until)
    LIMIT %(most)s
),
due AS MATERIALIZED (
    SELECT notice.id, notice.bundle IS NULL AS is_fresh
    FROM (SELECT DISTINCT recipient_id FROM longest_waiting) AS person
    JOIN notices_notice AS notice ON notice.recipient_id = person.recipient_id
    WHERE sent_at IS NULL AND dropped_at IS NULL AND GREATEST(due_at, locked_until) <= %(now)s
    FOR UPDATE OF notice SKIP LOCKED
),
taken AS (
    UPDATE notices_notice AS notice
    SET locked_until = %(lease)s,
        bundle = COALESCE(notice.bundle, md5(%(claim)s || notice.recipient_id)::uuid)
    WHERE notice.id = ANY (ARRAY(SELECT id FROM due))
    RETURNING {notice}
)
SELECT due.is_fresh, taken.* FROM due JOIN taken ON taken.id = due.id
"""

_HOLD = """
UPDATE notices_notice AS notice
SET locked_until = held.until, bundle = CASE WHEN held.is_fresh THEN NULL ELSE notice.bundle END
FROM unnest(%(ids)s::uuid[], %(until)s::timestamptz[], %(fresh)s::boolean[]) AS held (id, until, is_fresh)
WHERE notice.id = held.id
"""

# ⚡ A person's letterbox, who it is, and of the letter only how much waits, and how much of that is as we left it:
# nearly always nothing has happened to what was read when it was taken up.
_TAKE = """
WITH box AS MATERIALIZED (
    SELECT {box} FROM notices_letterbox AS box WHERE user_id = %(recipient)s FOR UPDATE SKIP LOCKED
),
letter AS MATERIALIZED (
    SELECT notice.locked_until
    FROM box
    JOIN notices_notice AS notice ON notice.recipient_id = box.user_id
    WHERE notice.bundle = %(bundle)s AND notice.sent_at IS NULL AND notice.dropped_at IS NULL
    FOR UPDATE OF notice
)
SELECT (SELECT count(*) FROM letter), (SELECT count(*) FROM letter WHERE locked_until = %(lease)s),
    box.*, {reader}, {preference}
FROM box
JOIN agencies_user AS reader ON reader.id = box.user_id
LEFT JOIN notices_preference AS preference ON preference.user_id = reader.id
"""

_SENT = """
WITH box AS (
    UPDATE notices_letterbox SET last_letter_at = %(now)s WHERE user_id = %(letter_to)s
)
UPDATE notices_notice AS notice
SET sent_at = %(now)s, attempts = notice.attempts + 1, last_error = '', locked_until = NULL,
    channel = %(channel)s, address = %(address)s, subject = told.subject, body = told.body
FROM unnest(%(ids)s::uuid[], %(subjects)s::text[], %(bodies)s::text[]) AS told (id, subject, body)
WHERE notice.id = told.id
"""


class _Columns:
    """A model's columns in a statement, all or only some, and the object that so many values of a row hold."""

    def __init__(self, alias: str, model: type[Model], *only: str) -> None:
        self._model = model
        names = [field.attname for field in model._meta.concrete_fields]
        self._names = [name for name in names if name in only or not only]
        self.selected = ", ".join(f"{alias}.{name}" for name in self._names)

    def read(self, row: Iterator[Any]) -> Any:
        """The object; None for one that a join did not find. What was not asked for comes when somebody reads it."""
        values = list(islice(row, len(self._names)))
        is_there = any(value is not None for value in values)
        return self._model.from_db(connection.alias, self._names, values) if is_there else None


_BOX, _READER, _PREFERENCE = _Columns("box", Letterbox), _Columns("reader", User), _Columns("preference", Preference)
_TAKE_IT = _TAKE.format(box=_BOX.selected, reader=_READER.selected, preference=_PREFERENCE.selected)
# ⚡ What a kind may ask of a notice; the words of ten thousand are not there yet.
_READ_WHEN_CLAIMED = ("dedup_key", "kind", "recipient_id", "about", "detail", "due_at", "deadline", "attempts")
_NOTICE = _Columns("notice", Notice, "id", "bundle", "locked_until", *_READ_WHEN_CLAIMED)
_CLAIM_IT = _CLAIM.format(notice=_NOTICE.selected)
_CHOSEN, _RECIPIENT = User._meta.get_field("notice_preference"), Notice._meta.get_field("recipient")


@dataclass(frozen=True)
class Claimed:
    """One notice that this sweep has taken up. `is_fresh` when it had no letter before: nothing of it has gone out."""

    notice: Notice
    is_fresh: bool


@dataclass(frozen=True)
class Held:
    """One notice that is put back. `leaves_letter` when the letter it was in goes without it, or never has gone."""

    id: UUID
    until: datetime
    leaves_letter: bool


@dataclass(frozen=True)
class Told:
    """What was said to somebody in one notice."""

    id: UUID
    subject: str
    body: str


def claim(most: int) -> list[Claimed]:
    """Take up what is due to those who have waited longest, and give it a letter per person.

    Whoever is among the first `most` gets all that is due to them, or the rest would be another letter an hour later.
    """
    now = clock.now()
    with planned_once(Format.BINARY) as cursor:
        cursor.execute(_CLAIM_IT, {"now": now, "most": most, "lease": now + LEASE, "claim": str(new_key())})
        rows = [iter(row) for row in cursor]
    return [Claimed(is_fresh=next(row), notice=_NOTICE.read(row)) for row in rows]


def hold(held: Sequence[Held]) -> None:
    """Put back rows that the caller has locked, until a moment each."""
    if not held:
        return
    values: dict[str, Any] = {
        "ids": [row.id for row in held],
        "until": [row.until for row in held],
        "fresh": [row.leaves_letter for row in held],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, values)


def take(claimed: Sequence[Notice]) -> tuple[Letterbox, list[Notice]] | None:
    """Lock a person's letterbox and all that bears the letter's key, with their reader, the oldest first.

    A verb that changes some of it right now is waited for. What was claimed is read again only if it is not all there
    is, as it was left. None when another worker is writing to the same person, and when nothing of it is ours any more.
    """
    first = claimed[0]
    with planned_once(Format.BINARY) as cursor:
        letter = {"recipient": first.recipient_id, "bundle": first.bundle, "lease": first.locked_until}
        found = cursor.execute(_TAKE_IT, letter).fetchone()
    if found is None:
        return None
    values = iter(found)
    waiting, ours = islice(values, 2)
    box, reader, preference = (columns.read(values) for columns in (_BOX, _READER, _PREFERENCE))
    if not ours:
        return None
    _CHOSEN.set_cached_value(reader, preference)  # also that there is none
    notices = sorted(claimed, key=lambda notice: (notice.due_at, notice.id))
    if waiting != ours or ours != len(claimed):
        waits = reader.notices.filter(bundle=first.bundle, sent_at__isnull=True, dropped_at__isnull=True)
        notices = list(waits.order_by("due_at", "id"))
    for notice in notices:
        _RECIPIENT.set_cached_value(notice, reader)
    return box, notices


def mark_sent(told: Sequence[Told], channel: Channel, address: str = "", *, letter_to: UUID | None = None) -> None:
    """Write that it has been told, how, and what was said; and when it went out to that person, if it is a letter."""
    values: dict[str, Any] = {
        "now": clock.now(),
        "letter_to": letter_to,
        "channel": channel.value,
        "address": address,
        "ids": [row.id for row in told],
        "subjects": [row.subject for row in told],
        "bodies": [row.body for row in told],
    }
    with planned_once(Format.BINARY) as cursor:
        cursor.execute(_SENT, values)
