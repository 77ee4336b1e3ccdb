"""The same world once more, without living through it: the rows that a first test made are put back for the next.

Most tests begin in a world that went through the services to some state, papers laid out and all. The services do it
once per worker, day and state; after that the rows themselves are written. Only where nothing else has happened in the
test's transaction; everything else is lived through as ever. What a test does from there on is real either way.
"""

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pgtrigger
from django.db import connection
from psycopg import sql

from agencies import row_scope
from agencies.models import Routine, RoutineLimit, User
from common import clock

# Rows that migrations made; no world adds to them.
GIVEN = {
    *("django_migrations", "django_content_type", "auth_permission", "django_session"),
    *("agencies_agencykind", "agencies_routine", "agencies_routinelimit"),
}
_CHANGES = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"


@dataclass(frozen=True)
class Kept:
    """A world's attributes and every row there was, by table, as JSON."""

    attributes: dict[str, Any]
    rows: dict[str, str]


_kept: dict[Hashable, Kept] = {}


def changes() -> int | None:
    """How many rows this transaction has changed so far; None where each change is committed by itself."""
    if not connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return int(cursor.fetchone()[0])


def ground(*asked: Hashable) -> tuple[Hashable, ...] | None:
    """What a world stands on: what was asked for, the day and the routine. None where it must be lived through: the
    test commits, has set the clock, or has put people there before."""
    clock_is_set = abs(clock.now() - datetime.now(UTC)) > timedelta(seconds=1)
    if not connection.in_atomic_block or clock_is_set or User.objects.exists():
        return None
    limits = RoutineLimit.objects.order_by("what").values_list("what", "days")
    return (*asked, clock.today(), tuple(limits), Routine.objects.order_by("id").values_list("mature_child").first())


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
    # The history's rows are among them: the triggers that write it must not write it twice.
    with row_scope.everything(), pgtrigger.ignore(), connection.cursor() as cursor:
        for table, values in rows.items():
            name = sql.Identifier(table)
            put = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s) ON CONFLICT DO NOTHING")
            cursor.execute(put.format(name), [values])
