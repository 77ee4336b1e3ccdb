"""Why a log reviewer is asked to look, and what is drawn at random: pure, at the edges."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from common import clock
from common.keys import new_key
from consent.log import flags
from consent.log.flags import MANY_CHILDREN, MANY_DENIALS, Seen

NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)
PER, DAG = new_key(), new_key()


def seen(minutes: float = 0, *, user: UUID | None = PER, child: UUID | None = None, denied: bool = False) -> Seen:
    return Seen(new_key(), NOON + timedelta(minutes=minutes), user, child or new_key(), "read", denied)


@pytest.mark.parametrize(
    ("month", "hour", "minute", "night"),
    [
        (1, 21, 59, False),
        (1, 22, 0, True),
        (1, 0, 0, True),
        (1, 5, 59, True),
        (1, 6, 0, False),
        (7, 21, 59, False),
        (7, 22, 0, True),
        (7, 5, 59, True),
        (7, 6, 0, False),
    ],
)
def test_night_is_told_by_swedish_clocks_winter_and_summer(month: int, hour: int, minute: int, night: bool) -> None:
    at = datetime(2026, month, 10, hour, minute, tzinfo=clock.STOCKHOLM)
    assert flags.is_night(at) is night
    assert flags.is_night(at.astimezone(UTC)) is night


@pytest.mark.parametrize(
    ("name", "others", "same"),
    [
        ("Per Lind", ["Alva Lind"], True),
        ("Per LIND", ["Alva lind"], True),
        ("Per Ek-Lind", ["Alva Lind"], True),
        ("Per Lind", ["Sara Ek", "Johan Lind Berg-Lind"], True),
        ("Per Lindqvist", ["Alva Lind"], False),
        ("Lind Per", ["Alva Lind"], False),
        ("Lind", ["Lind"], False),
        ("", ["Alva Lind", ""], False),
        ("Per Öberg", ["Alva Oberg"], False),
        ("Per Lindén", ["Alva Linden"], True),
        ("Null Null", ["Alva Null"], True),
    ],
)
def test_the_same_surname(name: str, others: list[str], same: bool) -> None:
    assert flags.share_surname(name, others) is same


@pytest.mark.parametrize(
    ("known", "others", "same"),
    [
        (["Storgatan 1, 274 30 Skurup"], ["storgatan 1  27430 skurup"], True),
        (["0411-55 01 02"], ["0411550102"], True),
        (["", ""], ["", "Storgatan 1"], False),
        (["Storgatan 1"], ["Storgatan 11"], False),
        ([], ["Storgatan 1"], False),
    ],
)
def test_the_same_address_or_phone(known: list[str], others: list[str], same: bool) -> None:
    assert flags.share_address(known, others) is same


def test_as_many_children_in_an_hour_as_anybody_may_meet_is_nothing() -> None:
    events = [seen(minute) for minute in range(MANY_CHILDREN)]
    assert flags.crowded(events) == set()
    assert flags.crowded([*events, seen(MANY_CHILDREN, user=DAG)]) == set()
    assert flags.crowded([*events, seen(MANY_CHILDREN, child=events[0].child_id)]) == set()
    assert flags.crowded([*events, seen(MANY_CHILDREN, denied=True)]) == set()
    assert flags.crowded([*events, seen(61)]) == set()


def test_one_child_more_and_all_of_them_are_looked_at() -> None:
    events = [seen(minute) for minute in range(MANY_CHILDREN + 1)]
    assert flags.crowded(events[::-1]) == {event.id for event in events}
    later = seen(300)
    assert later.id not in flags.crowded([*events, later])


def test_turned_away_many_times_within_a_day() -> None:
    tries = [seen(hour * 60, denied=True) for hour in range(MANY_DENIALS)]
    assert flags.turned_away(tries[:-1]) == set()
    assert flags.turned_away(tries) == {event.id for event in tries}
    spread = [seen(hour * 7 * 60, denied=True) for hour in range(MANY_DENIALS)]
    assert flags.turned_away(spread) == set()
    assert flags.turned_away([*tries[:-1], seen(5, user=DAG, denied=True)]) == set()


def test_the_sample_cannot_be_drawn_again_until_it_suits_somebody() -> None:
    keys = [new_key() for _number in range(200)]
    drawn = flags.drawn(keys, secret=b"k", where="bup 2026-05")
    assert drawn == flags.drawn(reversed(keys), secret=b"k", where="bup 2026-05")
    assert len(set(drawn)) == flags.SAMPLE
    assert drawn != flags.drawn(keys, secret=b"k", where="bup 2026-06")
    assert drawn != flags.drawn(keys, secret=b"other", where="bup 2026-05")
    assert flags.drawn(keys[:3], secret=b"k", where="x", count=20)
    assert flags.drawn([], secret=b"k", where="x") == []
