"""Which routine a plan is kept by, and from when its limits are counted."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from agencies import routines
from agencies.models import Agency, Membership, Principal, Role, Routine, RoutineLimit, User
from common import clock
from consent import family
from sip.notices.models import Notice
from sip.plans import routine_limits
from sip.plans.services import consents, frame
from sip.reminders import anew, services
from sip.web.staff.waiting import waiting_for
from sip.web.staff.waiting.item import What
from sip.web.words import as_day
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


def test_many_principals_in_one_query(django_assert_num_queries: object) -> None:
    world = World.build()
    own(world.bup.principal)
    principals = [Principal.objects.create(name=f"Kommun {n}", kind="municipality", region=world.bup.principal)
                  for n in range(5)]  # fmt: skip
    with django_assert_num_queries(1):  # type: ignore[operator]
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


# A wish that nobody has answered


def wish(world: World) -> tuple[set[date], set[date], set[date]]:
    """The last day to answer the wish: as Idag, the reminder and the first notice say it."""
    told = {
        kind: Notice.objects.filter(kind=kind, about=world.plan.pk, dropped_at=None)
        for kind in ("request_waiting", "request_received")
    }
    days = [{clock.local(row.deadline).date() for row in rows if row.deadline} for rows in told.values()]
    on_idag = {as_day(item.due) for item in waiting_for(world.actor(world.nadja)) if item.what_to_do is What.REQUEST}
    return on_idag, days[0], days[1]


@pytest.mark.parametrize("whose", ["municipality", "region"])
def test_a_wish_is_answered_by_the_limit_of_those_it_is_suggested_to(whose: str) -> None:
    world = World.build()
    own(
        world.soc.principal if whose == "municipality" else world.bup.principal,
        "first_contact",
        days=10,
        start_event="request_received",
    )
    world.request()
    day = {open_from(clock.today() + 10 * DAY)}
    assert wish(world) == (day, day, day)


def test_a_wish_is_counted_from_the_day_it_came_and_from_nothing_else() -> None:
    world = World.build().to("requested")
    asked = world.plan.requests.get()
    asked.at -= 2 * DAY
    asked.save()
    services.sync(world.plan.pk)
    on_idag, reminded, _first = wish(world)
    assert on_idag == reminded == {open_from(clock.today() + DAY)}


def test_a_changed_routine_moves_the_last_day_of_a_wish_too() -> None:
    world = World.build().to("requested")
    routine = own(world.bup.principal, "first_contact", days=10, start_event="request_received")
    Routine.objects.filter(pk=routine.pk).update(anew_after=UUID(int=0), changed_at=clock.now())
    anew.next_of_changed_routine()
    assert wish(world)[1] == {open_from(clock.today() + 10 * DAY)}


def test_of_several_principals_nobodys_own_limit_holds() -> None:
    world = World.build()
    for name, days in (("Region Ett", 10), ("Region Två", 20)):
        region = Principal.objects.create(name=name, kind="region")
        own(region, "first_contact", days=days, start_event="request_received")
        desk = Agency.create(principal=region, kind=world.bup.kind, name=f"Enhet {name}", level="specialist")
        user = User.objects.create_user(f"{days}@region.example", name)
        Membership.objects.create(user=user, agency=desk, role=Role.COORDINATOR, starts=clock.today())
    assert routine_limits.rules_of_wishes(["Ystad"])["Ystad"].days("first_contact") == 3
