"""Dates, times, deadlines and numbers as a person says them, in the language of the page.

Stamps use a colon ("14:03"), running text "kl. 15.00". All times are Swedish wall-clock times.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from common import clock

WEEK = 7  # days
NO_BREAK = "\u00a0"
ISOLATE, END_ISOLATE = "\u2068", "\u2069"  # what stands between keeps its own direction in a line of another
JOINER = "\u2060"  # takes no room, and lets no line break beside it
# How a day of a month is written where it is not simply "9 June": Finnish and Ukrainian bend the month's name, and the
# Arabic names that Django bends are the usual ones.
_DAY_OF_MONTH = {"fi": "j. E", "uk": "j E", "ar": "j E"}
_HOURS_WITH_POINT = ("sv", "fi", None)  # nobody's language is the program's own


@dataclass(frozen=True)
class Deadline:
    """By when, in words: the day first, the distance second. Only what is late is marked."""

    day: str
    distance: str
    is_late: bool = False


def as_day(moment: date | datetime) -> date:
    """The calendar day in Stockholm of a day or a moment."""
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def apart(text: str) -> str:
    """A name, a number or an address for a plain string (a label), kept whole in a line that runs from right to left.

    In a template <bdi> does the same.
    """
    return f"{ISOLATE}{text}{END_ISOLATE}" if text else ""


def day_words(moment: date | datetime) -> str:
    """ "9 juni", and with the year when it is another than this year's: "9 juni 2027"."""
    day = as_day(moment)
    language = get_language()
    written = _DAY_OF_MONTH.get(language or "", "j F")
    return _written(day, written if day.year == clock.today().year else f"{written} Y", language)


def weekday_words(moment: date | datetime) -> str:
    """ "tisdag 9 juni"."""
    language = get_language()
    weekday = _written(as_day(moment), "l", language)
    if language == "uk":
        return f"{weekday.lower()}, {day_words(moment)}"
    return f"{weekday} {day_words(moment)}"


@lru_cache(maxsize=2000)
def _written(day: date, how: str, _language: str | None) -> str:
    """⚡ Said once for each language: a list says the same few days over and over."""
    return date_format(day, how)


def near_words(moment: date | datetime) -> str:
    """ "idag", "igår" or the day: for lists of what has happened."""
    distance = (clock.today() - as_day(moment)).days
    return {0: _("idag"), 1: _("igår")}.get(distance) or day_words(moment)


def stamp(moment: datetime) -> str:
    """ "14.03", for what was saved or sent, and a clock on the wall."""
    return _hour(moment)


def hour_words(moment: datetime) -> str:
    """ "kl. 15.00", for running text; it never breaks over two lines."""
    return (_("kl. %(hour)s") % {"hour": _hour(moment)}).replace(" ", NO_BREAK)


def _hour(moment: datetime) -> str:
    return date_format(clock.local(moment), "H.i" if get_language() in _HOURS_WITH_POINT else "H:i")


def meeting_words(start: datetime, end: datetime | None = None) -> str:
    """ "Tisdag 9 juni kl. 15.00–16.00"; the hours stay on one line."""
    words = f"{capfirst(weekday_words(start))} {hour_words(start)}"
    return f"{words}{JOINER}–{JOINER}{_hour(end)}" if end else words


def change_words(why: str) -> str:
    """Why a called meeting was changed, as everybody in the plan is told; "" when nobody said why."""
    return _("Mötet är ändrat. Skälet: %(why)s") % {"why": why} if why else ""


def span_words(start: date | None, end: date | None) -> str:
    """ "22 april–8 maj", "från 22 april", "senast 8 maj", or "" when neither is known."""
    if start and end:
        return day_words(start) if start == end else f"{day_words(start)}–{day_words(end)}"
    if start:
        return _("från %(day)s") % {"day": day_words(start)}
    return _("senast %(day)s") % {"day": day_words(end)} if end else ""


def deadline(due: date | datetime) -> Deadline:
    """A deadline in words, seen from today. A moment that falls today says its hour.

    A moment that has passed earlier today is late too.
    """
    day = as_day(due)
    days = (day - clock.today()).days
    if days < 0:
        late = ngettext("%(days)s dag försenat", "%(days)s dagar försenat", -days) % {"days": -days}
        return Deadline(late, _("skulle vara klart %(day)s") % {"day": near_words(day)}, is_late=True)
    if days == 0:
        if not isinstance(due, datetime):
            return Deadline(_("Senast idag"), "")
        if due < clock.now():
            return Deadline(_("Sent"), _("skulle vara klart idag %(hour)s") % {"hour": hour_words(due)}, is_late=True)
        return Deadline(_("Senast idag"), hour_words(due))
    distance = ngettext("om %(days)s dag", "om %(days)s dagar", days) % {"days": days}
    return Deadline(capfirst(weekday_words(day)), _("imorgon") if days == 1 else distance)


def count_words(number: int) -> str:
    """Small numbers as words, as Swedish running text has them: "två", "tolv"; larger ones as figures.

    Figures in every other language: their words bend with what is counted.
    """
    if get_language() not in ("sv", None):
        return str(number)
    words = ("inga", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
    return words[number] if 0 <= number < len(words) else str(number)


def language_words(code: str) -> str:
    """What a language is called in the language of the page: "arabiska"; the code itself where nobody knows a name."""
    if code == "so":
        return _("somaliska")  # Django has never heard of it
    try:
        return str(get_language_info(code)["name_translated"]).lower()
    except KeyError:
        return code


QUOTES = '"”“„»«'


# What words are quoted with where it is not ”…”.
_MARKS = {"ar": ("«", "»"), "uk": ("«", "»"), "en": ("“", "”"), "so": ("“", "”")}


def quoted(text: str, language: str = "sv") -> list[str]:
    """The paragraphs of somebody's words, each in its language's quotation marks (in Swedish ”…”), never doubled."""
    begins, ends = _MARKS.get(language, ("”", "”"))
    lines = [line.strip() for line in text.splitlines()]
    paragraphs = [line for line in lines if line.strip(QUOTES).strip()]
    bare = [p[1:-1].strip() if p[0] in QUOTES and p[-1] in QUOTES else p for p in paragraphs]
    return [f"{begins}{paragraph}{ends}" for paragraph in bare]
