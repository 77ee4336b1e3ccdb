"""Attack 16 of security.md where access is concerned: the same thing in the same second, for real."""

from common import identity
from sip.plans.grant_names import EMERGENCY
from sip.plans.models import EmergencyOpening, PlanPersonGrant
from sip.plans.services import emergency
from tests.database import Database
from tests.integration.test_at_once import at_once
from tests.world import World

REASON = "Alva är på akuten och vi måste veta vad BUP gör."


def test_attack_16_two_emergencies_of_one_person_are_one(committed_db: Database) -> None:
    world = World.build().to("called")
    number = identity.parse("20140918-2399")

    def open_it() -> object:
        return emergency.open_in_emergency(world.actor(world.dag), number, REASON)

    assert at_once(open_it, open_it) == [world.plan, world.plan]
    assert EmergencyOpening.objects.count() == 1
    assert PlanPersonGrant.objects.filter(permission__codename=EMERGENCY).count() == 1
