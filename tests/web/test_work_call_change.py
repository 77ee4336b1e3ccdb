"""Flytta mötet och ställ in det: the two pages, and what the plan's page and the family's say afterwards."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from common import clock
from common.keys import new_key
from sip.meetings import answering, guests
from sip.meetings.services import Answer, answer_call
from sip.plans.states import State
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting that is called."""
    return World.build().to("called")


@pytest.fixture
def nadja(world: World) -> Client:
    """The plan's coordinator."""
    return world.client(world.nadja)


def url(world: World, name: str, *rest: int) -> str:
    return reverse(name, args=[world.plan.pk, *rest])


def new_time(**changes: str) -> dict[str, str]:
    day = clock.today() + timedelta(days=20)
    said = {"day": day.isoformat(), "start": "09:00", "end": "10:30", "place": "Rum 7", "sequence": "0"}
    return {**said, **changes}


def test_a_meeting_is_moved_on_one_page(world: World, nadja: Client) -> None:
    answer_call(world.actor(world.per), world.plan, world.bup, Answer("come"))
    page = nadja.get(url(world, "move_call"))
    assert page.context["form"]["place"].value() == "Mackleanskolan rum 4"
    assert "får alla som är kallade svara på nytt" in page.content.decode()
    done = nadja.post(url(world, "move_call"), new_time(why="Rektorn är sjuk"), follow=True).content.decode()
    assert "Mötet är flyttat till" in done and "Mötet flyttades till" in done and "Har inte svarat" in done
    assert clock.local(world.meeting.start).hour == 9
    per = world.client(world.per).get(url(world, "answer")).content.decode()
    why = "Mötet är ändrat. Skälet: Rektorn är sjuk"
    family = world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert why in done and why in per and why in family and "Skälet: Rektorn är sjuk" in family.split("Nästa möte")[0]
    assert "9.00–10.30" in per or "9–10.30" in per or "09.00" in per


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": ""}, "Skriv när mötet slutar"),
        ({"end": "08:00"}, "Mötet måste sluta efter att det börjar"),
        ({"day": "2020-01-01"}, "har redan varit"),
        ({"day": "i morgon"}, "Skriv dagen så här"),
        ({"place": "", "link": ""}, "Skriv en plats eller en länk"),
        ({"answer_by": "2020-01-01"}, "Sista dagen att svara har redan varit"),
        ({"why": "x" * 201}, "högst 200 tecken"),
        ({"sequence": "3"}, "Mötet har flyttats sedan du öppnade sidan"),
        ({"sequence": "-1"}, "Öppna sidan på nytt"),
        ({"sequence": "x"}, "Öppna sidan på nytt"),
    ],
)
def test_a_new_time_that_cannot_be_is_said_beside_it(
    world: World, nadja: Client, changes: dict[str, str], words: str
) -> None:
    answer = nadja.post(url(world, "move_call"), new_time(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert world.meeting.sequence == 0


def test_pressed_twice_it_is_moved_once(world: World, nadja: Client) -> None:
    for _time in range(2):
        assert nadja.post(url(world, "move_call"), new_time()).status_code == 302
    assert world.meeting.sequence == 1


def test_a_meeting_is_cancelled_and_the_pages_say_so(world: World, nadja: Client) -> None:
    assert "Planen går tillbaka" in nadja.get(url(world, "cancel_call")).content.decode()
    lacking = nadja.post(url(world, "cancel_call"), {"why": "", "sequence": "0"})
    assert lacking.status_code == 422 and "varför mötet ställs in" in lacking.content.decode()
    for _time in range(2):
        done = nadja.post(url(world, "cancel_call"), {"why": "Snöstorm", "sequence": "0"})
        assert done.status_code == 302
    world.plan.refresh_from_db()
    assert world.plan.state == State.PREPARING
    for client in (nadja, world.client(world.per)):
        page = client.get(url(world, "plan")).content.decode()
        assert "är inställt" in page and "Snöstorm" in page and "ställde in mötet" in page
    family = world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert "Mötet är inställt" in family and "Ta bort mötet ur kalendern" in family
    calendar = Calendar.from_ical(world.client(world.sara).get(url(world, "call_ics", 1)).content)
    assert calendar["METHOD"] == "CANCEL" and calendar.walk("VEVENT")[0]["SEQUENCE"] == 1
    assert "ingen kallelse att svara på" in world.client(world.per).get(url(world, "answer")).content.decode()


def test_a_new_call_after_a_cancelled_one_says_nothing_of_the_old(world: World, nadja: Client) -> None:
    nadja.post(url(world, "cancel_call"), {"why": "Snöstorm", "sequence": "0"})
    nadja.get(url(world, "plan"))  # where it is said that it was done
    world.call()
    page = nadja.get(url(world, "plan")).content.decode()
    assert "är inställt" not in page and world.meeting.number == 2
    family = world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk]))
    for client_page in (page, family.content.decode()):
        assert "ställde in mötet. Skälet: Snöstorm" in client_page  # promised to everybody in the plan


def test_nobody_but_the_coordinator_gets_there(world: World, nadja: Client) -> None:
    for name in ("move_call", "cancel_call"):
        assert world.client(world.per).get(url(world, name)).status_code == 403
        assert world.client(world.dag).get(url(world, name)).status_code == 404
        assert world.client(world.sara).post(url(world, name), new_time()).status_code == 403
    world.open_meeting()
    for name in ("move_call", "cancel_call"):
        assert "redan börjat" in nadja.get(url(world, name)).content.decode()
        said = new_time() if name == "move_call" else {"why": "x", "sequence": "0"}
        late = nadja.post(url(world, name), said)
        assert late.status_code == 422 and "redan börjat" in late.content.decode()
    world.close_meeting()
    assert "inget kallat möte" in nadja.get(url(world, "move_call")).content.decode()


def test_the_history_keeps_what_was_answered_about_the_earlier_time(world: World, nadja: Client) -> None:
    answer_call(world.actor(world.per), world.plan, world.bup, Answer("come"))
    answer_call(world.actor(world.hanna), world.plan, world.clinic, Answer("decline", reason="Semester"))
    nadja.post(url(world, "move_call"), new_time(why="Rektorn är sjuk"))
    answer_call(world.actor(world.hanna), world.plan, world.clinic, Answer("come"))
    page = nadja.get(url(world, "history")).content.decode()
    earlier = "Det gällde den tidigare tiden."
    assert f"{world.bup.name} kommer till mötet. {earlier}" in page
    assert f"{world.clinic.name} kan inte komma till mötet. {earlier}" in page
    assert f"{world.clinic.name} kommer till mötet." in page
    assert page.count(earlier) == 2


def test_after_a_cancelled_meeting_the_next_call_says_all_but_the_day(world: World, nadja: Client) -> None:
    before = nadja.get(url(world, "plan")).content.decode()
    assert "Föreslå tider" not in before  # nothing can be called
    by_birgit = answering.hand_on(world.actor(world.birgit), world.plan, world.school, instead=world.clinic)
    assert by_birgit.was_asked_already
    nadja.post(url(world, "cancel_call"), {"why": "Rektorn är sjuk", "sequence": "0"})
    assert "Föreslå tider" in nadja.get(url(world, "plan")).content.decode()
    page = nadja.get(url(world, "call"))
    form = page.context["form"].initial
    assert (form["question"], form["place"]) == (world.meeting.question, "Mackleanskolan rum 4")
    assert form["purpose"] == world.meeting.purpose
    hours = (clock.local(world.meeting.start).time(), clock.local(world.meeting.end).time())
    assert (form["start"], form["end"]) == hours and form["day"] is None
    assert "Ifyllt efter mötet som ställdes in. Välj en ny dag." in page.content.decode()
    asked = {one.reachable.agency: one.initial for one in page.context["asked"]}
    assert asked[world.bup] == {"how": "call", "people": [str(world.per.pk)], "grounds": ["referral"]}
    assert asked[world.school]["how"] == "no"  # they have said that it is not them


def test_who_calls_anew_is_told_of_guests_without_a_link_to_the_new_meeting(world: World, nadja: Client) -> None:
    actor = world.actor(world.nadja)
    guests.invite_guest(actor, world.plan, key=new_key(), name="Tolk 4711", role="interpreter")
    nadja.post(url(world, "cancel_call"), {"why": "Rektorn är sjuk", "sequence": "0"})
    day = clock.today() + timedelta(days=20)
    said = {
        **nadja.get(url(world, "call")).context["form"].initial,
        "day": day,
        "start": "14:00",
        "end": "15:00",
        "answer_by": day - timedelta(days=7),
        f"v-{world.bup.pk}-how": "call",
        f"v-{world.bup.pk}-grounds": "referral",
    }
    done = nadja.post(url(world, "call"), said, follow=True).content.decode()
    assert "Tolk 4711 har ingen länk till det nya mötet." in done
