"""The calendar file, read by two libraries and held against RFC 5545 and 5546 line by line."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import vobject
from icalendar import Calendar

from sip.documents.calendar import meeting_event
from sip.meetings.models import Meeting

FOLD = 75  # octets to a line, the line break not counted
STARTS = {
    "summer": datetime(2027, 6, 9, 12, 30, tzinfo=UTC),
    "winter": datetime(2027, 1, 12, 8, 0, tzinfo=UTC),
    "the night that the clock is set forward": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    "the night that the clock is set back": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    "over midnight on New Year's Eve": datetime(2027, 12, 31, 22, 30, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
}


@dataclass
class Line:
    """One content line: its name, its parameters, its value."""

    name: str
    parameters: dict[str, str]
    value: str


def meeting(start: datetime = STARTS["summer"], **changes: Any) -> Meeting:
    values: dict[str, Any] = {
        "pk": UUID("00000000-0000-7000-8000-000000000001"),
        "plan_id": UUID("00000000-0000-7000-8000-000000000002"),
        "called_at": datetime(2026, 12, 1, 9, 0, 5, tzinfo=UTC),
        "start": start,
        "end": start + timedelta(hours=1),
        "place": "Mackleanskolan, rum 4; ingång B\\C",
        "purpose": "Alva Linds frånvaro",
        "question": "Vad behöver Alva?",
    }
    return Meeting(**{**values, **changes})


def made(row: Meeting, **how: bool) -> bytes:
    return meeting_event(row, **{"with_place": True, "with_link": True, **how})


def lines(data: bytes) -> list[Line]:
    """The content lines, unfolded, as RFC 5545 §3.1 says."""
    found = []
    for text in data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        head, value = re.split(r":(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text, maxsplit=1)
        name, *rest = head.split(";")
        found.append(Line(name, dict(each.split("=", 1) for each in rest), value))
    return found


def event(data: bytes) -> dict[str, Line]:
    """The lines of the event; each name stands once in it."""
    names = [line.name + line.value if line.name in ("BEGIN", "END") else line.name for line in lines(data)]
    inside = lines(data)[names.index("BEGINVEVENT") + 1 : names.index("ENDVEVENT")]
    assert len({line.name for line in inside}) == len(inside)
    return {line.name: line for line in inside}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("is_off", [False, True])
def test_every_line_is_as_the_standard_says(start: datetime, is_off: bool) -> None:
    data = made(meeting(start, place="Å" * 200), is_off=is_off)
    raw = data.split(b"\r\n")
    assert raw.pop() == b""  # the last line ends too
    assert all(len(line) <= FOLD and b"\n" not in line and b"\r" not in line for line in raw)
    for line in raw:
        line.decode()  # no character is cut in two
    top = {line.name: line.value for line in lines(data)[:5]}
    assert lines(data)[0].value == "VCALENDAR" == lines(data)[-1].value
    assert (top["VERSION"], top["METHOD"]) == ("2.0", "CANCEL" if is_off else "PUBLISH") and top["PRODID"]
    found = event(data)
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "STATUS"} <= set(found)
    assert re.fullmatch(r"\d{8}T\d{6}Z", found["DTSTAMP"].value), "a stamp is in UTC"
    assert found["STATUS"].value == ("CANCELLED" if is_off else "CONFIRMED")
    assert found["DTSTART"].value == f"{start:%Y%m%dT%H%M%SZ}", "in UTC, so that no zone has to be explained"
    assert not any("TZID" in line.parameters for line in lines(data))


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_another_library_reads_the_same_moments(start: datetime) -> None:
    row = meeting(start)
    read = vobject.readOne(made(row).decode())
    assert read.method.value == "PUBLISH"
    assert read.vevent.dtstart.value.astimezone(UTC) == row.start
    assert read.vevent.dtend.value.astimezone(UTC) == row.end
    assert read.vevent.uid.value == f"{row.pk}@sip.invalid"
    assert read.vevent.location.value == row.place
    (own,) = Calendar.from_ical(made(row)).walk("VEVENT")
    assert own.decoded("dtstart") == row.start


class Desk:
    """A calendar that does what RFC 5546 §2.1.5 and §3.2 say with the files that somebody opens in it."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[tuple[int, str], str]] = {}

    def opens(self, data: bytes) -> None:
        """The newest of one UID replaces the others; one that is cancelled is taken away."""
        read = vobject.readOne(data.decode())
        uid, known = read.vevent.uid.value, (int(read.vevent.sequence.value), str(read.vevent.dtstamp.value))
        if uid in self.events and self.events[uid][0] > known:
            return
        self.events[uid] = (known, "" if read.method.value == "CANCEL" else str(read.vevent.dtstart.value))

    @property
    def shown(self) -> list[str]:
        """When there is something."""
        return [when for _known, when in self.events.values() if when]


def test_a_newer_file_replaces_the_event_and_an_older_one_brings_nothing_back() -> None:
    first = made(meeting())
    later = meeting(STARTS["winter"], sequence=1, changed_at=datetime(2026, 12, 2, tzinfo=UTC))
    moved = made(later)
    later.sequence, later.changed_at, later.cancelled_at = 2, *[datetime(2026, 12, 3, tzinfo=UTC)] * 2
    gone = made(later, is_off=True)
    desk = Desk()
    desk.opens(first)
    assert len(desk.shown) == 1
    desk.opens(moved)
    assert [when[:10] for when in desk.shown] == ["2027-01-12"]
    desk.opens(first)
    assert [when[:10] for when in desk.shown] == ["2027-01-12"]
    desk.opens(gone)
    desk.opens(moved)
    assert desk.shown == []


def test_a_plan_that_is_closed_takes_its_meeting_with_it() -> None:
    desk = Desk()
    desk.opens(made(meeting()))
    desk.opens(made(meeting(), is_off=True))
    assert desk.shown == []


@pytest.mark.parametrize("is_off", [False, True])
def test_nothing_personal_stands_in_it(is_off: bool) -> None:
    data = made(meeting(), is_off=is_off, with_place=False, with_link=False).replace(b"\r\n ", b"").decode()
    assert not any(words in data for words in ("Alva", "frånvaro", "Mackleanskolan", "/planer/", "ATTENDEE"))
    assert event(data.encode())["ORGANIZER"].value == "mailto:sip@example.se"
