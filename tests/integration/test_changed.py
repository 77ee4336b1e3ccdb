"""Whatever a verb does to a plan, what is counted from it hears of it: once, at the end, in the verb's transaction."""

from collections.abc import Collection, Iterator
from uuid import UUID

import pytest
from django.db import connection

from common.errors import Refused
from sip.plans import changed
from sip.plans.services import frame, registry
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[set[UUID]]]:
    """What a follower was asked about, time after time."""
    said: list[set[UUID]] = []

    def follower(plans: Collection[UUID]) -> None:
        assert connection.in_atomic_block
        said.append(set(plans))

    changed.follow(follower)
    try:
        yield said
    finally:
        changed._followers.remove(follower)


def test_every_step_of_a_plans_life_is_heard_once_per_verb(heard: list[set[UUID]]) -> None:
    world = World.build()
    world.request()
    assert heard == [{world.plan.pk}]  # a plan that nobody could lock before it was there
    world.accept()
    assert heard == [{world.plan.pk}] * 2
    world.consent(world.sara)
    assert heard == [{world.plan.pk}] * 3


def test_an_event_of_a_register_is_heard_too(heard: list[set[UUID]]) -> None:
    world = World.build().to("called")
    heard.clear()
    registry.protect_child(world.child, True)
    assert heard == [{world.plan.pk}]
    registry.end_membership(world.per)
    assert heard == [{world.plan.pk}] * 2


def test_what_was_refused_is_not_heard(heard: list[set[UUID]]) -> None:
    world = World.build().to("established")
    heard.clear()
    with pytest.raises(Refused):
        frame.set_lead(
            world.actor(world.nadja), world.plan, principal=world.bup.principal, agency=world.bup, person=world.per
        )
    assert heard == []


def test_a_follower_that_fails_undoes_the_verb() -> None:
    world = World.build().to("requested")

    def broken(_plans: Collection[UUID]) -> None:
        raise RuntimeError

    changed.follow(broken)
    try:
        with pytest.raises(RuntimeError):
            world.accept()
    finally:
        changed._followers.remove(broken)
    world.plan.refresh_from_db()
    assert world.plan.state == "requested"
