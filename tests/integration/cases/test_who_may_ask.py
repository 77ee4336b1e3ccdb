"""Who asks for a plan without being let: the attempt stands in the child's log, as every other does."""

import pytest

from common.errors import NotThere
from consent.log import services as log
from consent.models import Custody
from sip.plans.services import registry, requests
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_wish_by_somebody_without_custody_is_logged_as_denied() -> None:
    world = World.build()
    registry.transfer_custody(world.child, world.johan, Custody.NONE)
    with pytest.raises(NotThere):
        requests.request_plan(world.actor(world.johan), world.child, seen_on=None, why="")
    (event,) = log.events_of(world.child.pk)
    assert (event.user_id, event.act, event.is_denied) == (world.johan.user_id, "decide_request", True)
