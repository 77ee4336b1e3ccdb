"""Samtycke: where it stands in words, and what a guardian said, written down by the coordinator."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, AgencyKind, Principal
from common import clock
from consent import family
from consent.models import ConsentDecision, Custody
from tests.world import CARVE_OUT, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A plan that is being prepared; nobody in the family has been asked yet."""
    return World.build().to("preparing")


@pytest.fixture
def nadja(world: World) -> Client:
    """The coordinator's browser."""
    return world.client(world.nadja)


def url(world: World) -> str:
    return reverse("consents", args=[world.plan.pk])


def yes(world: World, **changes: object) -> dict[str, object]:
    return {
        "by": str(world.sara.user.pk),
        "said": "given",
        "to": [str(world.bup.pk), str(world.school.pk)],
        "covers": ["skola", "hälsa"],
        "carve_out": CARVE_OUT,
        "how": "oral",
        "until": (clock.today() + timedelta(days=300)).isoformat(),
        **changes,
    }


def test_before_anybody_is_asked_the_page_says_what_to_do(world: World, nadja: Client) -> None:
    page = nadja.get(url(world)).content.decode()
    assert "Ingen är tillfrågad än" in page
    assert page.index("Socialtjänsten Skurup") < page.index("BUP Ystad")  # by area, the municipality's own first


def test_one_yes_waits_for_the_other_guardian_by_name(world: World, nadja: Client) -> None:
    response = nadja.post(url(world), yes(world), follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Väntar på den andra vårdnadshavaren, Johan Ek" in page
    assert CARVE_OUT in page  # the coordinator alone reads it
    assert not family.standing(world.child, world.bup.pk).is_effective


def test_both_yes_and_it_holds_until_the_first_runs_out(world: World, nadja: Client) -> None:
    nadja.post(url(world), yes(world))
    soon = clock.today() + timedelta(days=10)
    nadja.post(url(world), yes(world, by=str(world.johan.user.pk), until=soon.isoformat()))
    assert family.standing(world.child, world.bup.pk).until == soon
    assert "Kalla till möte" in nadja.get(url(world)).content.decode()


def test_with_sole_custody_one_yes_is_enough() -> None:
    world = World.build(custody=Custody.SOLE).to("preparing")
    page = world.client(world.nadja).post(url(world), yes(world), follow=True).content.decode()
    assert "Gäller till och med" in page
    assert "Johan Ek" not in page


def test_a_no_asks_for_nothing_but_who_and_to_whom(world: World, nadja: Client) -> None:
    answer = {"by": str(world.johan.user.pk), "said": "refused", "to": [str(world.bup.pk)], "until": "inte en dag"}
    page = nadja.post(url(world), answer, follow=True).content.decode()
    assert "Johan Ek har sagt nej" in page


def test_a_yes_is_taken_back_at_once(world: World, nadja: Client) -> None:
    world.consent()
    taken = {"by": str(world.sara.user.pk), "said": "withdrawn", "to": [str(world.bup.pk)]}
    page = nadja.post(url(world), taken, follow=True).content.decode()
    assert "Sara Lind har tagit tillbaka sitt ja" in page
    assert not family.standing(world.child, world.bup.pk).is_effective


def test_what_was_never_given_cannot_be_taken_back(world: World, nadja: Client) -> None:
    taken = {"by": str(world.sara.user.pk), "said": "withdrawn", "to": [str(world.bup.pk)]}
    response = nadja.post(url(world), taken)
    assert response.status_code == 422
    assert "Det finns inget samtycke att återkalla för BUP Ystad" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": ""}, "Välj vem som har svarat"),
        ({"said": ""}, "Välj ja, nej eller tar tillbaka"),
        ({"to": []}, "Välj vilka verksamheter svaret gäller"),
        ({"covers": []}, "Välj vilka slags uppgifter som får delas"),
        ({"how": ""}, "Välj om svaret var muntligt eller skriftligt"),
        ({"how": "electronic"}, "Välj i listan"),
        ({"until": ""}, "till vilken dag samtycket gäller"),
        ({"until": "2020-01-01"}, "sista dag har redan varit"),
        ({"until": "0001-01-01"}, "Kontrollera årtalet"),
        ({"until": "2027-02-29"}, "Skriv dagen så här"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    world: World, nadja: Client, change: dict[str, object], words: str
) -> None:
    response = nadja.post(url(world), yes(world, **change))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert CARVE_OUT in page  # what was typed is still there
    assert not ConsentDecision.objects.exists()


def test_somebody_without_custody_cannot_be_chosen() -> None:
    world = World.build(custody=Custody.SOLE).to("preparing")
    nadja = world.client(world.nadja)
    response = nadja.post(url(world), yes(world, by=str(world.johan.user.pk)))
    assert response.status_code == 422
    assert not ConsentDecision.objects.exists()


def test_a_double_click_makes_one_decision_each(world: World, nadja: Client) -> None:
    sent = yes(world, key="019a0000-0000-7000-8000-000000000001")
    for _press in range(2):
        assert nadja.post(url(world), sent).status_code == 302
    assert ConsentDecision.objects.count() == 2  # one for each of the two agencies


def test_a_double_click_on_taking_back_is_no_error(world: World, nadja: Client) -> None:
    world.consent()
    taken = {"by": str(world.sara.user.pk), "said": "withdrawn", "to": [str(world.bup.pk)]}
    for _press in range(2):
        assert nadja.post(url(world), taken).status_code == 302
    assert ConsentDecision.objects.filter(kind="withdrawn").count() == 1


def test_searching_keeps_what_is_typed_and_saves_nothing(world: World, nadja: Client) -> None:
    far = Principal.objects.create(name="Övertorneå kommun", kind="municipality")
    Agency.create(principal=far, kind=AgencyKind.objects.get(pk="skola"), name="Ängsskolan", level="general")
    response = nadja.post(url(world), yes(world, sought="ängs", search="1"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Ängsskolan" in page and CARVE_OUT in page
    assert "Tandvården Skurup" not in page  # neither sought, asked about nor ticked
    assert f'value="{world.bup.pk}" id' in page  # what was ticked stays in the list
    assert not ConsentDecision.objects.exists()


def test_in_a_large_country_only_what_is_near_is_listed(world: World, nadja: Client) -> None:
    far = Principal.objects.create(name="Kiruna kommun", kind="municipality")
    kind = AgencyKind.objects.get(pk="skola")
    for number in range(70):
        Agency.create(principal=far, kind=kind, name=f"Skolan {number}", level="general")
    page = nadja.get(url(world)).content.decode()
    assert "Socialtjänsten Skurup" in page
    assert "Skolan 12" not in page
    found = nadja.post(url(world), {"sought": "Kiruna Skolan 12", "search": "1"}).content.decode()
    assert "Skolan 12" in found


def test_only_the_coordinator_writes_down_answers(world: World) -> None:
    assert world.client(world.birgit).get(url(world)).status_code == 403
    assert world.client(world.dag).get(url(world)).status_code == 404
    assert world.client(world.sara).post(url(world), yes(world)).status_code == 403


def test_a_closed_plan_takes_no_more_answers(world: World, nadja: Client) -> None:
    world.close()
    assert "Skriv ner ett svar" not in nadja.get(url(world)).content.decode()
    assert nadja.post(url(world), yes(world)).status_code == 422


def test_the_own_agency_is_ticked_until_it_has_its_answer(world: World, nadja: Client) -> None:
    ticked = f'value="{world.soc.pk}" id="id_to_0" checked'
    assert ticked in nadja.get(url(world)).content.decode()
    world.consent()
    page = nadja.get(url(world)).content.decode()
    assert " checked" in page and f'value="{world.soc.pk}" id="id_to_0" checked' not in page


def test_after_an_error_nothing_has_to_be_chosen_again(world: World, nadja: Client) -> None:
    until = (clock.today() + timedelta(days=40)).isoformat()
    page = nadja.post(url(world), yes(world, how="", until=until, other="Skolskjuts")).content.decode()
    for tick in (world.bup.pk, world.school.pk, world.sara.user.pk, "skola", "hälsa", "given"):
        assert re.search(rf'value="{tick}"[^>]* checked', page), tick
    assert f'value="{until}"' in page and 'value="Skolskjuts"' in page and CARVE_OUT in page
