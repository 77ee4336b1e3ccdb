"""Questions whose SQL is put together once: the same rows as ever, of what is told now and of nothing told before."""

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from agencies import row_scope
from agencies.models import Agency, Membership
from common import clock
from common.keys import new_key
from common.prepared import AnyTold, Prepared, Told
from sip.plans.models import Plan
from sip.web.staff.waiting import facts
from tests.world import World

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_what_is_told_each_time() -> None:
    world = World.build()
    of = Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")).select_related("principal").order_by("name_key"))
    assert of(keys=[world.bup.pk]) == [world.bup]
    assert set(of(keys=[world.soc.pk, world.school.pk])) == {world.soc, world.school}
    assert of(keys=[]) == of(keys=[new_key()]) == []
    with CaptureQueriesContext(connection) as ran:
        (again,) = of(keys=[world.bup.pk])
        assert again.principal == world.bup.principal
    assert len(ran) == 1


def test_columns_and_sums_come_as_they_do_unprepared() -> None:
    world = World.build()
    people = Agency.objects.filter(name=world.bup.name).annotate(people=Count("memberships")).order_by("pk")
    wanted = list(people.values_list("pk", "people"))
    told = Agency.objects.filter(name=Told("name")).annotate(people=Count("memberships")).order_by("pk")
    asked = Prepared(lambda: told.values_list("pk", "people"))
    assert asked(name=world.bup.name) == asked(name=world.bup.name) == wanted
    assert Prepared(lambda: told.values_list("pk", flat=True))(name=world.bup.name) == [world.bup.pk]


def test_what_changes_may_not_stand_in_the_question_itself() -> None:
    world = World.build()
    by_day = Prepared(lambda: Membership.objects.filter(starts__lte=clock.today()))
    by_key = Prepared(lambda: Membership.objects.filter(agency=world.bup))
    for asked in (by_day, by_key):
        with pytest.raises(TypeError, match="tell it each time"):
            asked()


def test_what_is_wanted_and_not_told_is_no_silence() -> None:
    with pytest.raises(KeyError, match="keys"):
        Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")))()


def test_postgresql_plans_it_once_however_often_it_is_asked() -> None:
    world = World.build()
    of = Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")).order_by("name_key"))
    for keys in ([world.bup.pk], [world.soc.pk, world.school.pk], [new_key()]):
        of(keys=keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements "
            "WHERE statement LIKE %s AND statement LIKE %s",
            ['%FROM "agencies_agency"%', "%ANY($1)%name_key%"],
        )
        assert cursor.fetchone() == (1, 3)


def test_rows_that_the_actor_may_not_see_are_not_in_a_plan_made_for_another() -> None:
    """The plan is kept by the connection, which serves one person after another."""
    world = World.build().to("called")
    of = Prepared(lambda: Plan.objects.filter(pk=Told("plan")))
    outsider = world.actor(world.dag)
    for _time in range(8):  # past the five that PostgreSQL plans anew
        with row_scope.acting(world.actor(world.per)):
            assert of(plan=world.plan.pk) == [world.plan]
        with row_scope.acting(outsider):
            assert of(plan=world.plan.pk) == []


def test_a_version_knows_who_has_been_heard() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    known = facts.Facts()
    facts._load_words(known, [world.plan.pk])
    assert known.versions[world.plan.pk].heard == [world.sara.pk]
