"""A wish for SIP from the family: one answer always, errors beside the field, a child of one's own only."""

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from consent.models import Child, Custody, Guardianship
from sip.plans.models import Assignment, Plan, Request
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSED = 422


def wish(**changes: str) -> dict[str, str]:
    """What a parent fills in."""
    return {"why": "Alla säger olika saker.", "important": "Kaninen.", "seen": str(clock.today()), **changes}


def test_a_wish_opens_a_plan_and_lands_on_its_page() -> None:
    world = World.build()
    answer = world.client(world.sara).post(reverse("family_request"), wish(), follow=True)
    plan = Plan.objects.get(child=world.child)
    assert answer.redirect_chain[-1][0] == reverse("family_plan", args=[plan.pk])
    page = answer.content.decode()
    assert "Din önskan är skickad" in page
    assert "Alla säger olika saker." in page


def test_what_one_parent_wrote_is_not_shown_to_the_other() -> None:
    world = World.build()
    world.client(world.sara).post(reverse("family_request"), wish(why="Johan dricker."))
    plan = Plan.objects.get(child=world.child)
    assert "dricker" not in world.client(world.johan).get(reverse("family_plan", args=[plan.pk])).content.decode()


def test_a_second_wish_gets_the_same_answer_and_joins() -> None:
    world = World.build()
    client = world.client(world.sara)
    first = client.post(reverse("family_request"), wish(), follow=True)
    second = world.client(world.johan).post(reverse("family_request"), wish(why="Jag med."), follow=True)
    assert "Din önskan är skickad" in first.content.decode()
    assert "Din önskan är skickad" in second.content.decode()
    assert Plan.objects.filter(child=world.child).count() == 1
    assert Request.objects.filter(plan__child=world.child).count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"why": ""}, "Skriv vad ni behöver hjälp med."),
        ({"seen": ""}, "Skriv en dag"),
        ({"seen": "igår"}, "Skriv dagen så här"),
        ({"seen": "1e309"}, "Skriv dagen så här"),
        ({"seen": "2999-02-29"}, "Skriv dagen så här"),
        ({"why": "a\x00b"}, "ett tecken som inte kan sparas"),
        ({"why": "x" * 5001}, "högst 5000 tecken"),
        ({"important": "vänd \u202eom"}, "dolda tecken"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(changes: dict[str, str], said: str) -> None:
    world = World.build()
    answer = world.client(world.sara).post(reverse("family_request"), wish(**changes))
    page = answer.content.decode()
    assert answer.status_code == REFUSED
    assert said in page
    assert "Allt du har skrivit finns kvar" in page
    if "important" not in changes:
        assert "Kaninen." in page
    assert not Plan.objects.exists()


def test_a_day_that_has_not_come_is_refused_by_the_rule_beside_its_field() -> None:
    world = World.build()
    tomorrow = str(clock.today() + timedelta(days=1))
    answer = world.client(world.sara).post(reverse("family_request"), wish(seen=tomorrow))
    assert answer.status_code == REFUSED
    assert "ligger i framtiden" in answer.content.decode()


def test_with_two_children_one_is_chosen_and_nobody_elses_child_can_be() -> None:
    world = World.build()
    other = Child.create(name="Elis Lind", number="20160523-2386", municipality="Skurup")
    foreign = Child.create(name="Mira Ali", number="20210713-2389", municipality="Skurup")
    Guardianship.objects.create(child=other, guardian=world.sara, custody=Custody.SOLE, changed_at=clock.now())
    client = world.client(world.sara)
    page = client.get(reverse("family_request")).content.decode()
    assert "Elis Lind" in page
    assert "Mira Ali" not in page
    assert client.post(reverse("family_request"), wish()).status_code == REFUSED
    assert client.post(reverse("family_request"), wish(child=str(foreign.pk))).status_code == REFUSED
    assert not Plan.objects.exists()
    assert client.post(reverse("family_request"), wish(child=str(other.pk))).status_code == 302
    assert Plan.objects.get().child == other
    start = client.get(reverse("family")).content.decode()
    assert "Elis plan" in start
    assert "Alva" in start


def test_whoever_also_works_somewhere_asks_as_a_parent() -> None:
    world = World.build()
    Guardianship.objects.filter(guardian=world.sara).delete()
    world.sara.user = world.birgit
    world.sara.save()
    Guardianship.objects.create(child=world.child, guardian=world.sara, custody=Custody.JOINT, changed_at=clock.now())
    world.client(world.birgit).post(reverse("family_request"), wish())
    assert Request.objects.get().agency is None
    assert not Assignment.objects.exists()
