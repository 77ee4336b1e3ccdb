"""What is asked once in a moment is forgotten with it, and where a lock is taken: it may have been waited for."""

import pytest

from common.once import once, one_moment
from consent import family
from consent import services as consent
from consent.models import Custody, Guardianship
from sip.plans import access
from sip.plans.models import PlanAgencyGrant, PlanPersonGrant
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_moment_remembers_and_the_next_does_not() -> None:
    answers = iter(range(10))

    def ask() -> int:
        return once("what", lambda: next(answers))

    with one_moment():
        assert (ask(), ask()) == (0, 0)
        with one_moment():
            assert ask() == 1
        assert ask() == 0
    assert (ask(), ask()) == (2, 3)


@pytest.mark.parametrize("lock", ["the plan", "the child"])
def test_who_has_taken_a_lock_asks_anew(lock: str) -> None:
    """Fails when custody that ended while the lock was waited for still lets somebody sign."""
    world = World.build().to("consented")
    with one_moment():
        assert len(family.custody_holders(world.child)) == 2
        Guardianship.objects.filter(child=world.child, guardian=world.johan).update(custody=Custody.NONE)
        assert len(family.custody_holders(world.child)) == 2, "nothing is known of it yet"
        access.lock(world.plan) if lock == "the plan" else consent.lock(world.child)
        assert family.custody_holders(world.child) == [world.sara]


def test_who_has_taken_a_lock_asks_anew_who_may_do_what() -> None:
    world = World.build().to("called")
    actor = world.actor(world.nadja)
    with one_moment():
        assert access.standing(actor, world.plan).relations
        for grants in (PlanPersonGrant, PlanAgencyGrant):
            grants.objects.filter(content_object=world.plan).delete()
        plan = access.lock(world.plan)
        assert not access.standing(actor, plan).relations
