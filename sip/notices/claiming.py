"""The statements of the sweep: take up what is due, put back what waits, mark what went out.

One statement each, however many rows: a morning has ten thousand notices, and a verb may be waiting for the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from agencies.models import User
from common import clock
from common.keys import new_key
from sip.notices.models import Channel, Letterbox, Notice, Preference

# A worker that dies leaves what it had taken up; after so long somebody else may have it.
LEASE = timedelta(minutes=5)

# PostgreSQL's GREATEST passes over what is null.
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
)
UPDATE notices_notice AS notice
SET locked_until = %(lease)s,
    bundle = COALESCE(notice.bundle, md5(%(claim)s || notice.recipient_id)::uuid)
FROM due
WHERE notice.id = due.id
RETURNING notice.id, notice.kind, notice.recipient_id, notice.due_at, notice.deadline, notice.bundle,
    due.is_fresh, notice.locked_until
"""

_HOLD = """
UPDATE notices_notice AS notice
SET locked_until = held.until, bundle = CASE WHEN held.is_fresh THEN NULL ELSE notice.bundle END
FROM unnest(%(ids)s::uuid[], %(until)s::timestamptz[], %(fresh)s::boolean[]) AS held (id, until, is_fresh)
WHERE notice.id = held.id
"""

# ⚡ The whole of a letter in one round trip, its reader with it: ten thousand notices are a thousand letters.
_TAKE = """
WITH box AS MATERIALIZED (
    SELECT {box} FROM notices_letterbox AS box WHERE user_id = %(recipient)s FOR UPDATE SKIP LOCKED
)
SELECT box.*, {reader}, {preference}, {notice}
FROM box
JOIN notices_notice AS notice ON notice.recipient_id = box.user_id
JOIN agencies_user AS reader ON reader.id = box.user_id
LEFT JOIN notices_preference AS preference ON preference.user_id = reader.id
WHERE notice.bundle = %(bundle)s AND notice.sent_at IS NULL AND notice.dropped_at IS NULL
ORDER BY notice.due_at, notice.id
FOR UPDATE OF notice
"""

_SENT = """
WITH box AS (
    UPDATE notices_letterbox SET last_letter_at = %(now)s WHERE user_id = %(letter_to)s
)
UPDATE notices_notice AS notice
SET sent_at = %(now)s, attempts = notice.attempts + 1, last_error = '', locked_until = NULL,
    channel = told.channel, address = told.address, subject = told.subject, body = told.body
FROM unnest(%(ids)s::uuid[], %(channels)s::text[], %(addresses)s::text[], %(subjects)s::text[], %(bodies)s::text[])
    AS told (id, channel, address, subject, body)
WHERE notice.id = told.id
"""


class _Columns:
    """Some models' columns, side by side in a statement, from the `start`th on; and the objects that a row holds."""

    def __init__(self, *, start: int = 0, **models: type[Model]) -> None:
        self._models = [(model, [field.attname for field in model._meta.concrete_fields]) for model in models.values()]
        self._start = start
        self.width = sum(len(names) for _model, names in self._models)
        named = zip(models, self._models, strict=True)
        self.selected = {alias: ", ".join(f"{alias}.{name}" for name in names) for alias, (_model, names) in named}

    def read(self, row: Sequence[Any]) -> list[Any]:
        """The objects, in the order of the models; None for one that a join did not find."""
        found, start = [], self._start
        for model, names in self._models:
            values = row[start : start + len(names)]
            start += len(names)
            is_there = any(value is not None for value in values)
            found.append(model.from_db(connection.alias, names, values) if is_there else None)
        return found


_READER = _Columns(box=Letterbox, reader=User, preference=Preference)
_NOTICE = _Columns(notice=Notice, start=_READER.width)
_TAKE_IT = _TAKE.format(**_READER.selected, **_NOTICE.selected)
_PREFERENCE = User._meta.get_field("notice_preference")


@dataclass(frozen=True)
class Claimed:
    """One notice that this sweep has taken up. `is_fresh` when it had no letter before: nothing of it has gone out."""

    id: UUID
    kind: str
    recipient_id: UUID
    due_at: datetime
    deadline: datetime | None
    bundle: UUID
    is_fresh: bool
    lease: datetime


@dataclass(frozen=True)
class Held:
    """One notice that is put back. `leaves_letter` when the letter it was in goes without it, or never has gone."""

    id: UUID
    until: datetime
    leaves_letter: bool


@dataclass(frozen=True)
class Told:
    """What was said to somebody in one notice, and how it went out."""

    id: UUID
    channel: Channel
    address: str
    subject: str
    body: str


def claim(most: int) -> list[Claimed]:
    """Take up what is due to those who have waited longest, and give it a letter per person.

    Whoever is among the first `most` gets all that is due to them, or the rest would be another letter an hour later.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "most": most, "lease": now + LEASE, "claim": str(new_key())})
        return [Claimed(*row) for row in cursor.fetchall()]


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


def take(recipient: UUID, bundle: UUID) -> tuple[Letterbox, list[Notice]] | None:
    """Lock a person's letterbox and all that bears the letter's key, with their reader, the oldest first.

    A verb that changes some of it right now is waited for. None when another worker is writing to the same person, and
    when nothing of the letter waits any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_IT, {"recipient": recipient, "bundle": bundle})
        rows = cursor.fetchall()
    if not rows:
        return None
    box, reader, preference = _READER.read(rows[0])
    _PREFERENCE.set_cached_value(reader, preference)  # also that there is none
    notices = [_NOTICE.read(row)[0] for row in rows]
    for notice in notices:
        notice.recipient = reader
    return box, notices


def mark_sent(told: Sequence[Told], *, letter_to: UUID | None = None) -> None:
    """Write that it has been told, and what was said; and when it went out to that person, if it is a letter."""
    values: dict[str, Any] = {
        "now": clock.now(),
        "letter_to": letter_to,
        "ids": [row.id for row in told],
        "channels": [row.channel.value for row in told],
        "addresses": [row.address for row in told],
        "subjects": [row.subject for row in told],
        "bodies": [row.body for row in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT, values)
