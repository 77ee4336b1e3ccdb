"""Samtycke, the rest of the coordinator's pages: exceptions, maturity, what runs out, and the paper for each."""

import io
import json
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from consent import family
from consent.models import ConsentDecision, MaturityAssessment
from consent.rules import CHILD, Status
from sip.documents import inspect
from sip.plans.services import consents, maturity
from tests.world import CARVE_OUT, World

pytestmark = pytest.mark.django_db

WHY = "BUP behöver veta om medicinen innan familjen går att nå."


@pytest.fixture
def world() -> World:
    """Everybody has said yes."""
    return World.build().to("consented")


@pytest.fixture
def nadja(world: World) -> Client:
    """The coordinator's browser."""
    return world.client(world.nadja)


def url(world: World, name: str = "consents") -> str:
    return reverse(name, args=[world.plan.pk])


def text(client: Client, address: str) -> str:
    """What the page says."""
    return client.get(address).content.decode()


def told_in(pdf: bytes) -> dict[str, Any]:
    """What travels inside a paper."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (attached,) = document.attachments.values()
        content: dict[str, Any] = json.loads(attached.get_file().read_bytes())
    return content


# Not required


def exempt(world: World, **changes: object) -> dict[str, object]:
    until = clock.today() + timedelta(days=20)
    return {"to": [str(world.bup.pk)], "reason": WHY, "until": until.isoformat(), **changes}


def test_a_no_can_be_gone_past_with_a_reason_and_the_law_in_words(world: World, nadja: Client) -> None:
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup, world.school])
    page = text(nadja, url(world))
    assert page.count("Behövs inte …") == 1  # BUP, never the school
    asked = text(nadja, url(world, "consent_not_required"))
    assert "25 kap. 12 § och 26 kap. 9 § offentlighets- och sekretesslagen" in asked
    assert "nödvändig vård, behandling eller annat stöd" in asked
    assert "BUP Ystad" in asked and "Elevhälsan Mackleanskolan" not in asked
    done = nadja.post(url(world, "consent_not_required"), exempt(world), follow=True).content.decode()
    assert "Samtycke behövs inte för BUP Ystad." in done
    assert WHY in done and "Johan Ek har sagt nej. Det stoppar inte verksamheten" in done
    assert family.standing(world.child, world.bup.pk).status is Status.NOT_REQUIRED
    familys = text(world.client(world.johan), reverse("family_consent", args=[world.plan.pk]))
    assert "också utan ett ja" in familys and WHY in familys and "Ett nej är antecknat" in familys
    assert "offentlighets- och sekretesslagen" in familys


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": []}, "Välj minst en verksamhet"),
        ({"to": ["skräp"]}, "Välj i listan"),
        ({"reason": ""}, "Skriv skälet"),
        ({"reason": "x" * 1001}, "högst 1000 tecken"),
        ({"until": ""}, "Skriv till vilken dag det gäller"),
        ({"until": "2020-01-01"}, "har redan varit"),
        ({"until": "2150-01-01"}, "innan barnet fyller 18"),
    ],
)
def test_an_exception_that_lacks_something_is_not_recorded(
    world: World, nadja: Client, changes: dict[str, object], words: str
) -> None:
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    before = ConsentDecision.objects.count()
    response = nadja.post(url(world, "consent_not_required"), exempt(world, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ConsentDecision.objects.count() == before


def test_the_school_cannot_be_sent_in_past_the_list(world: World, nadja: Client) -> None:
    response = nadja.post(url(world, "consent_not_required"), exempt(world, to=[str(world.school.pk)]))
    assert response.status_code == 422
    assert not ConsentDecision.objects.filter(kind="not_required").exists()


def test_an_exception_is_ended_with_a_reason_once(world: World, nadja: Client) -> None:
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    nadja.post(url(world, "consent_not_required"), exempt(world))
    again = f"{url(world, 'consent_required_again')}?verksamhet={world.bup.pk}"
    assert "från samma stund" in text(nadja, again)
    assert nadja.post(again, {"reason": ""}).status_code == 422
    done = nadja.post(again, {"reason": "Familjen är nådd."}, follow=True).content.decode()
    assert "BUP Ystad behöver samtycke igen." in done
    assert family.standing(world.child, world.bup.pk).status is Status.REFUSED
    assert "Samtycke behövs redan" in nadja.post(again, {"reason": "Igen."}, follow=True).content.decode()


# Maturity


def test_the_assessment_says_who_decides_from_now_on(world: World, nadja: Client) -> None:
    said = {"result": "mature", "why": "Hon kan säga vad ett nej betyder.", "email": "alva@familj.example"}
    page = nadja.post(url(world, "maturity"), said, follow=True).content.decode()
    assert "Alva Lind är mogen att ha ett eget ord" in page
    assert "också den unga ska säga ja" in page
    assert "Väntar på Alva Lind" in page
    alva = world.child.__class__.objects.get(pk=world.child.pk).user
    assert alva is not None
    own = world.client(alva)
    asked = text(own, reverse("family_consent", args=[world.plan.pk]))
    assert "Ni bestämmer tillsammans, du också" in asked and "Ja, jag samtycker" in asked


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"result": ""}, "Välj vad din bedömning är"),
        ({"why": "  "}, "Skriv hur du har bedömt mognaden"),
        ({"email": "inte en adress"}, "e-post"),
        ({"email": "sara@familj.example"}, "används redan av någon annan"),
    ],
)
def test_an_assessment_that_lacks_something(world: World, nadja: Client, changes: dict[str, str], words: str) -> None:
    said = {"result": "mature", "why": "Ja.", "email": "alva@familj.example", **changes}
    response = nadja.post(url(world, "maturity"), said)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not MaturityAssessment.objects.exists()


def test_a_young_person_whose_word_does_not_count_yet_reads_and_is_told_who_decides(world: World) -> None:
    maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why="Ja.")
    world.child.refresh_from_db()
    alva = world.client(world.child.user)  # type: ignore[arg-type]
    MaturityAssessment.objects.update(is_mature=False)
    page = text(alva, reverse("family_consent", args=[world.plan.pk]))
    assert "Dina vårdnadshavare bestämmer om samtycke" in page
    assert "Ja, jag samtycker" not in page


# What runs out


def test_a_yes_that_runs_out_soon_is_said_to_both_and_can_be_given_anew() -> None:
    world = World.build().to("preparing")
    world.consent(until=clock.today() + timedelta(days=12))
    assert "Går snart ut. Fråga familjen igen." in text(world.client(world.nadja), url(world))
    sara = world.client(world.sara)
    address = reverse("family_consent", args=[world.plan.pk])
    assert "Ditt ja går snart ut." in text(sara, address)
    later = clock.today() + timedelta(days=200)
    form = {"to": [str(world.bup.pk)], "covers": ["hälsa"], "until": later.isoformat(), "answer": "yes"}
    assert sara.post(address, form).status_code == 302
    assert family.newest_decisions(world.child, world.sara)[world.bup.pk].until == later


# On paper


def test_each_paper_holds_one_deciders_answers_and_nobody_elses_carve_out(world: World, nadja: Client) -> None:
    consents.give_consent(
        world.actor(world.nadja), world.plan, world.johan.user, [world.bup], covers=["fritid"],
        carve_out="Inget om Johans arbete.", how="written", until=clock.today() + timedelta(days=9),
    )  # fmt: skip
    paper = url(world, "consent_form")
    for who, own, others in ((world.sara, CARVE_OUT, "Johans arbete"), (world.johan, "Johans arbete", "nothing")):
        for client, address in ((nadja, f"{paper}?vem={who.pk}"), (world.client(who), f"{paper}?vem={world.sara.pk}")):
            response = client.get(address)
            assert response["Content-Disposition"] == 'attachment; filename="samtycke.pdf"'
            assert inspect.problems(response.content, attachments=("samtycke.json",)) == []
            content = told_in(response.content)
            assert content["decider"]["name"] == who.name
            assert own in str(content) and others not in str(content)


def test_who_has_nothing_to_do_with_consent_gets_no_paper(world: World, nadja: Client) -> None:
    world.call()
    paper = url(world, "consent_form")
    assert world.client(world.per).get(f"{paper}?vem={world.sara.pk}").status_code == 403
    assert world.client(world.dag).get(f"{paper}?vem={world.sara.pk}").status_code == 404
    for nobody in (CHILD, "skräp", str(world.per.pk)):
        assert nadja.get(f"{paper}?vem={nobody}").status_code == 404
    assert "Välj vem papperet är till" in nadja.get(paper).content.decode()


def test_a_protected_childs_paper_has_neither_school_nor_place() -> None:
    world = World.build(is_protected=True).to("called")
    paper = world.client(world.nadja).get(f"{url(world, 'consent_form')}?vem={world.sara.pk}")
    content = told_in(paper.content)
    assert content["child"] == {"name": "Alva Lind"}
    assert "rum 4" not in str(content) and "Skurup'" not in str(content["child"])
    assert world.client(world.sara).get(url(world, "consent_form")).status_code == 404
