"""The second lock: what PostgreSQL lets this transaction see of the plans, whatever the program asks for.

Row-level security (sip/plans/migrations/0004) reads a few settings of the transaction: who acts, for which agencies,
on which day. `acting` says it before anything else happens; where nobody has said anything there are no rows at all.
`everything` is for what nobody is behind: a notice that is checked when it is sent, a lock that is taken before the
check, an event from a register. Where it may be used is written in tests/consistency.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass, field

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from agencies.actor import Actor
from agencies.models import Role
from common import clock
from common.prepared import planned_once

_NAMES = ("everything", "user", "agencies", "desks", "managed", "decides", "today", "now")
_SET = f"SELECT {', '.join(f'set_config({name!r}, %s, %s)' for name in [f'sip.{name}' for name in _NAMES])}"

# Where everything is seen, no policy asks who acts: the rest may stay as it is.
_LIFT = "SELECT set_config('sip.everything', 'on', %s)"


@dataclass(frozen=True)
class Scope:
    """The settings, as PostgreSQL takes them. Without any of them no row is seen."""

    everything: str = ""
    user: str = ""
    agencies: str = ""
    desks: str = ""
    managed: str = ""
    decides: str = ""
    # The day is read where it counts and is no part of who acts: a scope within the same scope stays as it is.
    today: str = field(default="", compare=False)
    now: str = field(default="", compare=False)

    @classmethod
    def of(cls, actor: Actor) -> "Scope":
        """What the policies are told about somebody who acts."""
        managed = [str(row.agency_id) for row in actor.memberships if row.role == Role.MANAGER]
        return cls(
            user=str(actor.user.pk),
            agencies=_array(str(key) for key in actor.agency_ids),
            desks=_array(str(key) for key in actor.desk_group_ids),
            managed=_array(managed),
            decides="on" if actor.decides_requests else "",
            today=clock.today().isoformat(),
            now=clock.now().isoformat(),
        )


NOTHING = Scope()
EVERYTHING = Scope(everything="on")

_current: ContextVar[Scope] = ContextVar("row_scope", default=NOTHING)


def _array(keys: Iterator[str] | list[str]) -> str:
    return "{" + ",".join(sorted(keys)) + "}"


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """One transaction in which PostgreSQL shows what `actor` has been let in to, and nothing else."""
    with _within(Scope.of(actor)):
        yield


@contextmanager
def everything() -> Iterator[None]:
    """One transaction, or a part of one, in which PostgreSQL hides nothing."""
    with _within(EVERYTHING):
        yield


@contextmanager
def _within(scope: Scope) -> Iterator[None]:
    before = _current.get()
    if not connection.in_atomic_block:
        with transaction.atomic(), _held(scope):
            yield  # at its end PostgreSQL forgets by itself
    elif scope == before:
        yield
    else:
        with _held(scope):
            try:
                yield
            finally:
                # After an error the way out is a rollback, to where what held before still holds.
                if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
                    _tell(before, is_local=True)


@contextmanager
def _held(scope: Scope) -> Iterator[None]:
    _tell(scope, is_local=True)
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def everything_from_here() -> None:
    """The whole of this process, as far as nobody acts: for a command that an operator runs, and for tests."""
    _tell(EVERYTHING, is_local=False)
    _current.set(EVERYTHING)


def _tell(scope: Scope, *, is_local: bool) -> None:
    with planned_once() as cursor:
        if scope == EVERYTHING:
            cursor.execute(_LIFT, [is_local])
        else:
            cursor.execute(_SET, [value for setting in astuple(scope) for value in (setting, is_local)])
