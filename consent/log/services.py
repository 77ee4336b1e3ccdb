"""The only writer and the only reader of the access log."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agencies.actor import Actor
from common import clock
from consent.log.models import AccessEvent

REASON_MAX = 500


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
    AccessEvent.objects.create(
        at=clock.now(),
        user=actor.user if actor else None,
        agency=actor.agency if actor else None,
        child_id=child_id,
        act=act,
        object_type=object_type,
        object_id=str(object_id),
        object_version=object_version,
        is_denied=is_denied,
        reason=actor.reason[:REASON_MAX] if actor else "",
        session=actor.session if actor else "",
        correlation=actor.correlation if actor else "",
    )


def record_for_children(actor: Actor, act: str, child_ids: Iterable[UUID], *, object_type: str) -> None:
    """Write one event per child, for a list that tells of several; one query however many."""
    AccessEvent.objects.bulk_create(
        AccessEvent(
            at=clock.now(),
            user=actor.user,
            agency=actor.agency,
            child_id=child_id,
            act=act,
            object_type=object_type,
            reason=actor.reason[:REASON_MAX],
            session=actor.session,
            correlation=actor.correlation,
        )
        for child_id in child_ids
    )


def count_since(actor: Actor, act: str, moment: datetime, *, object_type: str) -> int:
    """How many times the actor has done this, to this type of object, since `moment`."""
    return AccessEvent.objects.filter(user=actor.user, act=act, object_type=object_type, at__gte=moment).count()


def events_of(child_id: UUID, most: int = 200, *, leaving_out: Iterable[str] = ()) -> list[AccessEvent]:
    """The newest events about a child, newest first, with people and agencies; none of the acts `leaving_out`."""
    rows = AccessEvent.objects.filter(child_id=child_id).exclude(act__in=list(leaving_out))
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
