"""The sweep: ten thousand notices due among a million, against one UPDATE … RETURNING over the same rows.

Twice: what it is to take them all up and share them out among their letters, and the letters with it.
The letters are whole (claimed, held against the hours, written, marked, a transaction each) and go to a mail backend
that throws them away, so that what is measured is ours. They are held against two floors: the one statement, and the
same statement person by person, each with a commit of its own, which is what a letter that is told once cannot do
without. The clock stands at noon: by night nothing would go out.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

import psycopg
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction

from agencies.models import User
from benchmarks.measure import Row, p50
from common import clock
from sip.notices import registry
from sip.notices import services as notices
from sip.notices import sweep as engine
from sip.notices.models import Notice

KIND = "bench"
DUE, PEOPLE = 10_000, 1_000
FEW, MANY = 100_000, 1_000_000
ROUNDS = 3
NOON = clock.at(clock.today() + timedelta(days=1), 12)

_FILL = """
INSERT INTO notices_notice (id, dedup_key, kind, recipient_id, about, detail, due_at, deadline, attempts, locked_until,
                            bundle, sent_at, dropped_at, last_error, created_at, channel, address, subject, body)
SELECT gen_random_uuid(), %(name)s || n, %(kind)s, (%(people)s::uuid[])[1 + n %% %(many)s], gen_random_uuid(),
       gen_random_uuid(), %(due)s::timestamptz + n * interval '1 second' * %(apart)s, NULL, 0, NULL,
       NULL, NULL, NULL, '', %(due)s, '', '', '', ''
FROM generate_series(1, %(rows)s) AS n
"""
_RESET = """
UPDATE notices_notice
SET sent_at = NULL, attempts = 0, locked_until = NULL, bundle = NULL,
    channel = '', address = '', subject = '', body = ''
WHERE dedup_key LIKE 'bench-due-%'
"""
# What the sweep must at least do: take up and mark the same rows, with the same words on them.
_FLOOR = """
UPDATE notices_notice
SET sent_at = %(now)s, attempts = attempts + 1, bundle = gen_random_uuid(), channel = 'mail', address = 'a@example.org',
    subject = 'Något har hänt', body = 'Något har hänt i en plan som du är med i.'
WHERE sent_at IS NULL AND dropped_at IS NULL AND GREATEST(due_at, locked_until) <= %(now)s
RETURNING *
"""
_FLOOR_OF_ONE = _FLOOR.replace("RETURNING", "AND recipient_id = %(recipient)s RETURNING")


def known() -> None:
    """Register a kind of notice that asks nothing of anybody."""
    if KIND not in registry.names():
        registry.register(
            registry.Kind(
                KIND,
                lambda _n: "Något har hänt",
                lambda _n: "Något har hänt i en plan.",
                lambda _n: True,
                lambda _n: "/",
            )
        )


def sweep() -> Iterator[Row]:
    """The whole sweep against the statement, and what ten times as many that are not due cost it."""
    if get_connection().__class__.__module__ != "django.core.mail.backends.dummy":
        raise AssertionError("The bench would send mail")
    known()
    people = list(User.objects.filter(email__isnull=False).order_by("id").values_list("pk", flat=True)[:PEOPLE])
    Notice.objects.filter(kind=KIND).delete()
    _fill("bench-due-", DUE, people, due=NOON - timedelta(hours=3), apart=1)
    taken = {}
    for what, more in ((FEW, FEW), (MANY, MANY - FEW)):
        _fill(f"bench-later-{what}-", more, people, due=NOON + timedelta(days=1), apart=20)
        _vacuum()
        # The first round warms.
        rounds = [
            (_taken_up_once(), _sweep_once(), _floor_once(), _floor_by_person_once(people))
            for _round in range(ROUNDS + 1)
        ]
        taken[what] = [[1000 * seconds for seconds in side[1:]] for side in zip(*rounds, strict=True)]
    for what, (taking, letters, floor, by_person) in taken.items():
        name = f"Svep: {DUE} förfallna till {len(people)} personer bland {what}"
        yield _row(f"{name}, tagna och fördelade", taking, floor, 5.0)
        yield _row(f"{name}, hela brev", letters, floor, 5.0)
        yield _row(f"{name}, hela brev mot ett UPDATE med COMMIT per person", letters, by_person, None)
    for part, name in enumerate(("tagna och fördelade", "hela brev")):
        yield _row(f"Svep: bland {MANY} mot bland {FEW}, {name}", taken[MANY][part], taken[FEW][part], 1.3)


def _row(name: str, ours: list[float], floor: list[float], goal: float | None) -> Row:
    return Row(name, round(p50(ours), 1), "ms", round(p50(floor), 1), round(p50(ours) / p50(floor), 2), goal)


def _fill(name: str, rows: int, people: list[object], *, due: object, apart: int) -> None:
    values = {
        "name": name,
        "kind": KIND,
        "people": people,
        "many": len(people),
        "due": due,
        "apart": apart,
        "rows": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)


def _vacuum() -> None:
    """As autovacuum does by and by; only the owner may."""
    with psycopg.connect(settings.OWNER_DATABASE_URL, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE notices_notice")


def _taken_up_once() -> float:
    """Everything of the sweep but the letters themselves."""
    with patch.object(engine, "_one_letter"):
        return _timed(notices.sweep)


def _sweep_once() -> float:
    seconds = _timed(notices.sweep)
    if notices.waiting().filter(kind=KIND, due_at__lt=NOON).exists():
        raise AssertionError("Something was left")
    return seconds


def _timed(sweep: Callable[[], int]) -> float:
    _run(_RESET)
    _run("UPDATE notices_letterbox SET last_letter_at = NULL")
    with clock.set_to(NOON):
        began = time.perf_counter()
        handled = sweep()
        seconds = time.perf_counter() - began
    if handled != DUE:
        raise AssertionError(f"{handled} of {DUE} were handled")
    return seconds


def _floor_once() -> float:
    _run(_RESET)
    began = time.perf_counter()
    rows = _updated(_FLOOR, {"now": NOON})
    return _seconds_for(rows, began)


def _floor_by_person_once(people: list[object]) -> float:
    _run(_RESET)
    began = time.perf_counter()
    rows = sum(_updated(_FLOOR_OF_ONE, {"now": NOON, "recipient": person}) for person in people)
    return _seconds_for(rows, began)


def _updated(statement: str, values: dict[str, object]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return len(cursor.fetchall())


def _seconds_for(rows: int, began: float) -> float:
    seconds = time.perf_counter() - began
    if rows != DUE:
        raise AssertionError(f"{rows} of {DUE} were updated")
    return seconds


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
