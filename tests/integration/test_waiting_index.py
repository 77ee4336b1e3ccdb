"""The rows that Idag is found by are always those that ought to be: after every verb, event and night."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies import row_scope
from agencies.models import Role
from common import clock
from consent.models import Custody
from sip.meetings import services as meetings
from sip.plans import access, changed
from sip.plans.models import Waiting
from sip.plans.opened import opened
from sip.plans.services import consents, registry
from sip.web.staff.waiting import day_of, index, items_at
from sip.web.staff.waiting.item import Item, Kind, What
from sip.web.tasks import keep_waiting
from tests.world import STATES, World, _worker

pytestmark = pytest.mark.django_db


def ought(plan_ids: Collection[UUID]) -> dict[object, object]:
    with access.for_nobody() as plans:
        rows = index.wanted(opened(plans.filter(pk__in=plan_ids)))
    return {key: index._values(row) for key, row in rows.items()}


def kept(plan_ids: Collection[UUID]) -> dict[object, object]:
    rows = list(Waiting.objects.filter(plan__in=plan_ids))
    found = {index._key(row): index._values(row) for row in rows}
    assert len(found) == len(rows)  # nothing twice
    return found


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("is_protected", [False, True])
def test_the_index_is_right_wherever_a_plan_stands(state: str, is_protected: bool) -> None:
    world = World.build(is_protected=is_protected).to(state)
    assert kept([world.plan.pk]) == ought([world.plan.pk])
    assert bool(kept([world.plan.pk])) is (state not in ("requested", "closed"))


def test_the_index_follows_every_kind_of_change() -> None:
    world = World.build().to("called")

    def right() -> set[tuple[str, object]]:
        rows = kept([world.plan.pk])
        assert rows == ought([world.plan.pk])
        return {(row.what, row.user_id or row.desk_id) for row in Waiting.objects.filter(plan=world.plan)}

    assert (What.ANSWER, world.per.pk) in right()
    meetings.answer_call(world.actor(world.per), world.plan, world.bup, meetings.Answer("come", "Per Lindqvist"))
    assert (What.ANSWER, world.per.pk) not in right()
    registry.end_membership(world.hanna)
    assert (What.ANSWER, world.hanna.pk) not in right()
    assert (What.ANSWER, world.clinic.desk_id) in right()  # nobody there is named any more
    registry.protect_child(world.child, True)
    assert (What.CHOOSE, world.clinic.desk_id) in right()
    registry.protect_child(world.child, False)
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.soc])
    assert {what for what, who in right() if who == world.nadja.pk} == {What.CONSENT_ENDED}
    registry.transfer_custody(world.child, world.johan, Custody.NONE)
    right()


def test_the_night_puts_right_what_is_wrong_and_twice_is_as_once() -> None:
    world = World.build().to("established")
    before = kept([world.plan.pk])
    Waiting.objects.all().delete()
    assert keep_waiting() == keep_waiting() == 1
    assert kept([world.plan.pk]) == before
    Waiting.objects.update(due=clock.now())
    keep_waiting()
    assert kept([world.plan.pk]) == before


def test_a_row_whose_grant_has_run_out_shows_nothing() -> None:
    """By the day alone, before any night's task: neither counted nor shown."""
    world = World.build().to("consented")
    world.call()
    with clock.set_to(clock.now() + timedelta(days=366)):
        day = day_of(world.actor(world.per))
        assert (day.counts, day.items) == ({}, [])
        ended = day_of(world.actor(world.nadja))
        assert [item.what_to_do for item in ended.items] == [What.CONSENT_ENDED]


def test_a_row_that_lies_leads_nowhere() -> None:
    """The rows only say where to look: PostgreSQL and the plan itself decide what is there."""
    world = World.build().to("called")
    invitation = world.meeting.invitations.get(agency=world.bup)
    row = Waiting.objects.get(what=What.ANSWER, about=invitation.pk)
    Waiting.objects.create(**{**_fields(row), "user": world.dag})
    page = world.client(world.dag).get("/idag/").content.decode()
    assert "Alva" not in page and "BUP" not in page.split("<main")[1]
    with row_scope.acting(world.actor(world.dag)):
        assert items_at([index.Place(world.plan.pk, What.ANSWER, invitation.pk, row.due)]) == []


def _fields(row: Waiting) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Waiting._meta.concrete_fields if field.name != "id"}


def test_counts_say_what_the_list_shows() -> None:
    world = World.build().to("called")
    with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
        for user in (world.nadja, world.per, world.hanna, world.birgit):
            day = day_of(world.actor(user))
            by_kind: dict[Kind, list[Item]] = {}
            for item in day.items:
                by_kind.setdefault(item.kind, []).append(item)
            late = {kind: sum(item.moment < clock.now() for item in items) for kind, items in by_kind.items()}
            assert {kind: count.all for kind, count in day.counts.items()} == {k: len(i) for k, i in by_kind.items()}
            assert {kind: count.late for kind, count in day.counts.items()} == late


def test_the_most_urgent_come_first_and_the_rest_is_told_of() -> None:
    world = World.build().to("called")
    one = day_of(world.actor(world.per), most=1)
    everything = day_of(world.actor(world.per))
    assert one.items == everything.items[:1]
    assert one.counts == everything.counts
    assert len(everything.items) == 2
    assert day_of(world.actor(world.per), kind=Kind.ACTION).items == []


def test_somebody_at_the_desk_who_is_named_too_does_it_once() -> None:
    world = World.build()
    both = _worker("Ines Falk", "ines@region.example", world.bup, Role.INTAKE)
    world.to("consented")
    world.call(named={world.bup.pk: [both]})
    assert sum(item.what_to_do is What.ANSWER for item in day_of(world.actor(both)).items) == 1


# Before the reminders and the index asked in one moment: 10, 30, 37, 32, 34, 33, 36.
MOST = {
    "requested": 7,
    "preparing": 21,
    "called": 25,
    "met": 21,
    "in_review": 23,
    "established": 24,
    "following_up": 26,
}


@pytest.mark.parametrize(("state", "most"), MOST.items())
def test_what_follows_on_a_verb_asks_each_thing_once(state: str, most: int) -> None:
    world = World.build().to(state)
    with CaptureQueriesContext(connection) as ran, transaction.atomic(), changed.following():
        changed.touch([world.plan.pk])
    asked = [query["sql"] for query in ran if "FROM " in query["sql"]]
    assert len(asked) <= most, "\n".join(sql[:200] for sql in asked)
