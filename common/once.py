"""What several ask alike in one moment is found out once, and then forgotten.

A moment is one letter being written, one page being read, or the end of one verb: one transaction in which what is
asked stands still. Nothing is remembered from one moment to the next, nor past a lock that is taken within it; outside
a moment everything is asked each time.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("found_in_this_moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """While nothing that is asked with `once` changes. One inside another begins anew."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(what: Hashable, find_out: Callable[[], Found]) -> Found:
    """What `find_out` says, asked once in a moment for the same `what`."""
    known = _known.get()
    if known is None:
        return find_out()
    if what not in known:
        known[what] = find_out()
    found: Found = known[what]
    return found


def forget() -> None:
    """What was found out so far may have changed while a lock was waited for. Said by whoever takes one."""
    known = _known.get()
    if known is not None:
        known.clear()
