"""Attack 14: altered, cut or appended signed PDFs are not verified, the check says which, and nothing crashes."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip.signing import authority as authorities
from sip.signing import pades
from sip.signing.authority import Authority
from sip.signing.verify import Expected, Verdict, verify
from tests.unit.signing import papers

READABLE = "Filen går att läsa"
HOUSE = "Underskrifterna är gjorda i tjänsten"
UNCHANGED = "Det som är underskrivet är oförändrat"
COVERED = "Underskrifterna omfattar hela filen"
ONLY_SIGNED = "Inget annat än underskrifter har lagts till"
TIMES = "Tiderna stämmer"
COUNT = "Antalet underskrifter stämmer"
PEOPLE = "Rätt personer har skrivit under"
SEAL = "Sigillet stämmer"
STORED = "Filen är den som tjänsten förvarar"


def failed(verdict: Verdict) -> set[str]:
    assert not verdict.holds
    return {check.name for check in verdict.checks if not check.held}


def test_what_the_service_made_is_verified(signed: papers.Signed, house: Authority) -> None:
    verdict = verify(signed.sealed, authority=house, expected=signed.expected())
    assert verdict.holds, verdict
    assert len({check.name for check in verdict.checks}) == len(verdict.checks) == 12
    assert [mark.signer_id for mark in verdict.signatures] == [papers.SARA, papers.JOHAN, "SIP sigill"]
    assert [mark.is_seal for mark in verdict.signatures] == [False, False, True]
    assert [mark.at for mark in verdict.signatures] == [
        moment.replace(microsecond=0) for moment in (papers.FIRST, papers.SECOND, papers.LAST)
    ]


@pytest.mark.parametrize("revision", ["one", "two", "sealed"])
def test_every_revision_is_verified_when_nothing_more_is_expected(
    revision: str, signed: papers.Signed, house: Authority
) -> None:
    assert verify(getattr(signed, revision), authority=house).holds


def test_cut_back_at_the_first_signature_it_is_valid_but_not_what_is_expected(
    signed: papers.Signed, house: Authority
) -> None:
    expected = replace(signed.expected(), pdf_sha256=None)
    assert failed(verify(signed.one, authority=house, expected=expected)) == {COUNT, PEOPLE, SEAL}
    assert failed(verify(signed.two, authority=house, expected=expected)) == {SEAL}
    assert failed(verify(papers.plan_pdf(), authority=house, expected=expected)) >= {"Filen har underskrifter", COUNT}


def test_another_copy_by_the_same_people_is_not_the_stored_one(signed: papers.Signed, house: Authority) -> None:
    again = papers.signed_plan(house)
    assert failed(verify(again.sealed, authority=house, expected=signed.expected())) == {PEOPLE, STORED}


def test_an_appended_page_is_found(signed: papers.Signed, house: Authority) -> None:
    """As an attacker would: an incremental update that leaves every signed byte where it was."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed.sealed))
    name = generic.pdf_name
    page = generic.DictionaryObject(
        {
            name("/Type"): name("/Page"),
            name("/MediaBox"): generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 595, 842)]),
            name("/Resources"): generic.DictionaryObject(),
        }
    )
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    changed = out.getvalue()
    assert changed.startswith(signed.sealed)
    assert failed(verify(changed, authority=house)) >= {COVERED, ONLY_SIGNED}


def test_bytes_behind_the_end_are_found(signed: papers.Signed, house: Authority) -> None:
    for tail in (b"\n", b"%%EOF", b"x" * 5_000, signed.one):
        assert not verify(signed.sealed + tail, authority=house).holds


def test_a_file_saved_anew_by_another_program_is_found(signed: papers.Signed, house: Authority) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed.sealed)) as document:
        document.save(out)
    assert not verify(out.getvalue(), authority=house).holds


def test_a_signature_by_another_authority_is_found(signed: papers.Signed, house: Authority, tmp_path: Path) -> None:
    stranger = authorities.load(tmp_path / "stranger")
    forged = pades.sign(
        signed.one, signer_id=papers.JOHAN, signing_time=papers.SECOND, reason="Har läst planen", authority=stranger
    )
    assert failed(verify(forged.data, authority=house)) == {HOUSE}
    assert failed(verify(forged.data, authority=stranger)) == {HOUSE}


def test_a_certificate_used_at_another_time_is_found(house: Authority) -> None:
    """Were a one-use key kept and used later, its certificate would tell."""
    identity = house.one_use(papers.SARA, papers.FIRST)
    late = pades._append(papers.plan_pdf(), identity, papers.FIRST + timedelta(days=3), "r", house, field=None)
    assert failed(verify(late.data, authority=house)) == {TIMES}


def test_two_branches_of_the_same_revision_cannot_both_be_expected(signed: papers.Signed, house: Authority) -> None:
    branch = pades.sign(signed.one, signer_id=papers.JOHAN, signing_time=papers.SECOND, reason="r", authority=house)
    expected = Expected(signatures=signed.marks)
    assert failed(verify(branch.data, authority=house, expected=expected)) == {PEOPLE}


@pytest.mark.parametrize(
    "junk",
    [b"", b"%PDF-1.7", b"\x00" * 4_096, b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"x" * 99, "ÅÄÖ".encode("utf-16")],
    ids=["empty", "head", "zeros", "head and tail", "zip", "text"],
)
def test_what_is_no_pdf_is_said_to_be_unreadable(junk: bytes, house: Authority) -> None:
    assert failed(verify(junk, authority=house, expected=Expected())) == {READABLE}


def test_what_is_larger_than_anything_made_here_is_not_even_read(house: Authority) -> None:
    assert failed(verify(b"%PDF-1.7" + b"x" * 20_000_001, authority=house)) == {READABLE}


def test_a_plan_signed_on_paper_alone_is_verified_by_its_hash(house: Authority) -> None:
    from hashlib import sha256

    plain = papers.plan_pdf()
    expected = Expected(sha256(plain).hexdigest(), (), sealed=False)
    assert verify(plain, authority=house, expected=expected).holds
    assert failed(verify(plain, authority=house)) == {"Filen har underskrifter"}


def test_every_cut_is_found_and_none_crashes(signed: papers.Signed, house: Authority) -> None:
    revisions = {len(signed.one), len(signed.two), len(signed.sealed)}
    for end in range(0, len(signed.sealed), len(signed.sealed) // 60):
        assert end in revisions or not verify(signed.sealed[:end], authority=house).holds, end


def flipped(pdf: bytes, place: int, bit: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ (1 << bit)]) + pdf[place + 1 :]


def test_flipped_bits_all_over_the_file_are_found_without_knowing_what_to_expect(
    signed: papers.Signed, house: Authority
) -> None:
    """300 places, evenly spread over what the signature covers and where it lies itself."""
    for number, place in enumerate(range(0, len(signed.one), len(signed.one) // 300)):
        verdict = verify(flipped(signed.one, place, number % 8), authority=house)
        assert not verdict.holds, (place, number % 8)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_is_found_where_the_stored_hash_is_known(
    data: st.DataObject, signed: papers.Signed, house: Authority
) -> None:
    place = data.draw(st.integers(0, len(signed.sealed) - 1))
    bit = data.draw(st.integers(0, 7))
    verdict = verify(flipped(signed.sealed, place, bit), authority=house, expected=signed.expected())
    assert failed(verdict)


def test_flipped_bits_where_the_signature_itself_lies_are_found(signed: papers.Signed, house: Authority) -> None:
    """Versions, names of algorithms, the issuer's certificate, the filling: what no validator looks at."""
    start = signed.one.index(b"/Contents <") + len(b"/Contents ")
    end = signed.one.index(b">", start) + 1
    head = range(start, start + 100)
    for number, place in enumerate([*head, *range(start + 100, end, (end - start) // 120)]):
        assert not verify(flipped(signed.one, place, number % 8), authority=house).holds, (place, number % 8)
