"""Killed with -9 at each step from the review to the archive: each thing is done whole or not at all, and then done.

One plan lives through it, as in production: the worker makes the papers. The suite kills at a share of the steps,
`make proofs` at every one.
"""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from agencies.actor import Actor
from common import clock
from consent.log.models import AccessEvent
from sip.documents import child, context_receipt, exports, papers, tasks
from sip.documents.models import Copy, Document, DocumentKind, Export, ExportPart, ExportState, Paper
from sip.documents.render import render
from sip.plans.access import Do
from sip.plans.models import Plan, Version
from sip.signing import attempts, codes, expecting, on_paper, providers
from sip.signing import services as signing
from sip.signing.models import AttemptStage, Signature, SignatureScan, SigningAttempt, SigningCode
from tests.database import Database
from tests.faults.killed import AFTER_COMMIT, BEFORE_COMMIT, everything_there, killed, lived
from tests.integration.test_young_person import with_log_in
from tests.lengths import examples, share
from tests.unit.signing.slow import SlowService
from tests.world import World

pytestmark = [pytest.mark.faults, pytest.mark.proof]

PLAN, RECEIPT = DocumentKind.PLAN, DocumentKind.RECEIPT
SHARE = 8  # the suite kills a verb at one step in so many, and an archive's worker too


@pytest.fixture(autouse=True)
def as_in_production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """But that the worker starts no new Python for a paper. A service is connected that says yes when it is asked."""
    settings.RENDER_AT_ONCE = False
    monkeypatch.setattr(child, "make_apart", _make_here)
    monkeypatch.setitem(providers.PROVIDERS, "prov", SlowService(turns=1, patience=None))
    monkeypatch.setitem(context_receipt.HOW, "prov", "Med provtjänsten")


def _make_here(kind: str, content: str, look: dict[str, Any], **_limits: Any) -> bytes:
    return render(kind, json.loads(content), **look)


class Deaths:
    """Kills, each time at other steps than the time before. `of_a_paper`: the worker's steps when it makes one."""

    def __init__(self, of_a_paper: list[str]) -> None:
        self.of_a_paper, self.verbs, self.papers = of_a_paper, 0, 0

    def of_verb(self, verb: Callable[[], object]) -> None:
        """At any step before its commit nothing has happened at all, in any table. Killed after it, it is done."""
        before = everything_there()
        steps = killed(verb, BEFORE_COMMIT)
        assert everything_there() == before, steps
        for number in share(range(len(steps) - 1), self.verbs, of=SHARE):
            told = killed(verb, number)
            assert everything_there() == before, told
        killed(verb, AFTER_COMMIT)
        self.verbs += 1

    def of_worker(self, kind: DocumentKind) -> None:
        """Killed twice at one paper, which waits or is kept: whoever takes it up next makes it, and once."""
        kept = Document.objects.filter(kind=kind)
        before = kept.count()
        for turn in range(papers.MOST_ATTEMPTS - 1):
            if Paper.objects.exists():
                told = killed(partial(make_papers, turn), self.papers % len(self.of_a_paper))
                assert (Paper.objects.count(), kept.count() - before) in [(1, 0), (0, 1)], told
                self.papers += 1
        make_papers(papers.MOST_ATTEMPTS)
        assert (Paper.objects.count(), kept.count() - before) == (0, 1)


def make_papers(leases: int) -> None:
    """The worker, so many leases from now: by then it is known that who took a paper up is dead."""
    with clock.set_to(clock.now() + leases * (papers.LEASE + timedelta(seconds=1))):
        tasks.make_papers()


def test_from_the_review_to_the_archive(committed_db: Database, broker: str) -> None:
    world = World.build()
    sibling = world.sibling().to("in_review")
    deaths = Deaths(lived(tasks.make_papers))
    alva = world.actor(with_log_in(world))
    world.to("met")
    nadja, johan, sara = (world.actor(who) for who in (world.nadja, world.johan, world.sara))
    deaths.of_verb(world.review)
    version = world.version
    deaths.of_worker(PLAN)
    deaths.of_verb(world.establish)
    assert Copy.objects.count() == len(world.parties) + 3
    deaths.of_worker(RECEIPT)
    deaths.of_verb(lambda: signing.refuse_to_sign(johan, world.plan))
    deaths.of_worker(RECEIPT)
    deaths.of_verb(paper_of(world, nadja))
    assert SignatureScan.objects.get().signature.guardian == world.johan
    deaths.of_worker(RECEIPT)
    key = asked_of_service(deaths, alva, world.plan, version)
    deaths.of_verb(lambda: attempts.poll_signing(alva, key))
    assert bytes(SigningAttempt.objects.get(stage="complete").evidence) == b"<evidence/>"
    deaths.of_verb(lambda: signing.send_code(sara, world.plan, sha256=version.sha256, has_read=True))
    code = codes.digits(SigningCode.objects.get())
    deaths.of_verb(lambda: signing.sign_with_code(sara, world.plan, sha256=version.sha256, code=code))
    deaths.of_worker(RECEIPT)
    assert_signed_and_sealed(version)
    assert deaths.papers >= len(deaths.of_a_paper)
    sibling.sign(world.sara, world.johan)
    deaths.of_verb(sibling.establish)
    assert sibling.version.sealed_at
    make_papers(0)
    assert_archives_are_whole(deaths, nadja)


def paper_of(world: World, witness: Actor) -> Callable[[], object]:
    """Johan, who has said no, has signed on paper; here is a photo of it."""
    out = io.BytesIO()
    Image.new("RGB", (210, 297), "white").save(out, "JPEG")
    mark = on_paper.mark_of(world.plan, world.version, world.johan)
    said = {"mark": mark, "scan": out.getvalue(), "changed_mind": True}
    return lambda: on_paper.sign_on_paper(witness, world.plan, world.johan, **said)


def asked_of_service(deaths: Deaths, alva: Actor, plan: Plan, version: Version) -> UUID:
    """Alva's attempt in an outside service, which has taken up the order; of a first one nobody heard its answer."""
    start = partial(attempts.start_signing, alva, plan, provider="prov", sha256=version.sha256, has_read=True)
    deaths.of_verb(partial(start, nonce="click"))
    first = SigningAttempt.objects.get()

    def poll(after: timedelta) -> SigningAttempt:
        with clock.set_to(first.started_at + after):
            return attempts.poll_signing(alva, first.pk)

    killed(partial(poll, timedelta()), AFTER_COMMIT)
    assert poll(timedelta()).is_pending
    assert poll(attempts.TO_START).stage == AttemptStage.FAILED
    key = start(nonce="again").pk
    assert attempts.poll_signing(alva, key).reference
    return key


def assert_signed_and_sealed(version: Version) -> None:
    """Three have signed, one of them on paper; each file is there once, and the last of each verifies."""
    version.refresh_from_db()
    assert version.sealed_at
    assert sorted(Signature.objects.values_list("how", "status")) == [
        ("local", "signed"),
        ("paper", "signed"),
        ("prov", "signed"),
    ]
    for kind, revisions in ((PLAN, [0, 1, 2, 3]), (RECEIPT, [1, 2, 3, 4])):
        rows = list(Document.objects.filter(version=version, kind=kind).order_by("revision"))
        assert [row.revision for row in rows] == revisions
        assert expecting.examine(bytes(rows[-1].data)).verdict.holds


def assert_archives_are_whole(deaths: Deaths, nadja: Actor) -> None:
    """Two plans in each: asked for and made once without a death, and then with one at each step."""
    order = partial(exports.order, nadja, exports.desks(nadja)[0], exports.Scope(), reason="Akten.")
    deaths.of_verb(order)
    steps = lived(tasks.make_exports)
    whole = taken(nadja, Export.objects.get())
    for number in share(range(len(steps)), 1, of=examples(SHARE, 1)):
        logged = AccessEvent.objects.filter(act=Do.EXPORT, child__isnull=False).count()
        made = order()
        told = killed(tasks.make_exports, number)
        made.refresh_from_db()
        parts = ExportPart.objects.filter(export=made)
        in_log = AccessEvent.objects.filter(act=Do.EXPORT, child__isnull=False).count() - logged
        assert made.done == parts.filter(is_done=True).count() == parts.exclude(data=None).count() == in_log, told
        assert made.state == ExportState.WAITING or made.done == made.total, told
        with clock.set_to(clock.now() + exports.LEASE):
            tasks.make_exports()
        made.refresh_from_db()
        assert (made.state, made.done, made.total) == (ExportState.MADE, 2, 2), told
        assert AccessEvent.objects.filter(act=Do.EXPORT, child__isnull=False).count() - logged == 2, told
        assert taken(nadja, made) == whole, told


def taken(actor: Actor, made: Export) -> bytes:
    """The archive as it is fetched, which is taken away then."""
    data = b"".join(exports.take(actor, made.pk))
    exports.remove(actor, made.pk)
    return data
