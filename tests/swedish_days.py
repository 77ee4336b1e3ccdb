"""A Swedish calendar that the tests work out by themselves, from the rules and not from the library."""

from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian rule."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    m = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@lru_cache
def free_days(year: int) -> set[date]:
    """Every day when offices are closed: weekends, holidays, and the eves of midsummer, Christmas and New Year."""
    days = {date(year, month, day) for month, day in FIXED}
    days |= {easter(year) + timedelta(days=after) for after in (-2, 0, 1, 39, 49)}
    midsummer = next(day for day in (date(year, 6, 20) + n * DAY for n in range(7)) if day.weekday() == 5)
    days |= {midsummer, midsummer - DAY}
    whole = [date(year, 1, 1) + n * DAY for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    return days | {day for day in whole if day.weekday() >= 5}


def is_open(day: date, *, squeeze: bool = False) -> bool:
    """Whether offices are open. With `squeeze`, not on a day alone between two when they are closed."""
    if day in free_days(day.year):
        return False
    around = (day - DAY, day + DAY)
    return not (squeeze and all(near in free_days(near.year) for near in around))


def open_from(day: date, *, squeeze: bool = False) -> date:
    """The day, or the first after it when offices are open."""
    return next(d for d in (day + n * DAY for n in range(20)) if is_open(d, squeeze=squeeze))


def open_until(day: date, *, squeeze: bool = False) -> date:
    """The day, or the last before it."""
    return next(d for d in (day - n * DAY for n in range(20)) if is_open(d, squeeze=squeeze))
