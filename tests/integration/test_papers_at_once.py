"""A paper that is made, or a scan that is read, and somebody who does something meanwhile: neither is stopped."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection

from common import clock
from sip.documents import child, papers
from sip.documents.models import Document, DocumentKind, Paper
from sip.documents.render import render
from sip.plans.models import Comment
from sip.plans.services import family
from sip.signing import on_paper, scans
from sip.signing import services as signing
from sip.signing.models import Signature, SignatureScan
from tests.database import Database
from tests.integration.test_at_once import at_once
from tests.world import World

PATIENCE = 5  # seconds: until somebody who waits is known to be waiting for us


@pytest.fixture
def established(committed_db: Database, broker: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """A plan in force, whose receipt nobody has made."""
    settings.RENDER_AT_ONCE = False
    monkeypatch.setattr(child, "make_apart", _made)
    world = World.build().to("met")
    world.review()
    papers.make_all()
    world.establish()
    assert Paper.objects.count() == 1
    return world


def _made(kind: str, content: str, look: dict[str, Any], **_limits: Any) -> bytes:
    return render(kind, json.loads(content), **look)


def _stopping(act: Callable[[], object], starts: str, holds: str, at: Callable[[], object]) -> Callable[[], object]:
    """Do `act`, and `at` once it comes to a statement that starts so and holds that."""

    def listening(execute: Any, sql: str, *rest: Any) -> Any:
        done = execute(sql, *rest) if starts == "DELETE" else None
        if sql.startswith(starts) and holds in sql:
            at()
        return done if starts == "DELETE" else execute(sql, *rest)

    def doing() -> object:
        with connection.execute_wrapper(listening):
            return act()

    return doing


def test_who_writes_while_a_scan_is_painted_waits_for_nobody(
    committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, begun, written = World.build().to("in_review"), Event(), Event()

    def slowly(scan: bytes) -> bytes:
        begun.set()
        assert written.wait(PATIENCE), "the comment waits for the scan"
        return scan

    def say() -> object:
        begun.wait(PATIENCE)
        said = family.comment(sara, plan, text="När börjar det?")
        written.set()
        return said

    monkeypatch.setattr(scans, "painted_anew", slowly)
    mark, nadja = on_paper.mark_of(world.plan, world.version, world.johan), world.actor(world.nadja)
    sign = partial(on_paper.sign_on_paper, nadja, world.plan, world.johan, mark=mark, scan=b"%PDF")
    sara, plan = world.actor(world.sara), world.plan
    made, said = at_once(sign, say)
    assert isinstance(made, Signature), made
    assert isinstance(said, Comment), said
    assert bytes(SignatureScan.objects.get().data) == b"%PDF"


def receipts(world: World) -> int:
    return Document.objects.filter(version=world.version, kind=DocumentKind.RECEIPT).count()


def test_what_a_parent_says_while_a_receipt_is_kept_stops_neither(
    established: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker holds the version and wants the paper; the parent has taken the paper away and wants the version."""
    world, keeps, taken_away = established, Event(), Event()
    sara = world.actor(world.sara)

    def keeping() -> None:
        keeps.set()
        taken_away.wait(PATIENCE)

    def say() -> object:
        keeps.wait(PATIENCE)
        return signing.dissent(sara, world.plan, text="Jag ser det på ett annat sätt.")

    makes = _stopping(papers.make_all, 'SELECT "documents_paper"."key" FROM', "FOR UPDATE", keeping)
    said, made = at_once(_stopping(say, "DELETE", "documents_paper", taken_away.set), makes)
    assert isinstance(said, Comment), said
    assert isinstance(made, int), made
    assert "a paper was not kept" not in caplog.text
    papers.make_all()
    assert (Comment.objects.count(), Paper.objects.count()) == (1, 0)
    assert receipts(world) >= 1


def test_who_signs_while_a_page_makes_the_receipt_waits_for_nobody(
    established: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page held the paper's row for as long as the paper took; the signer held the version, and wanted the row."""
    world, begun, signed = established, Event(), Event()
    sara, key = world.actor(world.sara), Paper.objects.get().pk

    def slowly(*order: Any, **limits: Any) -> bytes:
        begun.set()
        assert signed.wait(PATIENCE), "the signature waits for the paper"
        return _made(*order, **limits)

    def sign() -> object:
        begun.wait(PATIENCE)
        signature = signing.sign(sara, world.plan)
        signed.set()
        return signature

    monkeypatch.setattr(child, "make_apart", slowly)
    client = world.client(world.johan)

    def wait() -> object:
        with clock.set_to(clock.now() + papers.WORKERS_OWN + timedelta(seconds=1)):
            return client.get(f"/planer/{world.plan.pk}/kvittens-v1.pdf?vantar={key}")

    shown, made = at_once(wait, sign)
    assert isinstance(made, Signature), made
    assert getattr(shown, "status_code", shown) == 200
    monkeypatch.setattr(child, "make_apart", _made)
    papers.make_all()
    assert (Signature.objects.count(), receipts(world), Paper.objects.count()) == (1, 1, 0)
