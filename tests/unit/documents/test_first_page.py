"""The arithmetic of what stands on page one; the finished pages are tested in test_plan_document.py."""

from hypothesis import given
from hypothesis import strategies as st

from sip.documents.first_page import SHORT, Rows, ladder, split_rows, start_of

_row = st.fixed_dictionaries(
    {"text": st.text(max_size=300), "unit": st.text(max_size=60), "contact": st.text(max_size=60)}
)
_rows = st.lists(_row, max_size=15)
_groups = st.lists(
    st.fixed_dictionaries({"label": st.text(max_size=9), "text": st.just(""), "rows": _rows}), max_size=5
)


@given(_groups, st.integers(min_value=0, max_value=40))
def test_rows_are_parted_in_order_and_none_is_lost(groups: list[dict[str, list[object]]], most: int) -> None:
    first, rest = split_rows(groups, most)
    assert [row for group in first + rest for row in group["rows"]] == [
        row for group in groups for row in group["rows"]
    ]
    assert sum(len(group["rows"]) for group in first) <= most
    assert [group for group in groups if not group["rows"]] == [
        group for group in first + rest if not group["rows"] and group in groups
    ]


@given(_groups, _rows, st.integers(min_value=0, max_value=10_000))
def test_the_ladder_goes_down_and_ends_on_a_page_without_rows(groups: Rows, others: Rows, voice: int) -> None:
    layouts = list(ladder(groups, others, voice))
    counts = [layout.actions for layout in layouts if layout.actions is not None]
    assert counts == sorted(counts, reverse=True)
    assert (layouts[-1].actions, layouts[-1].others) == (0, 0)
    assert len(layouts) < 60


def test_a_plan_with_next_to_nothing_goes_on_on_the_first_page() -> None:
    assert next(ladder([], [], 40)).density == SHORT


@given(st.text(max_size=2_000), st.integers(min_value=1, max_value=900))
def test_the_start_of_a_text_is_its_start(text: str, most: int) -> None:
    start = start_of([text], most)
    if start is None:
        assert len(text) <= most
    else:
        assert text.startswith(start[0])
        assert len(start[0]) <= most


def test_the_start_ends_with_a_whole_sentence_else_a_whole_word() -> None:
    assert start_of(["Jag vill sova. Och jag vill äta lunch."], 20) == ["Jag vill sova."]
    assert start_of(["Jag vill sova och äta lunch"], 16) == ["Jag vill sova"]
