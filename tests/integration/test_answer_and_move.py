"""What is answered is about the meeting that was read, and who is asked late has time to answer."""

import threading
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import Refused
from sip.meetings import answering, changing, guests, polling
from sip.meetings import services as meetings
from sip.meetings.changing import NewTime
from sip.meetings.models import Guest, Invitation, Meeting
from sip.meetings.services import Answer, Attendee
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.models import Deviation
from tests.database import Database
from tests.swedish_days import is_open
from tests.world import World

MOVED = "Mötet har flyttats sedan du öppnade sidan"


@pytest.fixture
def world() -> World:
    """A meeting that is called, and nobody has answered."""
    return World.build().to("called")


def move(world: World, days: int = 21, **changes: Any) -> Meeting:
    day = clock.today() + timedelta(days=days)
    new = {"start": world.at(day, 9), "end": world.at(day, 10), "answer_by": day - timedelta(days=5), "place": "Rum 7"}
    return changing.move_call(world.actor(world.nadja), world.plan, NewTime(**{**new, **changes}))


def move_place(world: World, place: str, **changes: Any) -> Meeting:
    now = world.meeting
    return move(world, **{"start": now.start, "end": now.end, "answer_by": None, "place": place, **changes})


def bups(world: World) -> Invitation:
    return Invitation.objects.get(meeting=world.meeting, agency=world.bup)


def answered(world: World, **rest: Any) -> None:
    meetings.answer_call(world.actor(world.per), world.plan, world.bup, Answer(**rest))


def told(world: World, kind: str) -> int:
    return Notice.objects.filter(about=world.plan.pk, kind=kind, dropped_at=None).count()


@pytest.mark.django_db
class TestWhatWasRead:
    """The answer is about the time that stood on the page."""

    def test_the_old_page_answers_nothing_and_keeps_what_was_typed(self, world: World) -> None:
        per, address = world.client(world.per), reverse("answer", args=[world.plan.pk])
        old = per.get(address).context["form"]["sequence"].value()
        move(world)
        said = {"answer": "substitute", "substitute": "Eva Holm", "mandate": "Får lova tider", "sequence": str(old)}
        page = per.post(address, said)
        shown = page.content.decode()
        assert page.status_code == 422 and MOVED in shown
        assert "Eva Holm" in shown and "Får lova tider" in shown and bups(world).reply == ""
        again = {**said, "sequence": str(page.context["form"]["sequence"].value())}
        assert per.post(address, again).status_code == 302
        assert bups(world).who == "Eva Holm"

    def test_nor_is_it_handed_on(self, world: World) -> None:
        move(world)
        with pytest.raises(Refused, match=MOVED):
            answering.hand_on(world.actor(world.per), world.plan, world.bup, instead=world.school, sequence=0)
        assert bups(world).reply == ""

    def test_a_guest_who_read_the_old_time_is_shown_the_new_one(self, world: World) -> None:
        guest = guests.invite_guest(
            world.actor(world.nadja), world.plan, key=uuid4(), name="Tolk 4711", role="interpreter"
        )
        address = reverse("guest", args=[guests.token_of(guest)])
        page = Client().get(address).content.decode()
        assert 'name="sequence" value="0"' in page
        move(world)
        late = Client().post(address, {"answer": "come", "sequence": "0"})
        assert late.status_code == 422 and "Ditt svar är inte skickat" in late.content.decode()
        for odd in ("x", "", "9" * 50, "-1", "²"):
            assert Client().post(address, {"answer": "come", "sequence": odd}).status_code == 422
        assert Guest.objects.get().reply == ""
        assert Client().post(address, {"answer": "come", "sequence": "1"}).status_code == 302
        assert Guest.objects.get().reply == "come"


def test_a_guest_who_answers_while_the_meeting_is_moved_has_not_answered_the_new_time(committed_db: Database) -> None:
    world = World.build().to("called")
    guest = guests.invite_guest(world.actor(world.nadja), world.plan, key=uuid4(), name="Tolk", role="interpreter")
    token, heard = guests.token_of(guest), []

    def answer() -> None:
        try:
            heard.append(guests.answer_link(token, "come", 0))
        finally:
            connection.close()

    thread = threading.Thread(target=answer)
    with transaction.atomic():
        move(world)
        thread.start()
        thread.join(2)  # it waits for the move, or has answered already
    thread.join()
    guest.refresh_from_db()
    assert (heard, guest.reply) == ([guests.Heard.MOVED], "")


@pytest.mark.django_db
class TestRounds:
    """Reminders, answers and what the coordinator hears belong to one time to answer."""

    @pytest.fixture(autouse=True)
    def at_once(self, settings: Any) -> None:
        """What is asked is who is told what, not at which hour."""
        settings.NOTICES_AT_ONCE = True

    def remind(self, world: World) -> int:
        with clock.set_to(clock.at(world.meeting.answer_by, 9)):
            notices.sweep()
        return Notice.objects.filter(kind="answer_missing", sent_at__isnull=False, recipient=world.per).count()

    def test_another_place_reminds_nobody_again(self, world: World) -> None:
        assert self.remind(world) == 1
        move_place(world, "Rum 12")
        assert self.remind(world) == 1

    def test_there_and_back_and_another_end_remind_anew(self, world: World) -> None:
        first = world.meeting
        move(world)
        assert self.remind(world) == 1
        answered(world, reply="come")
        move(world, start=world.meeting.start, end=world.meeting.end + timedelta(minutes=30))  # only the end
        assert bups(world).reply == "" and self.remind(world) == 2
        move(world, days=28)
        assert self.remind(world) == 3
        move(world, start=first.start, end=first.end, answer_by=first.answer_by)
        move(world, days=28)
        assert self.remind(world) == 4

    def test_each_changed_answer_is_told_and_the_same_once(self, world: World) -> None:
        for number, reply in enumerate(("come", "decline", "come"), start=1):
            answered(world, reply=reply, reason="Sjuka" if reply == "decline" else "")
            answered(world, reply=reply, reason="Sjuka" if reply == "decline" else "")  # pressed twice
            assert told(world, "answered") == number
        move(world)
        answered(world, reply="come")
        assert told(world, "answered") == 4

    def test_another_place_leaves_the_last_day_to_answer_where_it_was(self, world: World) -> None:
        before = world.meeting.answer_by
        moved = move_place(world, "Rum 12", answer_by=clock.today())
        assert (moved.answer_by, moved.sequence, moved.round) == (before, 1, 0)

    def test_another_place_can_be_told_when_the_last_day_to_answer_has_been(self, world: World) -> None:
        with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
            assert move_place(world, "Rum 12").place == "Rum 12"


@pytest.mark.django_db
class TestAskedLate:
    """Who is asked after the others is not late in the same minute."""

    def hand_on(self, world: World, day: date) -> Invitation:
        with clock.set_to(clock.at(day, 10)):
            answering.hand_on(world.actor(world.hanna), world.plan, world.clinic, instead=world.bup)
        return bups(world)

    @pytest.fixture
    def world(self) -> World:
        """A meeting that the clinic is called to; the family has said yes to BUP too."""
        world = World.build().to("consented")
        world.call(called=[world.clinic], named={world.clinic.pk: [world.hanna]}, grounds={world.clinic.pk: ["known"]})
        return world

    def test_there_are_two_working_days_to_answer_and_then_it_is_late(self, world: World) -> None:
        after = world.meeting.answer_by + timedelta(days=1)
        row = self.hand_on(world, after)
        between = [after + timedelta(days=number) for number in range(1, (row.answer_by - after).days + 1)]
        assert len([day for day in between if is_open(day)]) == 2 or row.answer_by == self.meeting_day(world)
        asked = Notice.objects.get(kind="call", recipient=world.inga)
        assert asked.deadline and clock.local(asked.deadline).date() == row.answer_by
        late = Notice.objects.filter(kind__in=("answer_overdue", "answer_escalated"), detail=row.pk, dropped_at=None)
        assert [one for one in late if clock.local(one.due_at).date() <= row.answer_by] == []

    def test_it_stands_on_their_own_pages(self, world: World) -> None:
        after = world.meeting.answer_by + timedelta(days=1)
        row = self.hand_on(world, after)
        with clock.set_to(clock.at(after, 11)):
            page = world.client(world.inga).get(reverse("answer", args=[world.plan.pk]))
            assert page.context["invitation"].answer_by == row.answer_by > after
            today = world.client(world.inga).get(reverse("today")).content.decode()
            assert "Svara på en kallelse" in today and "försenad" not in today.casefold()

    def test_who_is_asked_in_good_time_answers_with_the_others(self, world: World) -> None:
        assert self.hand_on(world, clock.today()).answer_by == world.meeting.answer_by

    def test_never_later_than_the_meeting(self, world: World) -> None:
        assert self.hand_on(world, self.meeting_day(world) - timedelta(days=1)).answer_by == self.meeting_day(world)

    def test_a_new_time_is_the_same_for_all(self, world: World) -> None:
        self.hand_on(world, world.meeting.answer_by + timedelta(days=1))
        moved = move(world, days=40)
        assert bups(world).answer_by == moved.answer_by

    def meeting_day(self, world: World) -> date:
        return clock.local(world.meeting.start).date()


@pytest.mark.django_db
def test_what_is_typed_as_a_reason_makes_no_deviation(world: World) -> None:
    world.open_meeting()
    there = [Attendee(True, "mamma", guardian=world.sara), Attendee(False, "Uteblev", world.bup)]
    meetings.close_meeting(world.actor(world.nadja), world.plan, there)
    assert not Deviation.objects.exists()


@pytest.mark.django_db
def test_the_last_day_to_answer_is_reckoned_on_swedish_clocks(world: World) -> None:
    day = clock.today() + timedelta(days=21)
    move(world, start=clock.at(day, 0, 30), end=clock.at(day, 1, 30), answer_by=day)  # the day before in UTC
    assert world.meeting.answer_by == day


@pytest.mark.django_db
def test_a_call_ends_the_question_about_times_and_tells_nobody_of_it_more() -> None:
    world = World.build().to("consented")
    day = clock.today() + timedelta(days=14)
    times = [(world.at(day, hour), world.at(day, hour + 1)) for hour in (9, 13)]
    polling.propose_times(world.actor(world.nadja), world.plan, times, [world.school], day - timedelta(days=5))
    assert told(world, "times_proposed") > 0
    world.call()
    assert told(world, "times_proposed") == 0
