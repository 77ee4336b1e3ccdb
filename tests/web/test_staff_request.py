"""Önskan om SIP, played as a user: the child found or registered, no hint of a plan, and the coordinator's answer."""

import re
from typing import Any

import pytest
from django.test import Client

from common import clock
from consent.models import Child, Guardian, Guardianship
from sip.plans.models import Plan, Request
from sip.plans.states import State
from tests.web.staff_help import numbers, writes_only_access_events
from tests.world import World

pytestmark = pytest.mark.django_db

NUMBER = "20140918-2399"


def wish(number: str, **changes: str) -> dict[str, str]:
    """The form, filled in."""
    return {
        "number": number,
        "name": "Noel Berg",
        "municipality": "Skurup",
        "school": "",
        "language": "sv",
        "first_name": "Malin Berg",
        "first_number": "19890101-2388",
        "first_custody": "joint",
        "first_phone": "070-174 06 05",
        "first_email": "malin@familj.example",
        "second_name": "",
        "second_number": "",
        "second_custody": "joint",
        "second_phone": "",
        "second_email": "",
        "seen": clock.today().isoformat(),
        "why": "Noel är hemma tre dagar av fem.",
        "important": "",
        **changes,
    }


def adults(count: int) -> list[str]:
    """Published test numbers of grown-ups."""
    with open("cases/testpersonnummer.txt", encoding="utf-8") as file:
        return [line.strip() for line in file if re.fullmatch(r"19(8|9)\d{5}-\d{4}\s*", line)][:count]


@pytest.fixture
def world() -> World:
    """The people; nobody has asked for anything."""
    return World.build()


def send(client: Client, **changes: Any) -> Any:
    """Send the whole form for a child nobody knows."""
    first, second = adults(2)
    values = wish(numbers(1)[0], first_number=first)
    values |= {key: value.format(second=second) for key, value in changes.items()}
    return client.post("/onskan/ny/", values)


class TestAsking:
    def test_the_number_first_then_the_rest_and_an_unknown_child_is_registered(self, world: World) -> None:
        client = world.client(world.birgit)
        number = numbers(1)[0]
        assert client.get("/onskan/ny/").status_code == 200
        second = client.post("/onskan/ny/", {"number": number})
        assert second.status_code == 200
        assert "Första vårdnadshavaren" in second.content.decode()
        assert not Child.objects.filter(name="Noel Berg").exists()
        answer = send(client, school="Lärkskolan")
        assert answer.url == "/idag/"
        child = Child.objects.get(name="Noel Berg")
        assert (child.number, child.school, child.municipality) == (number, "Lärkskolan", "Skurup")
        row = Guardianship.objects.select_related("guardian__user").get(child=child)
        assert (row.guardian.name, row.custody, row.guardian.user.phone) == ("Malin Berg", "joint", "070-174 06 05")
        assert child.plans.get().state == State.REQUESTED
        assert "En samordnare läser den och svarar senast" in client.get("/idag/").content.decode()

    def test_two_guardians_with_custody_each(self, world: World) -> None:
        send(world.client(world.birgit), second_name="Ó", second_number="{second}", second_custody="joint")
        rows = Guardianship.objects.filter(child__name="Noel Berg").order_by("guardian__name")
        assert [(row.guardian.name, row.custody) for row in rows] == [("Malin Berg", "joint"), ("Ó", "joint")]

    def test_the_answer_is_the_same_when_the_child_has_a_plan_already(self, world: World) -> None:
        world.to("called")
        known, unknown = world.client(world.dag), world.client(world.hanna)
        first = known.post("/onskan/ny/", {"number": NUMBER}).content.decode()
        other = unknown.post("/onskan/ny/", {"number": numbers(1)[0]}).content.decode()
        assert "Alva" not in first
        assert re.findall(r"<(?:h1|h2|label)[^>]*>[^<]*", first) == re.findall(r"<(?:h1|h2|label)[^>]*>[^<]*", other)
        answers = [
            client.post("/onskan/ny/", wish(number, first_number=adult))
            for client, number, adult in ((known, NUMBER, adults(3)[1]), (unknown, numbers(1)[0], adults(3)[2]))
        ]
        assert answers[0].status_code == answers[1].status_code == 302
        assert answers[0].url == answers[1].url
        assert Request.objects.filter(plan=world.plan, opened_plan=False).count() == 1
        assert Child.objects.get(pk=world.child.pk).name == "Alva Lind"  # what was written is left aside
        assert known.get(f"/planer/{world.plan.pk}/").status_code == 404

    def test_whoever_is_in_the_plan_is_led_to_it(self, world: World) -> None:
        world.to("called")
        page = world.client(world.per).post("/onskan/ny/", {"number": NUMBER}).content.decode()
        assert f"/planer/{world.plan.pk}/" in page
        assert "redan en plan" in page

    def test_after_a_closed_plan_only_the_need_is_asked_for(self, world: World) -> None:
        world.to("preparing")
        world.consent()
        world.close()
        client = world.client(world.nadja)
        page = client.post("/onskan/ny/", {"number": NUMBER}).content.decode()
        assert "Alva Lind" in page
        assert "Första vårdnadshavaren" not in page
        client.post("/onskan/ny/", {"number": NUMBER, "seen": clock.today().isoformat(), "why": "Det är svårt igen."})
        assert Plan.objects.filter(child=world.child).count() == 2

    def test_a_button_pressed_twice_is_one_wish(self, world: World) -> None:
        client = world.client(world.birgit)
        send(client)
        send(client)
        assert Request.objects.filter(plan__child__name="Noel Berg").count() == 1

    @pytest.mark.parametrize("name", ["Null", "Ó", "A", "ليلى حداد", "Å" * 80, "O'Brien-Smith", "Robert'); DROP TABLE"])
    def test_odd_names_are_names(self, world: World, name: str) -> None:
        assert send(world.client(world.birgit), name=name).status_code == 302
        assert Child.objects.get(name=name)
        assert world.client(world.nadja).get("/planer/").status_code == 200


class TestBadInput:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": ""}, "Skriv barnets namn."),
            ({"name": "Å" * 81}, "högst 80 tecken"),
            ({"name": "Alva\u202e"}, "läsriktningen"),
            ({"municipality": " "}, "Skriv vilken kommun barnet bor i."),
            ({"first_name": ""}, "Skriv vårdnadshavarens namn."),
            ({"first_number": "19880519-2394"}, "Numret stämmer inte."),
            ({"first_custody": "none"}, "Skriv minst en som har vårdnaden om barnet."),
            ({"first_custody": "skräp"}, "skräp"),
            ({"first_email": "inte en adress"}, "Skriv e-postadressen så här"),
            ({"second_name": "Ensam"}, "Skriv vårdnadshavarens personnummer."),
            ({"second_name": "B", "second_number": "{second}", "first_custody": "sole"}, "ensam vårdnad"),
            ({"seen": "igår"}, "Skriv dagen så här"),
            ({"seen": "2999-01-01"}, "Kontrollera årtalet."),
            ({"seen": "2150-01-01"}, "ligger i framtiden"),
            ({"why": ""}, "Skriv varför barnet behöver en SIP."),
            ({"why": "å" * 5001}, "högst 5000 tecken"),
            ({"language": "klingon"}, "klingon"),
        ],
    )
    def test_says_what_and_where_and_saves_nothing(self, world: World, changes: dict[str, str], said: str) -> None:
        answer = send(world.client(world.birgit), **changes)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert "Noel är hemma tre dagar av fem." in page or "why" in changes
        assert "malin@familj.example" in page or "first_email" in changes
        assert not Child.objects.exclude(pk=world.child.pk).exists()
        assert not Guardian.objects.filter(name="Malin Berg").exists()

    @pytest.mark.parametrize("number", ["", "hej", "20140918-2398", "20990101-1234", "\x00", "٢٠١٤٠٩١٨-٢٣٩٩", "1e309"])
    def test_a_number_that_is_none(self, world: World, number: str) -> None:
        answer = world.client(world.birgit).post("/onskan/ny/", {"number": number})
        assert answer.status_code == 422
        assert "sak behöver rättas" in answer.content.decode()

    def test_an_address_that_somebody_else_has(self, world: World) -> None:
        answer = send(world.client(world.birgit), first_email="sara@familj.example")
        assert answer.status_code == 422
        assert "används redan" in answer.content.decode()
        assert not Child.objects.exclude(pk=world.child.pk).exists()


class TestAnswering:
    def test_who_may_read_the_wish(self, world: World, client: Client) -> None:
        world.request()
        address = f"/planer/{world.plan.pk}/onskan/"
        assert client.get(address).status_code == 302
        assert world.client(world.dag).get(address).status_code == 404
        assert world.client(world.birgit).get(address).status_code == 403
        nadja = world.client(world.nadja)
        with writes_only_access_events():
            page = nadja.get(address)
        assert "Alva orkar inte hela skoldagar." in page.content.decode()
        assert "data-in-place" in page.content.decode()

    def test_taking_it_up_leads_to_the_plan(self, world: World) -> None:
        world.request()
        client = world.client(world.nadja)
        address = f"/planer/{world.plan.pk}/onskan/"
        answer = client.post(address, {"act": "accept", "coordinator": str(world.nadja.pk)})
        assert answer.url == f"/planer/{world.plan.pk}/"
        world.plan.refresh_from_db()
        assert world.plan.coordinator == world.nadja
        assert client.post(address, {"act": "accept", "coordinator": str(world.nadja.pk)}).status_code == 403

    @pytest.mark.parametrize("chosen", ["", "skräp", "01890000-0000-7000-8000-000000000000"])
    def test_somebody_who_cannot_be_chosen(self, world: World, chosen: str) -> None:
        world.request()
        answer = world.client(world.nadja).post(
            f"/planer/{world.plan.pk}/onskan/", {"act": "accept", "coordinator": chosen}
        )
        assert answer.status_code == 422
        world.plan.refresh_from_db()
        assert world.plan.state == State.REQUESTED

    def test_a_no_needs_its_reason_and_stands_in_the_plan(self, world: World) -> None:
        world.request()
        client = world.client(world.nadja)
        address = f"/planer/{world.plan.pk}/onskan/"
        empty = client.post(address, {"act": "decline", "reason": "  "})
        assert empty.status_code == 422
        assert "Skriv skälet" in empty.content.decode()
        assert client.post(address, {"act": "decline", "reason": "En annan plan räcker."}).url == "/idag/"
        world.plan.refresh_from_db()
        assert world.plan.state == State.DECLINED
        for user in (world.nadja, world.birgit):
            page = world.client(user).get(f"/planer/{world.plan.pk}/").content.decode()
            assert "Skälet: En annan plan räcker." in page

    def test_a_wish_that_joined_is_read_by_the_coordinator_alone(self, world: World) -> None:
        world.to("called")
        world.client(world.dag).post("/onskan/ny/", wish(NUMBER, why="Jag är också orolig."))
        address = f"/planer/{world.plan.pk}/"
        assert "Jag är också orolig." in world.client(world.nadja).get(address).content.decode()
        assert "Jag är också orolig." not in world.client(world.per).get(address).content.decode()
