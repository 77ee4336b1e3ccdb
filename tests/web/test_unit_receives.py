"""An agency that has only a manager to receive a call: the manager says who, reads nothing, and no link is dead."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Agency, Membership, Role, User
from common import clock
from common.errors import NotThere, Refused
from sip.meetings import receiving
from sip.meetings.models import Invitation
from sip.meetings.services import Answer, answer_call
from sip.notices import registry
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.services import consents
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db
UNIT = "/min-enhet/"


@pytest.fixture
def world(settings: Any) -> World:
    """BUP has nobody at its desk; it is called, and nobody there by name."""
    settings.NOTICES_AT_ONCE = True
    return unattended()


@kept
def unattended() -> World:
    """The same, where notices go out at once."""
    world = World.build().to("consented")
    Membership.objects.filter(agency=world.bup, role__in=(Role.INTAKE, Role.COORDINATOR)).delete()
    world.call(named={})
    return world


def asked(world: World, agency: Agency | None = None) -> Invitation:
    return Invitation.objects.get(meeting=world.meeting, agency=agency or world.bup)


def choose(world: World, *people: User, by: User | None = None, key: Any = None) -> Any:
    return receiving.choose_receivers(world.actor(by or world.chef), key or asked(world).pk, people)


def test_the_managers_mail_leads_somewhere_and_there_a_colleague_is_chosen(world: World) -> None:
    chef = world.client(world.chef)
    notices.sweep()
    letter = Notice.objects.get(kind="call", recipient=world.chef)
    assert letter.sent_at and registry.get("call").path(letter) == UNIT
    page = chef.get(UNIT).content.decode()
    assert "Utse vem som ska svara" in page and "Dag Utanför" in page and "Alva" not in page
    done = chef.post(UNIT, {"call": str(asked(world).pk), "people": [str(world.per.pk)]}, follow=True).content.decode()
    assert "Per Lindqvist har fått kallelsen" in done and "Utse vem som ska svara" not in done
    notices.sweep()
    told = Notice.objects.get(kind="call", recipient=world.per, sent_at__isnull=False)
    address = registry.get("call").path(told)
    assert address and world.client(world.per).get(address).status_code == 200
    answer_call(world.actor(world.per), world.plan, world.bup, Answer("come"))
    assert chef.get(reverse("plan", args=[world.plan.pk])).status_code == 404  # nothing of the plan


def test_no_letter_to_anybody_leads_to_nothing(world: World) -> None:
    for ahead in range(16):
        with clock.set_to(clock.at(clock.today().fromordinal(clock.today().toordinal() + ahead), 9)):
            notices.sweep()
            for row in Notice.objects.filter(sent_at__isnull=False).select_related("recipient"):
                way = registry.get(row.kind).path(row) if registry.get(row.kind).still_true(row) else None
                if way:
                    status = world.client(row.recipient).get(way).status_code
                    assert status in (200, 302), (row.kind, row.recipient.name, way, status)


@pytest.mark.parametrize("people", [[], ["x"], ["chef"], ["hanna"], ["vera"]])
def test_whoever_does_not_work_with_children_there_is_not_chosen(world: World, people: list[str]) -> None:
    keys = [str(getattr(world, name).pk) if hasattr(world, name) else name for name in people]
    done = world.client(world.chef).post(UNIT, {"call": str(asked(world).pk), "people": keys})
    assert done.status_code == 422
    for stranger in (world.hanna, world.chef):
        with pytest.raises(Refused):
            choose(world, stranger)


def test_nobody_but_the_units_manager_and_no_other_call(world: World) -> None:
    for user in (world.per, world.nadja, world.vera, world.sara.user):
        assert world.client(user).post(UNIT, {"call": str(asked(world).pk)}).status_code == 404
        with pytest.raises(NotThere):
            choose(world, world.per, by=user)
    for key in (uuid4(), asked(world, world.school).pk):
        with pytest.raises(NotThere):
            choose(world, world.per, key=key)
    for odd in ("", "x", str(uuid4())):
        page = world.client(world.chef).post(UNIT, {"call": odd}, follow=True).content.decode()
        assert "väntar inte på att någon utses" in page


def test_where_there_is_an_intake_it_chooses(world: World) -> None:
    Membership.objects.create(user=world.dag, agency=world.bup, role=Role.INTAKE, starts=clock.today())
    assert receiving.unreceived(world.actor(world.chef)) == []
    with pytest.raises(Refused, match="mottagning"):
        choose(world, world.per)


def test_without_consent_there_is_nothing_to_choose(world: World) -> None:
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    assert receiving.unreceived(world.actor(world.chef)) == []
    with pytest.raises(NotThere):
        choose(world, world.per)


def test_of_a_protected_child_nothing_is_told_and_somebody_is_chosen() -> None:
    world = World.build(is_protected=True).to("consented")
    Membership.objects.filter(agency=world.bup, role=Role.INTAKE).delete()
    world.call(named={})
    page = world.client(world.chef).get(UNIT).content.decode()
    assert "Alva" not in page and "Mackleanskolan" not in page and "Utse vem som ska svara" in page
    choose(world, world.per)
    assert world.client(world.per).get(reverse("plan", args=[world.plan.pk])).status_code == 200
