"""Idag asks which requests are suggested to one person; who asks sees whom a request is suggested to: the same."""

import pytest

from agencies.models import Role
from sip.plans.routing import routed_to
from sip.plans.services.requests import suggested_coordinators
from tests.web.staff_help import numbers, sibling
from tests.world import World, _worker

pytestmark = pytest.mark.django_db


def test_both_ways_of_asking_agree() -> None:
    world = World.build().to("requested")
    regional = _worker("Ines Falk", "ines@region.example", world.bup, Role.COORDINATOR)
    worlds = [world]
    for number, name, place in zip(
        numbers(4),
        ("Noel Berg", "Tuva Strand", "Elsa Hadi", "Ali Haddad"),
        ("Ystad", "SKURUP", "", "Skurups"),
        strict=True,
    ):
        worlds.append(sibling(world, name, number, municipality=place))
        worlds[-1].request()
    for user in (world.nadja, regional, world.birgit, world.chef):
        suggested = {one.plan.pk for one in worlds if user in suggested_coordinators(one.child)}
        actor = world.actor(user)
        assert set(routed_to(actor).values_list("pk", flat=True)) == suggested, user.name
    assert len(routed_to(world.actor(world.nadja))) == 3
    assert len(routed_to(world.actor(regional))) == 2
