"""Questions that are always the same: their SQL is put together once in a process, and only what is told is new.

⚡ Django spends two or three times as long on putting such a question together as PostgreSQL on answering it. What a
question is about is named in it with `Told`; everything else in it is part of the question, so that nothing which
changes (a day, a key) may stand there: that is refused.

Several of them can be asked `together`: one way to PostgreSQL and back, however many they are.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models import QuerySet, Value
from django.db.models.sql import Query

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
    """A compiler that is done: its SQL with what was told; and the answer, where it came with others."""

    filled: tuple[str, tuple[Any, ...]]
    answer: list[Any] | None = None

    def as_sql(self, *_args: Any, **_named: Any) -> Any:
        return self.filled

    def execute_sql(self, *args: Any, **named: Any) -> Any:
        if self.answer is None:
            return super().execute_sql(*args, **named)
        return [[row[: self.col_count] for row in self.answer] if self.has_extra_select else self.answer]


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
        as_rows = rows._iterable_class
        rows.query = rows.query.chain(_Ready)
        rows._iterable_class = as_rows  # a query with columns named makes dictionaries of them
        return rows, vars(compiler), sql, tuple(values)

    def of(self, **told: object) -> "Asked":
        """The question of this, to be asked `together` with others."""
        return Asked(self, told)

    def __call__(self, **told: object) -> list[Row]:
        """The rows. Raises KeyError when something that it wants to be told is not."""
        rows, filled = self.filled(told)
        asked = self.of(**told)
        ahead = next((known for known in _ahead.get() if known[0] == asked), None)
        filled.answer = ahead[1] if ahead else None
        return list(rows)

    def filled(self, told: dict[str, object]) -> tuple[QuerySet[Any, Row], _Filled]:
        """The queryset and its compiler, both of this question alone."""
        rows, known, sql, values = self._question
        asked = rows.all()
        filled = _Filled(asked.query, connection, DEFAULT_DB_ALIAS)
        vars(filled).update(known, connection=connection)
        filled.filled = sql, tuple(told[value.value] if isinstance(value, Told) else value for value in values)
        vars(asked.query)["ready"] = filled
        return asked, filled


@dataclass(frozen=True)
class Asked:
    """A question, and what it is told."""

    question: Prepared[Any]
    told: dict[str, object]


_ahead: ContextVar[Sequence[tuple[Asked, list[Any]]]] = ContextVar("asked_ahead", default=())


@contextmanager
def together(*asked: Asked) -> Iterator[None]:
    """Ask all of these at once; within the block each of the questions has its answer when it is told the same.

    For a block in which nothing changes. It needs values that are bound here and not by the server, as Django does it.
    """
    token = _ahead.set([*_ahead.get(), *_answers(asked)])
    try:
        yield
    finally:
        _ahead.reset(token)


def _answers(asked: Sequence[Asked]) -> Iterator[tuple[Asked, list[Any]]]:
    if len(asked) < 2:  # it may as well be asked when it is wanted
        return
    filled = [each.question.filled(each.told)[1].filled for each in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(sql for sql, _values in filled), [value for _sql, values in filled for value in values]
        )
        for number, each in enumerate(asked):
            cursor.set_result(number)  # by number: within a verb the change history has left it at the last
            yield each, cursor.fetchall()
