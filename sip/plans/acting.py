"""One act, one transaction. Every verb of the services is wrapped in `act`, so that it is all or nothing."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Concatenate, ParamSpec, TypeVar

import pghistory
from django.db import connection, transaction

from agencies import row_scope
from agencies.actor import Actor
from consent.log import services as log
from sip.plans import changed, grants
from sip.plans.access import Denied, NotAllowed
from sip.plans.models import Plan, Stamp
from sip.plans.states import Act, State, after

P = ParamSpec("P")
R = TypeVar("R")

_inside: ContextVar[bool] = ContextVar("inside_an_act", default=False)


def act(verb: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Run a verb in one transaction that PostgreSQL knows as the actor's. A denial undoes it and is then logged.

    A verb called by another verb joins its transaction; the outermost one writes the denial.
    """

    @functools.wraps(verb)
    def acting(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if _inside.get():
            return verb(actor, *args, **kwargs)
        token = _inside.set(True)
        try:
            with as_actor(actor), pghistory.context(verb=verb.__name__), changed.following():
                return verb(actor, *args, **kwargs)
        finally:
            _inside.reset(token)

    return acting


@contextmanager
def as_actor(actor: Actor) -> Iterator[None]:
    """What one person does in one transaction: a verb, or a whole page with the verbs in it.

    A denial stands in the access log whatever becomes of it. The verb writes it when the verb is undone; should the
    page around it fall too, the page writes it again, and that is the one that stays.
    """
    # Alone, the scope is a transaction of its own, and PostgreSQL forgets it by itself (⚡ one question less a page).
    part = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with part, row_scope.acting(actor), log.part_of_visit():
            yield
    except (Denied, NotAllowed) as no:
        denied = no if isinstance(no, Denied) else no.denied
        denied.write()
        raise


def move(actor: Actor, plan: Plan, step: Act, *, why: str = "") -> None:
    """Move the locked plan along the table of transitions and stamp it: who, when, why.

    Raises Refused when the table has no such step from where the plan stands.
    """
    before = State(plan.state)
    plan.state = after(step, before, came_from=_came_from(plan, step))
    plan.reviewed_from = before if step is Act.REVIEW else ""
    plan.version += 1
    with row_scope.everything():  # who takes up or declines a request is let in by that step, not before it
        plan.save(update_fields=["state", "reviewed_from", "version"])
        grants.moved(plan)
        Stamp.objects.create(
            plan=plan,
            act=step,
            from_state=before,
            to_state=plan.state,
            by=actor.user,
            agency=actor.agency,
            why=why,
        )


def _came_from(plan: Plan, step: Act) -> str:
    """Where a step that leads back leads to: where the review, or the call, was made from."""
    if step is Act.CANCEL_CALL:
        called = Stamp.objects.filter(plan=plan, act=Act.CALL).order_by("-id").first()
        return called.from_state if called else ""
    return plan.reviewed_from
