"""The one place that "now" comes from, so that a played case, the demo and the tests share a clock.

Everything is stored in UTC; people live in Europe/Stockholm.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_set_time: ContextVar[datetime | None] = ContextVar("set_time", default=None)
_ahead: Callable[[], timedelta] = timedelta  # by nothing


def now() -> datetime:
    """The present moment, aware, in UTC. During a play: the play's moment. In the demo: by the demo's clock."""
    return _set_time.get() or datetime.now(UTC) + _ahead()


def is_set() -> bool:
    """Whether `now()` is somebody's choice: a played case, the demo's clock or a test."""
    return _set_time.get() is not None or bool(_ahead())


def run_ahead(ahead: Callable[[], timedelta]) -> None:
    """Let `now()` be ahead of the real time by what `ahead` says each time: the demo's clock, and nothing else's."""
    global _ahead
    _ahead = ahead


def today() -> date:
    """The calendar day in Stockholm, which is the day that Swedish deadlines are counted in."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as read off a Swedish wall clock."""
    return moment.astimezone(STOCKHOLM)


def written(moment: datetime) -> str:
    """ "2026-09-15T13:00:00Z": a moment as frozen contents and papers' data hold it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment (UTC) when Swedish wall clocks show `hour:minute` on `day`.

    An hour that happens twice (October) is taken the first time; one that is skipped (March) an hour later.
    """
    wall = datetime.combine(day, time(hour, minute), tzinfo=STOCKHOLM)
    return wall.astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first moment (UTC) after `day` in Stockholm; days may have 23 or 25 hours."""
    return at(day + timedelta(days=1))


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block (this thread and task only)."""
    token = _set_time.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_time.reset(token)
