"""Mötet: opened, written at by everybody, closed with who was there; a no-show becomes a deviation."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership, Role
from common import clock
from sip.meetings.models import Reply
from sip.meetings.services import Attendee, close_meeting
from sip.plans.models import Deviation, DeviationKind, Request
from sip.plans.states import State
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.django_db


def url(world: World, name: str = "meeting") -> str:
    return reverse(name, args=[world.plan.pk])


def attendance(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "do": "close",
        "barnet-here": "whole",
        f"f-{world.sara.pk}-here": "here",
        f"f-{world.sara.pk}-note": "vårdnadshavare",
        f"f-{world.johan.pk}-here": "away",
        f"f-{world.johan.pk}-note": "arbete",
        f"v-{world.soc.pk}-here": "here",
        f"v-{world.bup.pk}-here": "here",
        f"v-{world.bup.pk}-note": "Per Lindqvist, psykolog",
        f"v-{world.clinic.pk}-here": "here",
        f"v-{world.school.pk}-here": "here",
        **changes,
    }


@pytest.fixture
def world() -> World:
    """A meeting that goes on, with nothing written yet."""
    return World.build().to("opened")


@pytest.fixture
def nadja(world: World) -> Client:
    """The coordinator's browser."""
    return world.client(world.nadja)


def test_before_the_meeting_the_page_says_who_comes() -> None:
    world = World.build().to("called")
    world.client(world.per).post(url(world, "answer"), {"answer": "decline", "reason": "Semester"})
    page = world.client(world.nadja).get(url(world)).content.decode()
    assert "Kan inte komma" in page and "Semester" in page
    assert "Mötet är inte förrän" in page  # it is in two weeks
    assert "Öppna mötet" not in world.client(world.birgit).get(url(world)).content.decode()


def test_opening_twice_opens_once() -> None:
    world = World.build().to("called")
    nadja = world.client(world.nadja)
    for _press in range(2):
        assert nadja.post(url(world), {"do": "open"}).status_code == 302
    assert world.meeting.opened_at is not None


def test_the_childs_words_come_first(world: World, nadja: Client) -> None:
    world.write()
    page = nadja.get(url(world)).content.decode()
    assert page.index(CHILD_WORDS) < page.index("Mål just nu</h2>")
    assert "Sparat" in page


def test_everybody_writes_in_the_same_plan(world: World, nadja: Client) -> None:
    nadja.post(url(world, "new_need") + "?till=mote", {"text": "Orka hela skoldagar"})
    nadja.post(url(world, "new_goal") + "?till=mote", {"text": "Fyra dagar av fem", "when": "now"})
    action = {"text": "Anpassat schema", "responsible": str(world.school.pk), "contact": "Birgit Åkesson"}
    done = world.client(world.birgit).post(url(world, "new_action") + "?till=mote", action)
    assert done["Location"] == url(world) + "#mal"
    page = nadja.get(url(world)).content.decode()
    assert "Orka hela skoldagar" in page and "Fyra dagar av fem" in page and "Anpassat schema" in page


def test_the_agenda_fills_the_meeting_and_ticks_what_is_begun(world: World, nadja: Client) -> None:
    before = nadja.get(url(world)).context["agenda"]
    assert 50 <= sum(point.minutes for point in before) <= 70  # the meeting is an hour
    assert [point.is_done for point in before] == [True, False, False, False, False, False]
    world.write()
    assert all(point.is_done for point in nadja.get(url(world)).context["agenda"])


def test_the_meeting_is_closed_with_who_was_there(world: World, nadja: Client) -> None:
    world.write()
    for _press in range(2):
        assert nadja.post(url(world), attendance(world)).status_code == 302
    world.plan.refresh_from_db()
    assert world.plan.state == State.MET
    rows = {row.note: row.is_present for row in world.meeting.attendance.all()}
    assert rows["hela mötet"] and rows["Per Lindqvist, psykolog"] and not rows["arbete"]
    assert not Deviation.objects.exists()
    after = nadja.get(url(world)).content.decode()
    assert "Mötet är avslutat" in after and "Granska planen" in after


def test_a_called_agency_that_stayed_away_becomes_a_deviation(world: World, nadja: Client) -> None:
    nadja.post(url(world), attendance(world, **{f"v-{world.bup.pk}-here": "no_show"}))
    deviation = Deviation.objects.get()
    assert (deviation.agency, deviation.kind) == (world.bup, DeviationKind.NO_SHOW)
    said = nadja.get(url(world)).content.decode()
    assert "Att BUP Ystad uteblev är antecknat som avvikelse. Chefen på BUP Ystad får veta det." in said
    assert "Ingen chef" not in said


def test_where_there_is_no_manager_it_is_said_whom_to_ring(world: World, nadja: Client) -> None:
    Membership.objects.filter(agency=world.bup, role=Role.MANAGER).delete()
    away = {f"v-{world.bup.pk}-here": "no_show", f"v-{world.clinic.pk}-here": "no_show"}
    Membership.objects.create(user=world.hanna, agency=world.clinic, role=Role.MANAGER, starts=clock.today())
    nadja.post(url(world), attendance(world, **away))
    said = nadja.get(url(world)).content.decode()
    assert f"Chefen på {world.clinic.name} får veta det. Ingen chef på BUP Ystad finns i tjänsten. Ring dit" in said


def test_who_said_that_it_is_not_them_is_not_expected(world: World, nadja: Client) -> None:
    world.meeting.invitations.filter(agency=world.clinic).update(reply=Reply.NOT_US, instead=world.dental)
    page = nadja.get(url(world)).content.decode()
    expected, not_us = page.split("Väntas hit</h2>")[1].split("Sade att det inte är de</h2>")
    assert world.clinic.name not in expected and world.bup.name in expected
    assert world.clinic.name in not_us.split("</ul>")[0] and f"Fråga {world.dental.name}." in not_us.split("</ul>")[0]
    assert f"v-{world.clinic.pk}-here" not in page
    sent = {name: value for name, value in attendance(world).items() if str(world.clinic.pk) not in name}
    assert nadja.post(url(world), sent).status_code == 302  # closed, and nothing was asked about them
    assert not world.meeting.attendance.filter(agency=world.clinic).exists()


def test_who_said_that_it_is_not_them_has_not_failed_to_come(world: World) -> None:
    world.meeting.invitations.filter(agency=world.clinic).update(reply=Reply.NOT_US, instead=world.dental)
    there = [Attendee(True, "", is_child=True), Attendee(False, "uteblev", agency=world.clinic, is_no_show=True)]
    close_meeting(world.actor(world.nadja), world.plan, there)
    assert not Deviation.objects.exists()


def test_only_who_was_called_can_fail_to_come(world: World, nadja: Client) -> None:
    response = nadja.post(url(world), attendance(world, **{f"v-{world.school.pk}-here": "no_show"}))
    assert response.status_code == 422  # invited, so it was free to stay away


@pytest.mark.parametrize(
    ("how", "note", "is_present", "words"),
    [
        ("part", "", True, "en del av mötet"),
        ("through", "sin mentor", True, "genom någon annan, sin mentor"),
        ("letter", "", True, "genom ett brev eller en film"),
        ("not", "orkade inte", False, "var inte med, orkade inte"),
    ],
)
def test_how_the_child_took_part(
    world: World, nadja: Client, how: str, note: str, is_present: bool, words: str
) -> None:
    nadja.post(url(world), attendance(world, **{"barnet-here": how, "barnet-note": note}))
    row = world.meeting.attendance.get(is_child=True)
    assert (row.is_present, row.note) == (is_present, words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"barnet-here": ""}, "Välj ett av svaren"),
        ({"barnet-here": "not"}, "Skriv varför Alva Lind inte var med"),
        ({"barnet-here": "i tankarna"}, "Välj i listan"),
    ],
)
def test_attendance_that_lacks_something_closes_nothing(
    world: World, nadja: Client, change: dict[str, str], words: str
) -> None:
    response = nadja.post(url(world), attendance(world, **change))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page and "Per Lindqvist, psykolog" in page
    world.plan.refresh_from_db()
    assert world.plan.state == State.CALLED


def test_everybody_absent_is_no_meeting(world: World, nadja: Client) -> None:
    gone = {key: "away" for key in attendance(world) if key.endswith("-here")}
    notes = {key.replace("-here", "-note"): "sjuk" for key in gone}
    response = nadja.post(url(world), attendance(world, **{**gone, **notes, "barnet-here": "not"}))
    assert response.status_code == 422
    assert "Skriv vilka som var med" in response.content.decode()


def test_only_the_coordinator_runs_the_meeting(world: World) -> None:
    assert world.client(world.per).post(url(world), attendance(world)).status_code == 403
    assert world.client(world.dag).get(url(world)).status_code == 404
    assert world.client(world.sara).get(url(world))["Location"].endswith(f"/familj/{world.plan.pk}/")


def test_nothing_is_closed_that_is_not_open() -> None:
    world = World.build().to("consented")
    nadja = world.client(world.nadja)
    assert "inte kallat till något möte" in nadja.get(url(world)).content.decode()
    for act in ("open", "close", ""):
        assert nadja.post(url(world), {"do": act}).status_code == 422


def test_a_late_second_press_is_told_in_words(world: World) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        response = world.client(world.nadja).post(url(world), {"do": "open"})
    assert response.status_code == 422
    assert "Mötet är redan öppnat" in response.content.decode()


def test_until_the_childs_words_are_written_the_wish_speaks(world: World, nadja: Client) -> None:
    Request.objects.filter(plan=world.plan).update(important="Att få vara på gympan")
    page = nadja.get(url(world)).content.decode()
    assert "”Att få vara på gympan”" in page and "Så stod det i önskan om SIP." in page
    world.write()
    page = nadja.get(url(world)).content.decode()
    assert CHILD_WORDS in page and "Att få vara på gympan" not in page
