"""Swedish working days against a calendar that the test works out by itself, for thirty years."""

from datetime import date

import pytest

from agencies.calendar import is_working_day, last_working_day, next_working_day
from tests.swedish_days import DAY, free_days


@pytest.mark.parametrize("year", range(2015, 2045))
def test_every_day_of_a_year(year: int) -> None:
    free = free_days(year)
    day = date(year, 1, 1)
    while day.year == year:
        assert is_working_day(day) == (day not in free), day
        day += DAY


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),  # an ordinary Monday
        (date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 20)),  # a Sunday
        (date(2026, 4, 3), date(2026, 4, 7), date(2026, 4, 2)),  # the whole of Easter
        (date(2026, 12, 31), date(2027, 1, 4), date(2026, 12, 30)),  # over the end of the year
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),  # a leap day is a day
        (date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 27)),  # the night the clock goes forward
        (date(2026, 10, 25), date(2026, 10, 26), date(2026, 10, 23)),  # and back
    ],
)
def test_to_the_next_and_the_last(day: date, after: date, before: date) -> None:
    assert next_working_day(day) == after
    assert last_working_day(day) == before


def test_a_squeeze_day_is_free_where_the_routine_says_so() -> None:
    friday_after_ascension, monday_before_epiphany = date(2026, 5, 15), date(2026, 1, 5)
    for day in (friday_after_ascension, monday_before_epiphany):
        assert is_working_day(day)
        assert not is_working_day(day, squeeze_days_off=True)
    assert next_working_day(date(2026, 5, 14)) == friday_after_ascension
    assert next_working_day(date(2026, 5, 14), squeeze_days_off=True) == date(2026, 5, 18)
    assert last_working_day(date(2026, 5, 17), squeeze_days_off=True) == date(2026, 5, 13)


def test_two_working_days_between_are_no_squeeze_days() -> None:
    assert is_working_day(date(2026, 12, 28), squeeze_days_off=True)  # Monday to Wednesday before New Year's Eve
    assert is_working_day(date(2027, 1, 4), squeeze_days_off=True)
    assert is_working_day(date(2027, 1, 5), squeeze_days_off=True)
