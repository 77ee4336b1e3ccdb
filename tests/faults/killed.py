"""Something done in a process of its own that kills itself with -9 at a step. Not a test.

A step is a row about to be written, a commit about to be made, or one just made. The process is forked, because a
fresh Python takes seconds to wake; it has a connection of its own, and sees no more rows than the program does.
"""

import os
import signal
from collections.abc import Callable
from contextvars import Context
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.signals import connection_created

from tests.database import tests_see_everything

BEFORE_COMMIT = "before the commit"
AFTER_COMMIT = "after the commit"
PATIENCE = 300  # seconds between two steps until a hang is called one
_FORK = get_context("fork")
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_ROWS = """SELECT '{0}', count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM "{0}" t"""


def killed(act: Callable[[], object], at: int | str) -> list[str]:
    """Do it, and be killed at that step: its number, or the first of that name. The steps that were come to."""
    steps, status = _done_apart(act, at)
    assert status == -signal.SIGKILL, (at, status, steps)
    return steps


def lived(act: Callable[[], object]) -> list[str]:
    """Do it to its end. All steps there are."""
    steps, status = _done_apart(act, None)
    assert status == 0, (status, steps)
    return steps


def everything_there() -> dict[str, tuple[int, str]]:
    """How many rows each table holds, and what they hold, as one sum."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(_ROWS.format(name) for name in tables))
        return {name: (count, rows) for name, count, rows in cursor.fetchall()}


def _done_apart(act: Callable[[], object], at: int | str | None) -> tuple[list[str], int | None]:
    connections.close_all()  # two processes on one connection would hear each other's answers
    here, there = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_do, args=(there, act, at))
    process.start()
    there.close()
    steps: list[str] = []
    try:
        while here.poll(PATIENCE):
            steps.append(here.recv())
        pytest.fail(f"it hangs after {steps}")
    except EOFError:  # it has ended
        process.join()
    finally:
        process.kill()
        here.close()
    return steps, process.exitcode


def _do(told: Connection, act: Callable[[], object], at: int | str | None) -> None:
    connection_created.disconnect(tests_see_everything)
    steps = _Steps(told, at)
    connection.execute_wrappers.append(steps.write)
    commit = connection._commit
    connection._commit = partial(steps.commit, commit)
    Context().run(act)


class _Steps:
    """Counts and tells the steps, and dies at one of them."""

    def __init__(self, told: Connection, at: int | str | None) -> None:
        self._told, self._at, self._number, self._has_written = told, at, 0, False

    def write(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper (Django): the statement that is about to be sent."""
        words = str(sql).split(maxsplit=3)
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            self._has_written = True
            self._come_to(f"before {words[0]} {words[1] if words[0] == 'UPDATE' else words[2]}")
        return execute(sql, params, many, context)

    def commit(self, real: Callable[[], None]) -> None:
        """A commit; of what only reads nothing is told."""
        has_written, self._has_written = self._has_written, False
        if has_written:
            self._come_to(BEFORE_COMMIT)
        real()
        if has_written:
            self._come_to(AFTER_COMMIT)

    def _come_to(self, name: str) -> None:
        self._told.send(name)
        if self._at in (self._number, name):
            os.kill(os.getpid(), signal.SIGKILL)
        self._number += 1
