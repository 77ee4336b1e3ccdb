"""Questions whose SQL is put together once: the same rows as ever, of what is told now and of nothing told before."""

from contextlib import nullcontext

import pghistory
import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Membership
from common import clock
from common.keys import new_key
from common.prepared import AnyTold, Prepared, Told, together
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


def test_together_is_one_question_and_each_has_its_own_answer() -> None:
    world = World.build()
    agencies = Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")).select_related("principal"))
    names = Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")).values_list("name", flat=True))
    people = Prepared(lambda: Membership.objects.filter(user=Told("user")))

    def asked() -> list[object]:
        found = agencies(keys=[world.bup.pk])
        return [*found, found[0].principal, *names(keys=[world.soc.pk]), *people(user=world.per.pk)]

    apart = asked()
    for whose in (nullcontext(), pghistory.context(verb="within a verb, where the change history looks on")):
        with whose, CaptureQueriesContext(connection) as ran:
            about = agencies.of(keys=[world.bup.pk]), names.of(keys=[world.soc.pk]), people.of(user=world.per.pk)
            with together(*about):
                assert asked() == apart
        assert len(ran) == 1


def test_what_was_asked_ahead_is_no_answer_to_something_else() -> None:
    world = World.build()
    names = Prepared(lambda: Agency.objects.filter(pk=AnyTold("keys")).order_by("name").values_list("name", flat=True))
    with together(names.of(keys=[world.soc.pk]), names.of(keys=[world.bup.pk])):
        assert names(keys=[world.bup.pk]) == [world.bup.name]
        assert names(keys=[world.soc.pk]) == [world.soc.name]
        assert names(keys=[world.school.pk]) == [world.school.name]
        Agency.objects.filter(pk=world.bup.pk).update(name="Ny")
    assert names(keys=[world.bup.pk]) == ["Ny"]


def test_a_version_knows_who_has_been_heard() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    known = facts.Facts()
    facts._load_words(known, [world.plan.pk])
    assert known.versions[world.plan.pk].heard == [world.sara.pk]
