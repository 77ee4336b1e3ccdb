"""Two posts, one person: the log names the agency that let them in, and says what part they had at that moment."""

from datetime import timedelta

import pytest

from agencies.models import Agency, Membership, Role, User
from common import clock
from consent.log import services as log
from consent.log.flags import Seen
from consent.log.models import AccessEvent
from consent.models import Custody, Guardianship
from sip.plans import access, grants
from sip.plans.access import Do
from sip.plans.log_parts import parts
from sip.plans.services import taking_part
from sip.plans.services.frame import hand_over_plan
from sip.plans.services.requests import accept_request
from tests.world import World

pytestmark = pytest.mark.django_db


def also_at(user: User, agency: Agency, role: Role = Role.STAFF) -> None:
    """Another post, older than every other: the one that a careless log would name."""
    Membership.objects.create(user=user, agency=agency, role=role, starts=clock.today() - timedelta(days=9000))


def colleague(world: World) -> User:
    """Another coordinator of the municipality."""
    kim = User.objects.create_user("kim@skurup.example", "Kim Samordnare")
    also_at(kim, world.soc, Role.COORDINATOR)
    return kim


def newest(user: User) -> AccessEvent:
    return AccessEvent.objects.filter(user=user).order_by("-id")[0]


def part(world: World, user: User) -> str:
    """What the reviewer is told of this person's newest event."""
    row = newest(user)
    seen = Seen(row.id, row.at, row.user_id, row.child_id, row.act, row.is_denied, row.agency_id)
    return parts({(user.pk, world.child.pk)}).words(seen)


class TestWhichAgency:
    def test_who_is_named_for_one_of_two_employers_reads_for_that_one(self) -> None:
        world = World.build().to("called")
        also_at(world.per, world.dental)
        access.require(world.actor(world.per), Do.READ, world.plan)
        assert newest(world.per).agency == world.bup

    def test_who_is_let_in_by_both_reads_for_the_one_that_is_asked_for(self) -> None:
        world = World.build().to("called")
        also_at(world.per, world.school)
        also_at(world.birgit, world.school, Role.INTAKE)
        taking_part.assign(world.actor(world.birgit), world.plan, world.school, [world.per])
        for agency in (world.bup, world.school):
            access.require(world.actor(world.per), Do.EXPECT, world.plan, agency_id=agency.pk)
            assert newest(world.per).agency == agency

    def test_the_coordinator_acts_for_the_agency_that_runs_the_plan(self) -> None:
        world = World.build().to("called")
        also_at(world.nadja, world.dental)
        access.require(world.actor(world.nadja), Do.CLOSE, world.plan)
        assert newest(world.nadja).agency == world.plan.coordinator_agency

    def test_a_guardian_who_also_works_reads_as_family(self) -> None:
        world = World.build().to("called")
        also_at(world.sara.user, world.dental)
        access.require(world.actor(world.sara), Do.READ, world.plan)
        assert newest(world.sara.user).agency is None
        assert part(world, world.sara.user) == "Barnets familj"

    def test_a_denial_names_where_the_person_works(self) -> None:
        world = World.build().to("called")
        with pytest.raises(access.Denied) as denied:
            access.require(world.actor(world.dag), Do.READ, world.plan)
        denied.value.write()
        assert newest(world.dag).agency == world.bup


class TestWhichPart:
    def test_who_handed_the_plan_over_coordinated_it_until_then(self) -> None:
        world = World.build().to("called")
        kim = colleague(world)
        hand_over_plan(world.actor(world.nadja), world.plan, kim)
        assert part(world, world.nadja) == "Samordnar planen"  # the handing over itself
        later = clock.now() + timedelta(days=1)
        with clock.set_to(later):
            for user in (world.nadja, kim):
                log.record(world.actor(user), "read", child_id=world.child.pk, object_type="plan")
        assert part(world, kim) == "Samordnar planen"
        assert part(world, world.nadja) == "Samordnare på Socialtjänsten Skurup, som är med i planen"

    def test_who_took_a_request_up_for_a_colleague_has_no_part_after(self) -> None:
        world = World.build()
        world.request()
        kim = colleague(world)
        accept_request(world.actor(kim), world.plan, world.nadja)
        with clock.set_to(clock.now() + timedelta(days=1)):
            log.record(world.actor(kim), "read", child_id=world.child.pk, object_type="plan")
        assert "Samordnar" not in part(world, kim)

    def test_a_parent_is_family_as_long_as_custody_lasted(self) -> None:
        world = World.build().to("called")
        access.require(world.actor(world.johan), Do.READ, world.plan)
        lost = clock.now() + timedelta(hours=1)
        Guardianship.objects.filter(guardian=world.johan).update(custody=Custody.NONE, changed_at=lost)
        grants.sync(world.plan)
        assert part(world, world.johan.user) == "Barnets familj"
        with clock.set_to(lost + timedelta(hours=1)):
            log.record(world.actor(world.johan), "read", child_id=world.child.pk, object_type="plan")
        assert part(world, world.johan.user) == ""

    def test_family_that_read_through_their_work_is_not_told_of_as_family(self) -> None:
        world = World.build().to("called")
        also_at(world.sara.user, world.dental)
        log.record(world.actor(world.sara), "read", child_id=world.child.pk, object_type="plan")
        assert newest(world.sara.user).agency == world.dental
        assert part(world, world.sara.user) == ""
