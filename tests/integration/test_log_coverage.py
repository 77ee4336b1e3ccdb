"""Everything that somebody does leaves one event per child that says what; and without its event nothing is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from agencies.models import User
from common.text import sort_key
from consent.log import services as log
from consent.log.models import AccessEvent
from consent.models import Child, Guardian
from sip.plans import grants
from sip.plans.services import reading
from tests.database import Database
from tests.world import CHILD_WORDS, World

NUMBER = "20140918-2399"
PAGES = {
    "planer/{plan}/": ("per", "read", "page"),
    "planer/{plan}/historik/": ("per", "read", None),
    "planer/{plan}/oversattning/": ("nadja", "translate", "page"),
    "planer/{plan}/vem-har-last/": ("nadja", "read_log", "plan"),
    "planer/{plan}/sip-v1.pdf": ("per", "download_plan", "plan"),
    "planer/{plan}/kvittens-v1.pdf": ("per", "download_receipt", "plan"),
    "planer/{plan}/barnets-sida-v1.pdf": ("per", "download_child_page", "plan"),
    "planer/{plan}/kallelse-1.pdf": ("per", "download_call", "plan"),
    "planer/{plan}/mote-1.ics": ("per", "download_calendar", "plan"),
    "familj/{plan}/": ("sara", "read", "page"),
    "familj/{plan}/vem-har-last/": ("sara", "read_log", "plan"),
}


@contextmanager
def events() -> Iterator[list[tuple[str, str, bool]]]:
    """What is written in the log meanwhile, of events about a child or without one: act, type of object, denied."""
    known = set(AccessEvent.objects.values_list("pk", flat=True))
    found: list[tuple[str, str, bool]] = []
    yield found
    rows = AccessEvent.objects.exclude(pk__in=known).order_by("id")
    found.extend((row.act, row.object_type, row.is_denied) for row in rows)


@pytest.mark.django_db
class TestOneEventEach:
    @pytest.mark.parametrize("address", PAGES)
    def test_what_is_opened_or_taken_home(self, address: str) -> None:
        who, act, kind = PAGES[address]
        world = World.build().to("established")
        client = world.client(getattr(world, who))
        with events() as found:
            answer = client.get("/" + address.format(plan=world.plan.pk))
        assert answer.status_code == 200
        assert [row[0] for row in found] == [act]
        assert kind is None or found == [(act, kind, False)]

    def test_attack_6_a_hit_and_a_miss_by_identity_number(self) -> None:
        """Attack 6: who has no part gets no hit, and the attempt stands in the log without telling of the child."""
        world = World.build().to("called")
        for user, denied in ((world.per, False), (world.dag, True)):
            client = world.client(user)
            with events() as found:
                answer = client.post("/planer/sok/", {"q": NUMBER})
            assert found == [("search", "child", denied)]
            assert ("Alva" in answer.content.decode()) is False
        miss = AccessEvent.objects.get(user=world.dag)
        assert (miss.child_id, miss.object_id, miss.reason) == (None, "", "")

    def test_attack_6_searching_by_machine_is_stopped(self) -> None:
        world = World.build().to("called")
        client = world.client(world.dag)
        for _number in range(60):
            log.record(world.actor(world.dag), "search", child_id=None, object_type="child", is_denied=True)
        answer = client.post("/planer/sok/", {"q": NUMBER})
        assert "Du har sökt många gånger" in answer.content.decode()

    def test_a_hit_on_a_name_is_one_event_for_each_child(self) -> None:
        world = World.build().to("called")
        other = world.sibling()
        other.to("called")
        Child.objects.filter(pk=other.child.pk).update(name="Alva Ek", name_key=sort_key("Alva Ek"))
        grants.sync_child(Child.objects.get(pk=other.child.pk))  # the list's order stands on the grants
        with events() as found:
            page = world.client(world.nadja).post("/planer/sok/", {"q": "Alva"}, follow=True)
        assert "Alva Lind" in page.content.decode() and "Alva Ek" in page.content.decode()
        assert found == [("search", "plan", False)] * 2
        assert set(AccessEvent.objects.filter(act="search").values_list("child", flat=True)) == {
            world.child.pk,
            other.child.pk,
        }

    @pytest.mark.parametrize("address", [*PAGES, "planer/{plan}/kalla/"])
    def test_a_denial(self, address: str) -> None:
        world = World.build().to("established")
        client = world.client(world.dag)
        with events() as found:
            answer = client.get("/" + address.format(plan=world.plan.pk))
        assert answer.status_code == 404
        assert len(found) == 1
        assert found[0][2] is True
        denied = AccessEvent.objects.get(user=world.dag, is_denied=True)
        assert (denied.child_id, denied.agency) == (world.child.pk, world.bup)

    def test_what_is_not_yours_to_do(self) -> None:
        world = World.build().to("called")
        client = world.client(world.per)
        with events() as found:
            assert client.get(reverse("call", args=[world.plan.pk])).status_code == 403
        assert found == [("call", "plan", True)]

    def test_a_signature_and_the_page_before_it(self) -> None:
        world = World.build().to("in_review")
        client = world.client(world.sara)
        address = reverse("sign", args=[world.plan.pk])
        with events() as found:
            assert client.get(address).status_code == 200
        assert found == [("sign", "page", False)]
        world.sign(world.johan)
        with events() as found:
            world.sign(world.sara)
        assert found == [("sign", "plan", False)]

    def test_something_written_and_something_refused(self) -> None:
        world = World.build().to("in_review")
        client = world.client(world.sara)
        address = reverse("comment", args=[world.plan.pk])
        with events() as found:
            assert client.post(address, {"text": "Det stämmer."}).status_code == 302
        assert found == [("comment", "plan", False)]
        with events() as found:
            assert client.post(address, {"text": ""}).status_code == 422
        assert found == [("comment", "page", False)]  # nothing was written; the page was shown again

    @pytest.mark.parametrize(
        ("who", "act"),
        [
            (lambda world: world.per, lambda world: reading.open_plan(world.actor(world.per), world.plan.pk)),
            (lambda world: world.sara, lambda world: reading.open_plan(world.actor(world.sara), world.plan.pk)),
        ],
    )
    def test_a_service_outside_of_a_page_writes_at_once(
        self, who: Callable[[World], User | Guardian], act: Callable[[World], object]
    ) -> None:
        world = World.build().to("called")
        with events() as found:
            act(world)
        assert found == [("see_frame", "page", False)]


class TestFailsClosed:
    """The row is refused by PostgreSQL itself: nothing of the plan goes out, and nothing is done."""

    @pytest.fixture
    def world(self, committed_db: Database) -> World:
        """A plan in review, in a database whose log takes no more rows."""
        world = World.build().to("in_review")
        self.clients = {
            who: world.client(getattr(world, who), raise_request_exception=False) for who in ("per", "sara", "nadja")
        }
        with psycopg.connect(committed_db.owner_url) as owner:
            owner.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;"
                "CREATE TRIGGER full_disk BEFORE INSERT ON consent_log_accessevent "
                "FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
        return world

    @pytest.mark.parametrize("address", [address for address in PAGES if "kvittens" not in address])
    def test_no_event_no_page(self, world: World, address: str) -> None:
        client: Client = self.clients[PAGES[address][0]]
        answer = client.get("/" + address.format(plan=world.plan.pk))
        assert answer.status_code in (500, 503)
        said = answer.content.decode(errors="replace")
        assert not said.startswith("%PDF") and "BEGIN:VCALENDAR" not in said
        for secret in ("Alva", CHILD_WORDS, world.need.text, "Mackleanskolan"):
            assert secret not in said

    def test_no_event_no_search_and_nothing_written(self, world: World) -> None:
        answer = self.clients["per"].post("/planer/sok/", {"q": NUMBER})
        assert answer.status_code in (500, 503)
        answer = self.clients["sara"].post(reverse("comment", args=[world.plan.pk]), {"text": "Hej"})
        assert answer.status_code in (500, 503)
        assert not world.plan.versions.get().comments.exists()

    def test_no_event_no_answer_from_a_service(self, world: World) -> None:
        with pytest.raises(DatabaseError):
            reading.open_plan(world.actor(world.per), world.plan.pk)
