"""Avvikelser, from whoever tells of one to the manager's answer and back; and to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from agencies import row_scope
from common import clock
from common.keys import new_key
from sip.meetings import services as meetings
from sip.notices import registry as notice_kinds
from sip.notices.models import Notice
from sip.plans.models import Deviation
from sip.plans.services import registry
from tests.world import World

pytestmark = pytest.mark.django_db

WORDS = "Ingen från er kom, och ingen ringde."


@pytest.fixture
def world() -> World:
    return World.build().to("established")


def tell(world: World, client: Client, **changes: str) -> int:
    said = {
        "key": str(new_key()),
        "agency": str(world.bup.pk),
        "kind": "not_followed",
        "happened_on": "",
        "text": WORDS,
    }
    return client.post(f"/planer/{world.plan.pk}/avvikelser/", {**said, **changes}).status_code


def answer(client: Client, row: Deviation, text: str, **more: str) -> int:
    row.refresh_from_db()
    said = {"answer": text, "seen": str(row.version), "gor": "spara", **more}
    return client.post(f"/avvikelser/{row.pk}/", said).status_code


@pytest.mark.parametrize("name", ["sara", "per", "nadja"])
def test_from_telling_to_the_answer(world: World, name: str) -> None:
    teller, chef = world.client(getattr(world, name)), world.client(world.chef)
    page = teller.get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "BUP Ystad" in page and "SIP startades inte" in page and "Kom inte till mötet" not in page
    assert tell(world, teller) == 302
    row = Deviation.objects.get()
    assert Notice.objects.filter(kind="deviation_reported", recipient=world.chef, detail=row.pk).exists()
    notice = Notice.objects.get(kind="deviation_reported", recipient=world.chef)
    assert notice_kinds.get(notice.kind).path(notice) == f"/avvikelser/{row.pk}/"
    today = chef.get("/idag/").content.decode()
    assert "Svara på en avvikelse" in today and f"/avvikelser/{row.pk}/" in today
    read = chef.get(f"/avvikelser/{row.pk}/").content.decode()
    assert WORDS in read and "Alva" not in read and "Sara" not in read
    assert ("Familjen" in read) is (name == "sara")
    assert "Svara senast" in read and 'href="tel:' in read
    assert answer(chef, row, "Vi ringer i morgon.") == 302
    assert "Svara senast" not in chef.get(f"/avvikelser/{row.pk}/").content.decode()
    mine = teller.get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "Vi ringer i morgon." in mine and "Besvarad" in mine
    assert answer(chef, row, "Vi har ringt.", gor="avsluta") == 302
    assert "Avslutad" in teller.get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "Svara på en avvikelse" not in chef.get("/idag/").content.decode()
    told = Notice.objects.filter(kind="deviation_answered")
    assert [notice.recipient for notice in told] == [row.reported_by] * 2


def test_closing_with_the_answer_that_was_saved_tells_nobody_again(world: World) -> None:
    tell(world, world.client(world.sara))
    row, chef = Deviation.objects.get(), world.client(world.chef)
    assert answer(chef, row, "Vi ringer.") == answer(chef, row, "Vi ringer.", gor="avsluta") == 302
    row.refresh_from_db()
    assert row.closed_at and Notice.objects.filter(kind="deviation_answered").count() == 1


def test_nobody_else_reads_it(world: World) -> None:
    tell(world, world.client(world.sara))
    row = Deviation.objects.get()
    for user in (world.johan, world.nadja, world.per, world.inga, world.dag, world.birgit):
        client = world.client(user)
        assert client.get(f"/avvikelser/{row.pk}/").status_code == 404
        assert WORDS not in client.get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
        with row_scope.acting(world.actor(user)):
            assert not Deviation.objects.exists()  # PostgreSQL says so too
    for user in (world.dag, world.vera, world.chef):
        assert tell(world, world.client(user)) == 404


def test_what_is_missing_is_said_and_nothing_is_lost(world: World) -> None:
    client = world.client(world.sara)
    assert tell(world, client, agency="") == 422
    assert tell(world, client, agency=str(world.dental.pk)) == 422  # not in the plan
    assert tell(world, client, kind="no_show") == 422  # the meeting tells of that
    assert tell(world, client, text=" ") == 422
    assert tell(world, client, text="x" * 2001) == 422
    assert tell(world, client, text="a\0b") == 422
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    page = client.post(
        f"/planer/{world.plan.pk}/avvikelser/",
        {
            "key": str(new_key()),
            "agency": str(world.bup.pk),
            "kind": "treatment",
            "happened_on": tomorrow,
            "text": WORDS,
        },
    ).content.decode()
    assert "Den dagen ligger i framtiden." in page and WORDS in page
    assert not Deviation.objects.exists()


def test_sent_twice_it_is_told_once(world: World) -> None:
    key = str(new_key())
    assert tell(world, world.client(world.sara), key=key) == tell(world, world.client(world.sara), key=key) == 302
    assert tell(world, world.client(world.per), key=key) == 302  # somebody else's key makes a row of its own
    assert Deviation.objects.count() == 2


def test_an_answer_is_the_managers_of_that_unit_and_is_not_written_over(world: World) -> None:
    tell(world, world.client(world.sara), agency=str(world.soc.pk))
    foreign = Deviation.objects.get()
    assert answer(world.client(world.chef), foreign, "Hej") == 404
    tell(world, world.client(world.sara))
    row = Deviation.objects.exclude(pk=foreign.pk).get()
    chef = world.client(world.chef)
    seen = str(row.version)
    assert answer(chef, row, "Det första svaret.", seen=seen) == 302
    late = chef.post(f"/avvikelser/{row.pk}/", {"answer": "Det andra.", "seen": seen, "gor": "spara"})
    page = late.content.decode()
    assert late.status_code == 422 and "Det första svaret." in page and "Det andra." in page
    for odd in ({"seen": "0"}, {"seen": "x"}, {"seen": "9" * 40}, {"answer": ""}):
        assert answer(chef, row, **{"text": odd.pop("answer", "Hej"), **odd}) == 422
    assert answer(chef, row, "Klart.", gor="avsluta") == 302
    assert answer(chef, row, "En sak till.") == 422
    row.refresh_from_db()
    assert row.answer == "Klart."


def test_a_manager_who_has_left_answers_nothing(world: World) -> None:
    tell(world, world.client(world.sara))
    registry.end_membership(world.chef)
    world.chef.refresh_from_db()
    actor = world.actor(world.chef)
    assert not actor.memberships
    assert world.client(world.chef).get(f"/avvikelser/{Deviation.objects.get().pk}/").status_code in (403, 404)


def test_before_anybody_has_answered_the_wish_it_goes_to_whom_it_was_suggested() -> None:
    world = World.build().to("requested")
    page = world.client(world.sara).get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "Socialtjänsten Skurup" in page
    assert tell(world, world.client(world.sara), agency=str(world.soc.pk), kind="not_initiated") == 302


def test_a_no_show_needs_nobody_to_tell_of_it() -> None:
    world = World.build().to("opened")
    world.write()
    there = [
        meetings.Attendee(True, "mamma", guardian=world.sara),
        meetings.Attendee(False, "uteblev", world.bup, is_no_show=True),
    ]
    meetings.close_meeting(world.actor(world.nadja), world.plan, there)
    row = Deviation.objects.get()
    assert row.reported_by is None
    page = world.client(world.chef).get(f"/avvikelser/{row.pk}/").content.decode()
    assert "Mötets närvarolista" in page and "Nadja Öhman" in page
    assert clock.local(world.meeting.start).date() == row.happened_on, "which meeting it was"
    assert answer(world.client(world.chef), row, "Vi har infört reservlista.", gor="avsluta") == 302
    told = Notice.objects.filter(kind="deviation_answered", detail=row.pk)
    assert [notice.recipient for notice in told] == [world.nadja]
    assert all(notice_kinds.get(notice.kind).still_true(notice) for notice in told)
    mine = world.client(world.nadja).get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "Vi har infört reservlista." in mine
    others = world.client(world.birgit).get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "Vi har infört reservlista." not in others and "Kom inte till mötet" not in others


def test_who_tells_of_a_unit_without_a_manager_is_not_promised_an_answer(world: World) -> None:
    teller = world.client(world.sara)
    assert tell(world, teller, agency=str(world.school.pk)) == 302
    page = teller.get(f"/planer/{world.plan.pk}/avvikelser/").content.decode()
    assert "har ingen chef här som kan läsa det" in page and "Chefen för verksamheten får veta det" not in page


def test_of_a_protected_child_the_manager_learns_nothing_more() -> None:
    world = World.build(is_protected=True).to("called")
    assert tell(world, world.client(world.per)) == 302
    page = world.client(world.chef).get(f"/avvikelser/{Deviation.objects.get().pk}/").content.decode()
    assert WORDS in page and "Alva" not in page and "Nadja" not in page
