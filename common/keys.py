"""Keys for whatever appears in a URL: UUIDv7, made in Python so that a row knows its key before it is written."""

from datetime import UTC, datetime
from uuid import UUID

from uuid6 import uuid7

_VERSION = 7
_BELOW_THE_TIME = 80  # bits


def new_key() -> UUID:
    """A new time-ordered key. Made here and not by the database, since row-level security refuses RETURNING."""
    return UUID(int=uuid7().int)


def made_at(key: UUID) -> datetime | None:
    """When the key was made, to the millisecond, on the machine's own clock; None for a key of another sort."""
    return datetime.fromtimestamp((key.int >> _BELOW_THE_TIME) / 1000, UTC) if key.version == _VERSION else None
