"""Min enhet: a manager sees what the unit is late with and whom to ask, and nothing of whose plan it is."""

from datetime import timedelta

import pytest

from common import clock
from sip.meetings import services as meetings
from sip.web.staff.waiting import waiting_for
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_call_that_stays_unanswered_comes_to_the_manager_by_name_of_the_colleague() -> None:
    world = World.build().to("called")
    chef = world.client(world.chef)
    page = chef.get("/min-enhet/").content.decode()
    assert "Per Lindqvist" in page and "Alva" not in page and "Skurup" not in page.split("<main")[1]
    assert waiting_for(world.actor(world.chef)) == []  # it is not late yet
    with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
        (item,) = waiting_for(world.actor(world.chef))
        assert (item.what, item.detail) == ("En kallelse har inte fått svar", "Fråga Per Lindqvist.")
        today = chef.get("/idag/").content.decode()
        assert "En kallelse har inte fått svar" in today and "Alva" not in today
        assert f'id="rad-{item.about}"' in chef.get("/min-enhet/").content.decode()
    meetings.answer_call(world.actor(world.per), world.plan, world.bup, meetings.Answer("come", "Per Lindqvist"))
    assert "Alla kallelser har fått svar." in chef.get("/min-enhet/").content.decode()


def test_an_action_that_is_late_is_the_units_too() -> None:
    world = World.build().to("established")
    with clock.set_to(clock.at(world.assessment.due + timedelta(days=1), 9)):
        (item,) = waiting_for(world.actor(world.chef))
        assert item.what == "En insats är inte uppföljd"
        assert "Bedömning" not in world.client(world.chef).get("/min-enhet/").content.decode()


def test_nobody_named_means_the_desk() -> None:
    world = World.build().to("consented")
    world.call(named={})
    page = world.client(world.chef).get("/min-enhet/").content.decode()
    assert "Mottagningen, ingen är utsedd" in page


def test_others_have_no_such_page_and_other_units_are_not_on_it() -> None:
    world = World.build().to("called")
    for user in (world.nadja, world.per, world.inga, world.vera, world.sara):
        assert world.client(user).get("/min-enhet/").status_code == 404
    assert "Hanna" not in world.client(world.chef).get("/min-enhet/").content.decode()


def test_the_desk_is_named_with_a_number_to_ring_and_the_unit_stands_on_top() -> None:
    world = World.build().to("consented")
    world.call(named={})
    world.inga.phone = "0411-12 34 56"
    world.inga.save()
    page = world.client(world.chef).get("/min-enhet/").content.decode()
    assert "Mottagningen, ingen är utsedd: Inga Mottagare" in page and 'href="tel:0411123456"' in page
    head, menu = page.split("<main")[1].split("</h1>")[0], page.split("<main")[0]
    assert world.bup.name in head and 'href="/min-enhet/" aria-current="page"' in menu
