"""Held back by night, by the hour and until eight; the way and the groups that somebody has chosen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from agencies.models import User
from common import clock
from sip.notices import claiming, registry
from sip.notices import services as notices
from sip.notices.models import Channel, Notice, Preference, Rhythm
from sip.notices.registry import Group
from tests.post import Gateway, Post, words
from tests.world import World

pytestmark = pytest.mark.django_db

# Ten o'clock in the evening and six, seven, eight in the morning in Stockholm, in November.
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
SIX, SEVEN, EIGHT = (datetime(2026, 11, 24, hour, 0, tzinfo=UTC) for hour in (5, 6, 7))
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def as_in_production(settings: Any, post: Post) -> None:
    """The hours hold here."""
    settings.NOTICES_AT_ONCE = False


@pytest.fixture
def world() -> World:
    """A plan that Nadja coordinates, with nothing left to tell of how it came about."""
    with clock.set_to(EVENING - timedelta(days=3)):
        world = World.build().to("preparing")
    Notice.objects.all().delete()
    return world


def tell(world: World, *occasions: object, kind: str = "family_comment", **more: Any) -> None:
    for occasion in occasions:
        notices.queue(kind, [world.nadja], about=world.plan.pk, occasion=occasion, **more)


def swept(post: Post, moment: datetime) -> int:
    """How many letters the sweep sends at a moment."""
    before = len(post.received)
    with clock.set_to(moment):
        notices.sweep()
    return len(post.received) - before


def test_nobody_is_woken_and_in_the_morning_there_is_one_letter(world: World, post: Post) -> None:
    with clock.set_to(EVENING):
        tell(world, 1, 2, 3)
    assert [swept(post, moment) for moment in (EVENING, EVENING + HOUR, SIX, SEVEN - MINUTE)] == [0, 0, 0, 0]
    assert swept(post, SEVEN) == 1
    assert post.received[0]["Subject"] == "3 saker i Samordnad plan"
    assert not Notice.objects.filter(sent_at=None).exists()


def test_what_is_due_the_same_day_goes_out_at_night_and_alone(world: World, post: Post) -> None:
    with clock.set_to(SIX):
        tell(world, 1)
        tell(world, 2, deadline=SIX + 3 * HOUR)
    assert swept(post, SIX) == 1
    assert Notice.objects.filter(sent_at=None).count() == 1
    assert swept(post, SEVEN - MINUTE) == 0
    assert swept(post, SEVEN) == 1


def test_at_least_an_hour_between_two_letters(world: World, post: Post) -> None:
    with clock.set_to(NOON):
        tell(world, 1)
    assert swept(post, NOON) == 1
    with clock.set_to(NOON + MINUTE):
        tell(world, 2)
    with clock.set_to(NOON + 30 * MINUTE):
        tell(world, 3)
    assert [swept(post, NOON + minutes * MINUTE) for minutes in (1, 30, 59)] == [0, 0, 0]
    assert swept(post, NOON + HOUR) == 1
    assert {row.bundle for row in Notice.objects.filter(dedup_key__contains=":2:")} == {
        row.bundle for row in Notice.objects.filter(dedup_key__contains=":3:")
    }


@pytest.mark.parametrize("is_demo", [False, True])
def test_who_wants_one_letter_a_day_gets_it_at_eight(world: World, post: Post, settings: Any, is_demo: bool) -> None:
    settings.NOTICES_AT_ONCE = is_demo  # there the other hours rest
    Preference.objects.create(user=world.nadja, rhythm=Rhythm.DAILY)
    with clock.set_to(NOON - timedelta(days=1)):
        tell(world, 1, 2)
    assert [swept(post, moment) for moment in (NOON - timedelta(days=1), SEVEN, EIGHT - MINUTE)] == [0, 0, 0]
    assert swept(post, EIGHT) == 1


def test_a_letter_that_failed_keeps_its_key_when_it_is_held_over_night(world: World, post: Post) -> None:
    late = EVENING - 61 * MINUTE  # 20.59
    with clock.set_to(late):
        tell(world, 1)
    post.answers = ["451 Try later"]
    assert swept(post, late) == 0
    bundle = Notice.objects.get(dedup_key__contains=":1:").bundle
    assert swept(post, late + 2 * MINUTE) == 0, "it is past nine now"
    assert swept(post, SEVEN) == 1
    assert post.received[0]["Message-ID"] == f"<{bundle}@sip.invalid>"


def test_a_letter_is_tried_again_whole_however_little_is_taken_up(world: World, post: Post) -> None:
    """Half of it under the same key would be followed by a half that the receiver takes for a copy, and drops."""
    with clock.set_to(NOON):
        tell(world, 1, 2, 3)
    post.answers = ["451 Try later"]
    assert swept(post, NOON) == 0
    with clock.set_to(NOON + 2 * MINUTE):
        notices.sweep(most=1)
    assert [message["Subject"] for message in post.received] == ["3 saker i Samordnad plan"]
    assert not Notice.objects.filter(sent_at=None).exists()


def test_what_breaks_leaves_the_letter_and_its_key(world: World, post: Post) -> None:
    with clock.set_to(NOON):
        tell(world, 1, 2)
    broken = Notice.objects.get(dedup_key__contains=":1:")
    Notice.objects.filter(pk=broken.pk).update(kind="nobody_knows")
    assert swept(post, NOON) == 1
    told = Notice.objects.get(dedup_key__contains=":2:").bundle
    Notice.objects.filter(pk=broken.pk).update(kind="family_comment")
    assert swept(post, NOON + 2 * HOUR) == 1
    broken.refresh_from_db()
    assert broken.bundle not in (None, told)
    assert post.received[0]["Message-ID"] != post.received[1]["Message-ID"]


def test_what_is_held_back_from_a_letter_leaves_its_key(world: World, post: Post) -> None:
    late = EVENING - 61 * MINUTE  # 20.59
    with clock.set_to(late):
        tell(world, 1)
        tell(world, 2, deadline=EVENING + HOUR)
    post.answers = ["451 Try later"]
    assert swept(post, late) == 0
    assert swept(post, late + 2 * MINUTE) == 1, "what is due the same day"
    assert swept(post, SEVEN) == 1
    assert post.received[0]["Message-ID"] != post.received[1]["Message-ID"]


def test_what_is_moved_is_another_letter(world: World, post: Post) -> None:
    wanted = notices.Wanted("family_comment", world.nadja, "50", NOON, deadline=NOON + timedelta(days=20))
    with clock.set_to(NOON):
        notices.put_right(world.plan.pk, ["family_comment"], [wanted])
    post.answers = ["451 Try later"]
    assert swept(post, NOON) == 0
    before = Notice.objects.get(kind="family_comment").bundle
    later = notices.Wanted("family_comment", world.nadja, "50", NOON + HOUR, deadline=NOON + timedelta(days=30))
    notices.put_right(world.plan.pk, ["family_comment"], [later])
    assert swept(post, NOON + HOUR) == 1
    assert post.received[0]["Message-ID"] != f"<{before}@sip.invalid>"


def test_what_is_switched_off_stands_on_the_page_and_the_call_comes_anyway(post: Post) -> None:
    with clock.set_to(NOON):
        world = World.build().to("called")
        everything = [group.value for group in Group]
        Preference.objects.create(user=world.per, switched_off=everything)
        notices.queue("plan_established", [world.per], about=world.plan.pk, occasion="x")
        notices.sweep()
    (mail,) = post.to(world.per.email)
    assert mail["Subject"] == "Du är kallad till ett SIP-möte"
    quiet = Notice.objects.get(kind="plan_established", recipient=world.per)
    assert (quiet.channel, quiet.address, quiet.sent_at is not None) == (Channel.PAGE, "", True)
    page = world.client(world.per).get("/mina-meddelanden/").content.decode()
    assert "Planen är fastställd" in page
    assert "Bara i tjänsten" in page
    assert f'href="/planer/{world.plan.pk}/"' in page


@pytest.mark.parametrize("name", ["call", "invitation"])
def test_the_call_cannot_be_switched_off(name: str) -> None:
    assert registry.get(name).is_compulsory
    assert not registry.is_left_out(name, [group.value for group in Group])


def test_by_sms_for_who_has_chosen_it_and_nothing_personal_in_it(world: World, post: Post, gateway: Gateway) -> None:
    _wants_sms(world.nadja)
    with clock.set_to(NOON):
        tell(world, 1)
    swept(post, NOON)
    assert post.received == []
    (sent,) = gateway.received
    assert (sent["from"], sent["to"]) == ("SIP", "+46701740605")
    assert sent["message"].startswith("Familjen har skrivit något om en plan som du samordnar.")
    assert f"/planer/{world.plan.pk}/" in sent["message"]
    assert Notice.objects.get(kind="family_comment").channel == Channel.SMS


def test_several_things_are_one_text(world: World, post: Post, gateway: Gateway) -> None:
    _wants_sms(world.nadja)
    with clock.set_to(NOON):
        tell(world, 1, 2)
    swept(post, NOON)
    (sent,) = gateway.received
    assert sent["message"].startswith("2 saker i Samordnad plan. Logga in och läs: http")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("silent", "SMS TimeoutError"),
        ("away", "SMS ConnectionRefusedError"),
        (400, "SMS 400"),
        (403, "SMS 403"),
        (429, "SMS 429"),
        (500, "SMS 500"),
    ],
)
def test_a_gateway_that_fails_is_asked_again(
    world: World, post: Post, gateway: Gateway, settings: Any, fault: Any, said: str
) -> None:
    _wants_sms(world.nadja)
    with clock.set_to(NOON):
        tell(world, 1)
    url = settings.SMS_URL
    if fault == "away":
        settings.SMS_URL = "http://127.0.0.1:1/a1/sms"
    elif fault == "silent":
        gateway.is_silent = True
    else:
        gateway.answers = [fault]
    swept(post, NOON)
    waiting = Notice.objects.get(kind="family_comment")
    assert (waiting.sent_at, waiting.attempts, waiting.last_error) == (None, 1, said)
    settings.SMS_URL, gateway.is_silent = url, False
    swept(post, NOON + 2 * MINUTE)
    assert len(gateway.received) == 1


def test_a_number_that_never_works_is_given_up_for_mail(world: World, post: Post, gateway: Gateway) -> None:
    _wants_sms(world.nadja)
    with clock.set_to(NOON - timedelta(days=1)):
        tell(world, 1)
    gateway.answers = [400] * 20
    for minutes in range(0, 180, 5):
        swept(post, NOON + minutes * MINUTE)
    assert "Familjen har skrivit" in words(post.received[0])
    assert len(post.received) == 1


def test_who_has_chosen_sms_and_has_no_number_gets_mail(world: World, post: Post, gateway: Gateway) -> None:
    _wants_sms(world.nadja, phone="ring växeln")
    with clock.set_to(NOON):
        tell(world, 1)
    assert swept(post, NOON) == 1
    assert gateway.received == []


def _wants_sms(user: User, phone: str = "070-174 06 05") -> None:
    user.phone = phone
    user.save()
    Preference.objects.create(user=user, channel=Channel.SMS)


def _dropped(_world: World) -> None:
    Notice.objects.filter(dedup_key__contains=":2:").update(dropped_at=NOON)


def _moved(world: World) -> None:
    later = [
        notices.Wanted("family_comment", world.nadja, occasion, NOON + days * timedelta(days=1))
        for occasion, days in (("1", 0), ("2", 9), ("3", 0))
    ]
    notices.put_right(world.plan.pk, ["family_comment"], later)


def _passed_on(world: World) -> None:
    Notice.objects.filter(dedup_key__contains=":2:").update(about=world.child.pk)
    notices.pass_on(world.child.pk, world.nadja, world.per)


@pytest.mark.parametrize("happens", [_dropped, _moved, _passed_on])
def test_what_happens_to_a_notice_when_it_has_been_taken_up_is_heard_before_the_letter_goes(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch, happens: Callable[[World], None]
) -> None:
    """Nothing is read again unless something has happened; then the letter goes without it."""
    with clock.set_to(NOON):
        tell(world, 1, 2, 3)
    hold = claiming.hold

    def hold_and_then(held: list[claiming.Held]) -> None:
        hold(held)
        monkeypatch.setattr(claiming, "hold", hold)
        happens(world)

    monkeypatch.setattr(claiming, "hold", hold_and_then)
    assert swept(post, NOON) == 1
    assert post.received[0]["Subject"] == "2 saker i Samordnad plan"
    waiting = Notice.objects.get(dedup_key__contains=":2:")
    assert (waiting.sent_at, waiting.subject) == (None, "")


_LATER = """
INSERT INTO notices_notice (id, dedup_key, kind, recipient_id, about, detail, due_at, attempts, last_error, created_at,
                            channel, address, subject, body)
SELECT gen_random_uuid(), 'later ' || n, 'family_comment', %(nadja)s, %(plan)s, %(plan)s,
       %(now)s::timestamptz + n * interval '1 minute', 0, '', %(now)s, '', '', '', ''
FROM generate_series(1, %(many)s) AS n
"""
_ROWS_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'notices_notice'"


def test_what_is_not_due_is_not_read(world: World, post: Post) -> None:
    """Fails when what is due is joined to the whole table: it will be, by a planner that thinks much of it is due."""
    due = 200
    with clock.set_to(NOON):
        tell(world, *range(due))
    with connection.cursor() as cursor, clock.set_to(NOON):
        cursor.execute(_LATER, {"nadja": world.nadja.pk, "plan": world.plan.pk, "now": NOON + HOUR, "many": 20 * due})
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_ROWS_READ)
        (before,) = cursor.fetchone()
        assert len(claiming.claim(due)) == due
        cursor.execute(_ROWS_READ)
        (after,) = cursor.fetchone()
    # Who has waited longest, all that is due to them, and each of it once more to take it.
    assert after - before <= 4 * due
