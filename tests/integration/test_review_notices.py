"""One notice that cannot be sent holds up nobody else, however long it has been tried; what is untrue is not told."""

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from sip.meetings import services as meetings
from sip.notices import services as notices
from sip.notices.delivery import Ways
from sip.notices.errors import CannotDeliver
from sip.notices.letters import Letter
from sip.notices.models import Channel, Notice
from sip.notices.sweep import LONGEST_RETRY
from sip.plans.services import consents, contents, registry
from tests.world import World

pytestmark = pytest.mark.django_db


def test_an_address_that_never_answers_does_not_stop_the_sweep_after_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")
    stuck = Notice.objects.get(kind="call", recipient=world.per)
    Notice.objects.filter(pk=stuck.pk).update(attempts=60)

    def refuse_per(_ways: Ways, _letter: Letter, _channel: Channel, address: str) -> None:
        if address == world.per.email:
            raise CannotDeliver("SMTPRecipientsRefused")

    monkeypatch.setattr(Ways, "send", refuse_per)
    assert notices.sweep() > 1
    stuck.refresh_from_db()
    assert stuck.locked_until is not None
    assert stuck.locked_until <= clock.now() + LONGEST_RETRY


@pytest.mark.parametrize("change", [{"kind": "nobody_knows"}, {"kind": "call", "subject": ""}])
def test_a_notice_that_breaks_is_put_off_and_the_others_go_out(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.build().to("called")
    broken = Notice.objects.get(kind="call", recipient=world.per)
    Notice.objects.filter(pk=broken.pk).update(**change)

    def send(_ways: Ways, _letter: Letter, _channel: Channel, address: str) -> None:
        if address == world.per.email:
            raise UnicodeEncodeError("ascii", "å", 0, 1, "per@region.example")

    monkeypatch.setattr(Ways, "send", send)
    assert notices.sweep() > 1
    broken.refresh_from_db()
    assert (broken.sent_at, broken.attempts) == (None, 1)
    assert "@" not in broken.last_error
    assert Notice.objects.filter(sent_at__isnull=False).exists()


def test_without_an_sms_gateway_a_phone_alone_gets_it_on_the_page(settings: Any) -> None:
    settings.DEMO = False
    world = World.build()
    world.sara.user.email, world.sara.user.phone = None, "070-174 06 05"
    world.sara.user.save()
    world.to("called")
    notices.sweep()
    assert Notice.objects.get(kind="meeting_set", recipient=world.sara.user).channel == Channel.PAGE


def _told(world: World, kind: str, days: int = 30) -> set[str]:
    """Who was told in the end."""
    with clock.set_to(clock.now() + timedelta(days=days)):
        notices.sweep()
    return {row.recipient.name for row in Notice.objects.filter(kind=kind, sent_at__isnull=False)}


def test_an_agency_whose_consent_has_ended_is_not_reminded_of_a_plan_it_may_not_know_of() -> None:
    world = World.build().to("called")
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    told = _told(world, "answer_missing", days=9)
    assert world.per.name not in told
    assert world.hanna.name in told
    assert _told(world, "call") == {world.hanna.name}


def test_somebody_who_works_there_no_more_is_not_called() -> None:
    world = World.build().to("called")
    registry.end_membership(world.per)
    assert _told(world, "call") == {world.hanna.name}


def test_the_desk_is_called_for_a_protected_child_though_it_sees_no_plan() -> None:
    world = World.build(is_protected=True).to("consented")
    world.call(named={})
    assert world.inga.name in _told(world, "call")


def test_a_family_that_became_protected_hears_nothing_of_a_version_that_is_void() -> None:
    world = World.build().to("in_review")
    contents.add_need(world.actor(world.nadja), world.plan, text="Sömnen")
    registry.protect_child(world.child, True)
    assert _told(world, "version_void") == set()


def test_a_manager_who_has_left_hears_nothing_of_the_deviation() -> None:
    world = World.build().to("opened")
    world.write()
    absent = meetings.Attendee(False, "uteblev", agency=world.bup, is_no_show=True)
    here = meetings.Attendee(True, "samordnare", user=world.nadja)
    meetings.close_meeting(world.actor(world.nadja), world.plan, [here, absent])
    assert Notice.objects.filter(kind="deviation_reported", recipient=world.chef).exists()
    registry.end_membership(world.chef)
    assert _told(world, "deviation_reported") == set()
