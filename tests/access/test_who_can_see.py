"""Vem kan se planen? The page says just those whom the access table lets read, in every state and after every change.

Fails when the page and the check no longer read the same grants.
"""

import pytest

from agencies.actor import Actor
from agencies.models import User
from sip.plans import access
from sip.plans.access import Do
from sip.plans.services import registry, taking_part
from sip.plans.services.reading import open_who_sees
from sip.plans.who_sees import Sees
from tests.world import STATES, World

pytestmark = pytest.mark.django_db


def told(world: World) -> tuple[set[str], set[str]]:
    """The names that the page tells: who sees the contents, and who only the frame."""
    rows = open_who_sees(world.actor(world.nadja), world.plan)
    contents = {row.user.name for row in rows if row.sees is Sees.CONTENTS}
    frame = {row.user.name for row in rows if row.sees is Sees.FRAME}
    return contents, frame - contents


def checked(world: World) -> tuple[set[str], set[str]]:
    """The same, asked of the check itself for everybody there is (those who may answer a request aside)."""
    world.plan.refresh_from_db()
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for user in User.objects.order_by("id"):
        standing = access.standing(Actor.of(user), world.plan)
        if standing.relations - {access.Relation.DECIDER} and standing.may(Do.SEE_FRAME):
            found[standing.may(Do.READ)].add(user.name)
    return found[True], found[False]


@pytest.mark.parametrize("state", STATES[1:])
@pytest.mark.parametrize("protected", [False, True])
def test_it_tells_just_who_is_let_in(state: str, protected: bool) -> None:
    world = World.build(is_protected=protected)
    if protected and STATES.index(state) > STATES.index("in_review"):
        state = "in_review"
    world.to(state)
    assert told(world) == checked(world)


def test_it_follows_what_changes() -> None:
    world = World.build().to("called")
    taking_part.assign(world.actor(world.inga), world.plan, world.bup, [world.dag])
    assert "Dag Utanför" in told(world)[0]
    taking_part.unassign(world.actor(world.inga), world.plan, world.bup, [world.dag])
    assert "Dag Utanför" not in told(world)[0]
    registry.end_membership(world.per)
    assert "Per Lindqvist" not in told(world)[0]
    assert told(world) == checked(world)


def test_the_family_reads_it_and_a_stranger_does_not() -> None:
    world = World.build().to("called")
    page = world.client(world.sara).get(f"/familj/{world.plan.pk}/vem-kan-se/").content.decode()
    assert "Per Lindqvist" in page and "Inga Mottagare" in page and "Familjen" in page
    assert "Dag Utanför" not in page
    assert world.client(world.dag).get(f"/familj/{world.plan.pk}/vem-kan-se/").status_code == 404
    assert world.client(world.nadja).get(f"/planer/{world.plan.pk}/vem-kan-se/").status_code == 200
    assert world.client(world.per).get(f"/planer/{world.plan.pk}/vem-kan-se/").status_code == 403
