"""A question about many plans (row_scope.many) is answered by the other half of the policy: the same rows, always."""

from datetime import timedelta

import pytest

from agencies import row_scope
from agencies.models import Membership
from common import clock
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant
from tests.world import World

pytestmark = pytest.mark.django_db

YESTERDAY = timedelta(days=1)


def _world() -> World:
    world = World.build().to("established")
    world.sibling().to("requested")
    return world


def _seen(world: World, name: str) -> tuple[set[Plan], set[Plan]]:
    with row_scope.acting(world.actor(getattr(world, name))):
        one_by_one = set(Plan.objects.all())
        with row_scope.many():
            at_once = set(Plan.objects.all())
        assert set(Plan.objects.all()) == one_by_one
    return one_by_one, at_once


@pytest.mark.parametrize(
    ("name", "most"), [("nadja", 2), ("per", 1), ("inga", 1), ("birgit", 2), ("sara", 2), ("dag", 0), ("chef", 0)]
)
def test_the_same_rows_at_once_as_one_by_one(name: str, most: int) -> None:
    one_by_one, at_once = _seen(_world(), name)
    assert at_once == one_by_one
    assert len(at_once) == most


@pytest.mark.parametrize("name", ["per", "inga", "sara"])
def test_what_has_ended_is_gone_both_ways(name: str) -> None:
    world = _world()
    PlanPersonGrant.objects.update(until=clock.today() - YESTERDAY)
    PlanAgencyGrant.objects.update(until=clock.today() - YESTERDAY)
    assert _seen(world, name) == (set(), set())


def test_an_hour_that_is_over_is_over_both_ways() -> None:
    world = _world()
    PlanPersonGrant.objects.update(ends_at=clock.now() - timedelta(minutes=1))
    assert _seen(world, "per") == (set(), set())


def test_who_has_left_the_agency_is_out_both_ways() -> None:
    world = _world()
    Membership.objects.filter(user=world.per).update(ends=clock.today())
    assert _seen(world, "per") == (set(), set())


def test_nobody_sees_nothing_both_ways() -> None:
    _world()
    with row_scope._within(row_scope.NOTHING):
        assert not Plan.objects.exists()
        with row_scope.many():
            assert not Plan.objects.exists()
