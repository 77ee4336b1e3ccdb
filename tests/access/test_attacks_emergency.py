"""Nödöppna, and what may go wrong with it: attacks 1, 6, 15, 16 and 24 of security.md, and rules of item 8."""

from datetime import timedelta

import pytest
from django.test import Client

from agencies.models import Membership, Role, User
from common import clock, identity
from common.errors import NotThere, Refused
from consent.log.models import AccessEvent
from consent.models import Custody, Guardianship
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans import access, grants
from sip.plans.access import Do, NotAllowed, Relation
from sip.plans.grant_names import EMERGENCY
from sip.plans.models import EmergencyOpening, PlanPersonGrant
from sip.plans.services import emergency, registry
from sip.plans.services.children import SEARCHES_PER_HOUR
from sip.plans.services.reading import open_plan
from sip.web.middleware import FRESH_KEY
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.django_db

NUMBER = "20140918-2399"
NOBODYS = "20120125-2382"
REASON = "Alva är på akuten och vi måste veta vad BUP gör."
NEUTRAL = "Det finns ingen plan att nödöppna för det numret."


def open_it(world: World, user: User, number: str = NUMBER, reason: str = REASON) -> object:
    return emergency.open_in_emergency(world.actor(user), identity.parse(number), reason)


def send(client: Client, number: str = NUMBER, reason: str = REASON) -> object:
    return client.post("/nodoppna/", {"number": number, "reason": reason})


def relations(world: World, user: User) -> frozenset[Relation]:
    world.plan.refresh_from_db()
    return access.standing(world.actor(user), world.plan).relations


@pytest.fixture
def world(db: None) -> World:
    return World.build().to("established")


class TestOpening:
    def test_it_lets_read_for_an_hour_and_nothing_more(self, world: World) -> None:
        now = clock.now()
        with clock.set_to(now):
            assert open_it(world, world.dag) == world.plan
        with clock.set_to(now + timedelta(minutes=59)):
            assert relations(world, world.dag) == {Relation.EMERGENCY}
            actor = world.actor(world.dag)
            assert [do for do in Do if access.can(actor, do, world.plan)] == [Do.SEE_FRAME, Do.READ]
            assert world.plan in access.visible_to(actor)
        with clock.set_to(now + timedelta(minutes=60)):
            actor = world.actor(world.dag)
            assert relations(world, world.dag) == frozenset()
            assert world.plan not in access.visible_to(actor)
            with pytest.raises(NotThere):
                open_plan(actor, world.plan.pk, Do.READ)

    def test_the_page_shows_until_when_and_offers_nothing_but_reading(self, world: World) -> None:
        client = world.client(world.dag)
        now = clock.at(clock.today() + timedelta(days=1), 13, 32)
        with clock.set_to(now):
            session = client.session
            session[FRESH_KEY] = now.timestamp()
            session.save()
            page = client.get(send(client).url).content.decode()
        assert "Nödöppnad till kl.\N{NO-BREAK SPACE}14.32." in page
        assert "Allt du gör loggas och granskas." in page
        assert CHILD_WORDS in page
        for verb in ("kalla/", "andra/", "utfall/", "uppfoljning/", "medarbetare/", "samtycke/", 'avsluta/"'):
            assert f"/planer/{world.plan.pk}/{verb}" not in page

    def test_it_stands_in_the_log_with_the_reason_and_so_does_every_read(self, world: World) -> None:
        open_it(world, world.dag)
        open_plan(world.actor(world.dag), world.plan.pk, Do.READ)
        events = AccessEvent.objects.filter(user=world.dag, child=world.child, is_denied=False)
        assert sorted(events.values_list("act", "reason")) == [("open_in_emergency", REASON), ("read", REASON)]

    def test_an_attempt_to_write_during_it_is_denied_and_logged_with_the_reason(self, world: World) -> None:
        open_it(world, world.dag)
        assert world.client(world.dag).post(f"/planer/{world.plan.pk}/uppfoljning/", {}).status_code == 403
        denied = AccessEvent.objects.get(user=world.dag, is_denied=True)
        assert (denied.act, denied.reason) == ("follow_up", REASON)

    def test_the_coordinator_is_told_without_personal_data_and_it_awaits_the_reviewer(self, world: World) -> None:
        open_it(world, world.dag)
        while notices.sweep():
            pass
        told = Notice.objects.get(kind="emergency_opened")
        assert told.recipient == world.nadja and told.sent_at
        for word in ("Alva", "Lind", "Dag", "BUP", "akuten", NUMBER):
            assert word not in told.body + told.subject
        assert str(world.plan.pk) in told.body
        opening = EmergencyOpening.objects.get()
        assert (opening.user, opening.agency, opening.reason, opening.decision) == (world.dag, world.bup, REASON, "")

    def test_it_may_be_ended_early_and_twice(self, world: World) -> None:
        open_it(world, world.dag)
        client = world.client(world.dag)
        sent = {"opening": str(EmergencyOpening.objects.get().pk)}
        assert client.post("/nodoppna/avsluta/", sent).status_code == 302
        assert client.get(f"/planer/{world.plan.pk}/").status_code == 404
        assert not PlanPersonGrant.objects.filter(permission__codename=EMERGENCY).exists()
        assert client.post("/nodoppna/avsluta/", sent).status_code == 302
        assert AccessEvent.objects.filter(act="end_emergency").count() == 1

    @pytest.mark.parametrize("sent", [{}, {"opening": "x"}, {"opening": "a\x00"}])
    def test_ending_needs_a_key(self, world: World, sent: dict[str, str]) -> None:
        assert world.client(world.dag).post("/nodoppna/avsluta/", sent).status_code == 404

    def test_attack_1_nobody_ends_anothers(self, world: World) -> None:
        open_it(world, world.dag)
        sent = {"opening": str(EmergencyOpening.objects.get().pk)}
        assert world.client(world.hanna).post("/nodoppna/avsluta/", sent).status_code == 404
        assert relations(world, world.dag) == {Relation.EMERGENCY}


class TestWhoAndWhy:
    @pytest.mark.parametrize("name", ["birgit", "chef"])
    def test_school_and_managers_cannot(self, world: World, name: str) -> None:
        with pytest.raises(NotAllowed):
            open_it(world, getattr(world, name))
        client = world.client(getattr(world, name))
        assert client.get("/nodoppna/").status_code == 403
        assert send(client).status_code == 422
        assert "/nodoppna/" not in client.get("/idag/").content.decode()
        assert not EmergencyOpening.objects.exists()
        assert AccessEvent.objects.filter(user=getattr(world, name), is_denied=True).exists()

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.LOG_REVIEWER])
    def test_the_role_at_a_health_agency_decides(self, world: World, role: Role) -> None:
        Membership.objects.filter(user=world.dag).update(role=role)
        with pytest.raises(NotAllowed):
            open_it(world, world.dag)

    def test_an_independent_provider_cannot(self, world: World) -> None:
        world.bup.principal.kind = "independent"
        world.bup.principal.save()
        with pytest.raises(NotAllowed):
            open_it(world, world.dag)

    def test_the_family_finds_no_such_page(self, world: World) -> None:
        assert world.client(world.sara).get("/nodoppna/").status_code == 404
        assert send(world.client(world.sara)).status_code == 404
        assert Client().get("/nodoppna/").status_code == 302

    @pytest.mark.parametrize("reason", ["", "akut", "a" * 40, "akut akut akut akut akut", "x y z", "x" * 6000])
    def test_a_reason_says_something(self, world: World, reason: str) -> None:
        answer = send(world.client(world.dag), reason=reason)
        assert answer.status_code == 422
        assert not EmergencyOpening.objects.exists()

    def test_attack_25_the_service_asks_for_a_fresh_log_in_too(self, world: World) -> None:
        stale = access.Actor.of(world.dag)
        with pytest.raises(Refused) as no:
            emergency.open_in_emergency(stale, identity.parse(NUMBER), REASON)
        assert [problem.code for problem in no.value.problems] == ["fresh"]
        assert not EmergencyOpening.objects.exists()

    def test_who_reads_the_plan_already_is_led_to_it_and_nothing_is_opened(self, world: World) -> None:
        assert send(world.client(world.per)).url == f"/planer/{world.plan.pk}/"
        assert not EmergencyOpening.objects.exists()


class TestNeutralAnswer:
    """Unknown, without a plan, protected, one's own: the same page, and the log alone knows."""

    def answer(self, world: World, number: str = NUMBER) -> str:
        response = send(world.client(world.dag), number)
        assert response.status_code == 422
        text = response.content.decode()
        assert NEUTRAL in text
        return text.replace(number, "N").split("csrfmiddlewaretoken")[0]

    def test_all_of_them_look_alike(self, world: World) -> None:
        unknown = self.answer(world, NOBODYS)
        registry.protect_child(world.child, True)
        protected = self.answer(world)
        assert protected == unknown
        assert AccessEvent.objects.filter(user=world.dag, child=world.child, is_denied=True).count() == 1
        assert AccessEvent.objects.filter(user=world.dag, child=None, is_denied=True).count() == 1
        assert not EmergencyOpening.objects.exists()

    def test_a_closed_plan_is_none(self) -> None:
        world = World.build().to("closed")
        self.answer(world)

    def test_ones_own_child_is_not_read_through_work(self, world: World) -> None:
        guardian = world.johan
        guardian.user = world.dag
        guardian.save()
        Guardianship.objects.filter(guardian=guardian).update(custody=Custody.NONE)
        grants.sync(world.plan)
        self.answer(world)

    def test_attack_6_guessing_numbers_is_throttled_together_with_searching(self, world: World) -> None:
        AccessEvent.objects.bulk_create(
            AccessEvent(user=world.dag, act="search", object_type="child") for _ in range(SEARCHES_PER_HOUR - 1)
        )
        client = world.client(world.dag)
        assert NEUTRAL in send(client, NOBODYS).content.decode()
        assert "Du har sökt många gånger" in send(client).content.decode()
        assert not EmergencyOpening.objects.exists()
        found = client.post("/planer/sok/", {"q": NUMBER})
        assert "Du har sökt många gånger" in found.content.decode()

    def test_attack_5_protection_ends_it_at_once(self, world: World) -> None:
        client = world.client(world.dag)
        assert client.get(send(client).url).status_code == 200
        registry.protect_child(world.child, True)
        assert client.get(f"/planer/{world.plan.pk}/").status_code == 404


class TestTwice:
    def test_attack_15_the_form_sent_again_goes_on_with_the_same(self, world: World) -> None:
        client = world.client(world.dag)
        assert send(client).url == send(client).url == f"/planer/{world.plan.pk}/"
        assert EmergencyOpening.objects.count() == 1

    def test_after_the_hour_a_new_one_is_a_new_one(self, world: World) -> None:
        open_it(world, world.dag)
        with clock.set_to(clock.now() + timedelta(minutes=61)):
            open_it(world, world.dag)
            assert relations(world, world.dag) == {Relation.EMERGENCY}
        assert EmergencyOpening.objects.count() == 2

    def test_two_people_have_one_each(self, world: World) -> None:
        other = User.objects.create_user("eva@region.example", "Eva Jour")
        Membership.objects.create(user=other, agency=world.bup, role=Role.STAFF, starts=clock.today())
        open_it(world, world.dag)
        open_it(world, other)
        assert relations(world, world.dag) == relations(world, other) == {Relation.EMERGENCY}

    def test_sync_keeps_a_running_one_and_clears_an_ended_one(self, world: World) -> None:
        open_it(world, world.dag)
        held = PlanPersonGrant.objects.filter(user=world.dag, permission__codename=EMERGENCY)
        grants.sync(world.plan)
        assert held.get().ends_at == EmergencyOpening.objects.get().ends_at
        with clock.set_to(clock.now() + timedelta(minutes=60)):
            grants.sync(world.plan)
        assert not held.exists()

    def test_attack_3_who_leaves_the_agency_leaves_the_emergency(self, world: World) -> None:
        open_it(world, world.dag)
        world.dag.memberships.update(ends=clock.today())
        assert relations(world, world.dag) == frozenset()


def test_attack_2_a_field_too_many_tells_nothing_and_opens_nothing() -> None:
    """Sent along with the number, it undid the opening and its traces, and told by its answer that there was a plan."""
    world = World.build().to("called")
    dag = world.client(world.dag)
    said = {"reason": "Barnet är medvetslöst på akuten och vi måste veta mer.", "x": "1"}
    hit = dag.post("/nodoppna/", {"number": world.child.number, **said})
    miss = dag.post("/nodoppna/", {"number": "20120125-2382", **said})
    assert hit.status_code == miss.status_code == 400
    assert not EmergencyOpening.objects.exists()
    assert AccessEvent.objects.filter(user=world.dag, act="not_asked", is_denied=True).count() == 2
