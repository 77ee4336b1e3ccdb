"""The region's routine in the browser: who may keep it, what it refuses, and what follows for plans that are open."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import routines
from agencies.models import Membership, Principal, Role, Routine, RoutineLimit, User
from common import clock
from consent.log.models import AccessEvent
from sip.notices.models import Notice
from sip.plans import routine_limits
from sip.plans.models import PlanPersonGrant
from sip.plans.services import maturity
from sip.reminders import anew
from tests.world import World

pytestmark = pytest.mark.django_db
LIMIT = {"days": "30", "start_event": "request_received", "status": "agreement", "source": "Vår överenskommelse"}


def administrator(world: World) -> User:
    user = User.objects.create_user("asta@region.example", "Asta Wikner")
    since = clock.today() - timedelta(days=30)
    Membership.objects.create(user=user, agency=world.bup, role=Role.ADMINISTRATOR, starts=since)
    return user


@pytest.fixture
def world() -> World:
    return World.build().to("preparing")


@pytest.fixture
def asta(world: World) -> Client:
    return world.client(administrator(world))


def change(client: Client, what: str = "meeting_held", **changes: Any) -> Any:
    version = Routine.objects.filter(principal__name="Region Exempel").values_list("version", flat=True).first() or 0
    values = {name: value for name, value in {**LIMIT, "version": version, **changes}.items() if value is not None}
    return client.post(reverse("routine_limit", args=[what]), values)


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def test_nobody_else_has_such_a_page(world: World) -> None:
    for user in (world.nadja, world.per, world.chef, world.vera, world.sara):
        client = world.client(user)
        assert client.get(reverse("routine")).status_code == 404
        assert change(client).status_code == 404
    assert not Routine.objects.filter(principal__isnull=False).exists()


def test_an_administrator_of_a_municipality_keeps_no_region(world: World) -> None:
    user = administrator(world)
    user.memberships.update(agency=world.soc)
    assert world.client(user).get(reverse("routine")).status_code == 404


def test_a_limit_is_changed_and_holds_in_the_region_and_its_municipalities(world: World, asta: Client) -> None:
    assert change(asta).status_code == 302
    for principal in (world.bup.principal, world.soc.principal):
        limit = routines.rules_for(Principal.objects.get(pk=principal.pk)).limits["meeting_held"]
        assert (limit.days, limit.source) == (30, "Vår överenskommelse")
    other = Principal.objects.create(name="Region Annan", kind="region")
    assert routines.rules_for(other).days("meeting_held") == 21
    assert routines.rules_for(None).days("meeting_held") == 21
    applied = routine_limits.meeting_limit(world.plan)
    assert applied
    assert applied.day == routines.rules_for(None).next_working_day(clock.today() + timedelta(days=30))
    page = text(asta.get(reverse("routine")))
    assert "30 dagar" in page
    assert "Vår överenskommelse" in page
    event = AccessEvent.objects.get(act="change_routine")
    assert (event.user.name, event.child_id) == ("Asta Wikner", None)  # type: ignore[union-attr]


def test_back_to_the_default_routine(asta: Client) -> None:
    change(asta)
    assert change(asta, reset="1").status_code == 302
    assert not RoutineLimit.objects.filter(routine__principal__isnull=False).exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("days", "", "Skriv antalet dagar"),
        ("days", "0", "Skriv antalet dagar"),
        ("days", "-3", "Skriv antalet dagar"),
        ("days", "731", "Skriv antalet dagar"),
        ("days", "9" * 5000, "Skriv antalet dagar"),
        ("days", "tre", "Skriv antalet dagar med siffror"),
        ("start_event", "meeting_held", "Välj"),
        ("start_event", "", "Välj från när"),
        ("status", "law", "Välj"),
        ("status", "", "Välj hur bindande"),
        ("source", "", "Skriv var det står"),
        ("source", "x" * 20_000, "tecken"),
        ("source", "a\x00b", ""),
        ("version", "", "Någon annan har ändrat"),
        ("version", "99", "Någon annan har ändrat"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(asta: Client, field: str, value: str, said: str) -> None:
    answer = change(asta, **{field: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert routines.rules_for(Principal.objects.get(kind="region")).days("meeting_held") == 21


def test_the_laws_own_limit_is_not_changed(asta: Client) -> None:
    assert "Regionen kan inte ändra det" in text(asta.get(reverse("routine_limit", args=["lss_review"])))
    assert change(asta, "lss_review", start_event=None).status_code == 422
    assert change(asta, "no_such_limit").status_code == 404
    assert routines.rules_for(Principal.objects.get(kind="region")).limits["lss_review"].days == 365


def test_two_at_once_and_the_second_is_told(asta: Client) -> None:
    version = {"version": 0}
    assert change(asta, **version).status_code == 302
    answer = change(asta, days="40", **version)
    assert answer.status_code == 422
    assert "Någon annan har ändrat rutinen" in text(answer)
    assert routines.rules_for(Principal.objects.get(kind="region")).days("meeting_held") == 30


def test_who_decides_for_a_mature_child_and_squeeze_days(world: World, asta: Client) -> None:
    values = {"mature_child": "alone", "squeeze_days_off": "on", "version": 0}
    assert asta.post(reverse("routine"), values).status_code == 302
    rules = routines.rules_for(Principal.objects.get(pk=world.soc.principal_id))
    assert (rules.mature_child, rules.squeeze_days_off) == ("alone", True)
    assert asta.post(reverse("routine"), {**values, "mature_child": "nobody", "version": 1}).status_code == 422


def test_open_plans_follow_and_nobody_is_told_twice(world: World, asta: Client) -> None:
    deadlines = Notice.objects.filter(kind="meeting_deadline", about=world.plan.pk)
    half = deadlines.order_by("due_at")[0]
    Notice.objects.filter(pk=half.pk).update(sent_at=clock.now())
    before = {row.dedup_key: row.deadline for row in deadlines}
    change(asta, days="60")
    while anew.next_of_changed_routine():
        pass
    for _again in range(2):  # delivered twice
        assert anew.next_of_changed_routine() == 0
    assert {row.dedup_key for row in deadlines} == set(before)
    for row in deadlines.exclude(pk=half.pk):
        assert row.deadline is not None
        assert row.deadline > before[row.dedup_key]  # type: ignore[operator]
    half.refresh_from_db()
    assert half.sent_at is not None
    assert half.deadline == before[half.dedup_key], "what was told stands as it was told"
    assert Routine.objects.get(principal__kind="region").anew_after is None


def test_who_decides_lets_in_and_out_in_open_plans() -> None:
    world = World.build().to("called")
    asta = world.client(administrator(world))
    maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why="Förstår vad det gäller")
    reads = PlanPersonGrant.objects.filter(content_object=world.plan, user=world.per, agency=world.bup)
    assert not reads.filter(permission__codename="take_part_in_plan").exists(), "the child has not said yes"
    asta.post(reverse("routine"), {"mature_child": "guardians", "version": 0})
    while anew.next_of_changed_routine():
        pass
    assert reads.filter(permission__codename="take_part_in_plan").exists()


def test_a_worker_that_is_killed_goes_on_where_it_was(
    world: World, asta: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.sibling()
    other.to("preparing")
    monkeypatch.setattr(anew, "BATCH", 1)
    change(asta, days="60")
    assert anew.next_of_changed_routine() == 1
    after = Routine.objects.get(principal__kind="region").anew_after
    assert after == min(world.plan.pk, other.plan.pk)
    while anew.next_of_changed_routine():
        pass
    by = routines.rules_for(world.soc.principal).next_working_day(clock.today() - timedelta(days=4 - 60))
    for plan in (world.plan, other.plan):
        last = Notice.objects.filter(about=plan.pk, kind="meeting_deadline", dropped_at=None).latest("due_at")
        assert last.deadline is not None
        assert last.deadline > clock.at(clock.today() + timedelta(days=40)), by


def test_a_field_too_many_is_refused(asta: Client) -> None:
    assert change(asta, principal="1").status_code == 400
    assert not Routine.objects.filter(principal__isnull=False).exists()


def test_the_page_says_which_time_nobody_is_reminded_of(asta: Client) -> None:
    assert text(asta.get(reverse("routine"))).count("påminner inte om den här tiden") == 1
