"""Which routine a plan is kept by, and from when its limits are counted."""

from datetime import date, timedelta

import pytest

from agencies import routines
from agencies.models import Principal, Routine, RoutineLimit
from common import clock
from consent import family
from sip.notices.models import Notice
from sip.plans import routine_limits
from sip.plans.services import consents, frame
from tests.swedish_days import open_from
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def own(principal: Principal, what: str = "meeting_held", **changes: object) -> Routine:
    routine, _made = Routine.objects.get_or_create(principal=principal, defaults={"name": f"Rutin {principal}"})
    values = {"days": 10, "start_event": "need_seen", "status": "agreement", "source": "Egen", **changes}
    RoutineLimit.objects.create(routine=routine, what=what, **values)
    return routine


def limit_of(world: World) -> date | None:
    applied = routine_limits.meeting_limit(world.plan)
    return applied.day if applied else None


def test_the_principals_own_stands_before_its_regions_and_that_before_the_default() -> None:
    world = World.build().to("preparing")
    seen = clock.today() - 4 * DAY
    assert limit_of(world) == open_from(seen + 21 * DAY)
    own(world.bup.principal, days=14)
    assert limit_of(world) == open_from(seen + 14 * DAY)
    own(world.soc.principal, days=10)
    assert limit_of(world) == open_from(seen + 10 * DAY)
    assert routines.rules_for(world.soc.principal).days("first_follow_up") == 90, (
        "what it does not say, the default does"
    )


def test_many_principals_in_two_queries(django_assert_num_queries: object) -> None:
    world = World.build()
    own(world.bup.principal)
    principals = [Principal.objects.create(name=f"Kommun {n}", kind="municipality", region=world.bup.principal)
                  for n in range(5)]  # fmt: skip
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = routines.rules_for_many(principals)
    assert {rules.days("meeting_held") for key, rules in found.items() if key} == {10}
    assert found[None].days("meeting_held") == 21


def test_the_laws_own_limit_is_not_moved_and_others_are() -> None:
    world = World.build()
    saturday = next(day for day in (clock.today() + n * DAY for n in range(7)) if day.weekday() == 5)
    own(world.bup.principal, days=7, status="law")
    own(world.bup.principal, "plan_to_everyone", days=7, status="target")
    rules = routines.rules_for(world.bup.principal)
    assert rules.last_day("meeting_held", saturday) == saturday + 7 * DAY
    assert rules.last_day("plan_to_everyone", saturday) == open_from(saturday + 7 * DAY)
    assert rules.last_day("plan_to_everyone", None) is None


def test_counted_from_consent_it_begins_when_everybody_has_said_yes() -> None:
    world = World.build().to("preparing")
    own(world.bup.principal, start_event="consent_complete")
    assert limit_of(world) is None
    world.consent(world.sara)
    assert limit_of(world) is None
    later = clock.now() + 3 * DAY
    with clock.set_to(later):
        world.consent(world.johan)
        assert limit_of(world) == open_from(clock.today() + 10 * DAY)
        by = limit_of(world)
        waits = Notice.objects.filter(kind="meeting_deadline", about=world.plan.pk, dropped_at=None)
        assert {clock.local(row.deadline).date() for row in waits if row.deadline} == {by}
    with clock.set_to(later + 5 * DAY):
        world.consent()  # renewed: the time does not begin anew
        assert limit_of(world) == by
        assert family.consent_complete(world.child) == clock.local(later).date()


def test_counted_from_consent_what_needs_none_is_complete_at_once() -> None:
    world = World.build().to("preparing")
    own(world.bup.principal, start_event="consent_complete")
    consents.consent_not_required(
        world.actor(world.nadja), world.plan, [world.bup], reason="Vården behöver veta", until=clock.today() + 60 * DAY
    )
    assert limit_of(world) == open_from(clock.today() + 10 * DAY)


def test_a_plan_that_is_handed_over_is_kept_by_the_new_ones_routine() -> None:
    world = World.build().to("preparing")
    far = Principal.objects.create(name="Region Fjärran", kind="region")
    own(far, days=50)
    world.soc.principal.region = far
    world.soc.principal.save()
    world.plan.refresh_from_db()
    frame.hand_over_plan(world.actor(world.nadja), world.plan, world.nadja)
    day = open_from(clock.today() - 4 * DAY + 50 * DAY)
    waits = Notice.objects.filter(kind="meeting_deadline", about=world.plan.pk, dropped_at=None)
    assert {clock.local(row.deadline).date() for row in waits if row.deadline} == {day}


def test_where_it_applies_it_says_by_what_source() -> None:
    world = World.build().to("consented")
    page = world.client(world.nadja).get(f"/planer/{world.plan.pk}/kalla/").content.decode()
    assert "Mötet ska hållas senast" in page
    assert "VGR:s överenskommelse" in page
