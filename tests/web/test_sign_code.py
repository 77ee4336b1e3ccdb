"""The code that proves who signs: sent at once and alone, for one version, few tries, one signature, kept nowhere."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common import clock
from consent.log.models import AccessEvent
from sip.notices import services as notices
from sip.notices.models import Letterbox, Notice
from sip.plans.services import contents
from sip.signing import codes
from sip.signing.models import Signature, SigningCode
from sip.web.middleware import FRESH_KEY
from tests.codes import ask_for_code, latest, wrong
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSED = 422
WRONG = "Koden stämmer inte eller gäller inte längre."


def press(world: World, client: Client, code: str, **more: Any) -> Any:
    """Type a code and press "Skriv under"."""
    sent = {"has_read": "on", "sha256": world.version.sha256, "code": code, **more}
    return client.post(reverse("sign", args=[world.plan.pk]), sent)


def page(world: World, client: Client) -> str:
    """The page where one signs."""
    return client.get(reverse("sign", args=[world.plan.pk])).content.decode()


@pytest.fixture
def world() -> World:
    """A plan that waits to be signed; what it told before this is told."""
    made = World.build().to("in_review")
    notices.sweep()
    return made


def test_from_the_letter_to_the_signature(world: World, mailoutbox: list[EmailMultiAlternatives]) -> None:
    client = world.client(world.sara)
    session = client.session
    del session[FRESH_KEY]  # logged in long ago: the code is proof enough
    session.save()
    mailoutbox.clear()
    assert 'name="code"' not in page(world, client)
    assert ask_for_code(world, client).status_code == 302
    shown = page(world, client)
    assert "Vi har skickat sex siffror till din e-post." in shown
    assert re.search(r'name="has_read"[^>]*checked', shown)
    notices.sweep()
    (letter,) = mailoutbox
    assert letter.to == ["sara@familj.example"]
    found = re.search(r"är (\d{3} \d{3})\.", str(letter.body))
    assert found is not None
    assert not re.search(r"\d{3}", letter.subject)
    assert "skriv-under" not in str(letter.body)  # nobody is to learn to click where a code is asked for
    assert press(world, client, found[1]).status_code == 302
    assert Signature.objects.get().guardian == world.sara


def test_its_groups_keep_their_places_in_arabic(world: World) -> None:
    """Between two numbers among Arabic words a plain space shows the second group first, to whoever types it off."""
    client = world.client(world.sara)
    ask_for_code(world, client)
    digits = latest()
    with translation.override("ar"):
        shown = codes.in_words(SigningCode.objects.get())
    assert shown == f"{digits[:3]}\u00a0{digits[3:]}"
    assert press(world, client, shown).status_code == 302
    assert Signature.objects.get().guardian == world.sara


def test_it_stands_in_no_table_and_on_no_page(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    notices.sweep()
    digits = latest()
    row = SigningCode.objects.get()
    assert digits not in "".join(str(value) for value in vars(row).values())
    sent = Notice.objects.get(kind="signing_code")
    assert sent.sent_at is not None
    assert sent.body == ""
    assert digits not in page(world, client) + client.get("/mina-meddelanden/").content.decode()


def test_the_demo_keeps_it_until_it_is_used(world: World, settings: Any) -> None:
    settings.DEMO = True
    client = world.client(world.sara)
    ask_for_code(world, client)
    notices.sweep()
    digits = latest()
    shown = f"{digits[:3]} {digits[3:]}"
    assert shown in client.get(reverse("outbox")).content.decode()
    assert "utkorgen" in page(world, client)
    assert press(world, client, shown).status_code == 302
    assert shown not in client.get(reverse("outbox")).content.decode()


def test_a_wrong_code_counts_and_the_sixth_try_is_too_late(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    answers = [press(world, client, wrong()) for _try in range(5)]
    assert {answer.status_code for answer in answers} == {REFUSED}
    assert all(WRONG in answer.content.decode() for answer in answers)
    late = press(world, client, latest())
    assert late.status_code == REFUSED
    assert WRONG in late.content.decode()
    assert not Signature.objects.exists()
    assert AccessEvent.objects.filter(user=world.sara.user, act="sign", is_denied=True).count() == 6


def test_a_field_too_many_does_not_undo_the_count(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    for code in (wrong(), latest()):
        assert press(world, client, code, plan="something").status_code == 400
    assert not Signature.objects.exists()
    assert SigningCode.objects.get().tries == 0  # not even looked at


@pytest.mark.parametrize("typed", ["", " ", "0", "x" * 41, "12345\x00", "1234", "12 34 567", "💥"])
def test_what_is_no_code_is_answered_in_words(world: World, typed: str) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    answer = press(world, client, typed)
    assert answer.status_code == REFUSED
    assert ("Koden har sex siffror." if typed.strip() else "Skriv koden") in answer.content.decode()
    assert SigningCode.objects.get().tries == 0
    assert press(world, Client(), typed).status_code == 302  # to the log-in
    assert not Signature.objects.exists()


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "0123456789"])
def test_the_digits_of_any_keyboard_are_the_code(world: World, digits: str) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    typed = latest().translate(str.maketrans("0123456789", digits))
    assert press(world, client, f"\u200f{typed[:3]} {typed[3:]}\u202c").status_code == 302


def test_it_ends_after_ten_minutes(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    digits = latest()
    SigningCode.objects.update(expires_at=clock.now())
    assert WRONG in press(world, client, digits).content.decode()
    assert not Signature.objects.exists()


def test_it_is_used_once_and_by_its_owner_alone(world: World) -> None:
    sara, johan = world.client(world.sara), world.client(world.johan)
    ask_for_code(world, sara)
    digits = latest()
    assert press(world, johan, digits).status_code == REFUSED
    assert press(world, sara, digits).status_code == 302
    assert "Du har redan skrivit under" in press(world, sara, digits).content.decode()
    assert Signature.objects.count() == 1


def test_a_new_code_makes_the_one_before_worthless(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    first = latest()
    ask_for_code(world, client)  # pressed twice
    assert SigningCode.objects.count() == 1
    SigningCode.objects.update(sent_at=clock.now() - timedelta(minutes=1))
    ask_for_code(world, client)
    assert SigningCode.objects.count() == 2
    notices.sweep()
    told = Notice.objects.filter(kind="signing_code")
    assert [row.dropped_at is None for row in told.order_by("created_at", "id")] == [False, True]
    assert press(world, client, first).status_code == REFUSED
    assert press(world, client, latest()).status_code == 302


def test_it_is_of_no_use_for_another_version(world: World) -> None:
    client = world.client(world.sara)
    ask_for_code(world, client)
    digits = latest()
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    world.review()
    assert WRONG in press(world, client, digits).content.decode()
    assert not Signature.objects.exists()


def test_who_asks_for_many_waits(world: World) -> None:
    client = world.client(world.sara)
    for minute in range(5):
        SigningCode.objects.update(sent_at=clock.now() - timedelta(minutes=minute + 1))
        assert ask_for_code(world, client).status_code == 302
    SigningCode.objects.update(sent_at=clock.now() - timedelta(minutes=20))
    answer = ask_for_code(world, client)
    assert answer.status_code == REFUSED
    assert "Du har fått många koder." in answer.content.decode()
    assert SigningCode.objects.count() == 5


def test_without_the_tick_nothing_is_sent(world: World) -> None:
    client = world.client(world.sara)
    sent = {"sha256": world.version.sha256, "step": "skicka-kod"}
    answer = client.post(reverse("sign", args=[world.plan.pk]), sent)
    assert answer.status_code == REFUSED
    assert "Kryssa i att du har läst planen." in answer.content.decode()
    assert not SigningCode.objects.exists()


def test_whom_nothing_reaches_signs_on_paper(world: World) -> None:
    world.sara.user.email, world.sara.user.phone = None, ""
    world.sara.user.save()
    client = world.client(world.sara)
    assert "Du skriver under på papper" in page(world, client)
    assert ask_for_code(world, client).status_code == REFUSED
    assert not SigningCode.objects.exists()
    assert client.get(reverse("refuse_to_sign", args=[world.plan.pk])).status_code == 200


def test_at_night_it_comes_at_once_and_alone(
    world: World, settings: Any, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    settings.NOTICES_AT_ONCE = False
    mailoutbox.clear()
    night = clock.at(clock.today() + timedelta(days=1), 23)
    with clock.set_to(night):
        client = world.client(world.sara)
        box, _made = Letterbox.objects.update_or_create(user=world.sara.user, defaults={"last_letter_at": night})
        notices.queue("plan_readable", [world.sara.user], about=world.plan.pk, occasion=1, detail=world.version.pk)
        ask_for_code(world, client)
        notices.sweep()
        assert [letter.subject for letter in mailoutbox if letter.to == ["sara@familj.example"]] == ["Din kod"]
        box.refresh_from_db()
        assert box.last_letter_at == night
    waiting = Notice.objects.get(kind="plan_readable", recipient=world.sara.user)
    assert waiting.sent_at is None
    with clock.set_to(clock.at(clock.today() + timedelta(days=2), 7)):
        notices.sweep()
        waiting.refresh_from_db()
        assert waiting.sent_at is not None


def test_another_persons_codes_are_not_seen_by_the_database_itself(world: World) -> None:
    ask_for_code(world, world.client(world.sara))
    become = "SELECT set_config('sip.everything', %s, true), set_config('sip.user', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute(become, ["", str(world.johan.user_id)])
        assert not SigningCode.objects.exists()
        cursor.execute(become, ["", str(world.sara.user_id)])
        assert SigningCode.objects.exists()
        cursor.execute(become, ["on", ""])


def test_digits_are_six_and_evenly_made() -> None:
    made = {codes.digits(SigningCode()) for _each in range(200)}
    assert len(made) > 190
    assert all(re.fullmatch(r"[0-9]{6}", each) for each in made)
