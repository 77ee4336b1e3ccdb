"""The eighteenth birthday, at Stockholm midnight: who decided before decides no more, and nothing has to run for it.

What only begins that day is made by the task; whoever loses something has lost it at midnight, task or no task.
"""

from datetime import date, timedelta

import pytest

from agencies.models import MatureChild, Routine, User
from common import clock
from consent.models import Child
from sip.plans import access, tasks
from sip.plans.access import Do
from sip.plans.services import consents, maturity
from tests.world import World

pytestmark = pytest.mark.django_db

LONG = timedelta(days=200)  # past the birthday


def young(state: str, *, alone: bool = False) -> World:
    """A world whose child turns eighteen a hundred days from now, and may say what counts where `alone`."""
    world = World.build()
    of_age = clock.today() + timedelta(days=100)
    Child.objects.filter(pk=world.child.pk).update(born=of_age.replace(year=of_age.year - 18))
    world.child.refresh_from_db()
    if alone:
        Routine.objects.filter(principal__isnull=True).update(mature_child=MatureChild.ALONE)
    return world.to(state)


def reads(world: World, user: User, day: int) -> bool:
    """Whether the person reads the plan so many days before (or after) the birthday, with no job having run."""
    moment = clock.at(world.child.comes_of_age + timedelta(days=day), 0)
    with clock.set_to(moment if day < 1 else moment + timedelta(hours=9)):
        return access.can(world.actor(user), Do.READ, world.plan)


def says(world: World, answer: str) -> None:
    """The child's own word about BUP and the social services, told to the coordinator."""
    actor, agencies = world.actor(world.nadja), [world.bup, world.soc]
    if answer == "no":
        consents.refuse_consent(actor, world.plan, world.child, agencies)
    else:
        until = clock.today() + LONG
        consents.give_consent(
            actor, world.plan, world.child, agencies, covers=["hälsa"], how="oral", until=until
        )  # fmt: skip


def test_the_own_yes_of_a_mature_child_goes_on_over_the_birthday() -> None:
    """Fails when a grant is cut at the eve whatever it rests on."""
    world = young("requested", alone=True)
    world.accept()
    maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why="Resonerar klokt.")
    says(world, "yes")
    world.call(called=[world.soc, world.bup], invited=[], named={}, grounds={world.bup.pk: ["known"]})
    for day in (-1, 0, 99):
        assert reads(world, world.inga, day), day
    assert not reads(world, world.inga, 101)  # its own last day


def test_what_guardians_said_ends_at_midnight_and_what_the_child_said_begins() -> None:
    world = young("called")
    says(world, "yes")  # the child's view: it does not count yet, and will
    assert reads(world, world.inga, -1)
    assert reads(world, world.inga, 0)


def test_without_a_word_of_the_childs_own_it_ends_at_midnight() -> None:
    world = young("called")
    assert reads(world, world.inga, -1)
    assert not reads(world, world.inga, 0)


def test_a_no_that_the_child_said_long_ago_counts_from_midnight() -> None:
    """Before the call it is enough that nobody whose word counts has said no."""
    world = young("preparing")
    says(world, "no")
    assert reads(world, world.nadja, -1)
    assert not reads(world, world.nadja, 0)


def test_without_any_word_preparing_goes_on() -> None:
    world = young("preparing")
    assert reads(world, world.nadja, -1) and reads(world, world.nadja, 0) and reads(world, world.nadja, 30)


def test_the_task_lets_in_whom_the_day_lets_in_and_only_once() -> None:
    """The guardians had said no, the child yes: from eighteen the yes counts, and somebody has to write it."""
    world = young("called")
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    says(world, "yes")
    birthday = clock.at(world.child.comes_of_age, 9)
    with clock.set_to(birthday - timedelta(days=1)):
        tasks.new_day()
        assert not access.can(world.actor(world.inga), Do.READ, world.plan)
    with clock.set_to(birthday):
        assert not access.can(world.actor(world.inga), Do.READ, world.plan)
        assert tasks.new_day() >= 1
        assert access.can(world.actor(world.inga), Do.READ, world.plan)
        before = set(world.plan.person_grants.values_list("pk")) | set(world.plan.agency_grants.values_list("pk"))
        tasks.new_day()
        after = set(world.plan.person_grants.values_list("pk")) | set(world.plan.agency_grants.values_list("pk"))
        assert after == before


@pytest.mark.parametrize("days_late", [0, 6])
def test_a_day_when_nothing_ran_is_made_up_for(days_late: int) -> None:
    world = young("called")
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    says(world, "yes")
    with clock.set_to(clock.at(world.child.comes_of_age + timedelta(days=days_late), 9)):
        tasks.new_day()
        assert access.can(world.actor(world.inga), Do.READ, world.plan)


def test_a_plan_that_nothing_happened_to_is_not_looked_at() -> None:
    World.build().to("called")
    assert tasks.new_day() == 0


def test_a_child_born_on_the_twenty_ninth_of_february_is_looked_at() -> None:
    world = World.build().to("called")
    Child.objects.filter(pk=world.child.pk).update(born=date(2012, 2, 29))
    with clock.set_to(clock.at(date(2030, 3, 1), 9)):
        assert tasks.new_day() == 1
