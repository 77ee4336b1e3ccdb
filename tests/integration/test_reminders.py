"""Who is told what when a plan lives on and time passes: through the verbs, the table and the sweep."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Membership, Role, User
from common import clock
from sip.meetings import services as meetings
from sip.meetings.changing import NewTime, move_call
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.services import consents, contents, frame, registry
from sip.reminders import anew, services, table
from tests.world import World

pytestmark = pytest.mark.django_db
MOST_QUERIES = 26  # of reckoning one plan anew, however much there is in it


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Neither quiet hours nor an hour between letters: what is asked here is who is told what, not at which hour."""
    settings.NOTICES_AT_ONCE = True


def live(days: int, each_day: Callable[[date], None] = lambda _day: None) -> None:
    """Let days pass, with the sweep at nine each morning, twice as Celery may deliver it."""
    start = clock.today()
    for number in range(days + 1):
        day = start + timedelta(days=number)
        with clock.set_to(clock.at(day, 9)):
            each_day(day)
            for _twice in range(2):
                notices.sweep()


def told(kind: str) -> Counter[str]:
    """How many times each person was told this."""
    return Counter(row.recipient.name for row in Notice.objects.filter(kind=kind, sent_at__isnull=False))


def waiting(world: World, *kinds: str) -> set[tuple[str, str]]:
    """What waits to be told about the plan, and to whom."""
    rows = Notice.objects.filter(about=world.plan.pk, kind__in=kinds or table.KINDS, sent_at=None, dropped_at=None)
    return {(row.kind, row.recipient.name) for row in rows}


def test_a_unit_that_goes_silent_is_reminded_then_the_coordinator_and_then_its_manager() -> None:
    world = World.build().to("called")
    per, hanna = "Per Lindqvist", "Hanna Björk"
    meetings.answer_call(world.actor(world.hanna), world.plan, world.clinic, meetings.Answer("come"))
    live(14)
    assert told("answer_missing") == {per: 1, "Birgit Åkesson": 1}
    assert told("answer_overdue") == {"Nadja Öhman": 1}, "once, however many are silent"
    assert told("answer_escalated") == {"Mona Chef": 1}
    assert told("meeting_soon")[hanna] == 1


def test_who_is_only_invited_is_not_told_on() -> None:
    world = World.build().to("called")
    manager = User.objects.create_user("rektor@skurup.example", "Rut Rektor")
    Membership.objects.create(user=manager, agency=world.school, role=Role.MANAGER, starts=clock.today())
    live(14)
    assert told("answer_escalated") == {"Mona Chef": 1}


def test_what_is_answered_is_reminded_of_no_more() -> None:
    world = World.build().to("called")
    assert ("answer_missing", "Per Lindqvist") in waiting(world)
    meetings.answer_call(world.actor(world.per), world.plan, world.bup, meetings.Answer("come"))
    assert waiting(world, "answer_missing", "answer_escalated") == {
        ("answer_missing", "Hanna Björk"),
        ("answer_missing", "Birgit Åkesson"),
    }


def test_a_moved_meeting_is_reminded_of_anew() -> None:
    world = World.build().to("called")
    live(14)
    assert told("answer_missing")["Per Lindqvist"] == 1
    start = world.meeting.start
    with clock.set_to(start - timedelta(hours=30)):
        new = start + timedelta(days=14)
        move_call(
            world.actor(world.nadja),
            world.plan,
            NewTime(new, new + timedelta(hours=1), (new - timedelta(days=4)).date(), place="Rum 4", why="Sjukdom"),
        )
        live(15)
    assert told("answer_missing")["Per Lindqvist"] == 2
    assert told("meeting_soon")["Nadja Öhman"] == 2


def test_the_guardian_who_has_not_answered_is_asked_and_then_the_coordinator() -> None:
    world = World.build().to("preparing")
    world.consent(world.sara)
    live(12)
    assert told("consent_missing") == {"Johan Ek": 1}
    assert told("consent_waiting") == {"Nadja Öhman": 1}
    world.consent(world.johan)
    assert waiting(world, "consent_missing", "consent_waiting") == set()


def test_a_limit_that_passes_is_told_to_the_coordinator_and_to_who_can_do_something() -> None:
    world = World.build().to("consented")
    chief = User.objects.create_user("chef@skurup.example", "Siv Chef")
    Membership.objects.create(user=chief, agency=world.soc, role=Role.MANAGER, starts=clock.today())
    services.sync(world.plan.pk)
    live(25)
    assert told("meeting_deadline") == {"Nadja Öhman": 3}  # half, four fifths, the last day
    assert told("meeting_overdue") == {"Nadja Öhman": 1, "Siv Chef": 1}


def test_a_meeting_called_within_the_limit_is_no_reason_to_nag() -> None:
    world = World.build().to("called")
    assert waiting(world, "meeting_deadline", "meeting_overdue") == set()


def test_an_action_is_told_of_before_its_day_after_it_and_to_the_manager() -> None:
    World.build().to("established")
    live(60)
    assert told("action_due") == {"Per Lindqvist": 1, "Birgit Åkesson": 1, "Sara Lind": 1, "Johan Ek": 1}
    assert told("action_overdue") == {"Per Lindqvist": 1, "Birgit Åkesson": 1}, "the family is not nagged"
    assert told("action_escalated") == {"Mona Chef": 1}


def test_an_action_that_is_done_is_not_overdue() -> None:
    world = World.build().to("established")
    frame.tell_outcome(world.actor(world.per), world.plan, world.assessment, result="fully")
    live(60)
    assert "Per Lindqvist" not in told("action_overdue")
    assert told("action_escalated") == {}


def test_who_is_asked_to_sign_hears_of_it_once_more_and_never_again() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    world.establish()
    live(50)
    assert told("signature_missing") == {"Johan Ek": 1}
    assert told("plan_unsigned") == {"Nadja Öhman": 1}


def test_the_follow_up_is_told_of_and_when_nobody_held_it() -> None:
    World.build().to("established")
    live(100)
    assert told("follow_up_due") == {"Nadja Öhman": 2}
    assert told("follow_up_overdue") == {"Nadja Öhman": 1}


def test_a_closed_plan_reminds_of_nothing() -> None:
    world = World.build().to("established")
    assert waiting(world)
    world.close()
    assert waiting(world) == set()


def test_a_consent_that_ended_takes_the_reminders_with_it() -> None:
    world = World.build().to("called")
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    assert {name for _kind, name in waiting(world)} & {"Per Lindqvist", "Mona Chef", "Inga Mottagare"} == set()


def test_the_family_of_a_protected_child_is_told_nothing_and_no_letter_has_a_link() -> None:
    world = World.build(is_protected=True).to("called")
    live(14)
    names = {row.recipient.name for row in Notice.objects.filter(kind__in=table.KINDS, sent_at__isnull=False)}
    assert names
    assert names & {"Sara Lind", "Johan Ek"} == set()
    sent = Notice.objects.filter(kind__in=table.KINDS, sent_at__isnull=False)
    assert [row for row in sent if str(world.plan.pk) in row.body] == []


def test_a_new_manager_is_the_one_who_is_told() -> None:
    world = World.build().to("called")
    new = User.objects.create_user("ny@region.example", "Nora Ny")

    def replaced(day: date) -> None:
        if day == world.meeting.answer_by:
            world.chef.memberships.update(ends=day)
            Membership.objects.create(user=new, agency=world.bup, role=Role.MANAGER, starts=day)
        with clock.set_to(clock.at(day, 6)):
            anew.what_time_changed()

    live(14, replaced)
    assert told("answer_escalated") == {"Nora Ny": 1}


def test_when_the_coordinator_has_left_the_manager_there_is_told() -> None:
    world = World.build().to("consented")
    chief = User.objects.create_user("chef@skurup.example", "Siv Chef")
    Membership.objects.create(user=chief, agency=world.soc, role=Role.MANAGER, starts=clock.today())
    registry.end_membership(world.nadja)
    services.sync(world.plan.pk)
    assert ("meeting_deadline", "Siv Chef") in waiting(world)
    assert "Nadja Öhman" not in {name for _kind, name in waiting(world)}


def test_reckoned_any_number_of_times_it_comes_to_the_same() -> None:
    world = World.build().to("called")
    before = list(Notice.objects.order_by("id").values())
    for _again in range(3):
        services.sync(world.plan.pk)
        anew.what_time_changed()
    assert list(Notice.objects.order_by("id").values()) == before


def test_reckoning_asks_as_much_however_much_there_is_in_the_plan() -> None:
    world = World.build().to("met")
    with CaptureQueriesContext(
        connection,
    ) as few:
        services.sync(world.plan.pk)
    for number in range(6):
        action = contents.NewAction(
            f"Insats {number}", world.bup, contact="Per Lindqvist", level="specialist", start=clock.today(),
            due=clock.today() + timedelta(days=30 + number),
        )  # fmt: skip
        contents.add_action(world.actor(world.per), world.plan, action)
    world.review()
    world.establish()
    with CaptureQueriesContext(connection) as many:
        services.sync(world.plan.pk)
    assert len(few) <= MOST_QUERIES
    assert len(many) <= MOST_QUERIES


def test_one_plan_that_cannot_be_reckoned_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")
    other = world.sibling()
    other.to("preparing")
    Notice.objects.filter(kind__in=table.KINDS).update(due_at=clock.now())
    real = services.wanted

    def broken(request: Any) -> Any:
        if request.plan_id == world.plan.pk:
            raise KeyError("?")
        return real(request)

    monkeypatch.setattr(services, "wanted", broken)
    anew.what_time_changed()
    due = Notice.objects.filter(about=other.plan.pk, kind="meeting_deadline").order_by("due_at").last()
    assert due is not None
    assert due.due_at > clock.now(), "put right"
