"""Granska, fastställ, papper, utfall, uppföljning, avsluta, lämna över: from a written plan to a closed one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership, Role, User
from common import clock
from common.keys import new_key
from sip.plans.models import Outcome, Plan
from sip.plans.services import contents
from sip.plans.states import State
from sip.signing import on_paper
from sip.signing import services as signing
from sip.signing.models import Signature, SignedHow
from tests.world import CARVE_OUT, CHILD_WORDS, World

pytestmark = pytest.mark.django_db


def url(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.plan.pk, *args])


def state(world: World) -> str:
    return Plan.objects.get(pk=world.plan.pk).state


@pytest.fixture
def met() -> World:
    """A meeting held, and a whole plan written."""
    return World.build().to("met")


@pytest.fixture
def read() -> World:
    """A plan that the family reads."""
    return World.build().to("in_review")


@pytest.fixture
def established() -> World:
    """A plan that holds."""
    return World.build().to("established")


# Review


def test_what_is_missing_is_said_with_the_way_to_mend_it() -> None:
    world = World.build().to("opened")
    world.close_meeting()
    nadja = world.client(world.nadja)
    page = nadja.get(url(world, "review")).content.decode()
    for name in ("voice", "lead", "follow_up_date"):
        assert f"{url(world, name)}?till=granska" in page
    assert "Låt familjen läsa" not in page
    response = nadja.post(url(world, "review"))
    assert response.status_code == 422 and "Det här saknas" in response.content.decode()
    assert state(world) == State.MET


def test_mending_leads_back_to_the_review() -> None:
    world = World.build().to("opened")
    world.close_meeting()
    day = (clock.today() + timedelta(days=80)).isoformat()
    done = world.client(world.nadja).post(url(world, "follow_up_date") + "?till=granska", {"date": day})
    assert done["Location"].startswith(url(world, "review"))


def test_the_preview_is_what_will_be_frozen(met: World) -> None:
    page = met.client(met.nadja).get(url(met, "review")).content.decode()
    assert page.index(CHILD_WORDS) < page.index("Bedömning av nedstämdhet")
    assert "Alva deltar på idrotten på sitt sätt" in page and "Per Lindqvist, BUP Ystad, Region Exempel" in page
    assert CARVE_OUT not in page


def test_the_family_reads_after_one_press_or_two(met: World) -> None:
    nadja = met.client(met.nadja)
    for _press in range(2):
        assert nadja.post(url(met, "review")).status_code == 302
    assert state(met) == State.IN_REVIEW and met.plan.versions.count() == 1
    page = nadja.get(url(met, "review")).content.decode()
    assert "Har inte skrivit under än" in page and "Fastställ planen" in page


def test_what_was_frozen_is_shown_also_when_the_plan_says_more(read: World) -> None:
    nadja = read.client(read.nadja)
    assert "Orka hela skoldagar" in nadja.get(url(read, "review")).content.decode()
    contents.edit(read.actor(read.nadja), read.plan, read.need, "text", "Något helt annat")
    assert "Något helt annat" in nadja.get(url(read, "review")).content.decode()  # met again, and to be frozen anew


def test_only_the_coordinator_reviews_and_establishes(read: World) -> None:
    for name in ("review", "establish", "witness", "close", "hand_over", "lead", "follow_up_date"):
        for who, status in ((read.per, 403), (read.dag, 404), (read.sara, 403)):
            client = read.client(who)
            assert client.get(url(read, name)).status_code == status, name
            assert client.post(url(read, name), {}).status_code == status, name


# Establish, paper


def test_the_plan_is_established_without_waiting_for_signatures(read: World) -> None:
    read.sign(read.sara)
    nadja = read.client(read.nadja)
    page = nadja.get(url(read, "establish")).content.decode()
    assert "Skrev under" in page and "Har inte skrivit under än" in page
    for _press in range(2):
        assert nadja.post(url(read, "establish")).status_code == 302
    assert state(read) == State.ESTABLISHED


def test_nothing_is_established_that_nobody_has_read(met: World) -> None:
    nadja = met.client(met.nadja)
    assert "Låt familjen läsa planen först" in nadja.get(url(met, "establish")).content.decode()
    assert nadja.post(url(met, "establish")).status_code == 422
    assert state(met) == State.MET


def test_the_witness_answers_for_a_signature_on_paper(read: World) -> None:
    nadja = read.client(read.nadja)
    page = nadja.get(url(read, "witness")).content.decode()
    assert reverse("exemplar", args=[read.plan.pk, read.johan.pk]) in page and "Ta bort anteckningen" not in page
    code = on_paper.mark_of(read.plan, read.version, read.johan)
    sent = {"signer": f"f-{read.johan.pk}", "mark": code}
    assert "Skriv koden" in nadja.post(url(read, "witness"), {**sent, "mark": ""}).content.decode()
    for _press in range(2):
        assert nadja.post(url(read, "witness"), sent).status_code == 302
    signature = Signature.objects.get()
    assert (signature.how, signature.witness, signature.guardian) == (SignedHow.PAPER, read.nadja, read.johan)
    assert "Nadja Öhman såg det" in nadja.get(url(read, "review")).content.decode()
    assert "Ta bort anteckningen" in nadja.get(url(read, "witness")).content.decode()
    for wrong in ("", "x", str(new_key())):
        assert "går inte att ta tillbaka" in taken_back(nadja, read, wrong)
    assert "Anteckningen är borttagen." in taken_back(nadja, read, str(signature.pk))
    assert not Signature.objects.exists()


def taken_back(client: Client, world: World, key: str) -> str:
    """The page after the button of a record was pressed."""
    page: str = client.post(url(world, "witness"), {"ta-bort": key}, follow=True).content.decode()
    return page


def test_who_said_no_is_asked_about_once_more(read: World) -> None:
    signing.refuse_to_sign(read.actor(read.johan), read.plan)
    nadja = read.client(read.nadja)
    sent = {"signer": f"f-{read.johan.pk}", "mark": on_paper.mark_of(read.plan, read.version, read.johan)}
    assert "efter att först ha sagt nej" not in nadja.get(url(read, "witness")).content.decode()
    asked = nadja.post(url(read, "witness"), sent)
    assert asked.status_code == 422 and "efter att först ha sagt nej" in asked.content.decode()
    assert nadja.post(url(read, "witness"), {**sent, "changed_mind": "on"}).status_code == 302


@pytest.mark.parametrize("signer", ["", "x", "f-", "f-00000000-0000-7000-8000-000000000000"])
def test_nobody_else_signs_on_paper(read: World, signer: str) -> None:
    response = read.client(read.nadja).post(url(read, "witness"), {"signer": signer})
    assert response.status_code == 422
    assert not Signature.objects.exists()


def test_who_has_signed_is_not_asked_again(read: World) -> None:
    read.sign(read.sara)
    nadja = read.client(read.nadja)
    choices = nadja.get(url(read, "witness")).context["form"].fields["signer"].choices
    assert [name for _key, name in choices] == ["Johan Ek", "Alva Lind"]
    mark = on_paper.mark_of(read.plan, read.version, read.sara)
    late = nadja.post(url(read, "witness"), {"signer": f"f-{read.sara.pk}", "mark": mark})
    assert late.status_code == 422 and "redan underskriven" in late.content.decode()


# Outcome, follow-up


def test_an_agency_tells_how_its_own_action_went(established: World) -> None:
    address = url(established, "outcome", established.assessment.pk)
    per = established.client(established.per)
    response = per.post(address, {"version": "1", "result": "partly", "why": "Två besök ställdes in"}, follow=True)
    assert response.status_code == 200
    established.assessment.refresh_from_db()
    assert established.assessment.outcome == Outcome.PARTLY
    assert per.get(url(established, "outcome", established.schedule.pk)).status_code == 403
    assert per.get(url(established, "outcome", established.goal.pk)).status_code == 403
    assert per.get(url(established, "outcome", established.need.pk)).status_code == 404


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "Välj hur det gick"),
        ({"result": "nästan"}, "Välj i listan"),
        ({"result": "not", "why": " "}, "Skriv varför det inte gick hela vägen"),
    ],
)
def test_an_outcome_that_says_too_little_is_not_saved(established: World, told: dict[str, str], words: str) -> None:
    address = url(established, "outcome", established.assessment.pk)
    response = established.client(established.per).post(address, {"version": "1", **told})
    assert response.status_code == 422 and words in response.content.decode()
    established.assessment.refresh_from_db()
    assert established.assessment.outcome == ""


def test_two_colleagues_who_tell_differently_see_both(established: World) -> None:
    address = url(established, "outcome", established.assessment.pk)
    read = {"version": "1", "initial-result": "", "initial-why": ""}
    established.client(established.inga).post(address, {**read, "result": "fully", "why": ""})
    response = established.client(established.per).post(address, {**read, "result": "not", "why": "Ingen kom"})
    assert response.status_code == 409
    assert "Helt" in response.content.decode() and "Inte alls" in response.content.decode()


def test_outcomes_wait_until_the_plan_holds(met: World) -> None:
    address = url(met, "outcome", met.assessment.pk)
    per = met.client(met.per)
    assert "när planen är fastställd" in per.get(address).content.decode()
    assert per.post(address, {"version": "1", "result": "fully"}).status_code == 422


def test_the_follow_up_says_what_nobody_has_told(established: World) -> None:
    nadja = established.client(established.nadja)
    page = nadja.get(url(established, "follow_up")).content.decode()
    assert "Tre insatser har ingen skrivit om än" in page and "Bedömning av nedstämdhet" in page
    for _press in range(2):
        assert nadja.post(url(established, "follow_up"), {"held": clock.today().isoformat()}).status_code == 302
    assert state(established) == State.FOLLOWING_UP


@pytest.mark.parametrize("held", ["", "2199-01-01", "0001-01-01", "29/2 2027", "igår"])
def test_a_follow_up_has_been_held(established: World, held: str) -> None:
    response = established.client(established.nadja).post(url(established, "follow_up"), {"held": held})
    assert response.status_code == 422
    assert state(established) == State.ESTABLISHED


# Close, hand over


def test_closing_says_what_happens_and_asks_once(established: World) -> None:
    nadja = established.client(established.nadja)
    assert "går inte att öppna igen" in nadja.get(url(established, "close")).content.decode()
    for _press in range(2):
        sent = {"reason": "moved", "hand_over": "Ystads kommun tar över."}
        assert nadja.post(url(established, "close"), sent).status_code == 302
    closed = Plan.objects.get(pk=established.plan.pk)
    assert (closed.state, closed.close_reason, closed.hand_over) == (State.CLOSED, "moved", "Ystads kommun tar över.")


@pytest.mark.parametrize("reason", ["", "tired", "goals_met\x00"])
def test_closing_needs_a_reason(established: World, reason: str) -> None:
    response = established.client(established.nadja).post(
        url(established, "close"), {"reason": reason, "hand_over": "Text som ska finnas kvar"}
    )
    assert response.status_code == 422 and "Text som ska finnas kvar" in response.content.decode()
    assert state(established) == State.ESTABLISHED


@pytest.fixture
def successor(established: World) -> User:
    """Another coordinator at the same agency."""
    user = User.objects.create_user("ola@skurup.example", "Ola Nilsson")
    Membership.objects.create(user=user, agency=established.soc, role=Role.COORDINATOR, starts=clock.today())
    return user


def test_the_plan_is_handed_over(established: World, successor: User) -> None:
    nadja = established.client(established.nadja)
    assert "Ola Nilsson, Socialtjänsten Skurup" in nadja.get(url(established, "hand_over")).content.decode()
    done = nadja.post(url(established, "hand_over"), {"coordinator": str(successor.pk)}, follow=True)
    assert done.status_code == 200 and "Ola Nilsson samordnar planen" in done.content.decode()
    assert Plan.objects.get(pk=established.plan.pk).coordinator == successor


def test_it_is_handed_over_to_coordinators_only(established: World, successor: User) -> None:
    nadja = established.client(established.nadja)
    for stranger in ("", "x", str(established.per.pk), str(established.sara.user.pk), str(established.nadja.pk)):
        assert nadja.post(url(established, "hand_over"), {"coordinator": stranger}).status_code == 422
    assert Plan.objects.get(pk=established.plan.pk).coordinator == established.nadja


def test_with_nobody_to_hand_it_to_the_page_says_so(established: World) -> None:
    page = established.client(established.nadja).get(url(established, "hand_over")).content.decode()
    assert "ingen annan samordnare" in page


def test_a_closed_plan_only_tells_that_it_is_closed(established: World) -> None:
    established.close()
    nadja = established.client(established.nadja)
    told: dict[str, Any] = {}
    for name in ("review", "establish", "witness", "follow_up", "close", "hand_over", "call", "meeting"):
        page: Client | Any = nadja.get(url(established, name))
        told[name] = page.status_code
        assert "Det går inte just nu" in page.content.decode(), name
    assert set(told.values()) == {200}
