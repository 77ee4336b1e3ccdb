"""The access table against a table written out by hand from domain.md §5 and §9 and security.md.

Fails when a relation is added to an act or taken from it, when an act may be done in another state, or without having
just proved who one is. Each cell of the table is a cell here.
"""

from pathlib import Path

import pytest

from sip.plans.access import TABLE, Do, Standing
from sip.plans.access import Relation as R
from sip.plans.access_page import RESTS_ON, page
from sip.plans.states import State

EVERY = "requested declined preparing called met in_review established following_up closed"
OPEN = "requested preparing called met in_review established following_up"
EDITABLE = "preparing called met in_review following_up"
SIGNABLE = "called met in_review established following_up"
C, P, D, G, Y = R.COORDINATOR, R.PARTICIPANT, R.DESK, R.GUARDIAN, R.YOUNG
ASKED, EMERGENCY = R.DECIDER, R.EMERGENCY

# act: who (any one set is enough), the states, and whether freshly authenticated
BY_HAND: dict[str, tuple[list[set[R]], str, bool]] = {
    "see_frame": ([{C}, {P}, {G}, {Y}, {ASKED}, {EMERGENCY}], EVERY, False),
    "read": ([{P}, {G}, {Y}, {ASKED}, {EMERGENCY}], EVERY, False),
    "read_log": ([{C}, {G}, {Y}], EVERY, False),
    "decide_request": ([{ASKED}], "requested", False),
    "record_consent": ([{C}], EVERY, True),
    "decide_consent": ([{G}, {Y}], EVERY, True),
    "call": ([{C}], "preparing following_up", False),
    "answer": ([{P}], "called", False),
    "expect": ([{P}], "preparing called met following_up", False),
    "assign": ([{D}], OPEN, False),
    "run_meeting": ([{C}], "called", False),
    "edit_contents": ([{C, P}], EDITABLE, False),
    "edit_action": ([{P}], EDITABLE, False),
    "edit_frame": ([{C}], EDITABLE, False),
    "edit_relatives": ([{C}, {G}, {Y}], OPEN, False),
    "write_note": ([{P}], OPEN, False),
    "write_private": ([{Y}], OPEN, False),
    "withhold": ([{P}], OPEN, True),
    "protect": ([{C}], EVERY, True),
    "review": ([{C, P}], "met following_up", False),
    "establish": ([{C}], "in_review", False),
    "follow_up": ([{C}], "established", False),
    "tell_outcome": ([{P}], "established following_up", False),
    "tell_goal": ([{C, P}], "established following_up", False),
    "comment": ([{G}, {Y}], "preparing called met in_review established following_up", False),
    "sign": ([{G}, {Y}], SIGNABLE, True),
    "witness": ([{C}], SIGNABLE, False),
    "hand_over": ([{C}], OPEN, False),
    "close": ([{C}], OPEN, False),
}


def test_every_act_stands_here() -> None:
    assert set(BY_HAND) == {str(do) for do in Do} == {str(do) for do in TABLE}


@pytest.mark.parametrize("do", list(Do))
def test_a_row_says_what_was_written_by_hand(do: Do) -> None:
    who, states, fresh = BY_HAND[do]
    row = TABLE[do]
    assert {frozenset(each) for each in who} == set(row.who)
    assert set(states.split()) == {str(state) for state in row.when.states}
    assert row.fresh is fresh


@pytest.mark.parametrize("do", list(Do))
@pytest.mark.parametrize("state", list(State))
def test_a_standing_may_just_what_the_row_says(do: Do, state: State) -> None:
    who, states, _fresh = BY_HAND[do]
    alone_or_both = [{each} for each in R] + [{C, P}, {C, D}, {P, D}, {G, Y}, set()]
    for relations in alone_or_both:
        found = Standing(frozenset(relations), state)
        lets = any(each <= relations for each in who)
        assert found.may(do) is lets
        assert found.may_now(do) is (lets and state in states.split())


def test_the_page_is_printed_from_the_table_as_it_is() -> None:
    printed = Path(__file__).parents[3] / "docs" / "access.md"
    assert printed.read_text() == page(), "Run make docs"
    assert set(RESTS_ON) == set(R)
