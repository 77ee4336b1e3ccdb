"""Dates, names and lists as they stand on paper, in the language that the paper is made in (else Swedish)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from common.text import in_words
from sip.documents.month_names import NAMES, SWEDISH, Names

NO_BREAK = "\u00a0"


def _names() -> Names:
    return NAMES.get(get_language() or "sv", SWEDISH)


def parse_day(text: str) -> date:
    """The day that "2026-09-15" names. Raises ValueError for anything else."""
    return date.fromisoformat(text)


def parse_moment(text: str) -> datetime:
    """The moment that "2026-09-15T13:00:00Z" names, on a Swedish wall clock. Raises ValueError without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {text}")
    return clock.local(moment)


def day_of(text: str) -> date:
    """The Swedish day of "2026-09-15T13:00:00Z", or of "2026-09-15", where nobody wrote down the hour."""
    return parse_moment(text).date() if "T" in text else parse_day(text)


def day(when: date) -> str:
    """15 september 2026"""
    return f"{_day_month(when)} {when.year}"


def weekday(when: date) -> str:
    """tisdag 15 september 2026"""
    return f"{_names().weekdays[when.weekday()]} {day(when)}"


def _at(day: str, hours: str) -> str:
    """A day, and an hour that stays beside its "kl."."""
    words = _("%(day)s kl. %(hour)s") % {"day": "\0", "hour": hours}
    before, after = words.split("\0")
    return f"{before}{day}{after[:1]}{_together(after[1:])}"


def _together(words: str) -> str:
    """The same words, which never break over two lines."""
    return words.replace(" ", NO_BREAK)


def clock_time(when: datetime) -> str:
    """15.00"""
    return when.strftime(_names().hour)


def moment(when: datetime) -> str:
    """15 september 2026 kl. 15.00"""
    return _at(day(when), clock_time(when))


def span_of_days(start: date | None, end: date | None, *, year: int) -> str:
    """22 april–8 maj. The year is written only where it is not `year`, the document's own.

    With one end missing: "från 22 april", "senast 8 maj"; with both missing an empty string.
    """
    if start and end:
        if start == end:
            return _short(start, year)
        if (start.year, start.month) == (end.year, end.month):
            return _span_in_month(start, end, year)
        if start.year == end.year:
            return f"{_short(start, start.year)}–{_short(end, year)}"
        return f"{_short(start, 0)}–{_short(end, 0)}"
    if start:
        return _("från %(day)s") % {"day": _short(start, year)}
    if end:
        return _("senast %(day)s") % {"day": _short(end, year)}
    return ""


def span_of_time(start: datetime, end: datetime) -> str:
    """tisdag 15 september 2026 kl. 14.00–15.00, or both days where the end falls on another."""
    if start.date() == end.date():
        hours = f"{clock_time(start)}–{clock_time(end)}"
        return _at(weekday(start), hours)
    first, last = (_at(weekday(when), clock_time(when)) for when in (start, end))
    return _("%(start)s till %(end)s") % {"start": first, "end": last}


def _short(when: date, year: int) -> str:
    return _day_month(when) if when.year == year else day(when)


def _span_in_month(start: date, end: date, year: int) -> str:
    """3–12 juni"""
    first = _names().day_month.format(day=start.day, month="").rstrip()
    return f"{first}–{_short(end, year)}"


def _day_month(when: date) -> str:
    return _together(_names().day_month.format(day=when.day, month=_names().months[when.month - 1]))


def listing(items: Sequence[str]) -> str:
    """a, b och c"""
    return in_words(items)


def genitive(name: str) -> str:
    """Alvas, Max, Lukas; an empty string where Swedish has no ending to put (another script, a digit)."""
    if not name or not _is_latin(name[-1]):
        return ""
    return name if name[-1].casefold() in "sxz" else f"{name}s"


def _is_latin(character: str) -> bool:
    # The Latin blocks end at U+024F; Latin Extended Additional (Vietnamese) is U+1E00–U+1EFF.
    return character.isalpha() and (character <= "\u024f" or "\u1e00" <= character <= "\u1eff")


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def printed_code(sha256: str) -> str:
    """The control code as it stands on paper, on one line."""
    return _together(control_code(sha256))


def control_code(sha256: str) -> str:
    """The first twelve hexadecimal digits of a hash, as people can compare them: 7F3A 91C2 0B5E."""
    head = sha256[:12].upper()
    return f"{head[:4]} {head[4:8]} {head[8:]}"
