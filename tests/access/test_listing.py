"""Three tellings of which plans somebody may know of, always the same: the program's, PostgreSQL's and the list's."""

from datetime import timedelta

import pytest

from agencies import row_scope
from agencies.models import Membership
from common import clock
from sip.plans import access, listing
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant
from sip.plans.states import CLOSED_STATES, OPEN_STATES
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db

YESTERDAY = timedelta(days=1)
BOTH = (OPEN_STATES, CLOSED_STATES)


@kept
def _world() -> World:
    world = World.build().to("established")
    world.sibling().to("requested")
    return world


def _seen(world: World, name: str) -> set[object]:
    actor = world.actor(getattr(world, name))
    with row_scope.acting(actor):
        told = {plan.pk for plan in Plan.objects.all()}
        assert {plan.pk for plan in access.visible_to(actor)} == told
        both = [listing.Seen.by(actor, states) for states in BOTH]
        listed = [key for seen in both for _, key in seen.keys(26)]
        assert sorted(listed) == sorted(told)  # each once
        assert {plan.pk for plan in access.shown(listed)} == told
        places = {place for seen in both for place in seen.places()}
        assert places == {plan.child.municipality for plan in Plan.objects.select_related("child")}
    return told


@pytest.mark.parametrize(
    ("name", "most"), [("nadja", 2), ("per", 1), ("inga", 1), ("birgit", 2), ("sara", 2), ("dag", 0), ("chef", 0)]
)
def test_the_same_plans_whoever_is_asked(name: str, most: int) -> None:
    assert len(_seen(_world(), name)) == most


@pytest.mark.parametrize("name", ["per", "inga", "sara"])
def test_what_has_ended_is_gone(name: str) -> None:
    world = _world()
    PlanPersonGrant.objects.update(until=clock.today() - YESTERDAY)
    PlanAgencyGrant.objects.update(until=clock.today() - YESTERDAY)
    assert _seen(world, name) == set()


def test_an_hour_that_is_over_is_over() -> None:
    world = _world()
    PlanPersonGrant.objects.update(ends_at=clock.now() - timedelta(minutes=1))
    assert _seen(world, "per") == set()


def test_who_has_left_the_agency_is_out() -> None:
    world = _world()
    Membership.objects.filter(user=world.per).update(ends=clock.today())
    assert _seen(world, "per") == set()


def test_a_key_of_somebody_elses_plan_brings_no_row() -> None:
    world = _world()
    with row_scope.acting(world.actor(world.dag)):
        assert not access.shown([world.plan.pk]).exists()


def test_nobody_sees_nothing() -> None:
    _world()
    with row_scope._within(row_scope.NOTHING):
        assert not Plan.objects.exists()
