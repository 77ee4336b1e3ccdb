"""What several notices of one letter ask alike is found out once, while that letter is written, and then forgotten.

Each notice is still asked of anew when it is sent: a letter is one transaction and one moment. Nothing is remembered
from one letter to the next.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("found_for_this_letter", default=None)


@contextmanager
def one_letter() -> Iterator[None]:
    """While one letter is written."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(what: Hashable, find_out: Callable[[], Found]) -> Found:
    """What `find_out` says, asked once per letter for the same `what`; outside a letter each time."""
    known = _known.get()
    if known is None:
        return find_out()
    if what not in known:
        known[what] = find_out()
    found: Found = known[what]
    return found
