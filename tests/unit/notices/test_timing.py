"""When a notice may go out, over two years of hours with both changes of clock, against rules written out here."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.keys import new_key
from sip.notices.timing import Due, Pace, may_go, share_out

STOCKHOLM = ZoneInfo("Europe/Stockholm")
START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60
HOUR = timedelta(hours=1)
# Both nights when the clock changes, within the two years; drawn more often than chance would.
CHANGES = [
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2027, 3, 28, tzinfo=UTC),
    datetime(2027, 10, 31, tzinfo=UTC),
]

any_moment = st.integers(0, MINUTES).map(lambda minutes: START + timedelta(minutes=minutes))
near_a_change = st.tuples(st.sampled_from(CHANGES), st.integers(-24 * 60, 24 * 60)).map(
    lambda drawn: drawn[0] + timedelta(minutes=drawn[1])
)
moments = any_moment | near_a_change
deadlines = st.none() | st.integers(-60, 5 * 24 * 60)
minutes_before = st.integers(0, 5 * 24 * 60)


def at(text: str) -> datetime:
    """What Swedish wall clocks show, as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def wall_hour(moment: datetime) -> int:
    return moment.astimezone(STOCKHOLM).hour


def wall_day(moment: datetime) -> date:
    return moment.astimezone(STOCKHOLM).date()


def due(moment: str, deadline: str = "", is_compulsory: bool = False) -> Due:
    return Due(new_key(), at(moment), at(deadline) if deadline else None, is_compulsory)


@st.composite
def situations(draw: st.DrawFn) -> tuple[datetime, Due, Pace]:
    """A moment, a notice that has fallen due by then, and how its recipient wants letters."""
    now = draw(moments)
    ahead = draw(deadlines)
    notice = Due(
        new_key(),
        now - timedelta(minutes=draw(minutes_before)),
        None if ahead is None else now + timedelta(minutes=ahead),
        draw(st.booleans()),
    )
    last = draw(st.none() | minutes_before)
    return now, notice, Pace(draw(st.booleans()), None if last is None else now - timedelta(minutes=last))


@given(situations())
@pytest.mark.proof
def test_nothing_at_night_but_what_is_due_that_day(drawn: tuple[datetime, Due, Pace]) -> None:
    now, notice, pace = drawn
    moment = may_go(now, notice, pace)
    assert moment >= now
    if not 7 <= wall_hour(moment) < 21:
        assert notice.deadline is not None
        assert notice.deadline >= moment
        assert wall_day(notice.deadline) == wall_day(moment)


@given(situations())
@pytest.mark.proof
def test_an_hour_between_letters_but_for_a_call_that_would_come_too_late(drawn: tuple[datetime, Due, Pace]) -> None:
    now, notice, pace = drawn
    moment = may_go(now, notice, pace)
    if pace.last_letter_at and moment - pace.last_letter_at < HOUR:
        assert notice.is_compulsory
        assert notice.deadline is not None
        assert now <= notice.deadline < pace.last_letter_at + HOUR


@given(situations())
@pytest.mark.proof
def test_it_is_never_held_for_long(drawn: tuple[datetime, Due, Pace]) -> None:
    """At most until the next 08 (or 07 after a night), and an hour: a day may have 25 hours."""
    now, notice, pace = drawn
    assert may_go(now, notice, pace) - now <= timedelta(hours=36)


@given(situations())
@pytest.mark.proof
def test_when_its_moment_has_come_it_goes(drawn: tuple[datetime, Due, Pace]) -> None:
    """What is held until a moment is not held again then, or it would never be told."""
    now, notice, pace = drawn
    moment = may_go(now, notice, pace)
    assert may_go(moment, notice, pace) == moment


@given(situations())
@pytest.mark.proof
def test_who_wants_one_letter_a_day_gets_the_rest_at_eight(drawn: tuple[datetime, Due, Pace]) -> None:
    now, notice, _pace = drawn
    if notice.is_compulsory or notice.deadline is not None:
        return
    moment = may_go(now, notice, Pace(is_daily=True))
    assert moment == now or (moment.astimezone(STOCKHOLM).hour, moment.minute) == (8, 0) or wall_hour(moment) == 7


@pytest.mark.parametrize(
    ("now", "notice", "pace", "then"),
    [
        ("2026-09-10 14:00", due("2026-09-10 14:00"), Pace(), "2026-09-10 14:00"),
        ("2026-09-10 20:59", due("2026-09-10 20:59"), Pace(), "2026-09-10 20:59"),
        ("2026-09-10 21:00", due("2026-09-10 21:00"), Pace(), "2026-09-11 07:00"),
        ("2026-09-11 06:59", due("2026-09-10 22:00"), Pace(), "2026-09-11 07:00"),
        # Due the same day: at once, also in the small hours; yesterday's is not.
        ("2026-09-11 05:30", due("2026-09-11 05:30", "2026-09-11 08:00"), Pace(), "2026-09-11 05:30"),
        ("2026-09-10 22:30", due("2026-09-10 22:30", "2026-09-10 23:59"), Pace(), "2026-09-10 22:30"),
        ("2026-09-10 22:30", due("2026-09-10 22:30", "2026-09-11 08:00"), Pace(), "2026-09-11 07:00"),
        ("2026-09-11 00:30", due("2026-09-11 00:30", "2026-09-10 23:59"), Pace(), "2026-09-11 07:00"),
        # The hour.
        ("2026-09-10 14:00", due("2026-09-10 14:00"), Pace(False, at("2026-09-10 13:30")), "2026-09-10 14:30"),
        ("2026-09-10 14:00", due("2026-09-10 14:00"), Pace(False, at("2026-09-10 13:00")), "2026-09-10 14:00"),
        ("2026-09-10 20:45", due("2026-09-10 20:45"), Pace(False, at("2026-09-10 20:30")), "2026-09-11 07:00"),
        (
            "2026-09-10 14:00",
            due("2026-09-10 14:00", "2026-09-10 14:20", is_compulsory=True),
            Pace(False, at("2026-09-10 13:50")),
            "2026-09-10 14:00",
        ),
        (
            "2026-09-10 14:00",
            due("2026-09-10 14:00", "2026-09-10 14:20"),
            Pace(False, at("2026-09-10 13:50")),
            "2026-09-10 14:50",
        ),
        # Once a day.
        ("2026-09-10 14:00", due("2026-09-10 14:00"), Pace(True), "2026-09-11 08:00"),
        ("2026-09-10 07:30", due("2026-09-10 06:00"), Pace(True), "2026-09-10 08:00"),
        ("2026-09-10 09:30", due("2026-09-10 07:00"), Pace(True), "2026-09-10 09:30"),  # the worker was away at eight
        ("2026-09-10 14:00", due("2026-09-10 14:00", is_compulsory=True), Pace(True), "2026-09-10 14:00"),
        ("2026-09-10 14:00", due("2026-09-10 14:00", "2026-09-10 23:59"), Pace(True), "2026-09-10 14:00"),
        # The clock goes forward (23 hours) and back (25): eight by the wall, and an hour is sixty minutes.
        ("2026-03-28 22:00", due("2026-03-28 22:00"), Pace(), "2026-03-29 07:00"),
        ("2026-10-24 22:00", due("2026-10-24 22:00"), Pace(), "2026-10-25 07:00"),
        ("2026-10-24 14:00", due("2026-10-24 14:00"), Pace(True), "2026-10-25 08:00"),
        ("2026-12-31 23:00", due("2026-12-31 23:00"), Pace(), "2027-01-01 07:00"),
        ("2028-02-28 22:00", due("2028-02-28 22:00"), Pace(), "2028-02-29 07:00"),
    ],
)
def test_by_the_clock_on_the_wall(now: str, notice: Due, pace: Pace, then: str) -> None:
    assert may_go(at(now), notice, pace) == at(then)


def test_the_nights_of_the_changes_last_nine_and_eleven_hours_less_one_and_more_one() -> None:
    spring = may_go(at("2026-03-28 21:00"), due("2026-03-28 21:00"), Pace()) - at("2026-03-28 21:00")
    autumn = may_go(at("2026-10-24 21:00"), due("2026-10-24 21:00"), Pace()) - at("2026-10-24 21:00")
    assert (spring, autumn) == (timedelta(hours=9), timedelta(hours=11))


@given(st.data())
@pytest.mark.proof
def test_a_life_of_letters_keeps_the_hour_and_the_night_and_loses_nothing(data: st.DataObject) -> None:
    """Play the sweep, each five minutes over some days, for one person: every notice goes out once, in few letters."""
    start = data.draw(moments)
    is_daily = data.draw(st.booleans())
    drawn = data.draw(st.lists(st.tuples(st.integers(0, 3 * 24 * 60), deadlines, st.booleans()), max_size=12))
    waiting = {
        row.id: row
        for row in (
            Due(new_key(), start + timedelta(minutes=after), _deadline(start, after, ahead), must)
            for after, ahead, must in drawn
        )
    }
    held: dict[UUID, datetime] = {}
    letters: list[tuple[datetime, list[Due]]] = []
    now = start
    while waiting:
        ready = [row for row in waiting.values() if row.due_at <= now and held.get(row.id, now) <= now]
        if ready:
            goes, later = share_out(now, ready, Pace(is_daily, letters[-1][0] if letters else None))
            held.update(later)
            assert set(goes).isdisjoint(later)
            assert set(goes) | set(later) == {row.id for row in ready}
            if goes:
                letters.append((now, [waiting.pop(key) for key in goes]))
        now += timedelta(minutes=5)
        assert now - start < timedelta(days=9)
    for moment, rows in letters:
        if not 7 <= wall_hour(moment) < 21:
            assert all(row.deadline is not None and wall_day(row.deadline) == wall_day(moment) for row in rows)
    for (before, _rows), (after_it, rows) in pairwise(letters):
        assert after_it - before >= HOUR or any(row.is_compulsory and row.deadline is not None for row in rows)
    plain = [at for at, rows in letters if not any(row.is_compulsory or row.deadline is not None for row in rows)]
    if is_daily:
        assert len({wall_day(moment) for moment in plain}) == len(plain), "one letter a day"


def _deadline(start: datetime, after: int, ahead: int | None) -> datetime | None:
    return None if ahead is None else start + timedelta(minutes=after + ahead)
