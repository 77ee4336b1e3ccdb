"""Min sida: the young person's own words, goals, helpers, wheel, meeting, signature; for nobody who may not read."""

import pytest
from django.urls import reverse

from sip.plans import grants
from sip.plans.models import Section
from sip.plans.services import contents, maturity, private
from tests.integration.test_young_person import with_log_in
from tests.world import CHILD_WORDS, World
from tests.world_again import kept

pytestmark = pytest.mark.django_db


def page(world: World, who: object) -> str:
    response = world.client(who).get(reverse("own_page", args=[world.plan.pk]))  # type: ignore[arg-type]
    assert response.status_code == 200
    body: str = response.content.decode()
    return body


@kept
def marked(state: str = "in_review") -> World:
    world = World.build().to("opened")
    world.write()
    contents.set_wheel(
        world.actor(world.nadja), world.plan, marks={"trygg": 4, "hälsa": 2, "delaktig": 5}, works={}, hard={}
    )
    world.close_meeting()
    if state == "in_review":
        world.review()
    return world


def test_the_young_person_has_the_own_words_first_and_signs_when_switched_on() -> None:
    world = marked()
    alva = with_log_in(world)
    grants.sync(world.plan)
    body = page(world, alva)
    assert "Hej <bdi>Alva</bdi>!" in body
    assert body.index(CHILD_WORDS) < body.index("Alva är i skolan fyra dagar") < body.index("Per Lindqvist")
    assert "Läs och skriv under" in body and "Till mina privata ord" in body
    assert 'points="' in body and "Trygg: 4" in body and "Aktiv: ingen siffra" in body
    assert "Ring" in body and "0411-55 01 02" in body
    start = world.client(alva).get("/familj/")
    assert start["Location"] == reverse("own_page", args=[world.plan.pk])


def test_a_guardian_reads_it_with_the_child_and_signs_elsewhere() -> None:
    world = marked()
    body = page(world, world.sara)
    assert "Läs den gärna tillsammans." in body and CHILD_WORDS in body
    assert "Läs och skriv under" not in body and "privata ord" not in body
    family = world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert reverse("own_page", args=[world.plan.pk]) in family


def test_what_is_withheld_from_a_guardian_is_not_there() -> None:
    world = marked()
    hide = {"plan": world.plan, "guardian": world.sara, "reason": "Far illa."}
    private.withhold(world.actor(world.per), section=Section.ACTION, action=world.assessment, **hide)
    private.withhold(world.actor(world.nadja), section=Section.VOICE, **hide)
    body = page(world, world.sara)
    assert CHILD_WORDS not in body and "nedstämdhet" not in body and "Trygg: 4" not in body
    assert "nedstämdhet" in page(world, world.johan) and "Trygg: 4" in page(world, world.johan)


def test_staff_go_to_their_own_page_and_others_nowhere() -> None:
    world = marked()
    address = reverse("own_page", args=[world.plan.pk])
    assert world.client(world.per).get(address)["Location"] == reverse("plan", args=[world.plan.pk])
    assert world.client(world.dag).get(address).status_code == 404


@pytest.mark.parametrize("state", ["requested", "preparing", "called", "met", "established", "following_up", "closed"])
def test_in_every_state_there_is_a_page(state: str) -> None:
    world = World.build().to(state)
    assert "Läs hela planen" in page(world, world.sara)


def test_the_wheel_of_the_last_plan_is_drawn_behind() -> None:
    world = marked()
    world.establish()
    world.follow_up()
    contents.set_wheel(world.actor(world.nadja), world.plan, marks={"delaktig": 3}, works={}, hard={})
    body = page(world, world.sara)
    assert "Delaktig har gått från 5 till 3." in body and "wheel-before" in body


def test_the_own_answer_about_consent_is_asked_for_first_of_all() -> None:
    world = marked()
    assert "Vi behöver ditt svar" not in page(world, world.sara)
    why = "Hon berättar själv vad ett ja betyder."
    maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why=why)
    world.child.refresh_from_db()
    body = page(world, world.child.user)
    assert body.index("Vi behöver ditt svar") < body.index(CHILD_WORDS)
    assert reverse("family_consent", args=[world.plan.pk]) in body


def test_who_gets_a_log_in_when_the_plan_is_sealed_is_not_led_to_a_signature_that_cannot_be_made() -> None:
    world = marked()
    world.sign(world.sara, world.johan)
    world.establish()
    alva = with_log_in(world)
    grants.sync(world.plan)
    body, family = page(world, alva), reverse("family_plan", args=[world.plan.pk])
    sign = reverse("sign", args=[world.plan.pk])
    assert "Läs och skriv under" not in body and sign not in body
    assert sign not in world.client(alva).get(family).content.decode()
    shown = world.client(alva).get(sign).content.decode()
    assert "Den här planen är färdigunderskriven" in shown and "Skicka kod" not in shown
    assert reverse("refuse_to_sign", args=[world.plan.pk]) not in shown
