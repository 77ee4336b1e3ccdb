"""Swedish working days. Saturdays, Sundays and holidays are none; the eves that offices keep closed are none either.

Days are calendar days in Stockholm, without hours: what hour it is said at is the clock's (common/clock.py). A squeeze
day (klämdag) is a working day alone between two that are not; whether offices are closed then is a routine's setting.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
_DAY = timedelta(days=1)
# Lag (1989:253) om allmänna helgdagar, and the eves that lag (1930:173) puts beside them: midsommar, jul, nyår.
_KINDS = (holidays.PUBLIC, holidays.DE_FACTO)


def is_working_day(day: date, *, squeeze_days_off: bool = False) -> bool:
    """Whether offices are open on `day`. `squeeze_days_off`: not on a day alone between two free ones either."""
    if _is_free(day):
        return False
    return not (squeeze_days_off and _is_free(day - _DAY) and _is_free(day + _DAY))


def next_working_day(day: date, *, squeeze_days_off: bool = False) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_working_day(day, squeeze_days_off=squeeze_days_off):
        day += _DAY
    return day


def last_working_day(day: date, *, squeeze_days_off: bool = False) -> date:
    """`day` itself when it is a working day, else the last one before it."""
    while not is_working_day(day, squeeze_days_off=squeeze_days_off):
        day -= _DAY
    return day


def _is_free(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False, categories=_KINDS))
