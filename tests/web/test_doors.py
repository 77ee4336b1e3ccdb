"""The ways in, played as a user: home, log-in and out, the password once more, the reason for a protected child."""

from datetime import timedelta

import pytest
from django.test import Client

from agencies.models import User
from common import clock
from consent.log.models import AccessEvent
from sip.web.middleware import FRESH_KEY
from tests.world import World

PASSWORD = "en lång mening som ingen gissar"


@pytest.fixture
def nadja(db: None) -> User:
    """Somebody who can log in with a password."""
    return User.objects.create_user("nadja@skurup.example", "Nadja Öhman", PASSWORD)


def log_in(client: Client, email: str, password: str, **more: str) -> object:
    """Fill in the form and send it."""
    return client.post("/logga-in/", {"username": email, "password": password, **more})


class TestHome:
    def test_a_stranger_reads_what_this_is_and_may_log_in(self, client: Client, db: None) -> None:
        page = client.get("/")
        assert page.status_code == 200
        assert "/logga-in/" in page.content.decode()

    def test_staff_come_to_idag_and_the_family_to_theirs(self, db: None) -> None:
        world = World.build()
        assert world.client(world.nadja).get("/").url == "/idag/"
        assert world.client(world.sara).get("/").url == "/familj/"

    def test_whoever_works_nowhere_any_more_is_told_so(self, db: None) -> None:
        world = World.build()
        client = world.client(world.dag)
        world.dag.memberships.update(ends=clock.today())
        answer = client.get("/")
        assert "Du arbetar inte längre på någon verksamhet här" in answer.content.decode()
        assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert "_auth_user_id" not in client.session


class TestLogIn:
    def test_the_right_password_lets_in_with_a_new_session_that_is_fresh(self, client: Client, nadja: User) -> None:
        client.get("/logga-in/")
        session = client.session
        session["before"] = True
        session.save()
        old_key = session.session_key
        answer = log_in(client, "Nadja@Skurup.example", PASSWORD, next="/planer/")
        assert answer.url == "/planer/"
        assert client.session.session_key != old_key
        assert client.session[FRESH_KEY] == pytest.approx(clock.now().timestamp(), abs=60)

    def test_the_way_on_never_leads_out_of_the_house(self, client: Client, nadja: User) -> None:
        assert log_in(client, nadja.email, PASSWORD, next="https://example.org/").url == "/"
        assert log_in(client, nadja.email, PASSWORD, next="//example.org/").url == "/"

    def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(self, nadja: User) -> None:
        known = log_in(Client(), nadja.email, "fel")
        unknown = log_in(Client(), "ingen@skurup.example", "fel")
        assert known.status_code == unknown.status_code == 422
        assert "hör inte ihop" in known.content.decode()
        same = known.content.decode().replace(nadja.email, "X")
        # The two pages differ in what was typed and in the token alone.
        assert len(same) == len(unknown.content.decode().replace("ingen@skurup.example", "X"))

    def test_what_was_typed_stands_there_again_but_never_the_password(self, client: Client, nadja: User) -> None:
        page = log_in(client, "nadja@skurup.exampl", "hemligt ord").content.decode()
        assert "nadja@skurup.exampl" in page
        assert "hemligt ord" not in page

    def test_empty_fields_say_what_to_write(self, client: Client, db: None) -> None:
        page = log_in(client, "", "")
        assert page.status_code == 422
        assert "Skriv din e-postadress." in page.content.decode()
        assert "Skriv ditt lösenord." in page.content.decode()

    @pytest.mark.parametrize("email", ["nadja@skurup.example", "ingen@skurup.example"])
    def test_after_five_tries_even_the_right_password_waits(self, client: Client, nadja: User, email: str) -> None:
        answers = [log_in(client, email, "fel").status_code for _ in range(5)]
        assert answers[-1] == 429
        late = log_in(client, email, PASSWORD)
        assert late.status_code == 429
        assert "Vänta en kvart" in late.content.decode()
        assert "_auth_user_id" not in client.session

    def test_odd_input_is_answered_in_words(self, client: Client, db: None) -> None:
        for odd in ("\x00", "a" * 3000, "🙂@🙂", "' OR 1=1 --"):
            assert log_in(client, odd, odd).status_code == 422


class TestLogOut:
    def test_the_browser_is_told_to_forget_everything(self, db: None) -> None:
        world = World.build()
        client = world.client(world.nadja)
        answer = client.post("/logga-ut/")
        assert answer.url == "/"
        assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert client.get("/idag/").status_code == 302

    def test_a_link_cannot_log_anybody_out(self, db: None) -> None:
        world = World.build()
        client = world.client(world.nadja)
        assert client.get("/logga-ut/").status_code == 405
        assert client.get("/idag/").status_code == 200


class TestConfirm:
    def test_the_password_once_more_makes_the_session_fresh(self, client: Client, nadja: User) -> None:
        client.force_login(nadja, "django.contrib.auth.backends.ModelBackend")
        answer = client.post("/bekrafta/", {"bekrafta-password": PASSWORD, "next": "/idag/"})
        assert answer.url == "/idag/"
        assert FRESH_KEY in client.session

    def test_a_wrong_one_does_not(self, client: Client, nadja: User) -> None:
        client.force_login(nadja, "django.contrib.auth.backends.ModelBackend")
        page = client.post("/bekrafta/", {"bekrafta-password": "fel", "next": "/idag/"})
        assert page.status_code == 422
        assert "Lösenordet stämmer inte" in page.content.decode()
        assert 'value="/idag/"' in page.content.decode()
        assert FRESH_KEY not in client.session

    def test_nobody_is_asked_to_log_in_first(self, client: Client, db: None) -> None:
        assert client.get("/bekrafta/").status_code == 302


class TestReason:
    """A protected child's plan opens with a reason, which stands in the log."""

    @pytest.fixture
    def world(self, db: None) -> World:
        world = World.build(is_protected=True)
        world.request()
        world.accept()
        return world

    @pytest.fixture
    def client(self, world: World) -> Client:
        client = Client()
        client.force_login(world.nadja, "django.contrib.auth.backends.ModelBackend")
        return client

    def test_the_question_comes_first_and_tells_nothing_of_the_child(self, world: World, client: Client) -> None:
        page = client.get(f"/planer/{world.plan.pk}/").content.decode()
        assert "Varför öppnar du planen?" in page
        assert "Alva" not in page

    def test_the_reason_opens_the_plan_and_stands_in_the_log(self, world: World, client: Client) -> None:
        answer = client.post(
            f"/planer/{world.plan.pk}/skal/", {"reason": "Förbereder mötet", "next": f"/planer/{world.plan.pk}/"}
        )
        page = client.get(answer.url).content.decode()
        assert "Alva Lind" in page
        assert "Mackleanskolan" not in page.replace("Elevhälsan Mackleanskolan", "")
        read = AccessEvent.objects.filter(user=world.nadja, act="read").order_by("-id")[0]
        assert read.reason == "Förbereder mötet"

    def test_no_words_are_no_reason(self, world: World, client: Client) -> None:
        page = client.post(f"/planer/{world.plan.pk}/skal/", {"reason": " ", "next": "/idag/"})
        assert page.status_code == 422
        assert "Skriv varför du öppnar planen" in page.content.decode()
        assert 'value="/idag/"' in page.content.decode()

    def test_it_holds_a_quarter_of_an_hour(self, world: World, client: Client) -> None:
        client.post(f"/planer/{world.plan.pk}/skal/", {"reason": "Förbereder mötet"})
        with clock.set_to(clock.now() + timedelta(minutes=16)):
            assert "Varför öppnar du planen?" in client.get(f"/planer/{world.plan.pk}/").content.decode()

    def test_it_opens_no_other_plan_and_nothing_for_others(self, world: World) -> None:
        client = Client()
        client.force_login(world.dag, "django.contrib.auth.backends.ModelBackend")
        mine = client.get(f"/planer/{world.plan.pk}/skal/")
        none = client.get("/planer/01890000-0000-7000-8000-000000000000/skal/")
        assert mine.status_code == none.status_code == 404
        assert AccessEvent.objects.filter(user=world.dag, is_denied=True, child=world.child).exists()
