"""The log sealed in blocks: each minute the new events become a block that is chained to the one before.

A block's hash is an HMAC under LOG_KEY, which whoever runs the database does not have: rows can be changed, removed or
put in behind the program's back, but not so that the chain still holds (attack 24 in security.md; verifying.py looks).
There is no chain from row to row, since readers would then wait for each other.

Keys (UUIDv7) are given before the row is written, so events do not come to light in the order of their keys. What is
sealed is therefore told by which keys stand in earlier blocks; only the last hours' blocks are asked, since no
transaction lasts longer.
"""

import base64
import hmac
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from consent.log.models import AccessEvent, Seal

logger = logging.getLogger(__name__)

BLOCK = 10_000  # events at most: a backlog becomes several blocks, and none of them fills the memory
LOOK_BACK = timedelta(hours=2)  # an event that was not committed when a later one was sealed comes to light within this
SKEW = timedelta(minutes=5)  # so far may another machine's clock run ahead
_LOCK = 0x5EA1_0001  # PostgreSQL's advisory lock for whoever adds a block
_RANDOM_BITS = 80  # of a UUIDv7, after its 48 bits of milliseconds

_UNSEALED = """
    SELECT event.* FROM consent_log_accessevent event
    WHERE event.id >= %(floor)s AND event.id < %(ceiling)s AND NOT EXISTS (
        SELECT FROM consent_log_seal seal, unnest(seal.event_ids) AS sealed(id)
        WHERE seal.last_id >= %(floor)s AND sealed.id = event.id
    )
    ORDER BY event.id LIMIT %(most)s
"""


def seal() -> int:
    """Seal every committed event that is not sealed yet, and say how many.

    Somebody else at it in the same moment: they seal, and this does nothing. Each block's number and hash are logged.
    """
    sealed = 0
    while block := _seal_block():
        # Leaves the database with the program's own log: a chain cut short is found against it (verify_log --head).
        logger.info("access log sealed: block %s:%s, %s events", block.number, block.hash, block.count)
        sealed += block.count
        if block.count < BLOCK:
            break
    return sealed


@transaction.atomic
def _seal_block() -> Seal | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return None
    events = list(AccessEvent.objects.raw(_UNSEALED, _window()))
    return add_block(events) if events else None


def wait_for_turn() -> None:
    """Be alone with the chain until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _window() -> dict[str, object]:
    return {"floor": floor(), "ceiling": key_at(database_now() + SKEW), "most": BLOCK}


def floor() -> UUID:
    """Below this key everything that is ever to be sealed is; what turns up there was put in by somebody else."""
    last = Seal.objects.filter(last_id__isnull=False).order_by("-number").values_list("last_id", flat=True).first()
    return key_at(moment_of(last) - LOOK_BACK) if last else UUID(int=0)


def add_block(events: list[AccessEvent], *, purged_to: int | None = None) -> Seal:
    """The next block of the chain. The caller is alone with it, and `events` are in the order of their keys."""
    before = Seal.objects.order_by("-number").first()
    block = Seal(
        number=before.number + 1 if before else 1,
        previous=before.hash if before else "",
        contents=contents_of(events),
        count=len(events),
        event_ids=[event.pk for event in events],
        last_id=events[-1].pk if events else None,
        purged_to=purged_to,
        sealed_at=database_now(),
    )
    block.hash = hash_of(block)
    block.save(force_insert=True)
    return block


def contents_of(events: Iterable[AccessEvent]) -> str:
    """What stands for the rows: every column of every one of them, in the order of their keys."""
    mac = _mac("rows")
    for event in events:
        mac.update(_line(event))
    return mac.hexdigest()


def _line(event: AccessEvent) -> bytes:
    said = [
        str(event.pk),
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        *(str(key) if key else None for key in (event.user_id, event.agency_id, event.child_id)),
        *(event.act, event.object_type, event.object_id, event.object_version, event.is_denied),
        *(event.reason, event.session, event.correlation),
    ]
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def hash_of(block: Seal) -> str:
    """The hash of a block: everything in it but the hash itself."""
    said = [
        block.number,
        block.previous,
        block.contents,
        block.count,
        [str(key) for key in block.event_ids],
        str(block.last_id) if block.last_id else None,
        block.purged_to,
        block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]
    mac = _mac("block")
    mac.update(json.dumps(said, separators=(",", ":")).encode())
    return mac.hexdigest()


def _mac(what: str) -> "hmac.HMAC":
    return hmac.new(base64.b64decode(settings.LOG_KEY), f"sip access log, {what}\n".encode(), sha256)


def database_now() -> datetime:
    """The database's own clock: a block is sealed when it is, also while a case is played on another day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def key_at(moment: datetime) -> UUID:
    """The lowest key that can be given at this moment."""
    milliseconds = max(int(moment.timestamp() * 1000), 0)
    return UUID(int=milliseconds << _RANDOM_BITS)


def moment_of(key: UUID) -> datetime:
    """When a key was given."""
    return datetime.fromtimestamp((key.int >> _RANDOM_BITS) / 1000, UTC)
