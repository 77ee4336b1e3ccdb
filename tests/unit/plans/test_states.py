"""The table of transitions. Fails when a transition is added, lost or changed, or a refusal has no words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Refused
from sip.plans.states import CLOSED_STATES, EDITABLE_DIRECTLY, TRANSITIONS, WHILE_EDITABLE, Act, State, after

# domain.md §5, written out by hand.
EXPECTED = {
    (Act.DECLINE, State.REQUESTED): State.DECLINED,
    (Act.ACCEPT, State.REQUESTED): State.PREPARING,
    (Act.CALL, State.PREPARING): State.CALLED,
    (Act.CALL, State.FOLLOWING_UP): State.CALLED,
    (Act.CANCEL_CALL, State.CALLED): State.PREPARING,
    (Act.CLOSE_MEETING, State.CALLED): State.MET,
    (Act.REVIEW, State.MET): State.IN_REVIEW,
    (Act.REVIEW, State.FOLLOWING_UP): State.IN_REVIEW,
    (Act.REOPEN, State.IN_REVIEW): State.MET,
    (Act.ESTABLISH, State.IN_REVIEW): State.ESTABLISHED,
    (Act.FOLLOW_UP, State.ESTABLISHED): State.FOLLOWING_UP,
    (Act.CLOSE, State.REQUESTED): State.CLOSED,
    (Act.CLOSE, State.PREPARING): State.CLOSED,
    (Act.CLOSE, State.CALLED): State.CLOSED,
    (Act.CLOSE, State.MET): State.CLOSED,
    (Act.CLOSE, State.IN_REVIEW): State.CLOSED,
    (Act.CLOSE, State.ESTABLISHED): State.CLOSED,
    (Act.CLOSE, State.FOLLOWING_UP): State.CLOSED,
}


def test_the_table_is_the_one_of_the_domain() -> None:
    written = {(act, state): to for act, row in TRANSITIONS.items() for state, to in row.items()}
    assert written == EXPECTED


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_every_pair_moves_or_is_refused_in_words(act: Act, state: State) -> None:
    if (act, state) in EXPECTED:
        assert after(act, state) == EXPECTED[act, state]
        return
    with pytest.raises(Refused) as refused:
        after(act, state)
    assert refused.value.message.endswith(".")
    assert "%" not in refused.value.message


@given(st.lists(st.sampled_from(list(Act)), max_size=30))
def test_nothing_leaves_a_closed_state(acts: list[Act]) -> None:
    state = State.REQUESTED
    reviewed_from = ""
    for act in acts:
        try:
            new = after(act, state, came_from=reviewed_from)
        except Refused:
            continue
        assert state not in CLOSED_STATES
        reviewed_from = state if act is Act.REVIEW else ""
        state = new


def test_an_edit_in_review_leads_back_to_where_the_review_came_from() -> None:
    assert after(Act.REOPEN, State.IN_REVIEW, came_from=State.FOLLOWING_UP) == State.FOLLOWING_UP
    assert after(Act.REOPEN, State.IN_REVIEW, came_from=State.MET) == State.MET


def test_a_cancelled_call_leads_back_to_where_it_was_made() -> None:
    assert after(Act.CANCEL_CALL, State.CALLED, came_from=State.FOLLOWING_UP) == State.FOLLOWING_UP
    assert after(Act.CANCEL_CALL, State.CALLED, came_from=State.PREPARING) == State.PREPARING


@pytest.mark.parametrize("state", list(State))
def test_contents_are_edited_only_where_the_domain_says(state: State) -> None:
    if state in EDITABLE_DIRECTLY or state == State.IN_REVIEW:
        WHILE_EDITABLE.check(state)
        return
    with pytest.raises(Refused) as refused:
        WHILE_EDITABLE.check(state)
    assert refused.value.message
    if state == State.ESTABLISHED:
        assert "Starta en uppföljning" in refused.value.message
