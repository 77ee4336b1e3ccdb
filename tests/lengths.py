"""Some walks are long. The suite takes a share of them, another at each place; `make proofs` walks them whole."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")
SHORT = settings.get_profile("short").max_examples


def is_long() -> bool:
    """Whether this is `make proofs`."""
    return settings().max_examples > SHORT


def share(everything: Sequence[T], place: int, *, of: int) -> list[T]:
    """One part in `of`, another at each place, so that some place takes each; at length everything."""
    return list(everything) if is_long() else [each for n, each in enumerate(everything) if n % of == place % of]


def examples(short: int, long: int) -> int:
    """How many examples of what is dear to set up."""
    return long if is_long() else short
