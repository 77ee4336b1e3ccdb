"""For whoever runs it: what waits, what fails and why, and the way to try again. It names no person and no plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from common import clock
from sip.notices import services
from sip.notices.models import Notice

SILENCE = timedelta(minutes=2)  # the sweep runs every 20 seconds
MOST_FAILURES = 100


@dataclass(frozen=True)
class Running:
    """How the sending goes: the last sign of life, what is late, what is held back, what fails."""

    last_tick: datetime | None
    oldest_due: datetime | None
    late: int
    held: int
    failing: int

    @property
    def is_silent(self) -> bool:
        """Whether nothing has swept for so long that something has stopped."""
        return self.last_tick is None or clock.now() - self.last_tick > SILENCE

    @property
    def is_behind(self) -> bool:
        """Whether something should have gone out long ago."""
        return self.oldest_due is not None and clock.now() - self.oldest_due > SILENCE


@dataclass(frozen=True)
class Failure:
    """What fails in the same way: how many, since when, how often it was tried, and when the next time is."""

    why: str
    count: int
    since: datetime
    attempts: int
    next_try: datetime | None


def running() -> Running:
    """How it goes right now. Reads what is due, not what is to come."""
    now = clock.now()
    due = services.waiting().filter(due_at__lte=now)
    counts = due.aggregate(
        late=Count("id", filter=Q(locked_until=None) | Q(locked_until__lte=now)),
        held=Count("id", filter=Q(locked_until__gt=now, last_error="")),
    )
    return Running(
        last_tick=services.last_tick(),
        oldest_due=services.oldest_due(),
        late=counts["late"],
        held=counts["held"],
        failing=failing(),
    )


def failing() -> int:
    """How much has been tried and did not get out."""
    return _failing().count()


def failures() -> list[Failure]:
    """What fails, most first, by its reason."""
    rows = (
        _failing()
        .values("last_error")
        .annotate(count=Count("id"), since=Min("due_at"), attempts=Max("attempts"), next_try=Min("locked_until"))
        .order_by("-count", "last_error")[:MOST_FAILURES]
    )
    return [Failure(row["last_error"], row["count"], row["since"], row["attempts"], row["next_try"]) for row in rows]


def retry() -> int:
    """Let everything that fails be tried at the next sweep; return how much that is. What is being sent is left."""
    keys = list(_failing().select_for_update(skip_locked=True).values_list("pk", flat=True))
    return Notice.objects.filter(pk__in=keys).update(locked_until=None)


def _failing() -> QuerySet[Notice]:
    return services.waiting().exclude(last_error="")
