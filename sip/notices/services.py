"""The way in to the notices: queue, put right, pass on, sweep. A notice is written in its cause's transaction."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet
from django.db.models.functions import Greatest

from agencies.models import User
from common import clock
from sip.notices import registry
from sip.notices.models import Heartbeat, Notice
from sip.notices.sweep import sweep
from sip.notices.waiting import Wanted, dedup_key, put_right

__all__ = [
    "Wanted",
    "last_tick",
    "next_due",
    "note_tick",
    "oldest_due",
    "pass_on",
    "put_right",
    "queue",
    "recheck",
    "sweep",
]

_NEXT = Greatest("due_at", "locked_until")
SWEEP = "sweep"  # the heartbeat's name
MOST_ON_PAGE = 20


def queue(
    kind: str,
    recipients: Iterable[User],
    *,
    about: UUID,
    occasion: object,
    detail: UUID | None = None,
    due_at: datetime | None = None,
    deadline: datetime | None = None,
) -> None:
    """Write one notice per recipient, due now or at `due_at`.

    `occasion` tells one time from the next (a version, an invitation): the same kind about the same thing on the
    same occasion reaches a person once, however often this is called.
    """
    registry.get(kind)
    Notice.objects.bulk_create(
        (
            Notice(
                dedup_key=dedup_key(kind, about, occasion, user),
                kind=kind,
                recipient=user,
                about=about,
                detail=detail or about,
                due_at=due_at or clock.now(),
                deadline=deadline,
                created_at=clock.now(),
            )
            for user in recipients
        ),
        ignore_conflicts=True,
    )


def pass_on(about: UUID, before: User, now: User) -> None:
    """What waits to be told to one person about this is told to the other: reminders follow whoever takes over.

    What is being sent at this moment is left alone.
    """
    rows = waiting().select_for_update(skip_locked=True).filter(about=about, recipient=before)
    keys = list(rows.values_list("pk", flat=True))
    Notice.objects.filter(pk__in=keys).update(recipient=now, bundle=None, locked_until=None)


def recheck(about: UUID) -> None:
    """Drop, of what waits to be told about this, everything that is no longer true. The sweep asks once more.

    What is being sent at this moment is left to the sweep, which has just asked.
    """
    rows = waiting().select_for_update(of=("self",), skip_locked=True).filter(about=about)
    for notice in rows.select_related("recipient").order_by("id"):
        if not registry.get(notice.kind).still_true(notice):
            notice.dropped_at = clock.now()
            notice.save(update_fields=["dropped_at"])


def next_due() -> datetime | None:
    """When the sweep has something to do next; None when nothing waits."""
    return waiting().aggregate(at=Min(_NEXT))["at"]


def oldest_due() -> datetime | None:
    """How long the sweep has been behind: when the first thing was to be looked at. None when nothing is late."""
    due = next_due()
    return due if due and due <= clock.now() else None


def note_tick() -> None:
    """Write that the sweep runs: beat sent it, the broker carried it, a worker does it."""
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": clock.now()})


def last_tick() -> datetime | None:
    """When the sweep last ran; None when it never has."""
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def told_lately(user: User) -> list[Notice]:
    """What this person has been told, newest first, by whatever way: a letter, a text, or here only."""
    return list(user.notices.filter(sent_at__isnull=False).order_by("-sent_at", "-id")[:MOST_ON_PAGE])


def waiting() -> QuerySet[Notice]:
    """What is neither told nor dropped, due or not."""
    return Notice.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
