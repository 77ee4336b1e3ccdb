"""The same world once more, without living through it: the rows that a first test made are put back for the next.

Most tests begin in a world that went through the services to some state, papers laid out and all. The services do it
once per worker, day and state (once for tests that roll back, once for those that commit); after that the rows
themselves are written. Only where nothing else has happened in the test's transaction or database; everything else is
lived through as ever. What a test does from there on is real either way.
"""

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pgtrigger
from django.db import connection, transaction
from psycopg import sql

from agencies import row_scope
from agencies.models import Routine, RoutineLimit, User
from common import clock

P = ParamSpec("P")
T = TypeVar("T")

# Rows that migrations made; no world adds to them.
GIVEN = {
    *("django_migrations", "django_content_type", "auth_permission", "django_session"),
    *("agencies_agencykind", "agencies_routine", "agencies_routinelimit"),
}
_CHANGES = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
_NUMBERED = """
SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = ANY(%s)
AND (is_identity = 'YES' OR column_default LIKE 'nextval(%%')
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"


@dataclass(frozen=True)
class Kept:
    """A world's attributes and every row there was, by table, as JSON."""

    attributes: dict[str, Any]
    rows: dict[str, str]


_kept: dict[Hashable, Kept] = {}


def changes() -> int:
    """Tells whether anything has changed meanwhile: how many rows this transaction has changed so far, or where each
    change is committed by itself, what the rows are."""
    if not connection.in_atomic_block:
        return hash(tuple(_rows().items()))
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return int(cursor.fetchone()[0])


def ground(*asked: Hashable) -> tuple[Hashable, ...] | None:
    """What a world stands on: what was asked for, the day and the routine. None where it must be lived through: the
    test has set the clock, or has put people there before."""
    clock_is_set = abs(clock.now() - datetime.now(UTC)) > timedelta(seconds=1)
    if clock_is_set or User.objects.exists():
        return None
    is_committed = not connection.in_atomic_block
    limits = RoutineLimit.objects.order_by("what").values_list("what", "days")
    who_counts = Routine.objects.order_by("id").values_list("mature_child").first()
    return (*asked, is_committed, clock.today(), tuple(limits), who_counts)


def once_more(key: Hashable | None, live: Callable[[], Any], attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a world after `live`, which is called the first time only; then its rows are put back."""
    if key is None:
        live()
        return attributes
    if key not in _kept:
        live()
        _kept[key] = Kept(copy.deepcopy(attributes), _rows())
        return attributes
    _put_back(_kept[key].rows)
    return copy.deepcopy(_kept[key].attributes)


def kept(live: Callable[P, T]) -> Callable[P, T]:
    """For a function that makes a world and all that a file's tests want of it: it too is lived through once."""

    @wraps(live)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        made: dict[str, Any] = {}
        asked = (live.__module__, live.__qualname__, args, tuple(sorted(kwargs.items())))
        return once_more(ground(*asked), lambda: made.update(made=live(*args, **kwargs)), made)["made"]

    return again


def _rows() -> dict[str, str]:
    found = {}
    with row_scope.everything(), connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for table in [name for (name,) in cursor.fetchall() if name not in GIVEN]:
            cursor.execute(sql.SQL("SELECT json_agg(t)::text FROM {} t").format(sql.Identifier(table)))
            rows = cursor.fetchone()[0]
            if rows:
                found[table] = rows
    return found


def _put_back(rows: dict[str, str]) -> None:
    is_committed = not connection.in_atomic_block
    # The history's rows are among them: the triggers that write it must not write it twice.
    with transaction.atomic(), row_scope.everything(), pgtrigger.ignore(), connection.cursor() as cursor:
        for table, values in rows.items():
            name = sql.Identifier(table)
            put = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s) ON CONFLICT DO NOTHING")
            cursor.execute(put.format(name), [values])
        if is_committed:
            cursor.execute(_NUMBERED, [list(rows)])
            for numbered in cursor.fetchall():
                _count_on(cursor, *numbered)


def _count_on(cursor: Any, table: str, column: str, sequence: str) -> None:
    """Let a new database's numbers go on after those of the rows; the application may draw numbers, not set them."""
    used = sql.SQL("(SELECT coalesce(max({}), 0) FROM {})").format(sql.Identifier(column), sql.Identifier(table))
    drawn = sql.SQL("(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {})")
    drawn = drawn.format(sql.Identifier(*sequence.split(".")))
    draw = sql.SQL("SELECT count(nextval(%s)) FROM generate_series(1, {} - {})")
    cursor.execute(draw.format(used, drawn), [sequence])
