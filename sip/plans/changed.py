"""What follows wherever a plan may have changed: asked once per plan, when the verb is done, in the verb's transaction.

A verb cannot forget it. Whoever locks a plan (access.py) or makes its grants anew (grants.py) has it remembered, and
`following` asks each follower at the end. Followers are registered in an app's `ready`: rooms above plans keep
something that is counted from the plan (what waits for whom). A follower that fails undoes the verb: all or nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from common.once import forget, one_moment

Follower = Callable[[Collection[UUID]], None]

_followers: list[Follower] = []
_touched: ContextVar[set[UUID] | None] = ContextVar("plans_touched", default=None)


def follow(follower: Follower) -> Follower:
    """Ask `follower` about the plans' keys after every change. It holds no lock of its own: the change holds them."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def touch(plan_ids: Iterable[UUID]) -> None:
    """Remember that these plans may be other than they were; and that what was known of them may be."""
    forget()
    touched = _touched.get()
    if touched is not None:
        touched.update(plan_ids)


@contextmanager
def following() -> Iterator[None]:
    """Within a transaction: ask the followers at the end, once. One inside another leaves it to the outermost."""
    if _touched.get() is not None:
        yield
        return
    touched: set[UUID] = set()
    token = _touched.set(touched)
    try:
        yield
    finally:
        _touched.reset(token)
    if touched:  # not after an error: it has undone what was done
        with one_moment():  # they ask much alike, and nothing of it changes between them
            for follower in _followers:
                follower(frozenset(touched))
