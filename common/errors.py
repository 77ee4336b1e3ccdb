"""How the program says no. Three ways, and no other: Refused, Conflict, NotThere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code for programs, a sentence for people, and the field it stands beside."""

    code: str
    message: str
    field: str = ""


class Refused(Exception):
    """A rule says no. Carries every problem, so that a person may mend them all at once."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """All problems as Swedish sentences, in the order they were found."""
        return " ".join(problem.message for problem in self.problems)


class Conflict(Refused):
    """Somebody else saved the same text first. Carries both texts, so that no word is lost."""

    def __init__(self, problem: Problem, *, mine: str, theirs: str, version: int, changed_by: str) -> None:
        super().__init__(problem)
        self.mine = mine
        self.theirs = theirs
        self.version = version
        self.changed_by = changed_by


class NotThere(Exception):
    """Not yours, or not existing: the same thing to the one who asks (404)."""


def refuse(problems: list[Problem]) -> None:
    """Raise `Refused` when there is any problem; do nothing when there is none."""
    if problems:
        raise Refused(problems)


def given(value: T | None) -> T:
    """What `refuse` has made sure is there. Raises ValueError when it is not: the rules forgot to ask for it."""
    if value is None:
        raise ValueError("Nothing was given, and no rule refused it")
    return value
