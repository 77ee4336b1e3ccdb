"""A called meeting hangs on the plan, on consent and on the meeting before it: what follows when those change."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from common import clock
from common.history import kept_of
from sip.meetings import changing, guests
from sip.meetings.models import Invitation
from sip.meetings.services import Answer, answer_call
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.models import Party
from sip.plans.services import consents, taking_part
from sip.plans.states import State
from tests.world import World

pytestmark = pytest.mark.django_db


def told(world: World, kind: str, **which: Any) -> set[str]:
    rows = Notice.objects.filter(about=world.plan.pk, kind=kind, dropped_at=None, **which)
    return {notice.recipient.name for notice in rows}


class TestThePlanIsClosed:
    """Nobody goes to a meeting of a plan that is no more."""

    def test_the_meeting_is_off_and_those_asked_are_told(self, settings: Any) -> None:
        settings.NOTICES_AT_ONCE = True
        world = World.build().to("called")
        world.close()
        meeting = world.meeting
        assert meeting.cancelled_at and meeting.closed_at and meeting.sequence == 1
        notices.sweep()
        asked = {"Per Lindqvist", "Hanna Björk", "Birgit Åkesson", "Sara Lind", "Johan Ek"}
        assert told(world, "call_cancelled", sent_at__isnull=False) == asked
        waiting = Notice.objects.filter(about=world.plan.pk, sent_at=None, dropped_at=None)
        assert set(waiting.values_list("kind", flat=True)) & set(changing.OF_THE_TIME) == set()
        world.plan.refresh_from_db()
        assert world.plan.state == State.CLOSED
        calendar = world.client(world.sara).get(reverse("call_ics", args=[world.plan.pk, meeting.number])).content
        assert Calendar.from_ical(calendar)["METHOD"] == "CANCEL"

    def test_the_page_says_so_first_and_a_guest_sees_it(self) -> None:
        world = World.build().to("called")
        guest = guests.invite_guest(world.actor(world.nadja), world.plan, key=uuid4(), name="Tolk", role="interpreter")
        page = world.client(world.nadja).get(reverse("close", args=[world.plan.pk])).content.decode()
        assert "ställs in. De som är kallade och familjen får veta det" in page
        world.close()
        shown = Client().get(reverse("guest", args=[guests.token_of(guest)])).content.decode()
        assert "Mötet är inställt" in shown and "Mackleanskolan" not in shown

    def test_a_meeting_that_goes_on_ends_and_is_not_called_off(self) -> None:
        world = World.build().to("opened")
        world.close()
        assert world.meeting.closed_at and world.meeting.cancelled_at is None
        assert told(world, "call_cancelled") == set()

    def test_without_a_meeting_nothing_is_called_off(self) -> None:
        world = World.build().to("consented")
        world.close()
        assert told(world, "call_cancelled") == set() and world.plan.meetings.count() == 0


class TestConsentComesBack:
    """A call is told when it may be, and not twice to who has it still to come."""

    def night(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        return clock.at(clock.today() + timedelta(days=days), hour, minute)

    def withdraw(self, world: World) -> None:
        consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])

    def sent(self, kind: str, world: World) -> int:
        return Notice.objects.filter(kind=kind, recipient=world.per, sent_at__isnull=False).count()

    def test_a_call_dropped_in_the_night_is_told_when_consent_holds_again(self) -> None:
        with clock.set_to(self.night(21, 30)):
            world = World.build().to("called")
        with clock.set_to(self.night(22)):
            self.withdraw(world)
        with clock.set_to(self.night(7, 1, days=1)):
            notices.sweep()
        assert self.sent("call", world) == 0
        with clock.set_to(self.night(10, days=1)):
            world.consent(world.sara)
            notices.sweep()
        with clock.set_to(self.night(12, days=1)):
            notices.sweep()
        assert self.sent("call", world) == 1

    def test_withdrawn_and_given_before_the_morning_it_is_told_once(self) -> None:
        with clock.set_to(self.night(21, 30)):
            world = World.build().to("called")
            self.withdraw(world)
            world.consent(world.sara)
        with clock.set_to(self.night(12, days=1)):
            notices.sweep()
        assert self.sent("call", world) == 1

    def test_who_gets_it_late_has_time_to_answer(self) -> None:
        world = World.build().to("called")
        self.withdraw(world)
        with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
            world.consent(world.sara)
            row = Invitation.objects.get(agency=world.bup)
            assert row.answer_by > clock.today()
            clinic = Invitation.objects.get(agency=world.clinic)
        assert clinic.answer_by == world.meeting.answer_by, "consent for the clinic held all the time"

    def test_an_answer_stands_and_those_never_asked_are_not_called(self) -> None:
        world = World.build().to("called")
        answer_call(world.actor(world.per), world.plan, world.bup, Answer("come"))
        self.withdraw(world)
        world.consent(world.sara, agencies=[world.bup, world.dental])
        world.consent(world.johan, agencies=[world.dental])
        assert Invitation.objects.get(agency=world.bup).reply == "come"
        assert not Invitation.objects.filter(agency=world.dental).exists()


def test_what_was_expected_of_one_meeting_is_not_said_of_the_next() -> None:
    world = World.build().to("called")
    say = taking_part.set_expectation
    say(world.actor(world.per), world.plan, world.bup, expects="Att skolan berättar.", can_do="En bedömning.")
    for step in (world.open_meeting, world.write, world.close_meeting, world.review, world.sign, world.establish):
        step()
    read = Party.objects.get(plan=world.plan, agency=world.bup)
    assert read.expects, "it stands until the plan is followed up"
    world.follow_up()
    party = Party.objects.get(plan=world.plan, agency=world.bup)
    assert (party.expects, party.can_do, party.version) == ("", "", read.version + 1)
    say(world.actor(world.per), world.plan, world.bup, expects="Att vi följer upp.", can_do="")
    world.call()
    assert Party.objects.get(plan=world.plan, agency=world.bup).expects == "Att vi följer upp."
    past = kept_of(Party).filter(plan=world.plan, agency=world.bup)
    assert past.filter(can_do="En bedömning.").exists()
