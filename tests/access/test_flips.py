"""Mutation: each condition of access.py and grants.py turned round, one at a time; who stands how is then told wrong.

First that the code is right: in every situation it says of everybody what relations.py, told anew from domain.md §9,
says. Then each condition is flipped in memory, and some situation must show it.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from agencies.models import Role
from common import clock
from consent.models import Custody
from sip.plans import access, grants, held
from sip.plans.models import EmergencyOpening
from sip.plans.services import consents, private, registry, taking_part
from sip.plans.services.requests import decline_request
from tests.access.crowd import Crowd
from tests.access.relations import agencies_of, relations
from tests.flipping import flip, flippable

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FUNCTIONS: dict[ModuleType, tuple[str, ...]] = {
    access: ("_standing_now", "visible_to"),
    held: ("_personal", "_at_desk"),
    grants: ("desired", "_coordinator", "_takes_part", "_may_prepare", "_family", "_last_day", "_consents"),
}
KNOWS = {"coordinator", "participant", "guardian", "young", "decider", "emergency"}

Happening = Callable[[Crowd], Any]


def _no(crowd: Crowd, *agencies: Any) -> None:
    world = crowd.world
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, agencies)


def _assign_dag(crowd: Crowd) -> None:
    taking_part.assign(crowd.world.actor(crowd.world.inga), crowd.world.plan, crowd.world.bup, [crowd.world.dag])


def _emergency(minutes: int) -> Happening:
    def opened(crowd: Crowd) -> None:
        world = crowd.world
        EmergencyOpening.objects.create(
            plan=world.plan, user=world.dag, agency=world.bup, reason="Barnet är i fara nu.",
            at=clock.now(), ends_at=clock.now() + timedelta(minutes=minutes),
        )  # fmt: skip
        grants.sync(world.plan)

    return opened


def _desk_moves(crowd: Crowd) -> None:
    """The intake of BUP becomes the clinic's as well: two desks, and one of them lost its consent."""
    world = crowd.world
    world.inga.memberships.create(agency=world.clinic, role=Role.INTAKE, starts=clock.today())
    _no(crowd, world.bup)


def _parent_at_work(crowd: Crowd, *, is_withheld: bool) -> None:
    """Sara receives calls at BUP; what is withheld from her as a mother does not come to her there."""
    world = crowd.world
    world.sara.user.memberships.create(agency=world.bup, role=Role.INTAKE, starts=clock.today())
    if is_withheld:
        private.withhold(world.actor(world.nadja), world.plan, world.sara, "voice", reason="Barnet far illa annars.")


def _of_age(crowd: Crowd) -> None:
    """The child is eighteen today, and says yes to BUP."""
    world, today = crowd.world, clock.today()
    type(world.child).objects.filter(pk=world.child.pk).update(
        born=date(today.year - 18, today.month, min(today.day, 28))
    )
    _read_anew(crowd)
    consents.give_consent(
        world.actor(world.nadja), world.plan, world.child, [world.bup], covers=["hälsa"], how="oral",
        until=today + timedelta(days=90),
    )  # fmt: skip


_DAYS_TO_EIGHTEEN = (date(2032, 9, 18) - clock.today()).days

# A state, what happens there, and how many days later it is looked at.
SITUATIONS: dict[str, tuple[str, Happening, int]] = {
    "asked for": ("requested", lambda _c: None, 0),
    "declined": (
        "requested",
        lambda c: decline_request(c.world.actor(c.world.nadja), c.world.plan, reason="En annan plan räcker."), 0,
    ),
    "taken up": ("preparing", lambda _c: None, 0),
    "no before the call": ("consented", lambda c: _no(c, c.world.school), 0),
    "called": ("called", lambda _c: None, 0),
    "no to BUP": ("called", lambda c: _no(c, c.world.bup), 0),
    "no to the coordinator's own": ("called", lambda c: _no(c, c.world.soc), 0),
    "one has yet to answer": ("called", lambda c: registry.transfer_custody(c.world.child, c.father, Custody.JOINT), 0),
    "custody ended": ("called", lambda c: registry.transfer_custody(c.world.child, c.world.johan, Custody.NONE), 0),
    "the last day": ("called", lambda _c: None, 365),
    "the day after": ("called", lambda _c: None, 366),
    "a colleague is named": ("called", _assign_dag, 0),
    "who works no more": ("called", lambda c: [registry.end_membership(u) for u in (c.world.per, c.world.inga)], 0),
    "the coordinator left": ("called", lambda c: registry.end_membership(c.world.nadja), 0),
    "two desks": ("called", _desk_moves, 0),
    "protected in the middle": ("called", lambda c: registry.protect_child(c.world.child, True), 0),
    "eighteen": ("called", lambda _c: None, 6 * 366 + 365),
    "a parent works there": ("called", lambda c: _parent_at_work(c, is_withheld=False), 0),
    "a parent works there and reads less": ("called", lambda c: _parent_at_work(c, is_withheld=True), 0),
    "eighteen, and the yes was for longer": (
        "called", lambda c: c.world.consent(until=c.world.child.comes_of_age + timedelta(days=30)), _DAYS_TO_EIGHTEEN,
    ),
    "of age, and said yes": ("called", _of_age, 0),
    "an emergency": ("called", _emergency(60), 0),
    "an emergency that is over": ("called", _emergency(-1), 0),
}  # fmt: skip


Right = dict[str, tuple[set[str], set[UUID]]]


def right(crowd: Crowd, days: int) -> Right:
    """What relations.py says of everybody, so many days later: their relations, and the agencies they act for."""
    plan = crowd.world.plan
    with clock.set_to(clock.now() + timedelta(days=days)):
        people = {name: user for name, user in crowd.people.items() if user is not None}
        return {name: (relations(user, plan), agencies_of(user, plan)) for name, user in people.items()}


def wrong(crowd: Crowd, days: int, expected: Right) -> list[str]:
    """Grants are written now; of whom the program says something else than what is right, so many days later."""
    grants.sync(crowd.world.plan)
    with clock.set_to(clock.now() + timedelta(days=days)):
        return _wrong_today(crowd, expected)


def _wrong_today(crowd: Crowd, expected: Right) -> list[str]:
    plan, found = crowd.world.plan, []
    for name, (relations_held, agencies) in expected.items():
        actor = crowd.world.actor(crowd.people[name])
        standing = access.standing(actor, plan)
        if {str(each) for each in standing.relations} != relations_held:
            found.append(f"{name}: {sorted(standing.relations)}, expected {sorted(relations_held)}")
        if set(standing.agency_ids) != agencies:
            found.append(f"{name}: acts for other agencies")
        if access.visible_to(actor).filter(pk=plan.pk).exists() != bool(relations_held & KNOWS):
            found.append(f"{name}: the list and the door differ")
        if found and _is_mutated:
            break
    return found


_is_mutated: list[bool] = []


def situations() -> Iterator[tuple[str, Crowd, int]]:
    """Each situation in turn, all of them undone again; and how many days later it is looked at."""
    crowd = Crowd.gather(other_to="")
    for state in ("requested", "preparing", "consented", "called"):
        world = crowd.world
        {"requested": world.request, "preparing": world.accept, "consented": world.consent, "called": world.call}[
            state
        ]()
        for name, (where, happens, days) in SITUATIONS.items():
            if where == state:
                with _undone():
                    happens(crowd)
                    _read_anew(crowd)
                    yield name, crowd, days
                _read_anew(crowd)


def _read_anew(crowd: Crowd) -> None:
    crowd.world.plan = grants.Plan.objects.select_related("child__user").get(pk=crowd.world.plan.pk)
    crowd.world.child.refresh_from_db()


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def mutants() -> Iterator[tuple[str, ModuleType, str, Any]]:
    """Every function with one condition turned round: what it is, where it goes, and its compiled code."""
    for module, names in FUNCTIONS.items():
        tree = ast.parse(inspect.getsource(module))
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and function.name in names:
                for number in range(len(list(flippable(function)))):
                    flipped = copy.deepcopy(function)
                    node = list(flippable(flipped))[number]
                    what = f"{function.name}:{node.lineno} {ast.unparse(node)}"[:100]
                    flip(node)
                    whole = ast.fix_missing_locations(ast.Module([flipped], []))
                    yield what, module, function.name, compile(whole, module.__file__ or "", "exec")


def test_in_every_situation_the_program_says_what_the_design_says() -> None:
    found = {name: wrong(crowd, days, right(crowd, days)) for name, crowd, days in situations()}
    assert {name: told for name, told in found.items() if told} == {}


def test_every_flipped_condition_is_caught() -> None:
    left = list(mutants())
    assert len(left) > 30
    for _name, crowd, days in situations():
        expected = right(crowd, days)
        left = [mutant for mutant in left if not _is_caught(crowd, days, expected, *mutant[1:])]
    missed = [what for what, _module, name, _code in left if SAME.get(name, "-") not in what]
    assert not missed, "\n".join(missed)


# Turned round, these say the same: what each means is written beside it.
SAME = {
    "_coordinator": "plan.coordinator_id and plan.coordinator_agency_id",  # the two are always written together
}


def _is_caught(crowd: Crowd, days: int, expected: Right, module: ModuleType, name: str, code: Any) -> bool:
    real = getattr(module, name)
    _put_together_anew()
    exec(code, vars(module))  # noqa: S102 — the project's own source, with one word changed
    _is_mutated.append(True)
    try:
        with _undone():
            return bool(wrong(crowd, days, expected))
    except Exception:  # a condition without which nothing runs is noticed too
        return True
    finally:
        _is_mutated.clear()
        setattr(module, name, real)
        _put_together_anew()


def _put_together_anew() -> None:
    """What is asked of the grants in one plan is put together once in a process: also of what was turned round."""
    for asked in (held._OWN, held._DESKS):
        vars(asked).pop("_question", None)
