"""What a case says of the routine's days: counted by the calendar, whatever day a reminder comes."""

from datetime import date, timedelta

import pytest

from common import clock
from sip.meetings.services import first_meeting_in_time
from sip.plans import routine_limits
from tests.world import World

pytestmark = pytest.mark.django_db
SEEN = date(2026, 1, 10)  # a Saturday; so is the twenty-first day after it


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 1, 31), True), (date(2026, 2, 2), False)])
def test_a_meeting_on_the_working_day_after_the_last_day_was_late(day: date, in_time: bool) -> None:
    with clock.set_to(clock.at(SEEN + timedelta(days=2), 9)):
        world = World.build()
        world.request(seen_on=SEEN)
        world.accept()
        world.consent()
        world.call(start=world.at(day, 10), end=world.at(day, 11), answer_by=SEEN + timedelta(days=10))
    with clock.set_to(world.at(day, 10)):
        world.open_meeting()
    assert routine_limits.meeting_by(world.plan) == date(2026, 2, 2)  # as it is told
    assert first_meeting_in_time(world.plan) is in_time
