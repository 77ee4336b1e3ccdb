"""A file from anybody, held against what the service knows: the newest copy holds, every other is told as it is."""

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from sip.documents.models import Document, DocumentKind
from sip.signing import expecting
from sip.signing.models import Signature
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


def test_only_the_newest_copy_is_whole(world: World) -> None:
    *earlier, newest = papers(world, DocumentKind.PLAN)
    assert len(earlier) == 3
    answer = expecting.examine(newest)
    assert answer.verdict.holds, answer
    assert answer.note == ""
    assert len(answer.verdict.checks) == 12
    for copy in earlier:
        told = expecting.examine(copy)
        assert not told.verdict.holds
        assert "Sigillet stämmer" in failed(told)
        assert "tidigare kopia" in told.note


def test_a_receipt_holds_and_an_older_one_says_so(world: World) -> None:
    (receipt,) = papers(world, DocumentKind.RECEIPT)
    assert expecting.examine(receipt).verdict.holds
    changed = receipt[:-3] + b"\n\n\n"
    assert not expecting.examine(changed).verdict.holds


def test_a_later_receipt_is_told_of() -> None:
    world = World.build().to("established")
    world.sign(world.sara)
    first, second = papers(world, DocumentKind.RECEIPT)
    assert expecting.examine(first).verdict.holds
    assert "Det finns en senare" in expecting.examine(first).note
    assert "Det finns en senare" not in expecting.examine(second).note


def test_an_unsigned_plan_holds_by_its_hash_until_somebody_signs() -> None:
    world = World.build().to("in_review")
    (plain,) = papers(world, DocumentKind.PLAN)
    assert expecting.examine(plain).verdict.holds
    world.sign(world.sara)
    assert "Antalet underskrifter stämmer" in failed(expecting.examine(plain))


def test_a_file_that_is_ours_but_weeded_out_is_not_vouched_for(world: World) -> None:
    newest = papers(world, DocumentKind.PLAN)[-1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    Document.objects.filter(version=world.version).delete()
    assert failed(expecting.examine(newest)) == {"Filen är den som tjänsten förvarar"}


def test_a_signature_that_is_not_recorded_is_missed(world: World) -> None:
    newest = papers(world, DocumentKind.PLAN)[-1]
    Signature.objects.filter(guardian=world.johan).update(certificate="0" * 64)
    assert failed(expecting.examine(newest)) == {"Rätt personer har skrivit under"}


def test_signers_of_two_plans_in_one_file_are_nobodys(world: World) -> None:
    assert expecting._signed_version(()) is None
    newest = papers(world, DocumentKind.PLAN)[-1]
    other = world.sibling().to("in_review")
    other.sign(other.sara)
    Signature.objects.filter(guardian=world.johan, version=world.version).update(version=other.version, guardian=None)
    assert not expecting.examine(newest).verdict.holds


def test_every_unknown_file_gets_one_and_the_same_answer(world: World, django_assert_num_queries: Any) -> None:
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
    with pytest.raises(SystemExit) as ended:
        call_command("verify_pdf", str(good), str(bad), stdout=out)
    assert ended.value.code == 1
    assert "NEJ Underskrifterna omfattar hela filen" in out.getvalue()


def test_what_is_kept_is_known_by_the_hash_of_the_very_bytes(world: World) -> None:
    for row in Document.objects.filter(version=world.version):
        assert hashlib.sha256(bytes(row.data)).hexdigest() == row.sha256
