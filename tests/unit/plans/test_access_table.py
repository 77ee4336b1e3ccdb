"""The access table, told anew from domain.md §5 and §9: every set of relations × every state × every act. Pure.

Fails for any row that lets in one relation more or one fewer, in one state more or one fewer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from sip.plans import access
from sip.plans.access import TABLE, Do, Relation, Row, Standing
from sip.plans.states import State, Window

OPEN = {"requested", "preparing", "called", "met", "in_review", "established", "following_up"}
ALL = OPEN | {"declined", "closed"}
WRITTEN_IN = {"preparing", "called", "met", "following_up"}
AFTER_MEETING = {"called", "met", "in_review", "established", "following_up"}
TOLD = {"established", "following_up"}

# act → who may ("a+b": who is both), and in which states; and whether the password was just given (FRESH).
TOLD_ANEW: dict[str, tuple[str, set[str]]] = {
    "see_frame": ("coordinator participant guardian young decider emergency", ALL),
    "read": ("participant guardian young decider emergency", ALL),
    "read_log": ("coordinator guardian young", ALL),
    "decide_request": ("decider", {"requested"}),
    "record_consent": ("coordinator", ALL),
    "decide_consent": ("guardian young", ALL),
    "call": ("coordinator", {"preparing", "following_up"}),
    "change_call": ("coordinator", {"called"}),
    "answer": ("participant", {"called"}),
    "answer_times": ("participant guardian young", {"preparing", "following_up"}),
    "expect": ("participant", WRITTEN_IN),
    "assign": ("desk", OPEN),
    "run_meeting": ("coordinator", {"called"}),
    "edit_contents": ("coordinator+participant", WRITTEN_IN | {"in_review"}),
    "edit_action": ("participant", WRITTEN_IN | {"in_review"}),
    "edit_frame": ("coordinator", WRITTEN_IN | {"in_review"}),
    "edit_relatives": ("coordinator guardian young", OPEN),
    "translate": ("participant", OPEN - {"requested"}),
    "write_note": ("participant", OPEN),
    "write_private": ("young", OPEN),
    "withhold": ("participant", OPEN),
    "protect": ("coordinator", ALL),
    "review": ("coordinator+participant", {"met", "following_up"}),
    "establish": ("coordinator", {"in_review"}),
    "follow_up": ("coordinator", {"established"}),
    "tell_outcome": ("participant", TOLD),
    "tell_goal": ("coordinator+participant", TOLD),
    "comment": ("guardian young", OPEN - {"requested"}),
    "answer_correction": ("coordinator+participant", ALL),
    "sign": ("guardian young", AFTER_MEETING),
    "sign_for": ("participant", AFTER_MEETING),
    "witness": ("coordinator", AFTER_MEETING),
    "hand_over": ("coordinator", OPEN),
    "close": ("coordinator", OPEN),
    "report_deviation": ("coordinator participant guardian young", ALL),
    "export": ("participant+desk", ALL),
}
FRESH = {"record_consent", "decide_consent", "withhold", "protect", "sign", "sign_for", "export"}


def differences(acts: Iterable[Do] = Do) -> list[str]:
    """Where the table says something else."""
    if set(TOLD_ANEW) != {str(do) for do in TABLE}:
        return [f"acts: {set(TOLD_ANEW) ^ {str(do) for do in TABLE}}"]
    found = [f"{do} fresh" for do in acts if TABLE[do].fresh != (str(do) in FRESH)]
    for do in acts:
        who, states = TOLD_ANEW[str(do)]
        ways = [set(way.split("+")) for way in who.split()]
        for held in _every_set():
            may = any(way <= {str(each) for each in held} for way in ways)
            if Standing(held).may(do) != may:
                found.append(f"{do} {sorted(held)}")
            found += [
                f"{do} {sorted(held)} {state}"
                for state in State
                if Standing(held, state).may_now(do) != (may and str(state) in states)
            ]
    return found


def _every_set() -> list[frozenset[Relation]]:
    """Each relation alone, every pair, all and none: no way in the table asks for more than two at once."""
    return [frozenset(), frozenset(Relation), *(frozenset(each) for n in (1, 2) for each in combinations(Relation, n))]


def flips(row: Row) -> Iterator[Row]:
    """The row with one relation taken away or let in, in one way or a way of its own; one state; the password."""
    for number, way in enumerate(row.who):
        others = row.who[:number] + row.who[number + 1 :]
        for relation in Relation:
            if relation not in way:
                yield replace(row, who=(*others, way | {relation}))
            elif len(way) > 1:
                yield replace(row, who=(*others, way - {relation}))
        yield replace(row, who=others)
    for relation in Relation:
        if frozenset({relation}) not in row.who:
            yield replace(row, who=(*row.who, frozenset({relation})))
    for state in State:
        states = tuple(set(row.when.states) ^ {state})
        yield replace(row, when=Window(states, row.when.otherwise))
    yield replace(row, fresh=not row.fresh)


def test_the_table_is_what_the_design_says() -> None:
    assert differences() == []


def test_every_flip_of_the_table_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    tried, missed = 0, []
    for do in Do:
        for flipped in flips(TABLE[do]):
            with monkeypatch.context() as patch:
                patch.setitem(access.TABLE, do, flipped)
                tried += 1
                if not differences([do]):
                    missed.append(f"{do}: {flipped.who} {flipped.when.states} {flipped.fresh}")
    assert missed == []
    assert tried > 400
