"""Who decides, written down by hand: custody × maturity × practice × age, and what their words then amount to."""

from datetime import date, timedelta
from itertools import product

import pytest

from agencies.models import MatureChild
from consent.models import Custody, DecisionKind
from consent.rules import CHILD, Decision, Held, Kind, Practice, Status, deciders, holders, standing

TODAY = date(2026, 9, 1)
S, J, A = "sara", "johan", "amina"  # two parents, and somebody appointed

# (custody of each) → who has custody. One row for each way in which two can have it, and for somebody appointed.
HOLDERS = [
    ({}, ()),
    ({S: "none"}, ()),
    ({S: "sole"}, (S,)),
    ({S: "joint"}, (S,)),
    ({S: "joint", J: "joint"}, (S, J)),
    ({S: "sole", J: "none"}, (S,)),
    ({S: "none", J: "none"}, ()),
    ({S: "sole", J: "joint"}, (S, J)),  # a register that contradicts itself: both must say yes
    ({A: "appointed"}, (A,)),
    ({S: "joint", J: "joint", A: "appointed"}, (A,)),
    ({S: "sole", A: "appointed"}, (A,)),
    ({S: "none", A: "appointed"}, (A,)),
    ({A: "appointed", J: "appointed", S: "joint"}, (A, J)),
    ({S: "joint", J: "joint", A: "none"}, (S, J)),
]


@pytest.mark.parametrize(("custodies", "expected"), HOLDERS)
def test_who_has_custody(custodies: dict[str, str], expected: tuple[str, ...]) -> None:
    assert holders(custodies.items()) == expected


# (guardians with custody, is_adult, is_mature, practice) → who decides. Every combination.
G0, G1, G2 = (), (S,), (S, J)
GUARDIANS, TOGETHER, ALONE = "guardians", "together", "alone"
DECIDERS = {
    (G0, False, False, GUARDIANS): (), (G0, False, False, TOGETHER): (), (G0, False, False, ALONE): (),
    (G1, False, False, GUARDIANS): (S,), (G1, False, False, TOGETHER): (S,), (G1, False, False, ALONE): (S,),
    (G2, False, False, GUARDIANS): (S, J), (G2, False, False, TOGETHER): (S, J), (G2, False, False, ALONE): (S, J),
    (G0, False, True, GUARDIANS): (), (G0, False, True, TOGETHER): (), (G0, False, True, ALONE): (CHILD,),
    (G1, False, True, GUARDIANS): (S,), (G1, False, True, TOGETHER): (S, CHILD), (G1, False, True, ALONE): (CHILD,),
    (G2, False, True, GUARDIANS): (S, J), (G2, False, True, TOGETHER): (S, J, CHILD),
    (G2, False, True, ALONE): (CHILD,),
    (G0, True, False, GUARDIANS): (CHILD,), (G0, True, False, TOGETHER): (CHILD,), (G0, True, False, ALONE): (CHILD,),
    (G1, True, False, GUARDIANS): (CHILD,), (G1, True, False, TOGETHER): (CHILD,), (G1, True, False, ALONE): (CHILD,),
    (G2, True, False, GUARDIANS): (CHILD,), (G2, True, False, TOGETHER): (CHILD,), (G2, True, False, ALONE): (CHILD,),
    (G0, True, True, GUARDIANS): (CHILD,), (G0, True, True, TOGETHER): (CHILD,), (G0, True, True, ALONE): (CHILD,),
    (G1, True, True, GUARDIANS): (CHILD,), (G1, True, True, TOGETHER): (CHILD,), (G1, True, True, ALONE): (CHILD,),
    (G2, True, True, GUARDIANS): (CHILD,), (G2, True, True, TOGETHER): (CHILD,), (G2, True, True, ALONE): (CHILD,),
}  # fmt: skip


def test_the_table_leaves_nothing_out() -> None:
    assert set(DECIDERS) == set(product((G0, G1, G2), (False, True), (False, True), (GUARDIANS, TOGETHER, ALONE)))


@pytest.mark.parametrize(("case", "expected"), DECIDERS.items())
def test_who_decides(case: tuple[tuple[str, ...], bool, bool, str], expected: tuple[str, ...]) -> None:
    guardians, is_adult, is_mature, practice = case
    assert deciders(guardians, is_adult=is_adult, is_mature=is_mature, practice=practice) == expected


def test_before_anybody_has_assessed_the_guardians_decide() -> None:
    assert deciders(G2, is_adult=False) == G2


def test_without_a_routine_of_its_own_a_mature_child_decides_together_with_the_guardians() -> None:
    assert deciders(G1, is_adult=False, is_mature=True) == (S, CHILD)


def test_the_words_of_the_rules_are_those_of_the_rows() -> None:
    assert set(Held) == set(Custody.values)
    assert set(Practice) == set(MatureChild.values)
    assert set(Kind) == set(DecisionKind.values)


# What each of two deciders has said → where consent stands, whoever of them it is.
NO_WORD, YES, OVER, NO, BACK = "–", "yes", "ran out", "no", "took back"
TOGETHER_SAID = {
    (NO_WORD, NO_WORD): Status.NEVER_ASKED, (NO_WORD, YES): Status.WAITING, (NO_WORD, OVER): Status.EXPIRED,
    (NO_WORD, NO): Status.REFUSED, (NO_WORD, BACK): Status.WITHDRAWN,
    (YES, YES): Status.EFFECTIVE, (YES, OVER): Status.EXPIRED, (YES, NO): Status.REFUSED, (YES, BACK): Status.WITHDRAWN,
    (OVER, OVER): Status.EXPIRED, (OVER, NO): Status.REFUSED, (OVER, BACK): Status.WITHDRAWN,
    (NO, NO): Status.REFUSED, (NO, BACK): Status.WITHDRAWN, (BACK, BACK): Status.WITHDRAWN,
}  # fmt: skip
ALONE_SAID = {
    NO_WORD: Status.NEVER_ASKED, YES: Status.EFFECTIVE, OVER: Status.EXPIRED, NO: Status.REFUSED,
    BACK: Status.WITHDRAWN,
}  # fmt: skip


def words_of(who: str, said: str) -> list[Decision]:
    """The decisions behind a word; none for no word."""
    yesterday, later = TODAY - timedelta(days=1), TODAY + timedelta(days=30)
    return {
        NO_WORD: [],
        YES: [Decision(who, "given", later)],
        OVER: [Decision(who, "given", yesterday)],
        NO: [Decision(who, "refused")],
        BACK: [Decision(who, "given", later), Decision(who, "withdrawn")],
    }[said]


@pytest.mark.parametrize("pair", [(S, J), (S, CHILD), (A, J)])
@pytest.mark.parametrize(("said", "expected"), TOGETHER_SAID.items())
def test_two_who_decide(pair: tuple[str, str], said: tuple[str, str], expected: Status) -> None:
    for one, other in (said, said[::-1]):
        decisions = words_of(pair[0], one) + words_of(pair[1], other)
        for order in (decisions, words_of(pair[1], other) + words_of(pair[0], one)):
            assert standing(pair, order, TODAY).status is expected


@pytest.mark.parametrize(("said", "expected"), ALONE_SAID.items())
def test_one_who_decides(said: str, expected: Status) -> None:
    for who in (S, CHILD):
        assert standing([who], words_of(who, said), TODAY).status is expected


CUSTODIES: list[dict[str, str]] = [
    {S: "joint", J: "joint"}, {S: "sole", J: "none"}, {S: "joint", J: "joint", A: "appointed"}, {S: "none", J: "none"},
]  # fmt: skip


@pytest.mark.parametrize("custodies", CUSTODIES)
@pytest.mark.parametrize("is_mature", [False, True])
@pytest.mark.parametrize("practice", list(Practice))
def test_every_combination_is_effective_exactly_when_all_who_decide_say_yes(
    custodies: dict[str, str], is_mature: bool, practice: Practice
) -> None:
    """Custody × maturity × practice × what each of four people says: 16 × 9 × 4 combinations of yes, no and silence."""
    with_custody = {who for who, held in custodies.items() if held != "none"}
    guardians = {A} if A in custodies else with_custody
    must = set(guardians)
    if is_mature and practice == "alone":
        must = {CHILD}
    elif is_mature and practice == "together" and guardians:
        must = guardians | {CHILD}
    who = deciders(holders(custodies.items()), is_adult=False, is_mature=is_mature, practice=practice)
    for said in product((NO_WORD, YES, NO), repeat=4):
        spoken = dict(zip((S, J, A, CHILD), said, strict=True))
        decisions = [decision for one, word in spoken.items() for decision in words_of(one, word)]
        found = standing(who, decisions, TODAY)
        assert found.is_effective == (bool(must) and all(spoken[one] == YES for one in must)), spoken
        assert found.has_ended == any(spoken[one] == NO for one in must), spoken
        if not found.has_ended:
            assert set(found.waiting_for) == {one for one in must if spoken[one] == NO_WORD}
