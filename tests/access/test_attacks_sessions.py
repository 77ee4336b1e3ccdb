"""Attacks 3, 18, 20 and 21 of security.md: sessions that live on, links that wander, guessing, shared computers."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from agencies.models import Role, User
from common import clock
from consent import family
from consent.models import ConsentDecision, Custody, Guardian
from sip.plans.models import Assignment
from sip.plans.services import registry, taking_part
from sip.signing.models import Signature
from sip.web.middleware import FRESH_KEY
from sip.web.proving import PROOF
from tests.world import World

pytestmark = pytest.mark.django_db

PASSWORD = "en lång mening som ingen gissar"
FORGET = '"cache", "cookies", "storage"'


def with_password(user: User | Guardian) -> User:
    user = user.user if isinstance(user, Guardian) else user
    user.set_password(PASSWORD)
    user.save()
    return user


def stale(client: Client) -> Client:
    """The same browser, six minutes after the log-in."""
    session = client.session
    session[FRESH_KEY] = (clock.now() - timedelta(minutes=6)).timestamp()
    session.save()
    return client


def to_log_in(answer: object) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/logga-in/")  # type: ignore[attr-defined]


class TestAttack3EndedWithALiveSession:
    def test_a_membership_that_ends_takes_the_session_with_it(self) -> None:
        world = World.build().to("established")
        client = world.client(world.per)
        plan = reverse("plan", args=[world.plan.pk])
        assert client.get(plan).status_code == 200
        registry.end_membership(world.per)
        assert to_log_in(client.get(plan))
        assert to_log_in(client.post(reverse("expectation", args=[world.plan.pk]), {"expects": "x"}))

    def test_only_that_persons_sessions_end_and_all_of_them(self) -> None:
        world = World.build().to("established")
        at_work, on_the_phone, colleague = world.client(world.per), world.client(world.per), world.client(world.inga)
        registry.end_membership(world.per)
        assert to_log_in(at_work.get("/idag/"))
        assert to_log_in(on_the_phone.get("/idag/"))
        assert colleague.get("/idag/").status_code == 200

    def test_one_that_ends_by_its_day_is_told_so_and_logged_out(self) -> None:
        world = World.build().to("established")
        client = world.client(world.per)
        world.per.memberships.update(ends=clock.today() + timedelta(days=1))
        assert client.get("/idag/").status_code == 200
        with clock.set_to(clock.now() + timedelta(days=1)):
            told = client.get(reverse("plan", args=[world.plan.pk]))
            assert "Du arbetar inte längre" in told.content.decode()
            assert "Alva" not in told.content.decode()
            assert told["Clear-Site-Data"] == FORGET
            assert to_log_in(client.get("/idag/"))

    def test_who_is_a_guardian_too_stays_as_one(self) -> None:
        world = World.build().to("established")
        world.johan.user.memberships.create(
            agency=world.bup, role=Role.STAFF, starts=clock.today() - timedelta(days=9), ends=clock.today()
        )
        client = world.client(world.johan)
        assert client.get(reverse("family_plan", args=[world.plan.pk])).status_code == 200
        assert client.get("/idag/").status_code == 404

    def test_an_assignment_that_ends_takes_the_plan_at_the_next_click(self) -> None:
        world = World.build().to("established")
        client = world.client(world.per)
        plan = reverse("plan", args=[world.plan.pk])
        assert client.get(plan).status_code == 200
        taking_part.unassign(world.actor(world.inga), world.plan, world.bup, [world.per])
        assert client.get(plan).status_code == 404
        assert client.get("/idag/").status_code == 200  # still at work, only not in this plan
        assert not Assignment.objects.filter(user=world.per, ended_at__isnull=True).exists()

    def test_one_of_two_works_that_ends_takes_only_its_own(self) -> None:
        world = World.build().to("established")
        world.per.memberships.create(agency=world.clinic, role=Role.STAFF, starts=clock.today() - timedelta(days=9))
        client = world.client(world.per)
        world.per.memberships.filter(agency=world.bup).update(ends=clock.today())
        assert client.get("/idag/").status_code == 200
        assert client.get(reverse("plan", args=[world.plan.pk])).status_code == 404

    @pytest.mark.parametrize(
        "change",
        [
            lambda user: user.set_password("ett annat lösenord som är långt"),
            lambda user: setattr(user, "session_epoch", user.session_epoch + 1),
            lambda user: setattr(user, "is_active", False),
        ],
        ids=["password", "epoch", "inactive"],
    )
    def test_a_new_password_a_raised_epoch_and_a_closed_account_end_sessions(
        self, change: Callable[[User], None]
    ) -> None:
        world = World.build()
        client = world.client(world.nadja)
        user = get_user_model().objects.get(pk=world.nadja.pk)
        change(user)
        user.save()
        assert to_log_in(client.get("/idag/"))


class TestAttack18AForwardedLink:
    @pytest.mark.parametrize("who", ["per", "dag", "chef", "birgit", "nadja"])
    def test_the_link_to_sign_opens_nothing_for_anybody_else(self, who: str) -> None:
        world = World.build().to("in_review")
        link = reverse("sign", args=[world.plan.pk])
        client = world.client(getattr(world, who))
        answer = client.post(link, {"has_read": "on", "sha256": world.version.sha256})
        assert answer.status_code in (302, 403, 404)
        assert client.get(link).status_code in (302, 403, 404)
        assert not Signature.objects.filter(version__plan=world.plan, status="signed").exists()

    def test_a_guardian_without_custody_finds_nothing(self) -> None:
        world = World.build(custody=Custody.SOLE).to("in_review")
        client = world.client(world.johan)
        link = reverse("sign", args=[world.plan.pk])
        assert client.get(link).status_code == 404
        assert client.post(link, {"has_read": "on", "sha256": world.version.sha256}).status_code == 404

    def test_who_is_not_logged_in_comes_to_the_log_in_and_then_on(self) -> None:
        world = World.build().to("in_review")
        link = reverse("sign", args=[world.plan.pk])
        sent_on = Client().get(link)
        assert to_log_in(sent_on) and unquote(sent_on.url).endswith(link)
        assert Client().post(link, {"has_read": "on"}).status_code == 302
        assert not Signature.objects.filter(version__plan=world.plan, status="signed").exists()


class TestAttack20Guessing:
    def test_the_password_once_more_locks_out_too_and_nothing_is_done(self) -> None:
        world = World.build().to("preparing")
        with_password(world.nadja)
        client = stale(world.client(world.nadja))
        link = reverse("consents", args=[world.plan.pk])
        answers = [client.post(link, {**yes(world), PROOF: f"fel {number}"}) for number in range(5)]
        assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
        assert client.post(link, {**yes(world), PROOF: PASSWORD}).status_code == 429
        assert not ConsentDecision.objects.exists()

    def test_the_fifth_wrong_one_looks_the_same_whoever_it_is(self) -> None:
        World.build()
        told = []
        for mail in ("nadja@skurup.example", "ingen@skurup.example"):
            client = Client()
            for _ in range(4):
                client.post("/logga-in/", {"username": mail, "password": "fel"})
            answer = client.post("/logga-in/", {"username": mail, "password": "fel"})
            page = answer.content.decode().replace(mail, "X")
            told.append((answer.status_code, len(page), "Vänta en kvart" in page))
        assert told[0] == told[1]
        assert told[0][0] == 429 and told[0][2]

    def test_another_name_is_not_locked_with_it(self) -> None:
        world = World.build()
        with_password(world.nadja)
        client = Client()
        for _ in range(5):
            client.post("/logga-in/", {"username": "per@region.example", "password": "fel"})
        assert client.post("/logga-in/", {"username": "nadja@skurup.example", "password": PASSWORD}).status_code == 302


class TestAttack21TheSharedComputer:
    def test_a_form_without_its_token_is_a_page_in_swedish_and_nothing_is_done(self) -> None:
        world = World.build().to("preparing")
        client = world.client(world.nadja, enforce_csrf_checks=True)
        answer = client.post(reverse("consents", args=[world.plan.pk]), yes(world))
        assert answer.status_code == 403
        assert "Sidan har stått öppen för länge" in answer.content.decode()
        assert not ConsentDecision.objects.exists()

    def test_a_token_of_another_browser_is_none(self) -> None:
        world = World.build().to("preparing")
        theirs = Client(enforce_csrf_checks=True)
        token = theirs.get("/logga-in/").context["csrf_token"]
        client = world.client(world.nadja, enforce_csrf_checks=True)
        client.get("/idag/")
        answer = client.post("/logga-ut/", {"csrfmiddlewaretoken": str(token)})
        assert answer.status_code == 403
        assert client.get("/idag/").status_code == 200

    def test_after_logging_out_the_old_cookie_opens_nothing(self) -> None:
        world = World.build().to("established")
        client = world.client(world.sara)
        kept = client.cookies["sessionid"].value
        assert client.post("/logga-ut/")["Clear-Site-Data"] == FORGET
        thief = Client()
        thief.cookies["sessionid"] = kept
        assert to_log_in(thief.get(reverse("family_plan", args=[world.plan.pk])))


def yes(world: World) -> dict[str, object]:
    """A yes as the coordinator writes it down."""
    return {
        "by": str(world.sara.user.pk),
        "said": "given",
        "to": [str(world.bup.pk), str(world.school.pk)],
        "covers": ["skola", "hälsa"],
        "carve_out": "Inget om <b>jobbet</b>.",
        "how": "oral",
        "until": (clock.today() + timedelta(days=300)).isoformat(),
    }


class TestThePasswordOnceMore:
    """7.5.3: looking asks for nothing; the act asks, keeps what was typed, and goes on."""

    @pytest.fixture
    def world(self) -> World:
        world = World.build().to("preparing")
        with_password(world.nadja)
        return world

    @pytest.fixture
    def nadja(self, world: World) -> Client:
        return stale(world.client(world.nadja))

    def test_the_page_opens_without_it(self, world: World, nadja: Client) -> None:
        assert nadja.get(reverse("consents", args=[world.plan.pk])).status_code == 200

    def test_the_act_asks_and_everything_typed_is_kept(self, world: World, nadja: Client) -> None:
        link = reverse("consents", args=[world.plan.pk])
        asked = nadja.post(link, {**yes(world), "csrfmiddlewaretoken": "mitt"})
        page = asked.content.decode()
        assert asked.status_code == 422
        assert "Bekräfta att det är du" in page and f'action="{link}"' in page
        assert page.count('name="to"') == 2 and page.count('name="covers"') == 2
        assert 'value="Inget om &lt;b&gt;jobbet&lt;/b&gt;."' in page
        assert "mitt" not in page
        assert not ConsentDecision.objects.exists()

    def test_the_right_one_does_it_and_holds_five_minutes(self, world: World, nadja: Client) -> None:
        link = reverse("consents", args=[world.plan.pk])
        assert nadja.post(link, {**yes(world), PROOF: PASSWORD}).status_code == 302
        assert family.standing(world.child, world.bup.pk).status
        assert ConsentDecision.objects.count() == 2
        assert nadja.post(link, {**yes(world), "said": "withdrawn"}).status_code == 302
        with clock.set_to(clock.now() + timedelta(minutes=5)):
            assert "Bekräfta att det är du" in nadja.post(link, yes(world)).content.decode()

    @pytest.mark.parametrize("wrong", ["", "fel", "a\x00", "x" * 2000])
    def test_a_wrong_one_asks_again_and_keeps_it_still(self, world: World, nadja: Client, wrong: str) -> None:
        asked = nadja.post(reverse("consents", args=[world.plan.pk]), {**yes(world), PROOF: wrong})
        page = asked.content.decode()
        assert asked.status_code == 422
        assert page.count('name="to"') == 2
        assert page.count(f'name="{PROOF}"') == 1
        assert not ConsentDecision.objects.exists()

    def test_somebody_elses_password_is_a_wrong_one(self, world: World, nadja: Client) -> None:
        world.per.set_password("Pers alldeles egna lösenord")
        world.per.save()
        asked = nadja.post(
            reverse("consents", args=[world.plan.pk]), {**yes(world), PROOF: "Pers alldeles egna lösenord"}
        )
        assert "Lösenordet stämmer inte." in asked.content.decode()
        assert not ConsentDecision.objects.exists()

    def test_a_plan_opened_in_an_emergency_asks_too(self, world: World) -> None:
        with_password(world.dag)
        client = stale(world.client(world.dag))
        sent = {"number": "20140918-2399", "reason": "Alva är på akuten och vi måste veta vad BUP gör."}
        asked = client.post("/nodoppna/", sent).content.decode()
        assert "Bekräfta att det är du" in asked and "Alva är på akuten" in asked
        assert client.post("/nodoppna/", {**sent, PROOF: PASSWORD}).url == f"/planer/{world.plan.pk}/"
