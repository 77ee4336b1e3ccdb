"""Notices go out over real SMTP, once, with nothing personal in them; a server that says no loses nothing."""

import socket
from datetime import timedelta

import pytest

from common import clock
from sip.notices import registry as kinds
from sip.notices import services as notices
from sip.notices.models import Channel, Notice
from sip.plans.services import consents, registry
from tests.post import Post, words
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_call_reaches_the_one_who_is_named_and_says_by_when(post: Post) -> None:
    world = World.build().to("called")
    notices.sweep()
    (mail,) = post.to(world.per.email)
    sent = Notice.objects.get(kind="call", recipient=world.per)
    assert mail["Subject"] == "Du är kallad till ett SIP-möte"
    for text in (words(mail), words(mail, "html")):
        assert f"/planer/{world.plan.pk}/svara/" in text
        assert "Svara senast" in text
        assert "/mina-meddelanden/" in text
    assert mail["Message-ID"] == f"<{sent.bundle}@sip.invalid>"
    assert (sent.channel, sent.attempts, sent.last_error) == (Channel.MAIL, 1, "")


def test_one_person_gets_one_letter_with_all_of_it(post: Post) -> None:
    world = World.build().to("called")
    notices.queue("plan_established", [world.per], about=world.plan.pk, occasion="too")
    notices.sweep()
    first, second = Notice.objects.filter(recipient=world.per, sent_at__isnull=False)
    assert first.bundle == second.bundle
    (mail,) = post.to(world.per.email)
    assert mail["Subject"] == "2 saker i Samordnad plan"
    for text in (words(mail), words(mail, "html")):
        assert first.subject in text
        assert second.subject in text
        assert text.count(f"/planer/{world.plan.pk}/") == 2


def test_nothing_in_a_letter_is_fetched_from_anywhere(post: Post) -> None:
    World.build().to("called")
    notices.sweep()
    for message in post.received:
        html = words(message, "html")
        assert not [word for word in ("<img", "<link", "<script", "url(", "@import", "src=") if word in html]


@pytest.mark.parametrize("answer", ["451 Try later", "552 Full", "421 Closing"])
def test_a_server_that_says_no_is_asked_again_and_others_are_not_held_up(post: Post, answer: str) -> None:
    World.build().to("called")
    post.answers = [answer]
    notices.sweep()
    waiting = list(Notice.objects.filter(attempts=1, sent_at=None, dropped_at=None))
    (bundle,) = {row.bundle for row in waiting}
    until = waiting[0].locked_until
    assert until is not None
    assert all(row.last_error and "@" not in row.last_error for row in waiting)
    assert post.received, "the others went out all the same"
    before = len(post.received)
    notices.sweep()
    assert len(post.received) == before, "not asked again before its time"
    with clock.set_to(until):
        notices.sweep()
    assert len(post.received) == before + 1
    assert post.received[-1]["Message-ID"] == f"<{bundle}@sip.invalid>", "the same letter through every attempt"
    assert not Notice.objects.filter(bundle=bundle, sent_at=None).exists()


def test_a_recipient_who_is_refused_holds_up_nobody(post: Post) -> None:
    world = World.build().to("called")
    assert world.per.email
    post.refused = {world.per.email}
    notices.sweep()
    assert len({message["To"] for message in post.received}) >= 3
    assert set(Notice.objects.filter(sent_at=None, attempts=1).values_list("recipient", flat=True)) == {world.per.pk}


def test_a_server_that_stalls_is_given_up_and_the_rest_waits_without_blame(post: Post, settings: object) -> None:
    """It takes the connection and says nothing. Two letters wait for it; the others are left for the next sweep."""
    World.build().to("called")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]  # type: ignore[attr-defined]
        notices.sweep()
    tried = Notice.objects.filter(sent_at=None, dropped_at=None, attempts=1)
    assert tried.values("recipient").distinct().count() == 2
    assert {row.last_error for row in tried} == {"SMTPServerDisconnected"}
    assert Notice.objects.filter(sent_at=None, dropped_at=None, attempts=0, due_at__lte=clock.now()).exists()
    settings.EMAIL_PORT = post.port  # type: ignore[attr-defined]
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        notices.sweep()
    assert not Notice.objects.filter(sent_at=None, dropped_at=None, due_at__lte=clock.now()).exists()


def test_a_server_that_is_away_loses_nothing(post: Post, settings: object) -> None:
    World.build().to("called")
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    handled = notices.sweep()
    assert Notice.objects.filter(sent_at__isnull=False).count() == 0
    assert Notice.objects.filter(attempts=1, dropped_at=None).count() <= handled


def test_what_is_no_longer_true_is_not_told(post: Post) -> None:
    world = World.build().to("called")
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.school])
    registry.protect_child(world.child, True)
    with clock.set_to(clock.now() + timedelta(days=30)):
        notices.sweep()
    assert not [
        message for message in post.received if message["To"] in (world.sara.user.email, world.johan.user.email)
    ]
    assert all("/planer/" not in words(message) for message in post.received), "a protected child: no link"
    ways = ("Logga in i tjänsten för att läsa.", "Därför kan du inte läsa")
    assert all(any(way in words(message) for way in ways) for message in post.received)
    assert any(ways[0] in words(message) for message in post.received)


def test_the_same_thing_is_told_once() -> None:
    world = World.build().to("called")
    before = Notice.objects.count()
    for _again in range(3):
        notices.queue(
            "call", [world.per], about=world.plan.pk, occasion=world.meeting.invitations.get(agency=world.bup).pk
        )
    assert Notice.objects.count() == before


TOLD = [
    "Alva",
    "Lind",
    "Sara",
    "Johan",
    "Ek",
    "20140918",
    "BUP",
    "Ystad",
    "Skurup",
    "skola",
    "Barn- och",
    "social",
    "Elevh",
]


@pytest.mark.parametrize("state", ["requested", "called", "in_review", "established", "closed"])
def test_no_notice_holds_anything_personal(post: Post, state: str) -> None:
    world = World.build().to(state)
    Notice.objects.update(due_at=clock.now())
    notices.sweep()
    for message in post.received:
        said = f"{message['Subject']} {words(message)} {words(message, 'html')}".replace(str(world.plan.pk), "")
        assert [told for told in TOLD if told in said] == []


def test_every_kind_has_words_for_itself() -> None:
    world = World.build().to("established")
    for name in kinds.names():
        kind = kinds.get(name)
        notice = Notice(
            kind=name, recipient=world.nadja, about=world.plan.pk, detail=world.plan.pk, deadline=clock.now()
        )
        told = f"{kind.subject(notice)} {kind.text(notice)}"
        assert "%" not in told
        assert [word for word in TOLD if word in told] == [], name
        assert isinstance(kind.still_true(notice), bool)
