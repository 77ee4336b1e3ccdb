"""Questions that are always the same: their SQL is put together once in a process, and only what is told is new.

⚡ Django spends two or three times as long on putting such a question together as PostgreSQL on answering it, and
PostgreSQL longer on planning it (the policies of row-level security are part of each). So the SQL is made once in a
process and planned once in a connection. What a question is about is named in it with `Told`; everything else in it is
part of the question, so that nothing which changes (a day, a key) may stand there: that is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import QuerySet, Value
from django.db.models.sql import Query
from psycopg.pq import Format

Row = TypeVar("Row")

CONSTANTS = (str, int, bool, type(None))


class Told(Value):
    """In a question: what is told under this name each time it is asked."""

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """A place for it."""
        return "%s", [self]


class AnyTold(Told):
    """The same for several keys: any of the list that is told."""

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """A place for the list; as one value, so that the SQL is the same however long it is."""
        return "ANY(%s)", [self]


class _Filled(SQLCompiler):
    """A compiler that is done: its SQL, and what was told."""

    filled: tuple[str, tuple[Any, ...]]
    converters: dict[int, Any]

    def get_converters(self, _expressions: Any) -> dict[int, Any]:
        return self.converters

    def execute_sql(self, *_args: Any, **_named: Any) -> Any:
        with planned_once() as cursor:
            cursor.execute(*self.filled)
            rows = cursor.fetchall()
        return [[row[: self.col_count] for row in rows] if self.has_extra_select else rows]


class _Ready(Query):
    """A query that has its compiler already."""

    ready: _Filled

    def get_compiler(self, *_args: Any, **_named: Any) -> Any:
        return self.ready


class Prepared(Generic[Row]):
    """A question, asked by calling it with what it wants to be told. `rows` makes the queryset, once in a process."""

    def __init__(self, rows: Callable[[], QuerySet[Any, Row]]) -> None:
        self._make = rows

    @cached_property
    def _question(self) -> tuple[QuerySet[Any, Row], dict[str, Any], str, tuple[Any, ...]]:
        """The queryset, what its compiler knows, the SQL and its values in order. Raises TypeError, see above."""
        rows = self._make()
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        for value in values:
            if not isinstance(value, (Told, *CONSTANTS)):
                raise TypeError(f"{type(value).__name__} in a prepared question: tell it each time")
        columns = [column for column, _sql, _name in compiler.select[: compiler.col_count]]
        known = {**vars(compiler), "converters": compiler.get_converters(columns)}
        as_rows = rows._iterable_class
        rows.query = rows.query.chain(_Ready)
        rows._iterable_class = as_rows  # a query with columns named makes dictionaries of them
        return rows, known, sql, tuple(values)

    def __call__(self, **told: object) -> list[Row]:
        """The rows. Raises KeyError when something that it wants to be told is not."""
        rows, known, sql, values = self._question
        asked = rows.all()
        filled = _Filled(asked.query, connection, DEFAULT_DB_ALIAS)
        vars(filled).update(known, connection=connection)
        filled.filled = sql, tuple(told[value.value] if isinstance(value, Told) else value for value in values)
        vars(asked.query)["ready"] = filled
        return list(asked)


class _Planned(psycopg.Cursor[Any]):
    """psycopg's own cursor, by which values go beside the SQL; Django's write them into it."""

    def execute(self, query: Any, params: Any = None, **_named: Any) -> Any:
        return super().execute(query, params, prepare=True)


class _Logged(CursorDebugWrapper):
    """Where queries are logged: as they are written, since of a planned one psycopg keeps only the name."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(sql, params):
            return CursorWrapper.execute(self, sql, params)


@contextmanager
def planned_once(rows: Format = Format.TEXT) -> Iterator[CursorWrapper]:
    """A cursor for statements that come again and again: PostgreSQL plans each once, as long as the connection lives.

    `rows`: how they come; in TEXT as Django's own do, in BINARY for those who read columns of simple types themselves.
    """
    connection.ensure_connection()
    planned: Any = _Planned(connection.connection)
    planned.format = rows
    wrapper = _Logged if connection.queries_logged else CursorWrapper
    with connection.wrap_database_errors, wrapper(planned, connection) as cursor:
        yield cursor
