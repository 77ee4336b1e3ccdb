"""What might slip between two people, two days or two rounds: somebody always hears of it, and of the right day."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from common import clock, once
from sip.meetings import polling
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.models import Deviation, Waiting
from sip.plans.services import deviations, registry
from sip.reminders import anew, loading, services
from sip.web.staff.waiting import index, waiting_for
from sip.web.staff.waiting.item import What
from sip.web.tasks import keep_waiting
from tests.swedish_days import open_from
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Neither quiet hours nor an hour between letters: what is asked here is who is told what, not at which hour."""
    settings.NOTICES_AT_ONCE = True


def live(days: int) -> None:
    """Let days pass: reckoned anew at six and sent at nine."""
    start = clock.today()
    for number in range(days + 1):
        day = start + number * DAY
        with clock.set_to(clock.at(day, 6)):
            anew.what_time_changed()
        with clock.set_to(clock.at(day, 9)):
            notices.sweep()


def told(kind: str) -> Counter[str]:
    return Counter(row.recipient.name for row in Notice.objects.filter(kind=kind, sent_at__isnull=False))


def whats(world: World, user: User) -> set[What]:
    return {item.what_to_do for item in waiting_for(world.actor(user))}


def monday(weeks: int = 2) -> date:
    """A Monday to come, some weeks from now, that is no holiday in its week's first five days."""
    day = clock.today() + timedelta(days=7 * weeks - clock.today().weekday())
    while any(open_from(day + n * DAY) != day + n * DAY for n in range(5)):
        day += timedelta(days=7)
    return day


# The right day


def test_a_reminder_whose_day_was_moved_behind_its_back_is_not_sent_and_comes_with_the_right_day() -> None:
    world = World.build().to("established")
    (notice,) = Notice.objects.filter(kind="action_due", recipient=world.per)
    first = notice.due_at
    assert services.is_wanted(notice)
    # Another day of the same occasion: the notice is as it was written, the plan says another.
    Notice.objects.filter(pk=notice.pk).update(due_at=first - 2 * DAY, deadline=notice.deadline - 2 * DAY)
    notice.refresh_from_db()
    assert not services.is_wanted(notice)
    with clock.set_to(first - 2 * DAY + timedelta(hours=2)):
        notices.sweep()
    notice.refresh_from_db()
    assert notice.sent_at is None and notice.dropped_at is not None
    with clock.set_to(first - DAY):
        services.sync(world.plan.pk)
    notice.refresh_from_db()
    assert (notice.due_at, notice.dropped_at) == (first, None), "revived, with the day that holds"


# Times proposed


def propose(world: World) -> Any:
    day = clock.today()
    spans = [(world.at(day + n * DAY, 9), world.at(day + n * DAY, 10)) for n in (12, 13)]
    return polling.propose_times(world.actor(world.nadja), world.plan, spans, [world.bup, world.school], day + 5 * DAY)


def test_proposed_times_are_on_idag_until_they_are_answered() -> None:
    world = World.build().to("consented")
    poll = propose(world)
    (item,) = [item for item in waiting_for(world.actor(world.inga)) if item.what_to_do is What.TIMES]
    assert (item.due, item.href) == (poll.answer_by, f"/planer/{world.plan.pk}/tider/svara/")
    assert "Säg vilka tider som passar" in world.client(world.inga).get("/idag/").content.decode()
    assert What.TIMES not in whats(world, world.hanna)
    polling.answer_times(world.actor(world.inga), world.plan, world.bup, [])
    assert What.TIMES not in whats(world, world.inga)
    assert What.TIMES in whats(world, world.birgit)
    polling.withdraw_times(world.actor(world.nadja), world.plan)
    assert What.TIMES not in whats(world, world.birgit)


def test_who_has_not_answered_which_times_work_is_reminded_and_then_the_coordinator() -> None:
    world = World.build().to("consented")
    propose(world)
    polling.answer_times(world.actor(world.inga), world.plan, world.bup, [])
    polling.answer_times(world.actor(world.sara), world.plan, None, [])
    live(9)
    assert told("times_missing") == {"Birgit Åkesson": 1, "Johan Ek": 1}
    assert told("times_overdue") == {"Nadja Öhman": 1}


def test_when_everybody_has_answered_nobody_is_reminded_of_times() -> None:
    world = World.build().to("consented")
    propose(world)
    everybody = ((world.inga, world.bup), (world.birgit, world.school), (world.sara, None), (world.johan, None))
    for user, agency in everybody:
        polling.answer_times(world.actor(user), world.plan, agency, [])
    live(9)
    assert told("times_missing") == told("times_overdue") == {}


# The second guardian


def test_in_the_next_round_the_second_guardian_is_asked_again() -> None:
    world = World.build().to("preparing")
    world.consent(world.sara, until=clock.today() + 30 * DAY)
    live(5)
    assert told("consent_missing") == {"Johan Ek": 1}
    with clock.set_to(clock.at(clock.today() + 40 * DAY, 9)):
        world.consent(world.sara)
        live(5)
    assert told("consent_missing") == {"Johan Ek": 2}


def test_a_yes_that_is_only_renewed_asks_nobody_anew() -> None:
    world = World.build().to("preparing")
    world.consent(world.sara, until=clock.today() + 60 * DAY)
    live(5)
    with clock.set_to(clock.at(clock.today() + 6 * DAY, 9)):
        world.consent(world.sara)
        live(5)
    assert told("consent_missing") == {"Johan Ek": 1}


# Escalation


def called(world: World, answer_by: date, start: date) -> None:
    world.call(answer_by=answer_by, start=world.at(start, 14), end=world.at(start, 15))


def test_the_manager_hears_of_it_before_a_meeting_the_day_after_the_last_to_answer() -> None:
    world = World.build().to("consented")
    thursday = monday() + 3 * DAY
    called(world, thursday, thursday + DAY)
    rows = Notice.objects.filter(kind="answer_escalated", recipient=world.chef)
    assert [row.due_at for row in rows] == [clock.at(thursday + DAY, 8)]


def test_with_time_enough_the_manager_is_told_on_the_second_day() -> None:
    world = World.build().to("consented")
    called(world, monday(), monday() + 4 * DAY)
    rows = Notice.objects.filter(kind="answer_escalated", recipient=world.chef)
    assert [row.due_at for row in rows] == [clock.at(monday() + 2 * DAY, 8)]


def test_where_a_unit_has_no_manager_the_coordinator_hears_that_nobody_is_told() -> None:
    World.build().to("called")
    live(14)
    assert told("answer_escalated") == {"Mona Chef": 1}
    assert told("answer_unheard") == {"Nadja Öhman": 1}  # of the clinic


def test_so_it_is_with_an_action_too_and_once_for_one_day() -> None:
    World.build().to("established")
    live(60)
    assert told("action_escalated") == {"Mona Chef": 1}
    assert told("action_unheard") == {"Nadja Öhman": 1}  # of the school


# Deviations


def deviation(world: World) -> Deviation:
    new = deviations.NewDeviation(world.bup, "not_followed", "Ingen ringde.")
    return deviations.report_deviation(world.actor(world.sara), world.plan, new)


def test_a_deviation_that_nobody_answers_is_told_of_once_more_and_never_fades_away() -> None:
    world = World.build().to("established")
    row = deviation(world)
    live(12)
    assert told("deviation_waiting") == {"Mona Chef": 1}
    with clock.set_to(clock.now() + 200 * DAY):
        assert What.DEVIATION in whats(world, world.chef)
    deviations.answer_deviation(world.actor(world.chef), row.pk, "Vi har ringt.", closes=True, seen=1)
    assert What.DEVIATION not in whats(world, world.chef)


def test_an_answered_deviation_is_not_reminded_of() -> None:
    world = World.build().to("established")
    row = deviation(world)
    deviations.answer_deviation(world.actor(world.chef), row.pk, "Vi ringer.", closes=False, seen=1)
    live(12)
    assert told("deviation_waiting") == {}


def test_what_is_not_closed_stands_first_however_old(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("established")
    monkeypatch.setattr(deviations, "MOST", 2)
    old = deviation(world)
    Deviation.objects.filter(pk=old.pk).update(at=clock.now() - 300 * DAY)
    for _n in range(3):
        row = deviation(world)
        deviations.answer_deviation(world.actor(world.chef), row.pk, "Klart.", closes=True, seen=1)
    found = deviations.open_deviations(world.actor(world.chef))
    assert found[0].pk == old.pk and len(found) == 2


# Somebody's work ends by its date


def test_what_was_somebodys_is_the_desks_when_their_work_has_ended_by_its_date() -> None:
    world = World.build().to("called")
    assert What.ANSWER not in whats(world, world.inga)
    world.per.memberships.update(ends=clock.today() + 2 * DAY)
    with clock.set_to(clock.at(clock.today() + 2 * DAY, 9)):
        keep_waiting()
        assert What.ANSWER in whats(world, world.inga)
        assert not Waiting.objects.filter(user=world.per).exists()
        assert "Per Lindqvist" not in world.client(world.chef).get("/min-enhet/").content.decode()


# One bad plan


def _breaks_at(world: World, error: Exception) -> Any:
    real = index.wanted

    def broken(plans: Any) -> Any:
        if world.plan.pk in {row.plan.pk for row in plans}:
            raise error
        return real(plans)

    return broken


@pytest.mark.parametrize("error", [KeyError("?"), DatabaseError("value too long")])
def test_a_plan_that_cannot_be_kept_holds_up_no_other_at_night(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.build().to("called")
    other = world.sibling()
    other.to("preparing")
    Waiting.objects.all().delete()
    monkeypatch.setattr(index, "wanted", _breaks_at(world, error))
    assert keep_waiting() == 2
    assert set(Waiting.objects.values_list("plan_id", flat=True)) == {other.plan.pk}


def test_a_plan_that_the_database_refuses_holds_up_no_other_reminder(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")
    other = world.sibling()
    other.to("preparing")
    real = services.wanted
    reckoned = []

    def broken(request: Any) -> Any:
        if request.plan_id == world.plan.pk:
            raise DatabaseError("value too long")
        reckoned.append(request.plan_id)
        return real(request)

    monkeypatch.setattr(services, "wanted", broken)
    Notice.objects.update(due_at=clock.now())
    anew.what_time_changed()
    assert reckoned == [other.plan.pk]


# Asked once per letter


def test_in_one_letter_the_plan_is_reckoned_once_and_anew_in_the_next() -> None:
    world = World.build().to("called")
    rows = list(
        Notice.objects.filter(recipient=world.per, about=world.plan.pk, kind__in=["answer_missing", "meeting_soon"])
    )
    assert len(rows) == 2
    with once.one_moment(), CaptureQueriesContext(connection) as first:
        assert services.is_wanted(rows[0])
        asked = len(first)
        assert services.is_wanted(rows[1])
        assert len(first) == asked
    registry.end_membership(world.per)
    with once.one_moment():
        assert not services.is_wanted(rows[0])


def test_the_sweep_reckons_a_plan_once_for_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")
    counted: list[object] = []
    real = loading.facts_of
    Notice.objects.exclude(recipient=world.per).update(dropped_at=clock.now())
    rows = Notice.objects.filter(
        recipient=world.per, kind__in=["answer_missing", "expectation_missing", "meeting_soon"]
    )
    assert rows.count() == 3
    late = max(row.due_at for row in rows)
    Notice.objects.exclude(kind__in=["answer_missing", "expectation_missing", "meeting_soon"]).update(dropped_at=late)
    monkeypatch.setattr(loading, "facts_of", lambda asked: counted.append(asked.plan_id) or real(asked))
    with clock.set_to(late + timedelta(hours=1)):
        notices.sweep()
    assert counted == [world.plan.pk]
