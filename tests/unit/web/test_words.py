"""Dates, deadlines and numbers in words."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from sip.web import words

TUESDAY = date(2026, 5, 5)


@pytest.fixture(autouse=True)
def ten_on_a_tuesday() -> Iterator[None]:
    """It is Tuesday 5 May 2026, ten o'clock."""
    with clock.set_to(clock.at(TUESDAY, 10)):
        yield


@pytest.mark.parametrize(
    ("due", "day", "distance", "is_late"),
    [
        (date(2026, 5, 4), "1 dag försenat", "skulle vara klart igår", True),
        (date(2026, 4, 28), "7 dagar försenat", "skulle vara klart 28 april", True),
        (TUESDAY, "Senast idag", "", False),
        (clock.at(TUESDAY, 16), "Senast idag", "kl.\N{NO-BREAK SPACE}16.00", False),
        (clock.at(TUESDAY, 9), "Sent", "skulle vara klart idag kl.\N{NO-BREAK SPACE}09.00", True),
        (date(2026, 5, 6), "Onsdag 6 maj", "imorgon", False),
        (date(2026, 5, 7), "Torsdag 7 maj", "om 2 dagar", False),
        (date(2027, 1, 4), "Måndag 4 januari 2027", "om 244 dagar", False),
    ],
)
def test_a_deadline_says_the_day_first_and_marks_only_what_is_late(
    due: date | datetime, day: str, distance: str, is_late: bool
) -> None:
    assert words.deadline(due) == words.Deadline(day, distance, is_late)


def test_a_moment_counts_as_the_day_it_is_in_stockholm() -> None:
    just_before_midnight_utc = clock.at(date(2026, 5, 6), 0, 30)
    assert words.day_words(just_before_midnight_utc) == "6 maj"


def test_spans() -> None:
    start, end = date(2026, 4, 22), date(2026, 5, 8)
    assert words.span_words(start, end) == "22 april–8 maj"
    assert words.span_words(start, None) == "från 22 april"
    assert words.span_words(None, end) == "senast 8 maj"
    assert words.span_words(None, None) == ""
    assert words.span_words(end, end) == "8 maj"


def test_hours_have_a_point() -> None:
    at = clock.at(TUESDAY, 14, 3)
    assert words.stamp(at) == "14.03"
    assert words.hour_words(at) == "kl.\N{NO-BREAK SPACE}14.03"
    assert (
        words.meeting_words(at, at + timedelta(hours=1))
        == "Tisdag 5 maj kl.\N{NO-BREAK SPACE}14.03\N{WORD JOINER}–\N{WORD JOINER}15.03"
    )


def test_own_words_get_swedish_quotation_marks_once() -> None:
    assert words.quoted('"Fråga mig först."\n\nInte bara mamma.') == ["”Fråga mig först.”", "”Inte bara mamma.”"]
    assert words.quoted("”Nej” sa jag") == ["””Nej” sa jag”"]
    assert words.quoted(" \n ") == []
    assert words.quoted("\xa0") == []


@given(st.text())
def test_quoting_never_fails_and_never_loses_a_letter(text: str) -> None:
    letters = [sign for sign in text if sign.isalpha()]
    assert [sign for paragraph in words.quoted(text) for sign in paragraph if sign.isalpha()] == letters
