"""The only writer and the only reader of the access log."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from agencies.actor import Actor
from common import clock
from consent.log.models import AccessEvent

REASON_MAX = 500
PAGE = "page"  # the type of object of an event that opened the page for an act, and did not do it


@dataclass
class _Visit:
    """What one request has come to: the pages it opened, held until its end, and the children it did something for."""

    opened: list[AccessEvent] = field(default_factory=list)
    done: list[UUID] = field(default_factory=list)

    def write(self) -> None:
        """One event per child: what was done, else the last page that was opened, which shows the most."""
        last = {event.child_id: event for event in self.opened}
        for child_id, event in last.items():
            if child_id not in self.done:
                event.save(force_insert=True)


_visit: ContextVar[_Visit | None] = ContextVar("visit", default=None)


def record(
    actor: Actor | None,
    act: str,
    *,
    child_id: UUID | None,
    object_type: str,
    object_id: object = "",
    object_version: int | None = None,
    is_denied: bool = False,
) -> None:
    """Write one event in the current transaction. If the row cannot be written, what it tells of must fail too."""
    event = _event(actor, act, child_id, object_type, object_id, object_version)
    event.is_denied = is_denied
    event.save(force_insert=True)
    visit = _visit.get()
    if visit and child_id and not is_denied:
        visit.done.append(child_id)


def record_opening(
    actor: Actor, act: str, *, child_id: UUID, object_id: object = "", object_version: int | None = None
) -> None:
    """Write that the page for this act was opened: at once, or at the end of the visit that it is a part of."""
    event = _event(actor, act, child_id, PAGE, object_id, object_version)
    visit = _visit.get()
    if visit:
        visit.opened.append(event)
    else:
        event.save(force_insert=True)


@contextmanager
def visit() -> Iterator[None]:
    """One request, in one transaction: it leaves one event per child, whatever checks it passes on its way.

    What was opened is written last, before the answer goes out: if the row cannot be written there is no answer.
    """
    current = _Visit()
    token = _visit.set(current)
    try:
        yield
        current.write()
    finally:
        _visit.reset(token)


def nothing_read() -> None:
    """Say that this visit's answer tells nothing of any child: a page asks by itself how far something has come.

    What has been done in it is told all the same.
    """
    if visit := _visit.get():
        visit.opened.clear()


@contextmanager
def part_of_visit() -> Iterator[None]:
    """A part that may be undone, and its events with it: the visit then knows nothing of them."""
    current = _visit.get()
    if current is None:
        yield
        return
    opened, done = len(current.opened), len(current.done)
    try:
        yield
    except BaseException:
        del current.opened[opened:], current.done[done:]
        raise


def _event(
    actor: Actor | None,
    act: str,
    child_id: UUID | None,
    object_type: str,
    object_id: object = "",
    object_version: int | None = None,
) -> AccessEvent:
    return AccessEvent(
        at=clock.now() if clock.is_set() else Now(),  # the database's clock: one for every machine
        user=actor.user if actor else None,
        agency=actor.agency if actor else None,
        child_id=child_id,
        act=act,
        object_type=object_type,
        object_id=str(object_id),
        object_version=object_version,
        reason=actor.reason[:REASON_MAX] if actor else "",
        session=actor.session if actor else "",
        correlation=actor.correlation if actor else "",
    )


def record_for_children(actor: Actor, act: str, child_ids: Iterable[UUID], *, object_type: str) -> None:
    """Write one event per child, for a list that tells of several; one query however many."""
    AccessEvent.objects.bulk_create(_event(actor, act, child_id, object_type) for child_id in child_ids)


def count_since(actor: Actor, act: str, moment: datetime, *, object_type: str) -> int:
    """How many times the actor has done this, to this type of object, since `moment`."""
    return AccessEvent.objects.filter(user=actor.user, act=act, object_type=object_type, at__gte=moment).count()


def events_of(
    child_id: UUID, most: int = 200, *, leaving_out: Iterable[str] = (), before: UUID | None = None
) -> list[AccessEvent]:
    """The newest events about a child, newest first, with people and agencies; none of the acts `leaving_out`.

    `before`: the event that those wanted are older than.
    """
    rows = AccessEvent.objects.filter(child_id=child_id).exclude(act__in=list(leaving_out))
    rows = rows.filter(id__lt=before) if before else rows
    rows = rows.select_related("user", "agency__kind")
    return list(rows.order_by("-id")[:most])


def newest_by_person(child_id: UUID, acts: Iterable[str]) -> list[AccessEvent]:
    """The newest event of each person and agency among `acts` that were let through, with people and agencies."""
    rows = AccessEvent.objects.filter(child_id=child_id, act__in=list(acts), is_denied=False, user__isnull=False)
    newest = rows.order_by("user_id", "agency_id", "-id").distinct("user_id", "agency_id")
    return list(newest.select_related("user", "agency__kind"))


def last_visit(actor: Actor, child_id: UUID) -> AccessEvent | None:
    """The actor's newest event about the child in an earlier session than this one; None on the first visit."""
    rows = AccessEvent.objects.filter(child_id=child_id, user=actor.user, is_denied=False)
    return rows.exclude(session=actor.session).order_by("-id").first()
