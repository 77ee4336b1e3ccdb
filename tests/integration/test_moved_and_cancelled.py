"""A call that is out is moved or cancelled: what is asked anew, who is told, where the plan goes, what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from common.errors import Refused
from common.history import kept_of
from sip.meetings import changing
from sip.meetings.changing import NewTime
from sip.meetings.history import meeting_history
from sip.meetings.models import Invitation, Meeting
from sip.meetings.services import Answer, answer_call
from sip.notices.models import Notice
from sip.plans.access import NotAllowed
from sip.plans.states import State
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting that is called, and Per has answered."""
    world = World.build().to("called")
    answer_call(world.actor(world.per), world.plan, world.bup, Answer("come", who="Per Lindqvist"))
    return world


def move(world: World, days: int = 21, **changes: Any) -> Meeting:
    day = clock.today() + timedelta(days=days)
    new = {"start": world.at(day, 9), "end": world.at(day, 10), "answer_by": day - timedelta(days=5), "place": "Rum 7"}
    return changing.move_call(world.actor(world.nadja), world.plan, NewTime(**{**new, **changes}))


def cancel(world: World, **changes: Any) -> Meeting:
    return changing.cancel_call(world.actor(world.nadja), world.plan, **{"why": "Snöstorm", **changes})


def waiting(world: World, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(about=world.plan.pk, kind=kind, sent_at=None, dropped_at=None))


def told(world: World, kind: str) -> set[str]:
    return {notice.recipient.name for notice in waiting(world, kind)}


def test_a_new_time_asks_everybody_anew_and_tells_the_family(world: World) -> None:
    before = world.meeting
    moved = move(world, why="Rektorn är sjuk")
    assert (moved.pk, moved.sequence, moved.why_changed) == (before.pk, before.sequence + 1, "Rektorn är sjuk")
    assert clock.local(moved.start).hour == 9
    assert set(moved.invitations.values_list("reply", "answered_at", "who")) == {("", None, "")}
    assert told(world, "call_moved") == {"Per Lindqvist", "Hanna Björk"}
    assert told(world, "invitation_moved") == {"Birgit Åkesson"}
    assert told(world, "answer_missing") == {"Per Lindqvist", "Hanna Björk", "Birgit Åkesson"}
    assert told(world, "meeting_moved") == {"Sara Lind", "Johan Ek"}
    assert waiting(world, "call") == waiting(world, "meeting_set") == []
    assert {notice.deadline.date() for notice in waiting(world, "answer_missing")} == {moved.answer_by}  # type: ignore[union-attr]
    world.plan.refresh_from_db()
    assert world.plan.state == State.CALLED


def test_the_earlier_answer_and_the_earlier_time_stay_in_the_history(world: World) -> None:
    first = world.meeting.start
    move(world)
    history = kept_of(Invitation).filter(meeting=world.meeting, agency=world.bup)
    assert [row.who for row in history.order_by("pgh_id")][-2:] == ["Per Lindqvist", ""]
    assert [row.start for row in meeting_history(world.plan)] == [first, world.meeting.start]


def test_only_another_place_lets_the_answers_stand(world: World) -> None:
    now = world.meeting
    move(world, start=now.start, end=now.end, answer_by=now.answer_by, place="Rum 12")
    assert Invitation.objects.get(agency=world.bup).reply == "come"
    assert told(world, "place_changed") >= {"Per Lindqvist", "Sara Lind"}
    assert waiting(world, "call_moved") == []
    assert told(world, "answer_missing") == {"Hanna Björk", "Birgit Åkesson"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": None}, "Skriv när mötet börjar"),
        ({"end": None}, "Skriv när mötet slutar"),
        ({"place": ""}, "Skriv en plats eller en länk"),
        ({"link": "javascript:alert(1)"}, "Skriv hela länken"),
        ({"answer_by": None}, "Skriv senast vilken dag"),
        ({"sequence": 7}, "Mötet har flyttats sedan du öppnade sidan"),
    ],
)
def test_a_new_time_that_lacks_something_changes_nothing(world: World, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        move(world, **changes)
    assert world.meeting.sequence == 0 and waiting(world, "call_moved") == []


def test_the_same_time_and_place_is_no_move(world: World) -> None:
    now = world.meeting
    with pytest.raises(Refused, match="redan då och där"):
        move(world, start=now.start, end=now.end, answer_by=now.answer_by, place=now.place)


def test_a_cancelled_meeting_takes_the_plan_back_and_tells_those_asked(world: World) -> None:
    cancelled = cancel(world)
    world.plan.refresh_from_db()
    assert world.plan.state == State.PREPARING
    assert cancelled.cancelled_at and cancelled.closed_at and cancelled.sequence == 1
    assert told(world, "call_cancelled") == {"Per Lindqvist", "Hanna Björk", "Birgit Åkesson", "Sara Lind", "Johan Ek"}
    assert {notice.kind for notice in Notice.objects.filter(sent_at=None, dropped_at=None, about=world.plan.pk)} & set(
        changing.OF_THE_TIME
    ) == set()
    assert world.plan.stamps.order_by("-id")[0].why == "Snöstorm"
    world.call()  # and a new one can be called
    assert world.meeting.number == 2


def test_a_cancelled_follow_up_goes_back_to_the_following_up() -> None:
    world = World.build().to("following_up")
    world.call()
    cancel(world)
    world.plan.refresh_from_db()
    assert world.plan.state == State.FOLLOWING_UP
    world.review()
    assert '"purpose":"Enas' in world.version.content.replace('": "', '":"')  # of the meeting that was held
    assert world.plan.meetings.count() == 2


def test_a_cancellation_says_why(world: World) -> None:
    with pytest.raises(Refused, match="varför mötet ställs in"):
        cancel(world, why="")


def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(world: World) -> None:
    world.open_meeting()
    for change in (move, cancel):
        with pytest.raises(Refused, match="redan börjat"):
            change(world)


def test_only_the_coordinator_changes_a_call(world: World) -> None:
    day = clock.today() + timedelta(days=21)
    new = NewTime(world.at(day, 9), world.at(day, 10), day, place="Rum 7")
    for user in (world.per, world.birgit, world.sara.user):
        with pytest.raises(NotAllowed):
            changing.move_call(world.actor(user), world.plan, new)
        with pytest.raises(NotAllowed):
            changing.cancel_call(world.actor(user), world.plan, why="x")
    assert world.meeting.sequence == 0


def test_moved_twice_each_time_is_told(world: World) -> None:
    move(world)
    move(world, days=28)
    assert len(waiting(world, "call_moved") + waiting(world, "invitation_moved")) == 3
    assert {notice.deadline for notice in waiting(world, "meeting_moved")} == {world.meeting.start}
