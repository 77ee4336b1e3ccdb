"""Kalla fler: one more agency is called to a called meeting, by the same rules, with time of its own to answer."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from sip.meetings import adding
from sip.meetings.adding import More
from sip.meetings.models import Invitation
from sip.notices.models import Notice
from sip.plans.access import NotAllowed
from sip.plans.models import Party
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Only the school is called; the family has said yes to BUP and the clinic too."""
    world = World.build().to("consented")
    world.call(called=[world.school], invited=[], named={}, grounds={})
    return world


@pytest.fixture
def nadja(world: World) -> Client:
    """The plan's coordinator."""
    return world.client(world.nadja)


def url(world: World) -> str:
    return reverse("call_more", args=[world.plan.pk])


def bup(world: World, **changes: Any) -> dict[str, Any]:
    said = {"how": "call", "people": [str(world.per.pk)], "grounds": ["referral"], **changes}
    return {f"v-{world.bup.pk}-{name}": value for name, value in said.items()}


def told(kind: str) -> list[str]:
    return [row.recipient.name for row in Notice.objects.filter(kind=kind, dropped_at=None).select_related("recipient")]


def test_one_more_is_called_and_only_they_are_told(world: World, nadja: Client) -> None:
    before = told("call")
    page = nadja.get(url(world)).content.decode()
    assert "BUP Ystad" in page and f"v-{world.school.pk}-how" not in page
    done = nadja.post(url(world), bup(world), follow=True).content.decode()
    assert "Kallelsen är skickad till BUP Ystad." in done
    row = Invitation.objects.get(meeting=world.meeting, agency=world.bup)
    assert (row.is_call, row.grounds, list(row.people.all())) == (True, ["referral"], [world.per])
    assert row.asked_on and Party.objects.filter(plan=world.plan, agency=world.bup).exists()
    assert sorted(told("call")) == sorted([*before, "Per Lindqvist"])
    assert world.client(world.per).get(reverse("answer", args=[world.plan.pk])).status_code == 200


def test_pressed_twice_it_is_called_once(world: World, nadja: Client) -> None:
    for _time in range(2):
        assert nadja.post(url(world), bup(world)).status_code == 302
    assert Invitation.objects.filter(agency=world.bup).count() == 1 and told("call").count("Per Lindqvist") == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"how": "no"}, "Välj minst en verksamhet"),
        ({"grounds": []}, "Välj minst en grund för att kalla BUP Ystad"),
        ({"how": "x"}, "Välj i listan"),
        ({"people": ["x"]}, "Välj i listan"),
    ],
)
def test_what_is_missing_is_said(world: World, nadja: Client, changes: dict[str, Any], words: str) -> None:
    answer = nadja.post(url(world), bup(world, **changes))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Invitation.objects.filter(agency=world.bup).exists()


def test_without_consent_nobody_is_called(world: World, nadja: Client) -> None:
    sent = nadja.post(url(world), {f"v-{world.dental.pk}-how": "call"})
    assert sent.status_code == 422
    with pytest.raises(Refused, match="Samtycke saknas"):
        adding.call_more(world.actor(world.nadja), world.plan, More(called=[world.dental]))
    assert not Invitation.objects.filter(agency=world.dental).exists()


def test_who_is_asked_already_or_calls_is_not_asked_again(world: World) -> None:
    for agency in (world.school, world.soc):
        with pytest.raises(Refused, match="redan kallad"):
            adding.call_more(world.actor(world.nadja), world.plan, More(called=[agency]))


def test_only_the_coordinator_and_only_before_the_meeting(world: World, nadja: Client) -> None:
    with pytest.raises(NotAllowed):
        adding.call_more(world.actor(world.birgit), world.plan, More(invited=[world.bup]))
    assert world.client(world.birgit).post(url(world), bup(world)).status_code == 403
    assert world.client(world.dag).get(url(world)).status_code == 404
    world.open_meeting()
    assert "redan börjat" in nadja.get(url(world)).content.decode()
    late = nadja.post(url(world), bup(world))
    assert late.status_code == 422 and "redan börjat" in late.content.decode()
