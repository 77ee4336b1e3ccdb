"""Guests and interpreters by link: what it shows, to whom it opens, when it ends, and what somebody may try with it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from common import clock
from common.keys import new_key
from sip.meetings import changing, guests
from sip.meetings.models import Guest
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting that is called."""
    return World.build().to("called")


def invite(world: World, **changes: str) -> Guest:
    said = {"name": "Tolk 4711", "role": "interpreter", "note": "Tolkning till arabiska"}
    return guests.invite_guest(world.actor(world.nadja), world.plan, key=uuid4(), **{**said, **changes})


def link(guest: Guest) -> str:
    return reverse("guest", args=[guests.token_of(guest)])


def test_the_coordinator_makes_a_link_and_a_guest_answers_without_logging_in(world: World) -> None:
    nadja, page = world.client(world.nadja), reverse("call_guests", args=[world.plan.pk])
    said = {"key": str(uuid4()), "role": "interpreter", "name": "Tolk 4711", "note": "Tolkning till arabiska"}
    for _time in range(2):  # pressed twice
        assert nadja.post(page, said).status_code == 302
    guest = Guest.objects.get()
    assert guests.address_of(guest) in nadja.get(page).content.decode()
    anybody = Client()
    shown = anybody.get(link(guest)).content.decode()
    assert "Mackleanskolan rum 4" in shown and "Tolkning till arabiska" in shown
    for _time in range(2):
        assert anybody.post(link(guest), {"answer": "come"}).status_code == 302
    assert "Du har svarat att du kommer" in anybody.get(link(guest)).content.decode()
    assert "Tolk 4711, tolk: kommer" in world.client(world.per).get(f"/planer/{world.plan.pk}/").content.decode()
    anybody.post(link(guest), {"answer": "decline"})
    guest.refresh_from_db()
    assert guest.reply == "decline"


def test_nothing_of_the_child_stands_there(world: World) -> None:
    page = Client().get(link(invite(world))).content.decode()
    meeting = world.meeting
    hidden = (
        "Alva",
        "Lind",
        "Sara",
        "Johan",
        "BUP",
        "Skurup",
        "skolan,",
        CHILD_WORDS,
        meeting.purpose,
        meeting.question,
    )
    assert [words for words in hidden if words in page] == []
    assert str(world.plan.pk) not in page and "/planer/" not in page


def test_of_a_protected_child_the_place_is_not_told() -> None:
    world = World.build(is_protected=True).to("called")
    page = Client().get(link(invite(world))).content.decode()
    assert "Mackleanskolan" not in page and "berättar var mötet är" in page


def test_a_link_that_does_not_hold_is_answered_alike_whatever_is_wrong(world: World) -> None:
    guest, gone = invite(world), invite(world, name="En annan")
    guests.revoke_guest(world.actor(world.nadja), world.plan, gone)
    good = guests.token_of(guest)
    bad = [
        guests.token_of(gone),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good.replace(".", ""),
        good.upper(),
        guest.pk.hex,
        Signer(salt="another").sign(guest.pk.hex).replace(":", "."),
        Signer(salt="sip.meetings.guests").sign("nobody").replace(":", "."),
        Signer(salt="sip.meetings.guests").sign(uuid4().hex).replace(":", "."),
        "x" * 5000,
        "%00",
        "'; DROP TABLE meetings_guest; --",
        "<script>alert(1)</script>",
    ]
    answers = set()
    for token in bad:
        address = reverse("guest", args=["x"]).replace("/x/", f"/{token.replace('/', '_')}/")
        for response in (Client().get(address), Client().post(address, {"answer": "come"})):
            assert response.status_code == 404
            answers.add(response.content.decode().count("Länken gäller inte"))
            assert "<script>alert(1)" not in response.content.decode()
    assert len(answers) == 1
    guest.refresh_from_db()
    assert guest.reply == ""


def test_a_link_ends_with_the_meeting(world: World) -> None:
    guest = invite(world)
    with clock.set_to(world.meeting.end + timedelta(hours=23)):
        page = Client().get(link(guest))
        assert page.status_code == 200 and "Det går inte längre att svara" in page.content.decode()
        Client().post(link(guest), {"answer": "come"})
    with clock.set_to(world.meeting.end + timedelta(hours=25)):
        assert Client().get(link(guest)).status_code == 404
    guest.refresh_from_db()
    assert guest.reply == ""


def test_a_moved_meeting_is_answered_anew_and_a_cancelled_one_says_so(world: World) -> None:
    guest = invite(world)
    Client().post(link(guest), {"answer": "come"})
    day = clock.today() + timedelta(days=30)
    new = changing.NewTime(world.at(day, 9), world.at(day, 10), day - timedelta(days=5), place="Rum 7")
    changing.move_call(world.actor(world.nadja), world.plan, new)
    page = Client().get(link(guest)).content.decode()
    assert "Rum 7" in page and "Du har svarat" not in page and "Jag kommer" in page
    changing.cancel_call(world.actor(world.nadja), world.plan, why="Snöstorm hos Alva")
    page = Client().get(link(guest)).content.decode()
    assert "Mötet är inställt" in page and "Alva" not in page and "Rum 7" not in page
    Client().post(link(guest), {"answer": "come"})
    guest.refresh_from_db()
    assert guest.reply == ""


def test_guests_of_a_cancelled_meeting_get_new_links_to_the_new_one(world: World) -> None:
    old, gone = invite(world), invite(world, name="En annan")
    guests.revoke_guest(world.actor(world.nadja), world.plan, gone)
    changing.cancel_call(world.actor(world.nadja), world.plan, why="Snöstorm")
    called = world.call()
    nadja, page = world.client(world.nadja), reverse("call_guests", args=[world.plan.pk])
    shown = nadja.get(page).content.decode()
    assert "Från mötet som ställdes in" in shown and "Tolk 4711" in shown and "En annan" not in shown
    for _time in range(2):  # pressed twice
        assert nadja.post(page, {"again": "1"}).status_code == 302
    new = Guest.objects.get(meeting=called.meeting)
    assert (new.name, new.role, new.note, new.reply) == (old.name, old.role, old.note, "")
    shown = nadja.get(page).content.decode()
    assert "Från mötet som ställdes in" not in shown and guests.address_of(new) in shown
    assert "Kommer du?" in Client().get(link(new)).content.decode()
    assert "Mötet är inställt" in Client().get(link(old)).content.decode()
    assert world.client(world.per).post(page, {"again": "1"}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Skriv vem gästen är"),
        ({"role": ""}, "Välj som vad gästen kommer"),
        ({"role": "boss"}, "Välj i listan"),
        ({"name": "x" * 201}, "högst 200 tecken"),
        ({"note": "a\x00b"}, "tecken"),
    ],
)
def test_what_is_wrong_is_said_beside_it(world: World, changes: dict[str, str], words: str) -> None:
    said = {"key": str(uuid4()), "role": "other", "name": "Eva", "note": "", **changes}
    answer = world.client(world.nadja).post(reverse("call_guests", args=[world.plan.pk]), said)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Guest.objects.exists()


def test_only_the_coordinator_invites_and_takes_back(world: World) -> None:
    guest, page = invite(world), reverse("call_guests", args=[world.plan.pk])
    said = {"key": str(uuid4()), "role": "other", "name": "Eva", "note": ""}
    for user, status in ((world.per, 403), (world.sara.user, 403), (world.dag, 404)):
        assert world.client(user).post(page, said).status_code == status
        assert world.client(user).post(page, {"revoke": str(guest.pk)}).status_code == status
    nadja = world.client(world.nadja)
    for wrong in (str(uuid4()), "x", ""):
        assert nadja.post(page, {"revoke": wrong}).status_code == 404
    assert Client().get(link(guest)).status_code == 200
    for _time in range(2):
        nadja.post(page, {"revoke": str(guest.pk)})
    assert Client().get(link(guest)).status_code == 404


def test_a_guest_taken_back_and_sent_again_is_there_with_a_new_link(world: World) -> None:
    nadja, page = world.client(world.nadja), reverse("call_guests", args=[world.plan.pk])
    said = {"key": str(uuid4()), "role": "interpreter", "name": "Tolk 4711", "note": ""}
    nadja.post(page, said)
    old = Guest.objects.get()
    gone = nadja.post(page, {"revoke": str(old.pk)}, follow=True).content.decode()
    assert "Länken till Tolk 4711 gäller inte längre." in gone
    again = nadja.post(page, said, follow=True).content.decode()  # back in the browser, and pressed once more
    new = Guest.objects.get(revoked_at__isnull=True)
    assert "Länken till Tolk 4711 är klar. Skicka den." in again and guests.address_of(new) in again
    assert new.pk != old.pk and Client().get(link(old)).status_code == 404


def test_a_guests_key_that_another_meetings_guest_has_is_no_fault(world: World) -> None:
    old = invite(world)
    changing.cancel_call(world.actor(world.nadja), world.plan, why="Snöstorm")
    world.call()
    said = {"name": "Tolk 2", "role": "interpreter"}
    made = guests.invite_guest(world.actor(world.nadja), world.plan, key=old.pk, **said)
    assert made.pk != old.pk and made.meeting == world.meeting


def test_after_a_move_the_guest_is_asked_about_the_new_time(world: World) -> None:
    before = UUID(int=new_key().int - (60_000 << 80))  # a minute ago: the database's clock stands still in a test
    guest = guests.invite_guest(world.actor(world.nadja), world.plan, key=before, name="Tolk", role="interpreter")
    asks, browser = "Mötet är flyttat. Kommer du den nya tiden?", Client()
    assert asks not in browser.get(link(guest)).content.decode()
    browser.post(link(guest), {"answer": "come", "sequence": "0"})
    day = clock.today() + timedelta(days=20)
    new = changing.NewTime(world.at(day, 9), world.at(day, 10), day - timedelta(days=5), place="Rum 7")
    changing.move_call(world.actor(world.nadja), world.plan, new)
    assert asks in browser.get(link(guest)).content.decode()
    later = guests.invite_guest(world.actor(world.nadja), world.plan, key=new_key(), name="Vän", role="relative")
    assert asks not in browser.get(link(later)).content.decode()  # has heard of no other time
    browser.post(link(guest), {"answer": "come", "sequence": "1"})
    assert asks not in browser.get(link(guest)).content.decode()
