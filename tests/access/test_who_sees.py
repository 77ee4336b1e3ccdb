"""Who sees a plan, state by state: the exact set that does and the exact set that does not (domain.md §9)."""

from datetime import timedelta

import pytest

from agencies.models import User
from common import clock
from common.errors import NotThere, Refused
from consent.log.models import AccessEvent
from consent.models import Custody
from sip.plans import access
from sip.plans.access import TABLE, Do, Relation
from sip.plans.services import consents, reading, registry, taking_part
from tests.world import World

pytestmark = pytest.mark.django_db


def seen_by(world: World) -> set[str]:
    """The names of everybody whose list holds the plan; checked against can() and the door for each."""
    names = set()
    for user in User.objects.all():
        actor = world.actor(user)
        listed = access.visible_to(actor).filter(pk=world.plan.pk).exists()
        assert access.can(actor, Do.SEE_FRAME, world.plan) == listed
        if listed:
            names.add(user.name)
            assert reading.open_plan(actor, world.plan.pk)[0] == world.plan
        else:
            with pytest.raises(NotThere):
                reading.open_plan(actor, world.plan.pk)
    return names


FAMILY = {"Sara Lind", "Johan Ek"}
TAKING_PART = {"Nadja Öhman", "Per Lindqvist", "Hanna Björk", "Birgit Åkesson"} | FAMILY
WITH_DESK = TAKING_PART | {"Inga Mottagare"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("requested", {"Nadja Öhman", "Birgit Åkesson"} | FAMILY),
        ("preparing", {"Nadja Öhman", "Birgit Åkesson"} | FAMILY),
        ("consented", {"Nadja Öhman", "Birgit Åkesson"} | FAMILY),
        ("called", WITH_DESK),
        ("met", WITH_DESK),
        ("in_review", WITH_DESK),
        ("established", WITH_DESK),
        ("following_up", WITH_DESK),
        ("closed", WITH_DESK),
    ],
)
def test_each_state_is_seen_by_exactly_these(state: str, expected: set[str]) -> None:
    assert seen_by(World.build().to(state)) == expected


def test_withdrawn_consent_takes_the_agency_away_at_once() -> None:
    world = World.build().to("called")
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    assert seen_by(world) == WITH_DESK - {"Per Lindqvist", "Inga Mottagare"}


def test_the_coordinator_keeps_the_frame_and_not_the_contents() -> None:
    world = World.build().to("called")
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.soc])
    nadja = world.actor(world.nadja)
    assert access.can(nadja, Do.SEE_FRAME, world.plan)
    assert access.can(nadja, Do.CLOSE, world.plan)
    assert not access.can(nadja, Do.READ, world.plan)
    assert not access.can(nadja, Do.EDIT_CONTENTS, world.plan)
    with pytest.raises(Refused, match="Samtycket gäller inte längre"):
        reading.open_history(nadja, world.plan)


def test_a_protected_child_is_seen_by_named_handlers_only() -> None:
    world = World.build(is_protected=True).to("called")
    assert seen_by(world) == {"Nadja Öhman", "Per Lindqvist", "Hanna Björk", "Birgit Åkesson"}


def test_on_a_protected_childs_plan_the_initiator_is_no_handler() -> None:
    assert seen_by(World.build(is_protected=True).to("preparing")) == {"Nadja Öhman"}


def test_protection_in_the_middle_closes_the_familys_and_the_desks_door() -> None:
    world = World.build().to("called")
    registry.protect_child(world.child, True)
    world.plan.refresh_from_db()
    assert seen_by(world) == {"Nadja Öhman", "Per Lindqvist", "Hanna Björk", "Birgit Åkesson"}


def test_the_desk_names_a_colleague_on_a_protected_childs_plan_without_seeing_it() -> None:
    world = World.build(is_protected=True).to("consented")
    world.call(named={})
    inga = world.actor(world.inga)
    taking_part.assign(inga, world.plan, world.bup, [world.per])
    assert access.can(world.actor(world.per), Do.READ, world.plan)
    assert not access.can(inga, Do.SEE_FRAME, world.plan)


def test_a_protected_childs_plan_opens_only_with_a_reason() -> None:
    world = World.build(is_protected=True).to("called")
    silent = type(world.actor(world.per)).of(world.per)
    with pytest.raises(Refused, match="Skriv varför"):
        reading.open_plan(silent, world.plan.pk)
    reading.open_plan(world.actor(world.per), world.plan.pk)
    assert AccessEvent.objects.filter(user=world.per, act="see_frame", is_denied=False).get().reason == "Prövning"


def test_lost_custody_closes_the_door() -> None:
    world = World.build().to("in_review")
    registry.transfer_custody(world.child, world.johan, Custody.NONE)
    assert seen_by(world) == WITH_DESK - {"Johan Ek"}


def test_sole_custody_for_one_ends_the_others() -> None:
    world = World.build().to("in_review")
    registry.transfer_custody(world.child, world.sara, Custody.SOLE)
    assert seen_by(world) == WITH_DESK - {"Johan Ek"}


def test_an_ended_membership_ends_everything_at_the_next_request() -> None:
    world = World.build().to("called")
    registry.end_membership(world.per)
    registry.end_membership(world.inga)
    registry.end_membership(world.nadja)
    assert seen_by(world) == WITH_DESK - {"Per Lindqvist", "Inga Mottagare", "Nadja Öhman"}


def test_unassigned_means_gone_and_only_the_own_desk_assigns() -> None:
    world = World.build().to("called")
    taking_part.unassign(world.actor(world.inga), world.plan, world.bup, [world.per])
    assert "Per Lindqvist" not in seen_by(world)
    with pytest.raises(Refused, match="egen mottagare eller samordnare"):
        taking_part.assign(world.actor(world.nadja), world.plan, world.bup, [world.dag])
    assert "Dag Utanför" not in seen_by(world)


def test_a_denied_attempt_is_written_though_everything_else_is_undone() -> None:
    world = World.build().to("called")
    with pytest.raises(NotThere):
        reading.open_plan(world.actor(world.dag), world.plan.pk)
    event = AccessEvent.objects.get(user=world.dag)
    assert (event.is_denied, event.child_id, event.act) == (True, world.child.pk, "see_frame")


def test_the_table_names_every_act_and_gives_none_to_everybody() -> None:
    assert set(TABLE) == set(Do)
    for do, row in TABLE.items():
        assert row.who, do
        assert all(row.who), f"{do} would be open to anybody"
        assert row.when.states, f"{do} could never be done"
        assert not any(way <= {Relation.DESK} for way in row.who if do is not Do.ASSIGN), do


def test_a_consent_that_runs_out_needs_no_job_to_run() -> None:
    world = World.build().to("preparing")
    last_day = clock.today() + timedelta(days=20)
    world.consent(until=last_day)
    world.call()
    with clock.set_to(clock.at(last_day, 23, 59)):
        assert seen_by(world) == WITH_DESK
    with clock.set_to(clock.end_of_day(last_day)):
        assert seen_by(world) == {"Nadja Öhman"} | FAMILY
        assert not access.can(world.actor(world.nadja), Do.READ, world.plan)


def test_from_the_eighteenth_birthday_the_guardians_are_outside() -> None:
    world = World.build().to("called")
    with clock.set_to(clock.at(world.child.comes_of_age) - timedelta(minutes=1)):
        assert FAMILY <= seen_by(world)
    with clock.set_to(clock.at(world.child.comes_of_age)):
        assert seen_by(world) == {"Nadja Öhman"}
