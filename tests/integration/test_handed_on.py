""" "Det är inte vi": the call goes on to those who should be asked, but never without the family's yes."""

import pytest

from common import clock
from common.errors import Refused
from sip.meetings.answering import HandedOn, hand_on
from sip.meetings.models import Invitation, Reply
from sip.meetings.services import Answer, answer_call
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.access import Do, NotAllowed
from sip.plans.models import Party
from sip.plans.services import taking_part
from sip.web.staff.waiting import waiting_for
from sip.web.staff.waiting.item import What
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting to which the clinic and the school are asked; the family has said yes to BUP too."""
    world = World.build().to("consented")
    world.call(called=[world.clinic], named={world.clinic.pk: [world.hanna]}, grounds={world.clinic.pk: ["referral"]})
    world.plan.refresh_from_db()
    return world


def by_hanna(world: World, instead: object) -> HandedOn:
    return hand_on(world.actor(world.hanna), world.plan, world.clinic, instead=instead)  # type: ignore[arg-type]


def told(world: World, kind: str) -> set[str]:
    rows = Notice.objects.filter(about=world.plan.pk, kind=kind, dropped_at=None)
    return {notice.recipient.name for notice in rows}


def test_with_consent_they_are_called_there_and_then(world: World) -> None:
    done = by_hanna(world, world.bup)
    assert done.is_called
    row = Invitation.objects.get(meeting=world.meeting, agency=world.bup)
    assert (row.is_call, row.reply, row.grounds) == (True, "", ["referral"])
    assert Party.objects.filter(plan=world.plan, agency=world.bup).exists()
    assert told(world, "call") >= {"Inga Mottagare"}
    assert told(world, "handed_on") == {world.nadja.name} and told(world, "not_us") == set()
    own = Invitation.objects.get(meeting=world.meeting, agency=world.clinic)
    assert (own.reply, own.instead) == (Reply.NOT_US, world.bup)
    assert access.can(world.actor(world.inga), Do.ANSWER, world.plan)


def test_the_referral_is_for_those_who_are_asked_instead_to_take_up() -> None:
    world = World.build().to("consented")
    world.call(called=[world.bup], named={world.bup.pk: [world.per]}, grounds={world.bup.pk: ["referral"]})
    assert "Per Lindqvist" in told(world, "assessment_due")
    hand_on(world.actor(world.per), world.plan, world.bup, instead=world.clinic)
    assert told(world, "assessment_due") == set()


def test_whom_they_suggest_stands_beside_their_answer(world: World) -> None:
    by_hanna(world, world.dental)
    page = world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()
    assert f"Fråga {world.dental.name}." in page


def test_the_coordinator_is_led_on_from_the_suggestion(world: World) -> None:
    by_hanna(world, world.dental)
    asked = f'href="/planer/{world.plan.pk}/samtycke/"><span>Samtycke</span><span class="unseen"> {world.dental.name}'
    assert asked in world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()
    assert asked not in world.client(world.birgit).get(f"/planer/{world.plan.pk}/").content.decode()
    world.consent(agencies=[world.dental])
    page = world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()
    assert (
        f'/kalla-fler/"><span>Kalla fler</span><span class="unseen"> {world.dental.name}' in page and asked not in page
    )


def test_without_consent_nothing_goes_out_and_the_coordinator_is_told(world: World) -> None:
    before = Notice.objects.filter(kind__in=("call", "invitation")).count()
    done = by_hanna(world, world.dental)
    assert not done.is_called and not done.was_asked_already
    assert not Invitation.objects.filter(agency=world.dental).exists()
    assert not Party.objects.filter(agency=world.dental).exists()
    assert Notice.objects.filter(kind__in=("call", "invitation")).count() == before
    assert told(world, "not_us") == {world.nadja.name} and told(world, "handed_on") == set()


def test_handed_on_twice_or_to_those_already_asked_calls_once(world: World) -> None:
    assert by_hanna(world, world.bup).is_called
    assert by_hanna(world, world.bup).was_asked_already
    assert by_hanna(world, world.school).was_asked_already
    assert by_hanna(world, world.soc).was_asked_already  # the one that calls
    assert Invitation.objects.filter(meeting=world.meeting).count() == 3


@pytest.mark.parametrize(("instead", "words"), [(None, "Välj vilka"), ("clinic", "annan verksamhet än er egen")])
def test_somebody_else_has_to_be_named(world: World, instead: str | None, words: str) -> None:
    with pytest.raises(Refused, match=words):
        by_hanna(world, getattr(world, instead) if instead else None)
    assert Invitation.objects.get(agency=world.clinic).reply == ""


def test_nobody_hands_on_for_another_agency(world: World) -> None:
    with pytest.raises(NotAllowed):
        hand_on(world.actor(world.hanna), world.plan, world.school, instead=world.bup)
    assert not Invitation.objects.filter(agency=world.bup).exists()


def test_the_answer_may_be_changed_back(world: World) -> None:
    by_hanna(world, world.bup)
    answer_call(world.actor(world.hanna), world.plan, world.clinic, Answer("come"))
    own = Invitation.objects.get(meeting=world.meeting, agency=world.clinic)
    assert (own.reply, own.instead) == ("come", None)


def test_who_handed_on_is_asked_for_no_lines_and_not_to_come(world: World) -> None:
    hanna, plan = world.actor(world.hanna), f"/planer/{world.plan.pk}/"
    assert What.EXPECT in {item.what_to_do for item in waiting_for(hanna)}
    by_hanna(world, world.bup)
    assert waiting_for(hanna) == []
    with clock.set_to(world.meeting.start):
        assert waiting_for(hanna) == []
    page = world.client(world.hanna).get(plan).content.decode()
    assert "Skriv två rader" not in page
    lines = world.client(world.nadja).get(plan).content.decode().split('id="forvantningar"')[1].split("</table>")[0]
    assert world.school.name in lines and world.clinic.name not in lines


def test_lines_that_were_written_before_stay(world: World) -> None:
    lines = {"expects": "Att någon ringer", "can_do": "", "version": 1}
    taking_part.set_expectation(world.actor(world.hanna), world.plan, world.clinic, **lines)
    by_hanna(world, world.bup)
    assert "Att någon ringer" in world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()
