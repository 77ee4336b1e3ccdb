"""Dates, names and lists as they stand in the documents."""

from datetime import UTC, date, datetime

import pytest

from sip.documents import words


def spaced(text: str) -> str:
    """The text with plain spaces."""
    return text.replace(words.NO_BREAK, " ")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 4, 22), date(2026, 5, 8), "22 april–8 maj"),
        (date(2026, 6, 3), date(2026, 6, 12), "3–12 juni"),
        (date(2026, 6, 3), date(2026, 6, 3), "3 juni"),
        (date(2026, 11, 2), date(2027, 1, 15), "2 november 2026–15 januari 2027"),
        (date(2027, 1, 15), date(2027, 5, 31), "15 januari–31 maj 2027"),
        (date(2026, 4, 22), None, "från 22 april"),
        (None, date(2027, 5, 8), "senast 8 maj 2027"),
        (None, None, ""),
    ],
)
def test_a_span_of_days_says_the_year_only_where_it_is_another(start: date, end: date, text: str) -> None:
    assert spaced(words.span_of_days(start, end, year=2026)) == text


def test_a_meeting_is_told_in_swedish_time_also_over_midnight_in_utc() -> None:
    start, end = words.parse_moment("2026-06-09T13:00:00Z"), words.parse_moment("2026-06-09T14:30:00Z")
    assert spaced(words.span_of_time(start, end)) == "tisdag 9 juni 2026 kl. 15.00–16.30"
    late = words.parse_moment("2026-06-09T22:30:00Z")
    assert words.moment(late) == "10\u00a0juni 2026 kl.\u00a000.30"  # neither an hour nor a day is cut by a line's end
    assert spaced(words.span_of_time(start, late)).endswith("till onsdag 10 juni 2026 kl. 00.30")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        words.parse_moment("2026-06-09T13:00:00")
    assert words.parse_moment("2026-01-09T13:00:00Z").astimezone(UTC) == datetime(2026, 1, 9, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "genitive"),
    [("Alva", "Alvas"), ("Max", "Max"), ("Lukas", "Lukas"), ("Ó", "Ós"), ("Null", "Nulls"), ("Fritz", "Fritz"),
     ("ليلى", ""), ("Юлия", ""), ("", ""), ("R2D2", ""), ("Phượng", "Phượngs")],
)  # fmt: skip
def test_the_genitive_follows_swedish_and_stays_out_of_other_scripts(name: str, genitive: str) -> None:
    assert words.genitive(name) == genitive


def test_lists_and_control_codes() -> None:
    assert words.listing([]) == ""
    assert words.listing(["a"]) == "a"
    assert words.listing(["a", "b"]) == "a och b"
    assert words.listing(["a", "b", "c"]) == "a, b och c"
    assert words.control_code("7f3a91c20b5e" + "0" * 52) == "7F3A 91C2 0B5E"
    assert words.printed_code("7f3a91c20b5e" + "0" * 52) == "7F3A\u00a091C2\u00a00B5E"
