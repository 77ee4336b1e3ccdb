"""Papers made apart: asked for in the page, made by the worker or by whoever waits, kept by what they hold."""

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from django.db import connections
from django.test import Client
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import ResponseError

from common import clock, waking
from common.errors import Refused
from consent.log.models import AccessEvent
from sip.documents import child, papers, tasks
from sip.documents import services as documents
from sip.documents.canonical import canonical_json
from sip.documents.models import Document, DocumentKind, Paper, PaperState
from sip.documents.orders import Order, order_of
from sip.documents.render import Look, render
from sip.meetings.models import Meeting
from sip.signing import expecting
from tests.unit.documents import samples
from tests.world import World

pytestmark = pytest.mark.django_db

APART = child.make_apart
LATE = papers.WORKERS_OWN + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def made_apart(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production, but that no child is started: what it would do is done here. One test starts one."""
    settings.RENDER_AT_ONCE = False
    monkeypatch.setattr(child, "make_apart", lambda kind, content, look, **_more: _made(kind, content, look))


def _made(kind: str, content: str, look: dict[str, Any]) -> bytes:
    return order_of(kind, content, look).made()


@pytest.fixture
def reviewed() -> World:
    """A plan whose review has begun and whose paper nobody has made."""
    world = World.build().to("met")
    world.review()
    return world


def events(world: World, act: str) -> int:
    return AccessEvent.objects.filter(child=world.child, act=act).count()


@contextmanager
def _another_page() -> Iterator[None]:
    """Another web server is making a paper in a page of its own."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [papers.PAGES_TURN])
            yield
            cursor.execute("SELECT pg_advisory_unlock_all()")  # a pool keeps the connection, and with it the lock
    finally:
        other.close()


def pdf(world: World) -> str:
    return f"/planer/{world.plan.pk}/sip-v1.pdf"


class TestTheVersionsOwnPaper:
    def test_the_worker_makes_it_and_then_it_is_the_plans_first_revision(self, reviewed: World) -> None:
        version = reviewed.version
        assert not documents.is_ready(version)
        assert tasks.make_papers() == 1
        document = Document.objects.get(version=version)
        assert (document.kind, document.revision) == (DocumentKind.PLAN, 0)
        assert bytes(document.data) == render("sip", documents.frozen(version))
        assert document.sha256 == sha256(bytes(document.data)).hexdigest()
        assert not Paper.objects.exists()
        assert tasks.make_papers() == 0

    def test_until_then_nobody_signs_and_nobody_establishes(self, reviewed: World) -> None:
        with pytest.raises(Refused, match="görs i ordning"):
            reviewed.sign(reviewed.sara)
        with pytest.raises(Refused, match="görs i ordning"):
            reviewed.establish()
        assert "Planen görs i ordning" in _get(reviewed.client(reviewed.sara), _sign(reviewed))
        tasks.make_papers()
        reviewed.sign(reviewed.sara)
        reviewed.establish()
        assert Document.objects.filter(version=reviewed.version, kind=DocumentKind.PLAN).count() == 2

    def test_who_fetches_it_early_gets_a_page_that_waits_and_no_event_that_says_more(self, reviewed: World) -> None:
        client = reviewed.client(reviewed.sara)
        answer = client.get(pdf(reviewed))
        assert answer.status_code == 202
        assert "Papperet görs i ordning" in answer.content.decode()
        key = Paper.objects.get().pk
        assert f"{pdf(reviewed)}?vantar={key}" in answer.content.decode()
        assert "Steg 1 av 2" in _get(client, f"{pdf(reviewed)}?vantar={key}")
        assert f"vantar={key}&amp;steg=1" in answer.content.decode()
        unchanged = client.get(f"{pdf(reviewed)}?vantar={key}&steg=1")
        assert (unchanged.status_code, unchanged.content) == (204, b"")  # nothing is read aloud again
        assert AccessEvent.objects.filter(user=reviewed.sara.user).count() == 1  # nor is anything of the plan read
        tasks.make_papers()
        assert "Papperet är klart" in _get(client, f"{pdf(reviewed)}?vantar={key}")
        assert events(reviewed, "download_plan") == 0
        assert client.get(pdf(reviewed))["Content-Type"] == "application/pdf"
        assert events(reviewed, "download_plan") == 1

    def test_one_that_an_edit_made_void_gets_no_paper(self, reviewed: World) -> None:
        reviewed.write()
        tasks.make_papers()
        assert not Document.objects.exists()
        assert not Paper.objects.exists()

    def test_too_much_for_a_document_is_said_at_once_and_the_plan_stays_as_it_was(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = World.build().to("met")
        monkeypatch.setattr("sip.documents.limits.MAX_ROWS", 1)
        with pytest.raises(Refused, match="rader"):
            world.review()
        world.plan.refresh_from_db()
        assert world.plan.state == "met"
        assert not world.plan.versions.exists()


class TestTheReceipt:
    """Laid out and sealed by the worker: never while somebody signs, and the plan is locked."""

    @pytest.fixture
    def established(self, reviewed: World) -> World:
        tasks.make_papers()
        reviewed.establish()
        return reviewed

    def test_it_comes_when_the_plan_is_established_already(self, established: World) -> None:
        address = f"/planer/{established.plan.pk}/kvittens-v1.pdf"
        client = established.client(established.sara)
        assert "Kvittensen görs i ordning" in _get(client, f"/familj/{established.plan.pk}/")
        answer = client.get(address)
        assert answer.status_code == 202
        assert "Papperet görs i ordning" in answer.content.decode()
        assert tasks.make_papers() == 1
        receipt = Document.objects.get(kind=DocumentKind.RECEIPT)
        assert receipt.revision == 1
        assert expecting.examine(bytes(receipt.data)).verdict.holds
        assert client.get(address).content == bytes(receipt.data)
        assert not Paper.objects.exists()
        assert "Kvittensen görs i ordning" not in _get(client, f"/familj/{established.plan.pk}/")

    def test_what_is_said_meanwhile_is_in_it_and_the_earlier_one_is_not_handed_out(self, established: World) -> None:
        established.sign(established.sara)
        assert tasks.make_papers() == 1  # one receipt that tells of both, the establishing and the signature
        established.sign(established.johan)
        answer = established.client(established.sara).get(f"/planer/{established.plan.pk}/kvittens-v1.pdf")
        assert answer.status_code == 202
        tasks.make_papers()
        kept = Document.objects.filter(kind=DocumentKind.RECEIPT).order_by("revision")
        assert [row.revision for row in kept] == [1, 2]
        assert [_signed_in(bytes(row.data)) for row in kept] == [{"Sara Lind"}, {"Sara Lind", "Johan Ek"}]
        established.version.refresh_from_db()
        assert established.version.sealed_at is not None

    def test_one_made_by_two_is_kept_once_and_one_asked_for_anew_not_at_all(
        self, established: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = Paper.objects.get()
        data = _made(first.kind, first.content, first.look)
        papers._keep(first, data)
        papers._keep(first, data)
        assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1
        established.sign(established.sara)
        stale = Paper.objects.get()
        established.sign(established.johan)
        papers._keep(stale, _made(stale.kind, stale.content, stale.look))
        assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1
        assert Paper.objects.count() == 1

    def test_without_the_keys_that_seal_it_nobody_elses_paper_is_held_up(
        self, established: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(_data: bytes) -> bytes:
            raise OSError("no keys")

        papers._ask(established.plan, Order("sip", samples.plan()), "another", version=None)
        with monkeypatch.context() as patch:
            patch.setitem(papers.FINISHED_BY, papers.RECEIPT, away)
            assert papers.make_all() == papers.MOST_ATTEMPTS + 1
        assert dict(Paper.objects.values_list("kind", "state")) == {"kvittens": "failed", "sip": "made"}
        client = established.client(established.sara)
        assert "gick inte att göra" in _get(client, f"/planer/{established.plan.pk}/kvittens-v1.pdf")
        established.sign(established.sara)  # which asks for it anew
        assert papers.make_all() == 1
        assert Document.objects.filter(kind=DocumentKind.RECEIPT).count() == 1

    def test_a_broker_that_is_away_stops_nobody(
        self,
        established: World,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Callable[..., Any],
    ) -> None:
        def away(*_args: object, **_kwargs: object) -> None:
            raise BrokerAway("no route")

        monkeypatch.setattr("celery.app.base.Celery.send_task", away)
        with django_capture_on_commit_callbacks(execute=True):
            established.sign(established.sara)
        with clock.set_to(clock.now() + LATE):
            answer = established.client(established.sara).get(f"/planer/{established.plan.pk}/kvittens-v1.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert _signed_in(answer.content) == {"Sara Lind"}


class TestWhenNobodyAnswers:
    @pytest.mark.parametrize("error", [BrokerAway("no route"), ConnectionError(), ResponseError("OOM")])
    def test_a_broker_that_is_away_or_full_is_no_error(self, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*_args: object, **_kwargs: object) -> None:
            raise error

        monkeypatch.setattr("celery.app.base.Celery.send_task", away)
        waking.tell(papers.TASK)

    def test_who_has_waited_long_enough_makes_it(self, reviewed: World) -> None:
        client = reviewed.client(reviewed.sara)
        with clock.set_to(clock.now() + LATE):
            assert client.get(pdf(reviewed)).content.startswith(b"%PDF")
        assert Document.objects.filter(version=reviewed.version).count() == 1

    def test_what_somebody_has_taken_up_is_left_to_them_until_they_must_be_dead(self, reviewed: World) -> None:
        paper = Paper.objects.get()
        assert papers._claim() == paper.pk
        assert papers._claim() == ""
        with clock.set_to(clock.now() + LATE):
            waiting = papers.progress(reviewed.plan, paper.pk)
        assert waiting == papers.Progress(paper.pk, is_taken_up=True, is_failed=False)
        with clock.set_to(clock.now() + papers.LEASE):
            assert papers.make_all() == 1
        assert documents.is_ready(reviewed.version)

    def test_what_cannot_be_made_is_tried_three_times_and_then_said(
        self, reviewed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fallen(*_order: object, **_more: object) -> bytes:
            raise child.NotMade("MemoryError")

        monkeypatch.setattr(child, "make_apart", fallen)
        assert papers.make_all() == papers.MOST_ATTEMPTS
        assert Paper.objects.get().state == PaperState.FAILED
        nadja = reviewed.client(reviewed.nadja)
        assert "gick inte att göra" in _get(nadja, pdf(reviewed))
        assert f'href="{pdf(reviewed)}"' in _get(nadja, "/idag/")  # the coordinator is told, and led there
        assert f'href="{pdf(reviewed)}"' not in _get(reviewed.client(reviewed.per), "/idag/")
        nadja.post(f"/planer/{reviewed.plan.pk}/papper/igen/", {"key": Paper.objects.get().pk, "where": "/idag/"})
        assert f'href="{pdf(reviewed)}"' not in _get(nadja, "/idag/")

    def test_what_will_not_come_is_said_to_who_would_establish_it(
        self, reviewed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_memory(*_order: object, **_more: object) -> None:
            raise OSError("Cannot allocate memory")

        monkeypatch.setattr(child, "make_apart", APART)
        monkeypatch.setattr(subprocess, "run", no_memory)
        assert papers.make_all() == papers.MOST_ATTEMPTS
        with pytest.raises(Refused, match="gick inte att göra"):
            reviewed.establish()

    def test_what_kills_whoever_makes_it_does_not_stand_first_for_ever(self, reviewed: World) -> None:
        Paper.objects.update(attempts=papers.MOST_ATTEMPTS, claimed_until=clock.now())
        assert papers.make_all() == 0
        assert Paper.objects.get().state == PaperState.FAILED

    def test_only_one_page_at_a_time_makes_what_it_waits_for(self, reviewed: World) -> None:
        paper = Paper.objects.get()
        with clock.set_to(clock.now() + LATE), _another_page():
            assert papers.progress(reviewed.plan, paper.pk) == papers.Progress(paper.pk, False, False)
        with clock.set_to(clock.now() + LATE):
            assert papers.progress(reviewed.plan, paper.pk) is None

    def test_one_that_failed_is_tried_once_more_each_time_somebody_asks(
        self, reviewed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fallen(*_order: object, **_more: object) -> bytes:
            raise child.NotMade("MemoryError")

        mended = child.make_apart
        monkeypatch.setattr(child, "make_apart", fallen)
        papers.make_all()
        client, key = reviewed.client(reviewed.sara), Paper.objects.get().pk
        assert "Försök igen" in _get(client, pdf(reviewed))
        address, sent = f"/planer/{reviewed.plan.pk}/papper/igen/", {"key": key, "where": pdf(reviewed)}
        assert client.post(address, sent)["Location"] == pdf(reviewed)
        assert papers.make_all() == 1
        monkeypatch.setattr(child, "make_apart", mended)
        assert client.post(address, {**sent, "where": "//elsewhere.example/"})["Location"].endswith("/papper/")
        assert client.post(address, {"key": "x", "where": ""}).status_code == 302
        assert reviewed.client(reviewed.dag).post(address, sent).status_code == 404
        assert papers.make_all() == 1
        assert documents.is_ready(reviewed.version)

    def test_a_page_that_has_no_more_time_leaves_it_to_the_worker_and_counts_no_attempt(
        self, reviewed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(*_order: object, patience: float) -> bytes:
            assert patience == papers.PAGE_PATIENCE
            raise child.TookTooLong

        monkeypatch.setattr(child, "make_apart", slow)
        with clock.set_to(clock.now() + LATE):
            for _poll in range(papers.MOST_ATTEMPTS + 1):
                waiting = papers.progress(reviewed.plan, Paper.objects.get().pk)
        assert waiting is not None
        assert not waiting.is_failed
        assert Paper.objects.get().attempts == 0


class TestKeptByWhatTheyHold:
    def test_the_same_call_is_made_once_and_another_anew(self) -> None:
        world = World.build().to("called")
        address = f"/planer/{world.plan.pk}/kallelse-1.pdf"
        client = world.client(world.per)
        assert client.get(address).status_code == 202
        tasks.make_papers()
        first = client.get(address)
        assert first["Content-Type"] == "application/pdf"
        assert client.get(address).content == first.content
        assert Paper.objects.get().content == ""  # what the file holds need not lie beside it
        Meeting.objects.update(question="Vad ska vi börja med?")
        assert client.get(address).status_code == 202
        tasks.make_papers()
        assert client.get(address).content != first.content

    def test_a_look_is_another_paper_and_so_is_another_plan(self) -> None:
        order = Order("sip", samples.plan())
        plan, other = World.build().to("called").plan.pk, samples.plan()["plan"]["id"]
        keys = {
            order.key(plan),
            Order("sip", samples.plan(), Look(is_extract=True)).key(plan),
            Order("sip", samples.plan(), Look(language="en")).key(plan),
            Order("sip", samples.plan(), Look(is_large=True)).key(plan),
            Order("sip", samples.plan(), Look(language="en", texts={"a": "b"})).key(plan),
            order.key(other),
        }
        assert len(keys) == 6
        assert order.key(plan) == Order("sip", dict(reversed(samples.plan().items()))).key(plan)

    def test_what_nobody_asks_for_is_taken_away_and_what_waits_is_not(self, reviewed: World) -> None:
        papers._ask(reviewed.plan, Order("sip", samples.plan()), "kept", version=None)
        with clock.set_to(clock.now() + papers.KEPT + timedelta(days=1)):
            assert tasks.sweep_papers() == 1
        assert Paper.objects.get().version == reviewed.version


class TestApart:
    def test_a_child_makes_the_same_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        look = {"is_extract": False, "language": "sv", "is_large": False, "texts": {}}
        made = child.make_apart("kvittens", canonical_json(samples.receipt()).decode(), look)
        assert made == render("kvittens", samples.receipt())

    def test_a_child_that_falls_tells_nothing_of_what_it_was_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        with pytest.raises(child.NotMade) as fallen:
            child.make_apart("kvittens", '{"hemligt": "Alva Lind"', {})
        assert "JSONDecodeError" in str(fallen.value)
        assert "Alva" not in str(fallen.value)

    def test_a_child_that_wants_too_much_memory_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        monkeypatch.setattr(child, "MEMORY", 96 * 1024**2)
        with pytest.raises(child.NotMade):
            child.make_apart("kvittens", canonical_json(samples.receipt()).decode(), {})


def _signed_in(receipt: bytes) -> set[str]:
    """Who has signed, as the data in the receipt tells it."""
    with pikepdf.open(io.BytesIO(receipt)) as pdf:
        (attached,) = pdf.attachments.values()
        told = json.loads(attached.get_file().read_bytes())
    return {row["name"] for row in told["signatures"] if row["status"] == "signed"}


def _sign(world: World) -> str:
    return f"/planer/{world.plan.pk}/skriv-under/"


def _get(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()
