"""Attack 14 at length: five signers, cut, grown, mended and mixed. Every change is found, and none crashes.

`make proofs` flips 2,400 bits of the sealed file; the suite some hundred of other places each time it has been changed.
"""

import hashlib
import io
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import settings as hypothesis_settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from sip.signing import pades
from sip.signing.authority import Authority
from sip.signing.verify import Expected, ExpectedSignature, Verdict, verify
from tests.unit.signing import papers

SIGNERS = [f"0198c0de-0000-7000-8000-00000000000{number}" for number in range(1, 6)]
AT_LENGTH = 1000  # examples, in the profile of `make proofs`
IS_LONG = hypothesis_settings().max_examples >= AT_LENGTH
FLIPS = 2400 if IS_LONG else 240
PARTS = 48 if IS_LONG else 8  # so that several workers share them, and none takes long


@pytest.fixture(scope="session")
def five(house: Authority) -> tuple[list[bytes], Expected]:
    """The plan after each of five signatures and the seal, and what is expected of the last."""
    revisions, marks = [papers.plan_pdf()], []
    for number, signer in enumerate(SIGNERS):
        at = papers.FIRST + timedelta(minutes=number)
        made = pades.sign(revisions[-1], signer_id=signer, signing_time=at, reason="r", authority=house)
        revisions.append(made.data)
        marks.append(ExpectedSignature(signer, made.certificate_fingerprint))
    revisions.append(pades.seal(revisions[-1], signing_time=papers.LAST, authority=house).data)
    return revisions, Expected(hashlib.sha256(revisions[-1]).hexdigest(), tuple(marks), sealed=True)


def failed(verdict: Verdict) -> set[str]:
    """The checks that do not hold."""
    assert not verdict.holds
    return {check.name for check in verdict.checks if not check.held}


def test_five_signers_and_a_seal_hold(five: tuple[list[bytes], Expected], house: Authority) -> None:
    revisions, expected = five
    verdict = verify(revisions[-1], authority=house, expected=expected)
    assert verdict.holds, verdict
    assert [mark.signer_id for mark in verdict.signatures if not mark.is_seal] == SIGNERS
    assert all(late.startswith(early) for early, late in pairwise(revisions))


@pytest.mark.parametrize("signatures", range(6))
def test_cut_at_each_revision(signatures: int, five: tuple[list[bytes], Expected], house: Authority) -> None:
    """The cut file is valid in itself from the first signature on: only what the program knows tells that it is cut."""
    revisions, expected = five
    cut = revisions[signatures]
    assert verify(cut, authority=house).holds is (signatures > 0)
    found = failed(verify(cut, authority=house, expected=expected))
    assert {"Sigillet stämmer", "Filen är den som tjänsten förvarar"} <= found
    assert ("Antalet underskrifter stämmer" in found) is (signatures < 5)
    for end in (len(cut) - 1, len(cut) + 1, len(cut) + 500):
        assert not verify(revisions[-1][:end], authority=house).holds


def written(pdf: bytes) -> bytes:
    """Nothing but an incremental update, as an honest program would write one."""
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.update_root()
    writer.write(out)
    return out.getvalue()


def with_other_attachment(pdf: bytes) -> bytes:
    """The plan's data exchanged, every signed byte left where it was."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    root = writer.root
    files = root["/Names"]["/EmbeddedFiles"]
    names = files["/Names"] if "/Names" in files else files["/Kids"][0]["/Names"]
    stream = names[1]["/EF"].raw_get("/F")
    writer.objs_in_streams.clear()
    other = generic.StreamObject(stream_data=b'{"forged": true}')
    other["/Type"] = generic.pdf_name("/EmbeddedFile")
    writer.objects[(stream.generation, stream.idnum)] = other
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_another_attachment_or_an_empty_update_is_found(five: tuple[list[bytes], Expected], house: Authority) -> None:
    sealed = five[0][-1]
    for changed in (with_other_attachment(sealed), written(sealed)):
        assert changed.startswith(sealed)
        assert "Underskrifterna omfattar hela filen" in failed(verify(changed, authority=house))


def test_an_attachment_exchanged_by_a_whole_new_file_is_found(
    five: tuple[list[bytes], Expected], house: Authority
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(five[0][-1])) as document:
        for name in list(document.attachments):
            document.attachments[name] = pikepdf.AttachedFileSpec(document, b"{}", mime_type="application/json")
        document.save(out)
    assert not verify(out.getvalue(), authority=house).holds


def contents(pdf: bytes) -> list[tuple[int, int]]:
    """Where each signature's own bytes stand."""
    return [found.span(1) for found in re.finditer(rb"/Contents <([0-9A-Fa-f]{2000,})>", pdf)]


def with_signature_of(pdf: bytes, other: bytes, mine: int = 0, theirs: int = 0) -> bytes:
    """One file's signature put in the place of another's."""
    (start, end), (from_, to) = contents(pdf)[mine], contents(other)[theirs]
    taken = other[from_:to].rstrip(b"0").ljust(end - start, b"0")
    return pdf[:start] + taken[: end - start] + pdf[end:]


def test_signatures_moved_between_files_and_within_one_are_found(
    signed: papers.Signed, five: tuple[list[bytes], Expected], house: Authority
) -> None:
    again = papers.signed_plan(house)
    assert len(contents(signed.sealed)) == 3
    for changed in (
        with_signature_of(signed.one, again.one),  # the same signer, the same plan, another moment's key
        with_signature_of(signed.sealed, five[0][-1]),
        with_signature_of(signed.two, signed.two, 0, 1),
        with_signature_of(signed.two, signed.two, 1, 0),
    ):
        assert not verify(changed, authority=house).holds
    assert with_signature_of(signed.one, signed.one) == signed.one


def test_a_signature_twice_in_one_file_is_not_two_people(signed: papers.Signed, house: Authority) -> None:
    expected = replace(signed.expected(), pdf_sha256=None, sealed=None)
    twice = pades.sign(signed.one, signer_id=papers.SARA, signing_time=papers.SECOND, reason="r", authority=house)
    assert failed(verify(twice.data, authority=house, expected=expected)) == {"Rätt personer har skrivit under"}


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
def test_flipped_bits_of_the_sealed_file_are_found(part: int, signed: papers.Signed, house: Authority) -> None:
    """Evenly spread over all of it, and nothing known but the authority: the cryptography alone finds them."""
    pdf = signed.sealed
    step = max(len(pdf) // FLIPS, 1)
    missed = []
    for number, place in enumerate(range(part * step, len(pdf), step * PARTS)):
        changed = pdf[:place] + bytes([pdf[place] ^ (1 << (number + part) % 8)]) + pdf[place + 1 :]
        if verify(changed, authority=house).holds:
            missed.append((place, (number + part) % 8))
    assert missed == []
