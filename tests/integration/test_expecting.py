"""A file from anybody, and what the service knows: what was made here holds, and tells nothing of later days."""

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from sip.documents.models import Document, DocumentKind
from sip.plans.services import contents
from sip.signing import apart, expecting
from sip.signing.models import Signature
from tests.unit.signing.papers import plan_pdf
from tests.world import World

pytestmark = pytest.mark.django_db


def papers(world: World, kind: DocumentKind) -> list[bytes]:
    """Every revision of a version's paper."""
    rows = Document.objects.filter(version=world.version, kind=kind).order_by("revision")
    return [bytes(row.data) for row in rows]


def failed(answer: expecting.Answer) -> set[str]:
    """The names of the checks that do not hold."""
    return {check.name for check in answer.verdict.checks if not check.held}


@pytest.fixture
def world() -> World:
    """A plan that both have signed, established and sealed."""
    made = World.build().to("in_review")
    made.sign(made.sara)
    made.sign(made.johan)
    made.establish()
    return made


def test_every_copy_that_was_handed_out_is_genuine(world: World) -> None:
    """The one that the family has on the phone, from before the last signature and the seal, is no forgery."""
    copies = [*papers(world, DocumentKind.PLAN), *papers(world, DocumentKind.RECEIPT)]
    answers = [expecting.examine(copy) for copy in copies]
    assert len(answers) == 5
    for answer in answers:
        assert answer.is_genuine, answer
    assert len({(answer.summary, answer.note) for answer in answers}) == 1
    assert "finnas en senare kopia" in answers[0].note
    assert [len(answer.verdict.checks) for answer in answers] == [5, 12, 12, 12, 12]
    changed = copies[-1][:-3] + b"\n\n\n"
    assert not expecting.examine(changed).is_genuine


def test_an_old_copy_tells_nothing_of_what_came_after() -> None:
    """Who no longer has custody has a copy: it says neither that the plan lives, nor that somebody has signed since."""
    world = World.build().to("in_review")
    world.sign(world.sara)
    copies = papers(world, DocumentKind.PLAN)
    before = [expecting.examine(copy) for copy in copies]
    world.sign(world.johan)
    world.establish()
    assert [expecting.examine(copy) for copy in copies] == before


def test_a_void_version_is_genuine_and_says_that_it_may_not_be_in_force() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    signed = papers(world, DocumentKind.PLAN)[-1]
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    answer = expecting.examine(signed)
    assert answer.is_genuine
    assert "säger inte om planen gäller" in answer.note


def test_what_nobody_has_signed_is_no_forgery(world: World) -> None:
    """An extract, a call: there is nothing to hold on to, and that is what is said."""
    answer = expecting.examine(plan_pdf())
    assert answer.is_unsigned
    assert "Det finns inget att verifiera" in answer.summary
    assert "Lita inte" not in answer.note


def test_what_hangs_is_ended_within_one_budget(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One child, however much the file is known here: each budget spent holds up somebody else."""
    begun: list[object] = []

    def hang(*_args: Any, **_known: Any) -> None:
        while True:
            pass

    real = apart.apart
    monkeypatch.setattr(apart, "apart", lambda _work, seconds: begun.append(seconds) or real(hang, seconds))
    newest = papers(world, DocumentKind.PLAN)[-1]
    assert not expecting.examine(newest, seconds=1).is_genuine
    assert begun == [1]


def test_a_file_that_is_ours_but_weeded_out_is_not_vouched_for(world: World) -> None:
    newest = papers(world, DocumentKind.PLAN)[-1]
    Document.objects.filter(version=world.version).delete()
    assert failed(expecting.examine(newest)) == {"Filen är den som tjänsten förvarar"}


def test_a_signature_that_is_not_recorded_is_missed(world: World) -> None:
    newest = papers(world, DocumentKind.PLAN)[-1]
    Signature.objects.filter(guardian=world.johan).update(certificate="0" * 64)
    assert failed(expecting.examine(newest)) == {"Rätt personer har skrivit under"}


def test_every_unknown_file_gets_one_and_the_same_answer(world: World) -> None:
    plain = papers(world, DocumentKind.PLAN)[0]
    unknown = plain.replace(b"%%EOF", b"%%EOE")
    answers = {expecting.examine(pdf) for pdf in (b"", b"%PDF-1.7", b"\x00" * 99, unknown[:-200])}
    assert len(answers) == 1
    assert failed(answers.pop()) == {"Filen går att läsa"}


def test_the_command_tells_each_check_and_ends_with_one(world: World, tmp_path: Path) -> None:
    *_earlier, newest = papers(world, DocumentKind.PLAN)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(newest)
    bad.write_bytes(newest + b" ")
    out = StringIO()
    call_command("verify_pdf", str(good), stdout=out)
    assert out.getvalue().count("  ja ") == 12
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_pdf", str(tmp_path / "none.pdf"), str(good), str(bad), stdout=out, stderr=err)
    assert ended.value.code == 1
    assert "none.pdf" in err.getvalue()
    assert "NEJ Underskrifterna omfattar hela filen" in out.getvalue()


def test_what_is_kept_is_known_by_the_hash_of_the_very_bytes(world: World) -> None:
    for row in Document.objects.filter(version=world.version):
        assert hashlib.sha256(bytes(row.data)).hexdigest() == row.sha256
