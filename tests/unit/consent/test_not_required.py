"""Consent that is not required: health care and social services, a child under 18, a reason and a last day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules import CHILD, NOBODY, Decision, Kind, Standing, Status, standing

TODAY = date(2026, 9, 1)
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=90)
GONE = TODAY - timedelta(days=1)
WHY = "Barnet behöver vård nu."


def exempt(until: date | None = SOON, reason: str = WHY) -> Decision:
    """What the coordinator recorded."""
    return Decision(NOBODY, "not_required", until, reason)


AGAIN = Decision(NOBODY, "required_again", None, "Familjen är med igen.")


def yes(who: str, until: date | None = LATER) -> Decision:
    """A yes."""
    return Decision(who, "given", until)


def by_need(*said: Decision, who: tuple[str, ...] = ("sara", "johan"), today: date = TODAY) -> Standing:
    """Where consent stands towards health care or social services."""
    return standing(who, said, today, may_share_by_need=True)


def test_it_is_effective_with_its_reason_and_its_last_day() -> None:
    found = by_need(exempt())
    assert (found.status, found.until, found.reason) == (Status.NOT_REQUIRED, SOON, WHY)
    assert found.is_effective
    assert not found.has_ended


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        ([], Status.NEVER_ASKED),
        ([yes("sara")], Status.WAITING),
        ([Decision("sara", "refused")], Status.REFUSED),
        ([yes("sara"), Decision("sara", "withdrawn")], Status.WITHDRAWN),
        ([yes("sara", GONE), yes("johan", GONE)], Status.EXPIRED),
        ([yes("sara", TODAY), yes("johan")], Status.EFFECTIVE),  # runs out before the exception does
    ],
)
def test_what_the_family_says_stands_beside_it_and_ends_nothing(said: list[Decision], beside: Status) -> None:
    for decisions in ([exempt(), *said], [*said, exempt()]):  # whoever spoke last
        found = by_need(*decisions)
        assert (found.status, found.beside, found.until) == (Status.NOT_REQUIRED, beside, SOON)


def test_who_has_not_answered_is_still_known() -> None:
    assert by_need(exempt(), yes("sara")).waiting_for == ("johan",)


@pytest.mark.parametrize(
    ("theirs", "exception", "status", "until"),
    [
        (LATER, SOON, Status.EFFECTIVE, LATER),
        (SOON, SOON, Status.EFFECTIVE, SOON),
        (SOON, LATER, Status.NOT_REQUIRED, LATER),
        (None, SOON, Status.EFFECTIVE, None),
        (SOON, None, Status.NOT_REQUIRED, None),
        (None, None, Status.EFFECTIVE, None),
    ],
)
def test_what_holds_longest_is_what_counts(
    theirs: date | None, exception: date | None, status: Status, until: date | None
) -> None:
    """A grant carries the last day: were it the shorter one, access would end with nobody having ended it."""
    found = by_need(exempt(exception), yes("sara", theirs), yes("johan", theirs))
    assert (found.status, found.until) == (status, until)
    assert found.beside is (None if status is Status.EFFECTIVE else Status.EFFECTIVE)


def test_it_ends_with_its_last_day() -> None:
    assert by_need(exempt(SOON), today=SOON).is_effective
    assert by_need(exempt(SOON), today=SOON + timedelta(days=1)).status is Status.NEVER_ASKED


def test_it_ends_when_consent_is_required_again_and_may_come_back() -> None:
    assert by_need(exempt(), AGAIN).status is Status.NEVER_ASKED
    assert by_need(exempt(), AGAIN, exempt(LATER, "Läget är värre.")).reason == "Läget är värre."
    assert by_need(AGAIN).status is Status.NEVER_ASKED


def test_the_newest_exception_holds_even_when_it_is_shorter() -> None:
    assert by_need(exempt(LATER), exempt(GONE)).status is Status.NEVER_ASKED


def test_a_school_and_somebody_of_age_are_never_exempt() -> None:
    """The caller says so by not letting the agency share by need; then a row there counts for nothing."""
    said = [exempt(), Decision("sara", "refused")]
    assert standing(["sara"], said, TODAY) == Standing(Status.REFUSED)
    assert standing([CHILD], [exempt()], TODAY).status is Status.NEVER_ASKED


def test_an_exception_is_nobodys_yes() -> None:
    """Not even where nobody decides, or where the one who recorded it is the only one on the list."""
    assert not standing([], [exempt()], TODAY).is_effective
    assert standing([NOBODY], [exempt()], TODAY).status is Status.NEVER_ASKED


people = st.sampled_from(["sara", "johan", CHILD])
untils = st.one_of(st.none(), st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)))
words = st.builds(Decision, people, st.sampled_from(["given", "refused", "withdrawn"]), untils)
exceptions = st.builds(Decision, st.just(NOBODY), st.sampled_from(["not_required", "required_again"]), untils)
stories = st.lists(st.one_of(words, exceptions), max_size=10)
deciding = st.lists(people, unique=True, max_size=3)


@given(deciding, stories)
def test_effective_means_everybodys_yes_or_an_exception_that_holds(who: list[str], said: list[Decision]) -> None:
    own = {one: [d for d in said if d.decider == one][-1:] for one in who}
    agreed = bool(who) and all(
        row and row[0].kind == "given" and (row[0].until is None or row[0].until >= TODAY) for row in own.values()
    )
    last = [d for d in said if d.decider == NOBODY][-1:]
    holds = bool(last) and last[0].kind == "not_required" and (last[0].until is None or last[0].until >= TODAY)
    assert standing(who, said, TODAY, may_share_by_need=True).is_effective == (agreed or holds)
    assert standing(who, said, TODAY).is_effective == agreed


@given(deciding, stories)
def test_it_lasts_to_the_day_it_says_and_not_a_day_longer(who: list[str], said: list[Decision]) -> None:
    found = standing(who, said, TODAY, may_share_by_need=True)
    if found.is_effective and found.until:
        assert standing(who, said, found.until, may_share_by_need=True).is_effective
        assert not standing(who, said, found.until + timedelta(days=1), may_share_by_need=True).is_effective
    if found.is_effective and not found.until:
        assert standing(who, said, date(2100, 1, 1), may_share_by_need=True).is_effective


@given(deciding, stories, stories)
def test_the_family_can_neither_end_nor_prolong_an_exception(
    who: list[str], said: list[Decision], more: list[Decision]
) -> None:
    family_only = [decision for decision in more if decision.kind not in (Kind.NOT_REQUIRED, Kind.REQUIRED_AGAIN)]
    before = standing([], said, TODAY, may_share_by_need=True)
    after = standing(who, [*said, *family_only], TODAY, may_share_by_need=True)
    if before.is_effective:
        assert after.is_effective
