"""The wheel as a drawing: every mark inside its ring, in the spokes' order, and the shape only where there is one."""

from hypothesis import given
from hypothesis import strategies as st

from sip.plans.spokes import SPOKES
from sip.web.family.own_page import HIGH, MIDDLE_X, MIDDLE_Y, RING, WIDE, draw

marks = st.dictionaries(st.sampled_from(list(SPOKES)), st.integers(1, 5))


@given(marks, marks)
def test_marks_stand_on_their_spokes_within_the_ring(now: dict[str, int], before: dict[str, int]) -> None:
    wheel = draw(now, before)
    assert [spoke.name for spoke in wheel.spokes] == [str(name) for name in SPOKES.values()]
    for slug, spoke in zip(SPOKES, wheel.spokes, strict=True):
        assert (spoke.point is None) == (slug not in now) == (spoke.mark == "")
        x, y = spoke.words
        ahead = {"start": x + 8 * len(spoke.name), "end": x - 8 * len(spoke.name), "middle": x}[spoke.anchor]
        assert 0 <= min(x, ahead) and max(x, ahead) <= WIDE and 0 < y < HIGH, "no word is cut off at the edge"
        if spoke.point:
            away = ((spoke.point[0] - MIDDLE_X) ** 2 + (spoke.point[1] - MIDDLE_Y) ** 2) ** 0.5
            assert abs(away - RING * now[slug] / 5) < 0.2
    assert len(wheel.now.split()) == (len(now) if len(now) > 2 else 0)


@given(marks, marks)
def test_what_has_moved_is_told_once_and_what_has_not_is_not(now: dict[str, int], before: dict[str, int]) -> None:
    moved = {slug for slug in now.keys() & before.keys() if now[slug] != before[slug]}
    assert len(draw(now, before).moved) == len(moved)


def test_straight_up_is_the_first_spoke() -> None:
    first = draw({"trygg": 5}, {}).spokes[0]
    assert first.point == (MIDDLE_X, MIDDLE_Y - RING) and first.anchor == "middle"
    assert draw({"trygg": 5}, {}).moved == ()
