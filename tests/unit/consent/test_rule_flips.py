"""Mutation: each condition of consent/rules.py turned round, one at a time; some test beside this one must go red.

The tests are the real ones, called as pytest calls them; those with written-out cases first, since they are quick.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import product
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import is_hypothesis_test

from consent import rules
from tests.flipping import flip, flippable
from tests.unit.consent import test_consent_rules, test_not_required, test_who_decides

pytestmark = pytest.mark.proof

MODULES: tuple[ModuleType, ...] = (test_who_decides, test_not_required, test_consent_rules)


def test_every_flipped_rule_is_caught() -> None:
    known = battery()
    for test in known:
        test()  # green before anything is flipped
    found = list(mutants())
    assert len(found) > 40
    missed = [what for what, flipped in found if not _is_caught(flipped, known)]
    assert not missed, "\n".join(missed)


def battery() -> list[Callable[[], object]]:
    """Every test of the rules with every set of arguments; those that hypothesis draws for come last."""
    written, drawn = [], []
    for module in MODULES:
        for name, function in vars(module).items():
            if not name.startswith("test_") or not callable(function):
                continue
            if is_hypothesis_test(function):
                drawn.append(function)
            else:
                written += [partial(function, **values) for values in _arguments(function)]
    return [*written, *drawn]


def _arguments(function: Any) -> Iterator[dict[str, Any]]:
    """What `parametrize` would call it with."""
    each = []
    for mark in getattr(function, "pytestmark", []):
        names, values = mark.args
        split = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        each.append([dict(zip(split, [row] if len(split) == 1 else row, strict=True)) for row in values])
    for chosen in product(*each):
        yield {name: value for one in chosen for name, value in one.items()}


Flipped = tuple[type | ModuleType, str, Any]  # where it stands, its name, and what stands there instead


def mutants() -> Iterator[tuple[str, Flipped]]:
    """Every function and property of the rules with one condition turned round: what it is, and how to put it there."""
    for node in ast.parse(inspect.getsource(rules)).body:
        if isinstance(node, ast.FunctionDef):
            yield from _flips(node, rules)
        elif isinstance(node, ast.ClassDef):
            for method in (part for part in node.body if isinstance(part, ast.FunctionDef)):
                yield from _flips(method, getattr(rules, node.name))


def _flips(function: ast.FunctionDef, owner: type | ModuleType) -> Iterator[tuple[str, Flipped]]:
    for number in range(len(list(flippable(function)))):
        flipped = copy.deepcopy(function)
        node = list(flippable(flipped))[number]
        what = f"{function.name}:{node.lineno} {ast.unparse(node)}"[:100]
        flip(node)
        names: dict[str, Any] = {}
        whole = ast.fix_missing_locations(ast.Module([flipped], []))
        exec(compile(whole, rules.__file__, "exec"), vars(rules) | names, names)  # noqa: S102 — own source, one word changed
        yield what, (owner, function.name, names[function.name])


@contextmanager
def _in_place(owner: type | ModuleType, name: str, new: Any) -> Iterator[None]:
    """The flipped one where the rules look for it, and where the tests have imported it to."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(owner, name, new))
        for module in MODULES:
            if owner is rules and name in vars(module):
                stack.enter_context(patch.object(module, name, new))
        yield


def _is_caught(flipped: Flipped, known: list[Callable[[], object]]) -> bool:
    with _in_place(*flipped):
        for test in known:
            try:
                test()
            except Exception:  # an assertion, or a rule that no longer runs: noticed either way
                return True
    return False
