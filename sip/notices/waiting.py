"""What waits to be told: made equal to what ought to be told, however often that is worked out anew."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import User
from common import clock
from sip.notices import registry
from sip.notices.models import Notice


@dataclass(frozen=True)
class Wanted:
    """One thing that one person ought to be told at `due_at`.

    `occasion` tells one time from the next, and is at most 80 characters: the same kind about the same thing on the
    same occasion reaches a person once. `deadline` is the moment that the text names; `detail` is what of `about`.
    """

    kind: str
    recipient: User
    occasion: object
    due_at: datetime
    deadline: datetime | None = None
    detail: UUID | None = None

    def key(self, about: UUID) -> str:
        """What makes it impossible to tell it twice."""
        return dedup_key(self.kind, about, self.occasion, self.recipient)


def dedup_key(kind: str, about: UUID, occasion: object, recipient: User) -> str:
    """The same key for the same thing to the same person."""
    return f"{kind}:{about}:{occasion}:{recipient.pk}"


def put_right(about: UUID, kinds: Collection[str], wanted: Iterable[Wanted]) -> None:
    """Make what waits about `about`, of these kinds, equal to `wanted`. Runs within the caller's transaction.

    What is missing is written, what waits gets its moment and deadline moved, what nobody wants any more is dropped,
    and what was dropped unsent is revived. What has been told is never told again. At most four queries, however many
    the rows.
    What a worker is sending at this very moment is left to it: it has just asked whether it is still true.
    Raises KeyError for a kind that nobody registered, ValueError for one outside `kinds`.
    """
    by_key = {one.key(about): one for one in wanted}
    for one in by_key.values():
        registry.get(one.kind)
        if one.kind not in kinds:
            raise ValueError(f"{one.kind} is not among the kinds put right")
    unsent = Notice.objects.select_for_update(skip_locked=True).filter(
        about=about, kind__in=list(kinds), sent_at__isnull=True
    )
    known = {notice.dedup_key: notice for notice in unsent.order_by("id")}
    gone = [notice.pk for key, notice in known.items() if key not in by_key and notice.dropped_at is None]
    moved = [notice for key, notice in known.items() if key in by_key and _move(notice, by_key[key], about)]
    if gone:
        Notice.objects.filter(pk__in=gone).update(dropped_at=clock.now())
    if moved:
        Notice.objects.bulk_update(
            moved, ["recipient", "due_at", "deadline", "detail", "dropped_at", "locked_until", "bundle"]
        )
    missing = [_written(one, key, about) for key, one in sorted(by_key.items()) if key not in known]
    if missing:
        Notice.objects.bulk_create(missing, ignore_conflicts=True)


def _move(notice: Notice, one: Wanted, about: UUID) -> bool:
    """Give a row what is wanted of it; whether that changed anything."""
    before = (notice.recipient_id, notice.due_at, notice.deadline, notice.detail, notice.dropped_at)
    after = (one.recipient.pk, one.due_at, one.deadline, one.detail or about, None)
    if before == after:
        return False
    notice.recipient_id, notice.due_at, notice.deadline, notice.detail, notice.dropped_at = after
    notice.locked_until, notice.bundle = None, None  # it is another moment now, and another letter
    return True


def _written(one: Wanted, key: str, about: UUID) -> Notice:
    return Notice(
        dedup_key=key,
        kind=one.kind,
        recipient=one.recipient,
        about=about,
        detail=one.detail or about,
        due_at=one.due_at,
        deadline=one.deadline,
        created_at=clock.now(),
    )
