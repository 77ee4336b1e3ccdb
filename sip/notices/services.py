"""Queue, sweep, send. A notice is written in the transaction of what caused it and sent by the sweep."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q

from agencies import row_scope
from agencies.models import User
from common import clock
from sip.notices import delivery, registry
from sip.notices.models import Channel, Heartbeat, Notice
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

logger = logging.getLogger(__name__)

# A recipient whose server stalls must not hold up the others: one minute, then twice as long each time, at most a day.
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(days=1)
MOST_DOUBLINGS = 11  # by then it is more than a day; a power that only grows would overflow in a month

SWEEP = "sweep"  # the heartbeat's name


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
    """What waits to be told to one person about this is told to the other: reminders follow whoever takes over."""
    Notice.objects.filter(about=about, recipient=before, sent_at__isnull=True, dropped_at__isnull=True).update(
        recipient=now
    )


def recheck(about: UUID) -> None:
    """Drop, of what waits to be told about this, everything that is no longer true. The sweep asks once more."""
    waiting = Notice.objects.select_for_update(of=("self",)).filter(
        about=about, sent_at__isnull=True, dropped_at__isnull=True
    )
    for notice in waiting.select_related("recipient").order_by("id"):
        if not registry.get(notice.kind).still_true(notice):
            notice.dropped_at = clock.now()
            notice.save(update_fields=["dropped_at"])


def sweep(most: int = 500) -> int:
    """Send what is due, oldest first, at most `most`; return how many were handled.

    Safe to run in many workers at once and to be delivered twice: each row is locked while it is sent, and rows
    that another worker holds are skipped.
    """
    handled = 0
    while handled < most and _handle_one():
        handled += 1
    return handled


def next_due() -> datetime | None:
    """When the next notice falls due; None when nothing waits."""
    waiting = Notice.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def oldest_due() -> datetime | None:
    """When the notice that has waited longest past its time was due; None when nothing is late."""
    due = next_due()
    return due if due and due <= clock.now() else None


def note_tick() -> None:
    """Write that the sweep runs: beat sent it, the broker carried it, a worker does it."""
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": clock.now()})


def last_tick() -> datetime | None:
    """When the sweep last ran; None when it never has."""
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def _handle_one() -> bool:
    now = clock.now()
    with transaction.atomic(), row_scope.everything():  # nobody is behind it: each kind asks what its recipient may see
        notice = (
            Notice.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(sent_at__isnull=True, dropped_at__isnull=True, due_at__lte=now)
            .filter(Q(locked_until__isnull=True) | Q(locked_until__lte=now))
            .select_related("recipient")
            .order_by("due_at", "id")
            .first()
        )
        if notice is None:
            return False
        try:
            with transaction.atomic():
                _send_or_drop(notice)
        except DatabaseError:
            raise
        except Exception as error:
            _put_off(notice, type(error).__name__)
        notice.save()
    return True


def _send_or_drop(notice: Notice) -> None:
    """Decide on one locked notice: drop what is no longer true, send the rest, put off what fails."""
    kind = registry.get(notice.kind)
    if not notice.recipient.is_active or not kind.still_true(notice):
        notice.dropped_at = clock.now()
        return
    notice.subject = kind.subject(notice)
    notice.body = delivery.body(kind.text(notice), kind.path(notice))
    try:
        notice.channel, notice.address = delivery.send(notice)
    except delivery.CannotDeliver as error:
        _put_off(notice, str(error))
        return
    notice.attempts += 1
    notice.last_error = ""
    notice.sent_at = clock.now()


def _put_off(notice: Notice, why: str) -> None:
    """Try again later, each time later than the last. `why` holds nothing personal."""
    notice.attempts += 1
    wait = min(FIRST_RETRY * 2 ** min(notice.attempts - 1, MOST_DOUBLINGS), LONGEST_RETRY)
    notice.locked_until = clock.now() + wait
    notice.last_error = why[:200]
    logger.warning("notice %s put off %s: %s", notice.pk, wait, notice.last_error)


def waiting_on_page(user: User) -> list[Notice]:
    """Notices that reached this person's page only, newest first."""
    return list(user.notices.filter(channel=Channel.PAGE).order_by("-sent_at")[:20])
