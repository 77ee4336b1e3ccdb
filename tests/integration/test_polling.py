"""Tidsförslag: who is asked, what is told, how the answers are weighed, and how the question ends."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from sip.meetings import polling
from sip.meetings.models import Poll, PollAnswer
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.access import Do, NotAllowed
from sip.plans.models import Party
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A plan that the family has said yes to, with no meeting yet."""
    return World.build().to("consented")


def spans(world: World, *days: int) -> list[tuple[datetime, datetime]]:
    day = clock.today()
    return [(world.at(day + timedelta(days=n), 9), world.at(day + timedelta(days=n), 10)) for n in days]


def propose(world: World, **changes: Any) -> Poll:
    said = {
        "times": spans(world, 10, 11, 12),
        "agencies": [world.bup, world.school],
        "answer_by": clock.today() + timedelta(days=5),
    }
    return polling.propose_times(world.actor(world.nadja), world.plan, **{**said, **changes})


def told(world: World, kind: str) -> set[str]:
    rows = Notice.objects.filter(about=world.plan.pk, kind=kind, dropped_at=None)
    return {notice.recipient.name for notice in rows}


def test_those_asked_and_the_family_are_told_and_may_answer(world: World) -> None:
    propose(world)
    assert told(world, "times_proposed") >= {"Inga Mottagare", "Sara Lind", "Johan Ek"}
    assert "Hanna Björk" not in told(world, "times_proposed") and "Dag Utanför" not in told(world, "times_proposed")
    assert set(Party.objects.values_list("agency__name", flat=True)) >= {world.bup.name, world.school.name}
    assert access.can(world.actor(world.inga), Do.ANSWER_TIMES, world.plan)
    assert not access.can(world.actor(world.hanna), Do.ANSWER_TIMES, world.plan)


def test_the_time_that_works_for_most_stands_first_and_the_coordinator_is_told_once_all_have_answered(
    world: World,
) -> None:
    poll = propose(world)
    first, second, third = (time.pk for time in poll.times.order_by("start"))
    answer = polling.answer_times
    answer(world.actor(world.inga), world.plan, world.bup, {second, third})
    answer(world.actor(world.sara), world.plan, None, {second})
    answer(world.actor(world.johan), world.plan, None, {first, second, third})
    assert told(world, "times_answered") == set()
    answer(world.actor(world.birgit), world.plan, world.school, {second, first})
    assert told(world, "times_answered") == {world.nadja.name}
    rows = polling.rows_of(world.plan, poll)
    assert [row.time.pk for row in rows] == [second, first, third] or rows[0].time.pk == second
    assert rows[0].suits_all and "Sara Lind" in rows[1].does_not
    answer(world.actor(world.inga), world.plan, world.bup, set())  # a changed mind
    assert PollAnswer.objects.filter(agency=world.bup).count() == 3
    assert not polling.rows_of(world.plan, poll)[0].suits_all


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"times": [(None, None)] * 2}, "Skriv när mötet börjar"),
        ({"times": []}, "minst två"),
        ({"agencies": []}, "Välj vilka som ska svara"),
        ({"answer_by": None}, "senast vilken dag"),
        ({"answer_by": date(2020, 1, 1)}, "har redan varit"),
        ({"answer_by": date(2199, 1, 1)}, "efter en av tiderna"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_asked(world: World, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        propose(world, **changes)
    assert any(words in problem.message for problem in refused.value.problems)
    assert not Poll.objects.exists() and told(world, "times_proposed") == set()


def test_nobody_is_asked_without_the_familys_yes(world: World) -> None:
    with pytest.raises(Refused, match="amtycke"):
        propose(world, agencies=[world.bup, world.dental])
    assert not Party.objects.filter(agency=world.dental).exists()


def test_the_same_time_twice_and_a_past_one_are_told_by_their_rows(world: World) -> None:
    twice = [*spans(world, 10), *spans(world, 10, -1)]
    with pytest.raises(Refused) as refused:
        propose(world, times=twice)
    assert {problem.field for problem in refused.value.problems} >= {"t-1", "t-2"}


def test_one_question_at_a_time_and_it_ends_with_the_call(world: World) -> None:
    poll = propose(world)
    with pytest.raises(Refused, match="finns redan tidsförslag"):
        propose(world)
    world.call()
    poll.refresh_from_db()
    assert poll.closed_at is not None
    with pytest.raises(Refused):
        polling.answer_times(world.actor(world.sara), world.plan, None, set())


def test_a_question_taken_back_is_told_to_nobody_more(world: World) -> None:
    propose(world)
    polling.withdraw_times(world.actor(world.nadja), world.plan)
    polling.withdraw_times(world.actor(world.nadja), world.plan)
    assert told(world, "times_proposed") == set()
    propose(world)


def test_only_those_asked_answer_and_only_for_themselves(world: World) -> None:
    propose(world)
    for user, agency in ((world.birgit, world.bup), (world.sara, world.bup), (world.inga, world.school)):
        with pytest.raises(NotAllowed):
            polling.answer_times(world.actor(user), world.plan, agency, set())
    with pytest.raises(Refused):
        polling.answer_times(world.actor(world.inga), world.plan, None, set())
    assert not PollAnswer.objects.exists()


def test_the_pages_from_the_question_to_the_call(world: World) -> None:
    nadja, page = world.client(world.nadja), reverse("times", args=[world.plan.pk])
    said: dict[str, Any] = {
        "agencies": [str(world.bup.pk), str(world.school.pk)],
        "answer_by": (clock.today() + timedelta(days=4)).isoformat(),
    }
    for number, days in enumerate((10, 11)):
        day = (clock.today() + timedelta(days=days)).isoformat()
        said |= {f"t{number}-day": day, f"t{number}-start": "09:00", f"t{number}-end": "10:00"}
    wrong = nadja.post(page, {**said, "t1-end": "08:00"})
    assert wrong.status_code == 422 and "Mötet måste sluta efter" in wrong.content.decode()
    for _time in range(2):
        assert nadja.post(page, said).status_code == 302
    assert Poll.objects.count() == 1
    answer_page = reverse("answer_times", args=[world.plan.pk])
    sara = world.client(world.sara)
    family = sara.get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert answer_page in family
    time = Poll.objects.get().times.order_by("start")[1]
    assert sara.post(answer_page, {"works": [str(time.pk)]}).status_code == 302
    assert sara.get(answer_page).content.decode().count("checked") == 1
    inga = world.client(world.inga)
    assert answer_page in inga.get(reverse("plan", args=[world.plan.pk])).content.decode()
    assert inga.post(answer_page, {"works": ["0190-zzz"]}).status_code == 422
    assert inga.post(answer_page, {}).status_code == 302
    answers = nadja.get(page).content.decode()
    assert "Kalla till den här tiden" in answers and "Sara Lind" in answers and "Johan Ek" in answers
    call = nadja.get(reverse("call", args=[world.plan.pk]) + f"?tid={time.pk}")
    assert call.context["form"]["day"].value() == clock.local(time.start).date()
    assert nadja.get(reverse("call", args=[world.plan.pk]) + "?tid=hej").status_code == 200


def test_the_history_tells_of_the_times_and_who_answered(world: World) -> None:
    poll = propose(world)
    polling.answer_times(world.actor(world.inga), world.plan, world.bup, [])
    polling.answer_times(world.actor(world.johan), world.plan, None, [poll.times.all()[0].pk])
    polling.withdraw_times(world.actor(world.nadja), world.plan)
    page = world.client(world.nadja).get(reverse("history", args=[world.plan.pk])).content.decode()
    assert "Nadja föreslog tider för ett möte." in page
    assert f"{world.bup.name} svarade på vilka tider som passar." in page
    assert "Johan Ek svarade på vilka tider som passar." in page
    assert f"{world.school.name} svarade" not in page
