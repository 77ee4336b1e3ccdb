"""A service that is slow, fails, is cancelled, expires or is away: a signature or none, never half of one.

The service of these tests raises when it is asked in a transaction (slow.py).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from common import clock
from common.errors import NotThere, Refused
from consent.models import Custody
from sip.documents.models import Document, DocumentKind
from sip.plans.services import contents, registry
from sip.signing import attempts, providers, services, tasks
from sip.signing.models import AttemptStage, Signature, SignerRole, SigningAttempt, SigningCode
from sip.signing.providers.base import SigningState, Stage
from sip.web.family.sign_wait import picture
from tests.integration.test_young_person import with_log_in
from tests.unit.signing.slow import PATIENCE, SlowService
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build().to("in_review")


def connect(monkeypatch: pytest.MonkeyPatch, service: SlowService) -> SlowService:
    """Switch the service on."""
    monkeypatch.setitem(providers.PROVIDERS, service.key, service)
    return service


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowService:
    return connect(monkeypatch, SlowService())


def start(world: World, nonce: str = "click", **changes: Any) -> SigningAttempt:
    said = {"provider": "prov", "sha256": world.version.sha256, "has_read": True, "nonce": nonce}
    attempt = attempts.start_signing(world.actor(world.sara), world.plan, **{**said, **changes})
    return poll(world, attempt) if attempt.asked_at is None else attempt


def poll(world: World, attempt: SigningAttempt) -> SigningAttempt:
    return attempts.poll_signing(world.actor(world.sara), attempt.pk)


def revisions(world: World) -> int:
    return Document.objects.filter(version=world.version, kind=DocumentKind.PLAN).count()


def test_asked_waited_for_and_signed(world: World, slow: SlowService) -> None:
    attempt = start(world)
    assert (attempt.stage, attempt.reference, attempt.qr) == ("pending", "order-1", "prov.1.0")
    assert not Signature.objects.exists()
    attempt = poll(world, attempt)
    assert (attempt.stage, attempt.qr) == ("pending", "order-1.1")
    attempt = poll(world, attempt)
    assert attempt.stage == AttemptStage.COMPLETE
    signature = Signature.objects.get()
    assert (attempt.signature, signature.guardian, bytes(attempt.evidence)) == (signature, world.sara, b"<evidence/>")
    assert attempt.qr == attempt.autostart_token == ""
    assert slow.asked == ["start", "poll", "poll", "complete"]
    assert slow.orders[0].sha256 == world.version.sha256
    assert slow.orders[-1].signer_id == str(signature.pk)
    assert poll(world, attempt).stage == AttemptStage.COMPLETE
    assert (revisions(world), Signature.objects.count()) == (2, 1)


def test_a_double_click_asks_once_and_so_does_a_second_window(world: World, slow: SlowService) -> None:
    first = start(world)
    assert start(world).pk == first.pk
    assert start(world, nonce="another window").pk == first.pk
    assert slow.asked == ["start"]


def test_it_fails_and_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(turns=1, answer=Stage.FAILED))
    attempt = poll(world, start(world))
    assert (attempt.stage, attempt.problem_code, attempt.problem) == ("failed", "userCancel", "Du avbröt i appen.")
    assert start(world, nonce="again").is_pending
    assert not Signature.objects.exists()


def test_it_does_not_even_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(at_start=Stage.FAILED))
    assert start(world).stage == AttemptStage.FAILED
    assert not Signature.objects.exists()


def test_it_is_cancelled_and_a_late_yes_is_not_heard(
    world: World, slow: SlowService, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    attempt = start(world)
    slow.breaks_at = "cancel"  # and hears it, all the same
    with django_capture_on_commit_callbacks(execute=True):
        ended = attempts.cancel_signing(world.actor(world.sara), attempt.pk)
        assert slow.asked == ["start"]  # told when nobody holds a lock any more
    assert ended.stage == AttemptStage.CANCELLED
    for _turn in range(3):
        assert poll(world, attempt).stage == AttemptStage.CANCELLED
    assert slow.asked == ["start", "cancel"]
    assert not Signature.objects.exists()


def test_it_expires_whether_or_not_anybody_looks(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    slow = connect(monkeypatch, SlowService(turns=99))
    attempt = start(world)
    assert attempts.go_on() == 0
    with clock.set_to(clock.now() + PATIENCE), django_capture_on_commit_callbacks(execute=True):
        assert attempts.go_on() == 1
    attempt.refresh_from_db()
    assert attempt.stage == AttemptStage.EXPIRED
    assert slow.asked[-1] == "cancel"
    world.sara.user.language = "ar"  # the worker that ended it spoke nobody's language
    world.sara.user.save()
    page = world.client(world.sara).get(reverse("signing", args=[attempt.pk])).content.decode()
    assert "Det tog för lång tid." not in page and "استغرق" in page
    later = start(world, nonce="later")
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert start(world, nonce="much later").pk not in (attempt.pk, later.pk)


def test_who_closed_the_page_has_signed_all_the_same(world: World, slow: SlowService) -> None:
    start(world)
    assert [attempts.go_on() for _turn in range(2)] == [0, 1]
    assert Signature.objects.get().guardian == world.sara
    assert attempts.go_on() == 0


def test_an_edit_ends_what_was_open(world: World, slow: SlowService) -> None:
    attempt = start(world)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    assert poll(world, attempt).problem_code == "stale"
    world.review()
    assert start(world, nonce="new").is_pending
    assert not Signature.objects.exists()


def test_a_yes_that_comes_after_the_edit_is_no_signature(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(turns=1))
    attempt = start(world)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    world.review()
    attempt = poll(world, attempt)
    assert (attempt.stage, attempt.problem_code) == (AttemptStage.FAILED, "stale")
    assert not Signature.objects.exists()


def test_a_yes_that_comes_after_the_custody_is_no_signature(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(turns=1))
    attempt = start(world)
    registry.transfer_custody(world.child, world.sara, Custody.NONE)
    with pytest.raises(NotThere):
        poll(world, attempt)
    assert attempts.go_on() == 1
    attempt.refresh_from_db()
    assert (attempt.stage, attempt.problem_code) == (AttemptStage.FAILED, "not_allowed")
    assert not Signature.objects.exists()


def test_who_signed_by_code_meanwhile_has_signed_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(turns=1))
    attempt = start(world)
    world.sign(world.sara)
    attempt = poll(world, attempt)
    assert (attempt.stage, attempt.problem_code) == (AttemptStage.FAILED, "signed")
    assert (Signature.objects.count(), revisions(world)) == (1, 2)


@pytest.mark.parametrize("where", ["start", "poll", "complete"])
def test_a_service_that_is_away_is_told_in_words_and_leaves_no_half(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    slow = connect(monkeypatch, SlowService(turns=1, breaks_at=where))
    client = world.client(world.sara)
    address = reverse("sign", args=[world.plan.pk])
    sent = {"has_read": "on", "sha256": world.version.sha256, "step": "med-prov", "nonce": "n"}
    waiting = client.post(address, sent)["Location"]
    answer = client.post(waiting)
    assert answer.status_code == 200
    assert "Tjänsten svarar inte just nu." in answer.content.decode()
    assert (Signature.objects.count(), revisions(world)) == (0, 1)
    slow.breaks_at = ""
    if where == "start":  # it has ended, and the next try is another one
        waiting = client.post(address, {**sent, "nonce": "m"})["Location"]
    done = client.post(waiting)
    assert done["Location"] == reverse("family_plan", args=[world.plan.pk])
    assert (Signature.objects.count(), revisions(world)) == (1, 2)


def test_the_page_that_asks_by_itself_is_read_anew_when_the_service_goes_and_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = connect(monkeypatch, SlowService(turns=99))
    waiting, client = reverse("signing", args=[start(world).pk]), world.client(world.sara)
    for breaks_at, said, is_read_anew in (("", "", 0), ("poll", "", 1), ("poll", "away", 0), ("", "away", 1)):
        slow.breaks_at = breaks_at
        answer = client.post(waiting, {"sagt": said}, headers={"HX-Request": "true"})
        assert ("HX-Refresh" in answer) is bool(is_read_anew)


@pytest.mark.parametrize("is_away", [False, True])
def test_our_own_clock_ends_what_a_service_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    slow = connect(monkeypatch, SlowService(turns=99, patience=None))
    first = start(world)
    slow.breaks_at = "poll" if is_away else ""
    with clock.set_to(clock.now() + attempts.LONGEST):
        assert attempts.go_on() == 1
        first.refresh_from_db()
        assert (first.stage, first.problem_code) == (AttemptStage.EXPIRED, "expired")
        slow.breaks_at = ""
        assert start(world, nonce="again").is_pending


def test_a_yes_that_was_given_in_time_is_heard_late(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, SlowService(turns=1))
    start(world)
    with clock.set_to(clock.now() + PATIENCE):
        assert attempts.go_on() == 1
    assert Signature.objects.get().guardian == world.sara


def test_killed_before_the_service_had_answered_it_can_be_begun_again(world: World, slow: SlowService) -> None:
    said = {"provider": "prov", "sha256": world.version.sha256, "has_read": True}
    sara = world.actor(world.sara)
    never_asked = attempts.start_signing(sara, world.plan, nonce="a", **said)
    SigningAttempt.objects.filter(pk=never_asked.pk).update(asked_at=clock.now())  # and then the machine stopped
    assert attempts.go_on() == 0
    assert slow.asked == []
    with clock.set_to(clock.now() + attempts.TO_START):
        assert attempts.poll_signing(sara, never_asked.pk).problem_code == attempts.AWAY
        assert start(world, nonce="b").is_pending


def test_a_service_that_is_away_is_asked_once_a_round_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    away = connect(monkeypatch, SlowService(turns=1))
    connect(monkeypatch, SlowService(turns=1, key="annan", label="En annan tjänst"))
    world = World.build()
    alva = with_log_in(world)
    world.to("in_review")
    for person, provider in ((world.sara, "prov"), (world.johan, "prov"), (alva, "annan")):
        actor, said = world.actor(person), {"sha256": world.version.sha256, "has_read": True, "nonce": "n"}
        attempt = attempts.start_signing(actor, world.plan, provider=provider, **said)
        attempts.poll_signing(actor, attempt.pk)
    away.breaks_at = "poll"
    assert attempts.go_on() == 1
    assert Signature.objects.get().role == SignerRole.CHILD
    assert away.asked == ["start", "start", "poll"]


def test_given_up_before_the_service_had_answered_the_order_is_called_off(
    world: World, slow: SlowService, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    sara = world.actor(world.sara)
    said = {"provider": "prov", "sha256": world.version.sha256, "has_read": True, "nonce": "a"}
    attempt = attempts.start_signing(sara, world.plan, **said)
    slow.meanwhile = lambda: attempts.cancel_signing(sara, attempt.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert attempts.poll_signing(sara, attempt.pk).stage == AttemptStage.CANCELLED
    assert slow.asked == ["start", "cancel"]


def test_nobody_waits_for_the_network_with_a_lock_in_their_hand(world: World, slow: SlowService) -> None:
    attempt = start(world)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        poll(world, attempt)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        slow.poll(slow.orders[0], SigningState(Stage.PENDING), clock.now())  # as the service of these tests sees it


def test_what_led_to_nothing_is_taken_away_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    service = connect(monkeypatch, SlowService(turns=1, answer=Stage.FAILED))
    failed = poll(world, start(world))
    service.answer = Stage.COMPLETE
    johan = world.actor(world.johan)
    services.send_code(johan, world.plan, sha256=world.version.sha256, has_read=True)
    signed = poll(world, start(world, nonce="again"))
    goes_on = attempts.start_signing(
        johan, world.plan, provider="prov", sha256=world.version.sha256, has_read=True, nonce="j"
    )
    for days, gone, codes, left in (
        (0.9, 0, 1, {failed, signed, goes_on}),
        (1.1, 1, 0, {failed, signed, goes_on}),
        (31, 1, 0, {signed, goes_on}),
    ):
        with clock.set_to(clock.now() + timedelta(days=days)):
            assert tasks.sweep() == gone
        assert (SigningCode.objects.count(), set(SigningAttempt.objects.all())) == (codes, left)


def test_what_is_not_offered_or_not_read_is_not_started(world: World, slow: SlowService) -> None:
    for changes in ({"provider": "paper"}, {"provider": "local"}, {"provider": "x"}, {"has_read": False}):
        with pytest.raises(Refused):
            start(world, **changes)
    with pytest.raises(Refused, match="ändrats"):
        start(world, sha256="0" * 64)
    assert slow.asked == []


def test_nobody_elses_attempt_is_there(world: World, slow: SlowService) -> None:
    attempt = start(world)
    for other in (world.johan, world.nadja):
        with pytest.raises(NotThere):
            attempts.poll_signing(world.actor(other), attempt.pk)
        address = reverse("signing", args=[attempt.pk])
        for answer in (world.client(other).get(address), world.client(other).post(address, {"step": "avbryt"})):
            assert answer.status_code == 404
    become = "SELECT set_config('sip.everything', %s, true), set_config('sip.user', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute(become, ["", str(world.johan.user_id)])
        assert not SigningAttempt.objects.exists()
        cursor.execute(become, ["on", ""])


def test_in_the_browser_without_scripts(world: World, slow: SlowService) -> None:
    client = world.client(world.sara)
    address = reverse("sign", args=[world.plan.pk])
    assert "Skriv under med provtjänsten" in client.get(address).content.decode()
    sent = {"has_read": "on", "sha256": world.version.sha256, "step": "med-prov", "nonce": "n"}
    waiting = client.post(address, sent)["Location"]
    assert client.post(address, sent)["Location"] == waiting
    page = client.get(waiting).content.decode()
    assert "Väntar på svar" in page
    assert '<path d="M4 4h7v1h-7z' in page
    assert page != client.post(waiting).content.decode()  # the picture moves
    done = client.post(waiting)
    assert done["Location"] == reverse("family_plan", args=[world.plan.pk])
    assert "Din underskrift är sparad." in client.get(done["Location"]).content.decode()
    assert client.get(waiting).status_code == 302
    assert Signature.objects.count() == 1


def test_giving_up_in_the_browser(world: World, slow: SlowService) -> None:
    client = world.client(world.sara)
    sent = {"has_read": "on", "sha256": world.version.sha256, "step": "med-prov", "nonce": "n"}
    waiting = client.post(reverse("sign", args=[world.plan.pk]), sent)["Location"]
    page = client.post(waiting, {"step": "avbryt"}).content.decode()
    assert "Du avbröt. Inget är underskrivet." in page
    assert 'class="qr"' not in page
    assert not Signature.objects.exists()


def test_only_the_picture_is_exchanged_and_an_end_is_another_page(world: World, slow: SlowService) -> None:
    """Focus stays on a button, and nothing that is read aloud is put in anew each two seconds."""
    client = world.client(world.sara)
    sent = {"has_read": "on", "sha256": world.version.sha256, "step": "med-prov", "nonce": "n"}
    waiting = client.post(reverse("sign", args=[world.plan.pk]), sent)["Location"]
    page = client.get(waiting).content.decode()
    picture_alone = page.split('<div id="bild">')[1].split("</div>")[0]
    assert picture_alone.startswith("<svg") and picture_alone.endswith("</svg>")
    assert 'hx-target="#bild" hx-select="#bild &gt; *"' in page or 'hx-target="#bild" hx-select="#bild > *"' in page
    client.post(waiting, {"step": "avbryt"})
    ended = client.post(waiting, headers={"HX-Request": "true"})
    assert (ended["HX-Refresh"], ended.content) == ("true", b"")


def test_a_picture_is_square_and_quiet_around_the_edge() -> None:
    made = picture("prov.1.0")
    assert made is not None
    assert made.path.startswith("M4 4h7v1h-7z")
    assert made.side >= 21 + 8
    assert picture("") is None
    assert picture("x" * 9_000) is None  # more than a code can hold: the rest of the page stands
