"""What waits is made equal to what ought to be told: nothing twice, nothing lost, nothing left behind."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from common import clock
from common.keys import new_key
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.notices.services import Wanted, put_right
from tests.database import Database

KINDS = ("meeting_deadline", "plan_established")
NOON = clock.now().replace(microsecond=0)
MANY = 200
MOST_QUERIES = 4


def person(name: str = "Nadja Öhman") -> User:
    return User.objects.create_user(f"{new_key()}@kommun.example", name)


def waits(about: UUID) -> list[tuple[str, object]]:
    """What waits about it: kind and moment."""
    rows = Notice.objects.filter(about=about, sent_at=None, dropped_at=None).order_by("kind", "due_at")
    return [(row.kind, row.due_at) for row in rows]


def wanted(user: User, days: int = 1, occasion: object = "50", **more: object) -> Wanted:
    return Wanted("meeting_deadline", user, occasion, NOON + timedelta(days=days), **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_is_missing_is_written_once_however_often_it_is_worked_out() -> None:
    user, about = person(), new_key()
    for _again in range(3):
        put_right(about, KINDS, [wanted(user), wanted(user, 2, "80")])
    assert waits(about) == [(KINDS[0], NOON + timedelta(days=1)), (KINDS[0], NOON + timedelta(days=2))]


@pytest.mark.django_db
def test_a_moved_date_moves_what_waits_and_its_deadline() -> None:
    user, about = person(), new_key()
    put_right(about, KINDS, [wanted(user)])
    Notice.objects.filter(about=about).update(locked_until=NOON + timedelta(days=9), attempts=3)
    put_right(about, KINDS, [wanted(user, 5, deadline=NOON + timedelta(days=7), detail=about)])
    row = Notice.objects.get(about=about)
    assert (row.due_at, row.deadline) == (NOON + timedelta(days=5), NOON + timedelta(days=7))
    assert row.locked_until is None, "it is another moment now: what held it back holds no more"


@pytest.mark.django_db
def test_what_nobody_wants_any_more_is_dropped_and_what_is_wanted_again_revived() -> None:
    user, about = person(), new_key()
    put_right(about, KINDS, [wanted(user)])
    put_right(about, KINDS, [])
    assert waits(about) == []
    put_right(about, KINDS, [wanted(user, 3)])
    assert waits(about) == [(KINDS[0], NOON + timedelta(days=3))]
    assert Notice.objects.filter(about=about).count() == 1


@pytest.mark.django_db
def test_what_has_been_told_is_never_told_again() -> None:
    user, about = person(), new_key()
    put_right(about, KINDS, [wanted(user)])
    Notice.objects.filter(about=about).update(sent_at=NOON)
    put_right(about, KINDS, [])
    put_right(about, KINDS, [wanted(user, 9)])
    assert waits(about) == []
    assert Notice.objects.get(about=about).due_at == NOON + timedelta(days=1)


@pytest.mark.django_db
def test_other_kinds_and_other_things_are_left_alone() -> None:
    user, about, other = person(), new_key(), new_key()
    put_right(other, KINDS, [wanted(user)])
    notices.queue("assigned", [user], about=about, occasion="once")
    put_right(about, KINDS, [])
    assert [kind for kind, _due in waits(about)] == ["assigned"]
    assert len(waits(other)) == 1


@pytest.mark.django_db
def test_a_reminder_follows_whoever_takes_over_and_comes_once() -> None:
    before, now, about = person(), person("Ulf Tegel"), new_key()
    put_right(about, KINDS, [wanted(before)])
    notices.pass_on(about, before, now)
    put_right(about, KINDS, [wanted(now)])
    assert [row.recipient for row in Notice.objects.filter(about=about, sent_at=None, dropped_at=None)] == [now]


@pytest.mark.django_db
def test_a_kind_that_is_not_put_right_or_not_known_is_refused() -> None:
    user, about = person(), new_key()
    with pytest.raises(ValueError, match="meeting_deadline"):
        put_right(about, ["plan_established"], [wanted(user)])
    with pytest.raises(KeyError):
        put_right(about, ["nobody_knows"], [Wanted("nobody_knows", user, "1", NOON)])
    assert waits(about) == []


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_the_rows() -> None:
    user, about = person(), new_key()
    put_right(about, KINDS, [wanted(user, occasion=n) for n in range(MANY)])
    later = [wanted(user, 2, occasion=n) for n in range(MANY // 2, MANY + MANY // 2)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        put_right(about, KINDS, later)
    spoken = [query for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(spoken) <= MOST_QUERIES
    assert len(waits(about)) == MANY


def test_two_at_once_write_it_once(committed_db: Database) -> None:
    user, about = person(), new_key()
    start = Barrier(2)
    failed: list[Exception] = []

    def put() -> None:
        try:
            start.wait()
            with transaction.atomic():
                put_right(about, KINDS, [wanted(user, occasion=n) for n in range(MANY)])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    both = [Thread(target=put) for _one in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == []
    assert Notice.objects.filter(about=about).count() == MANY


def test_what_is_being_sent_is_not_waited_for(committed_db: Database) -> None:
    """A mail server may stall for twenty seconds; whoever writes in the plan meanwhile must not."""
    user, about = person(), new_key()
    with transaction.atomic():
        put_right(about, KINDS, [wanted(user)])
    held, done = Barrier(2), Barrier(2)

    def send() -> None:
        with transaction.atomic():
            Notice.objects.select_for_update().get(about=about)
            held.wait()
            done.wait()
        connection.close()

    worker = Thread(target=send)
    worker.start()
    held.wait()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        put_right(about, KINDS, [])
        put_right(about, KINDS, [wanted(user, 8)])
    done.wait()
    worker.join()
    assert len(waits(about)) == 1
