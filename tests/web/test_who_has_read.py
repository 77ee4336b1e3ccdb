"""Vem har läst? goes back as far as the log does, in plain words, and says whom to ask."""

import re

import pytest
from django.urls import reverse

from agencies.models import User
from consent.log import services as log
from consent.models import Custody, Guardian
from sip.plans.access import Do
from sip.plans.services.reading import LOG_PAGE
from tests.world import World

pytestmark = pytest.mark.django_db

PAGES = {"sara": "who_has_read", "nadja": "access_log"}


def read(world: World, who: str, query: str = "") -> str:
    answer = world.client(getattr(world, who)).get(reverse(PAGES[who], args=[world.plan.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", PAGES)
def test_more_events_than_a_page_holds_are_all_reached(who: str) -> None:
    world = World.build().to("called")
    for _number in range(LOG_PAGE + 5):
        log.record(world.actor(world.hanna), "read", child_id=world.child.pk, object_type="page")
    newest = read(world, who)
    assert "Birgit Åkesson" not in newest and "Tillbaka till det senaste" not in newest
    older = re.search(r"\?fore=[0-9a-f-]{36}", newest)
    assert older and "Visa äldre" in newest
    rest = read(world, who, older[0])
    assert "Birgit Åkesson" in rest and "Skrev en önskan om plan" in rest
    assert "Visa äldre" not in rest and "Tillbaka till det senaste" in rest


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("query", ["?fore=x", "?fore=%00", "?fore=" + "9" * 4000, "?fore="])
def test_an_address_that_cannot_be_read_shows_the_newest(who: str, query: str) -> None:
    assert "Birgit Åkesson" in read(World.build().to("called"), who, query)


@pytest.mark.parametrize("who", PAGES)
def test_nothing_older_is_no_error(who: str) -> None:
    read(World.build().to("called"), who, "?fore=00000000-0000-0000-0000-000000000000")


def test_attempts_papers_and_deeds_are_told_apart() -> None:
    world = World.build().to("established")
    world.client(world.dag).get(f"/planer/{world.plan.pk}/")
    world.client(world.per).get(f"/planer/{world.plan.pk}/sip-v1.pdf")
    world.client(world.hanna).get(f"/planer/{world.plan.pk}/")
    page = read(world, "sara")
    assert "Dag Utanför, BUP Ystad" in page and "Försökte öppna, men fick inte." in page
    assert "hämtade planen som PDF" in page
    assert "Öppnade planen." in page
    assert "fastställde planen" in page


def test_a_protected_colleague_is_told_of_by_agency_alone() -> None:
    world = World.build().to("called")
    User.objects.filter(pk=world.per.pk).update(is_protected=True)
    world.client(world.per).get(f"/planer/{world.plan.pk}/")
    for who in PAGES:
        page = read(world, who)
        assert "En medarbetare på BUP Ystad" in page
        assert "Per Lindqvist" not in page


def test_the_family_is_told_whom_to_ask() -> None:
    page = read(World.build().to("called"), "sara")
    for words in ("Ser något fel ut?", "Nadja Öhman", "0411-55 01 02", "be chefen", "Integritetsskyddsmyndigheten"):
        assert words in page


def test_the_family_is_not_told_that_somebodys_data_became_protected() -> None:
    world = World.build().to("called")
    log.record(
        world.actor(world.nadja), Do.PROTECT, child_id=world.child.pk, object_type="plan", object_id=world.plan.pk
    )
    family = world.client(world.johan).get(f"/familj/{world.plan.pk}/vem-har-last/").content.decode()
    staff = world.client(world.nadja).get(f"/planer/{world.plan.pk}/vem-har-last/").content.decode()
    assert "uppgifter om barnet eller familjen" not in family and "Nadja Öhman" in family
    assert "uppgifter om barnet eller familjen" in staff


def test_a_plan_that_is_only_asked_for_says_who_else_can_read_it() -> None:
    world = World.build().to("requested")
    page = f"/familj/{world.plan.pk}/vem-kan-se/"
    assert "Tills en samordnare har tagit emot önskan" in world.client(world.sara).get(page).content.decode()
    world.accept()
    assert "Tills en samordnare har tagit emot önskan" not in world.client(world.sara).get(page).content.decode()


@pytest.mark.parametrize("who", PAGES)
def test_a_parent_of_another_child_who_tried_is_not_named(who: str) -> None:
    """Found by the canaries: a private name in this log would tell that there is a plan for another child."""
    world, other = World.build().to("called"), Guardian.objects.create(user=mia())
    world.client(other).get(f"/familj/{world.plan.pk}/")
    page = read(world, who)
    assert "Någon som inte är med i planen" in page and "Försökte öppna, men fick inte." in page
    assert "Mia Berg" not in page


@pytest.mark.parametrize("who", PAGES)
def test_a_parent_who_lost_custody_is_named_when_they_try(who: str) -> None:
    world = World.build(custody=Custody.SOLE).to("called")
    world.client(world.johan).get(f"/familj/{world.plan.pk}/")
    page = read(world, who)
    assert "Johan Ek" in page and "Någon som inte är med" not in page


def mia() -> User:
    return User.objects.create_user("mia@familj.example", "Mia Berg")
