"""Every address of the program, from the resolver, filled with the keys of one plan, of another, and of none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from consent.log.models import AccessEvent
from consent.models import Relative
from sip.web.pages import Policy
from tests.world import World

NOWHERE = UUID("00000000-0000-7000-8000-000000000000")
NO_NUMBER = 99


@dataclass(frozen=True)
class Address:
    """One view, with its policy and the arguments that its address takes."""

    name: str
    pattern: str
    policy: Policy

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(re.findall(r"<\w+:(\w+)>", self.pattern))

    def filled(self, **values: Any) -> str:
        """The address with these values in it."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), self.pattern)


@dataclass(frozen=True)
class Keys:
    """What is put in an address: a plan and, under it, a row or a number; and whether that row is the plan's own."""

    values: dict[str, Any]
    row: Any = None
    is_own: bool = True


def every_address() -> list[Address]:
    """All of them, in a fixed order."""
    return sorted(_walk(get_resolver().url_patterns), key=lambda address: address.pattern)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Address]:
    for pattern in patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, whole)
        else:
            yield Address(pattern.name or whole, whole, pattern.callback.policy)  # type: ignore[attr-defined]


def keys_for(address: Address, world: World, other: World) -> list[Keys]:
    """The ways to fill the address: with what the plan has, with what another plan has, with what nobody has."""
    extra = [name for name in address.arguments if name != "plan_id"]
    base = {"plan_id": world.plan.pk} if "plan_id" in address.arguments else {}
    if not extra:
        return [Keys(base)]
    (name,) = extra  # an address with two more arguments must be taught here
    return [Keys({**base, name: _key(row)}, row, is_own) for row, is_own in _ROWS[name](world, other)]


def _key(row: Any) -> Any:
    return getattr(row, "pk", row)


def _rows(world: World, other: World) -> list[tuple[Any, bool]]:
    own = [*world.plan.needs.all(), *world.plan.goals.all(), *world.plan.actions.order_by("text")]
    theirs = [other.need, other.goal, other.mornings]
    return [*((row, True) for row in own), *((row, False) for row in (*theirs, NOWHERE))]


def _numbers(world: World, other: World) -> list[tuple[Any, bool]]:
    return [(1, True), (NO_NUMBER, False)]


def _notes(world: World, _other: World) -> list[tuple[Any, bool]]:
    return [*((row, True) for row in world.plan.working_notes.order_by("id")), (NOWHERE, False)]


def _relatives(world: World, other: World) -> list[tuple[Any, bool]]:
    rows = [(row, row.child_id == world.child.pk) for row in Relative.objects.order_by("id")]
    return [*rows, (other.goal, False), (NOWHERE, False)]


def _protectable(world: World, other: World) -> list[tuple[Any, bool]]:
    own = [world.child, world.sara, *world.child.relatives.order_by("id")]
    return [*((row, True) for row in own), (other.child, False), (other.sara, False), (NOWHERE, False)]


def _events(world: World, _other: World) -> list[tuple[Any, bool]]:
    newest = AccessEvent.objects.filter(child=world.child).order_by("-id").first()
    return [*([(newest, True)] if newest else []), (NOWHERE, False)]


def _openings(world: World, _other: World) -> list[tuple[Any, bool]]:
    return [*((row, True) for row in world.plan.emergency_openings.order_by("id")), (NOWHERE, False)]


def _deviations(world: World, _other: World) -> list[tuple[Any, bool]]:
    return [*((row, True) for row in world.plan.deviations.order_by("id")), (NOWHERE, False)]


def _comments(world: World, other: World) -> list[tuple[Any, bool]]:
    """What the family wrote to the coordinator, and a dissenting view, which nobody answers."""
    own = [(row, row.kind != "dissent") for row in world.plan.comments.order_by("id")]
    return [*own, (other.goal, False), (NOWHERE, False)]


# How each argument is filled. A new one is taught here, or the walk fails.
_ROWS: dict[str, Any] = {
    "attempt_id": lambda _world, _other: [(NOWHERE, False)],  # a signing outside is its owner's own (test_attempts.py)
    "export_id": lambda _world, _other: [(NOWHERE, False)],  # an archive is its owner's own (test_exports.py)
    "row_id": _rows,
    "signature_id": lambda _world, _other: [(NOWHERE, False)],  # a paper that nobody scanned (test_scans.py)
    "number": _numbers,
    "guardian_id": lambda world, _other: [(world.sara, True), (NOWHERE, False)],
    "note_id": _notes,
    "relative_id": _relatives,
    "person_id": _protectable,
    "event_id": _events,
    "opening_id": _openings,
    "limit": lambda _world, _other: [("meeting_held", True), ("no_such_limit", False)],
    "deviation_id": _deviations,
    "comment_id": _comments,
    "token": lambda _world, _other: [(NOWHERE, False)],
    "user_id": lambda world, _other: [(world.dag, True), (NOWHERE, False)],
}
