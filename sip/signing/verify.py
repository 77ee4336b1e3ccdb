"""Whether a signed PDF is what it says it is: a list of checks, each with its answer in words.

A signature that is valid proves too little: a file cut back at its first signature is still valid, with one signer.
So what the program itself knows of the document (`Expected`) is held against it too.
"""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from common.errors import given
from common.files import LARGEST
from sip.signing.authority import Authority, fingerprint

MAX_BYTES = LARGEST
MAX_SIGNATURES = 40

_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExpectedSignature:
    """A signature that the program has recorded: whose, and with which one-use certificate."""

    signer_id: str
    certificate_fingerprint: str


@dataclass(frozen=True)
class Expected:
    """What the program knows of a document. What is None is not held against the file.

    `people`: how many of `signatures` stand in this copy, which may be an earlier one; None means all of them.
    """

    pdf_sha256: str | None = None
    signatures: tuple[ExpectedSignature, ...] | None = None
    people: int | None = None
    sealed: bool | None = None

    @property
    def wanted(self) -> int | None:
        """How many people's signatures are to stand in the file."""
        return self.people if self.signatures is None or self.people is not None else len(self.signatures)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its name, whether it holds, and why (not); both in Swedish."""

    name: str
    held: bool
    why: str


@dataclass(frozen=True)
class FoundSignature:
    """A signature that stands in the file. Say nothing of it to people unless the verdict holds."""

    signer_id: str
    certificate_fingerprint: str
    at: datetime | None
    is_seal: bool


@dataclass(frozen=True)
class Verdict:
    """The answer. `holds` only where every check does."""

    checks: tuple[Check, ...]
    signatures: tuple[FoundSignature, ...] = ()

    @property
    def holds(self) -> bool:
        return all(check.held for check in self.checks)


def verify(pdf: bytes, *, authority: Authority, expected: Expected | None = None) -> Verdict:
    """Look at `pdf` and answer. Never raises: whatever cannot be read cannot be verified."""
    try:
        return _verify(pdf, authority, expected or Expected())
    except Exception:
        # A hostile file may fail anywhere in the parser; what it was is of no use to the one who asked.
        log.info("a PDF could not be verified", exc_info=True)
        return unreadable()


def unreadable() -> Verdict:
    """The answer for what cannot be read at all."""
    return Verdict((Check(_("Filen går att läsa"), False, _("Filen är skadad, ändrad eller ingen PDF.")),))


def _verify(pdf: bytes, authority: Authority, expected: Expected) -> Verdict:
    if len(pdf) > MAX_BYTES:
        raise ValueError("larger than any document made here")
    reader = PdfFileReader(io.BytesIO(pdf))
    embedded = list(reader.embedded_regular_signatures)
    if len(embedded) > MAX_SIGNATURES:
        raise ValueError("more signatures than any document made here")
    found = tuple(_found(signature, authority) for signature in embedded)
    readable = (
        _("Filen är en PDF med läsbara underskrifter.") if embedded else _("Filen är en PDF, utan underskrifter.")
    )
    checks = [Check(_("Filen går att läsa"), True, readable)]
    if embedded:
        statuses = [_validate(signature, authority) for signature in embedded]
        checks += [
            _made_here(statuses, embedded, authority),
            _texts_unchanged(statuses),
            _covers_everything(embedded, statuses, pdf),
            _only_signatures_added(statuses),
            _no_timestamps(len(reader.embedded_timestamp_signatures)),
            _times_agree(embedded, found),
            _seal_is_last(found),
        ]
    elif expected.wanted != 0 or expected.sealed:
        checks.append(Check(_("Filen har underskrifter"), False, _("Filen har ingen underskrift.")))
    checks += _as_expected(pdf, found, expected)
    return Verdict(tuple(checks), found)


def _found(signature: EmbeddedPdfSignature, authority: Authority) -> FoundSignature:
    certificate = signature.signer_cert
    mark = sha256(certificate.dump()).hexdigest()
    return FoundSignature(
        signer_id=certificate.subject.native.get("common_name", ""),
        certificate_fingerprint=mark,
        at=signature.self_reported_timestamp,
        is_seal=mark in {fingerprint(seal) for seal in authority.known_seals},
    )


def _validate(signature: EmbeddedPdfSignature, authority: Authority) -> PdfSignatureStatus:
    """pyHanko's judgement at the time that the signature claims; `_times_agree` holds that time to the certificate."""
    context = ValidationContext(
        trust_roots=[_asn1(authority.root)],
        other_certs=[_asn1(issuing) for issuing in authority.known_issuing],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
        # One-use certificates are never revoked: their keys no longer exist.
        revocation_mode="soft-fail",
    )
    return validate_pdf_signature(signature, signer_validation_context=context)


def _made_here(statuses: list[PdfSignatureStatus], embedded: list[EmbeddedPdfSignature], authority: Authority) -> Check:
    known = {fingerprint(certificate) for certificate in (authority.root, *authority.known_issuing)}
    strangers = any(
        sha256(certificate.dump()).hexdigest() not in known
        for signature in embedded
        for certificate in signature.other_embedded_certs
    )
    held = all(status.trusted for status in statuses) and not strangers
    return Check(
        _("Underskrifterna är gjorda i tjänsten"),
        held,
        _("Tjänsten känner igen alla certifikat.")
        if held
        else _("Minst en underskrift är gjord någon annanstans, eller med ett ändrat certifikat."),
    )


def _texts_unchanged(statuses: list[PdfSignatureStatus]) -> Check:
    held = all(status.intact and status.valid for status in statuses)
    return Check(
        _("Det som är underskrivet är oförändrat"),
        held,
        _("Varje underskrift stämmer med det som skrevs under.")
        if held
        else _("Något har ändrats sedan det skrevs under."),
    )


def _covers_everything(embedded: list[EmbeddedPdfSignature], statuses: list[PdfSignatureStatus], pdf: bytes) -> Check:
    held = (
        statuses[-1].coverage == SignatureCoverageLevel.ENTIRE_FILE
        and all(status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION for status in statuses)
        and all(_container_is_plain(signature, pdf) for signature in embedded)
    )
    return Check(
        _("Underskrifterna omfattar hela filen"),
        held,
        _("Ingen del av filen står utanför.") if held else _("Det finns något i filen som ingen har skrivit under."),
    )


def _container_is_plain(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the one place that a signature cannot cover, its own, holds the signature and nothing else."""
    _start, before, after, _length = signature.byte_range
    held = _container_as_made(signature).hex().upper().encode()
    return pdf[before:after] == b"<" + held.ljust(after - before - 2, b"0") + b">"


def _container_as_made(signature: EmbeddedPdfSignature) -> bytes:
    """The container as this program writes one around that signature.

    Fields that no signature covers and no validator reads (versions, lists of algorithms) are written anew, so that
    a change in one of them shows.
    """
    certificates = [signature.signer_cert, *signature.other_embedded_certs]
    signer = signature.signer_info
    made = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": signature.signer_cert.issuer,
                    "serial_number": signature.signer_cert.serial_number,
                }
            },
            "digest_algorithm": _SHA256,
            **{field: signer[field] for field in ("signed_attrs", "signature_algorithm", "signature")},
        }
    )
    signed_data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_SHA256],
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [made],
        }
    )
    container: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump()
    return container


def _only_signatures_added(statuses: list[PdfSignatureStatus]) -> Check:
    held = all(status.docmdp_ok for status in statuses)
    return Check(
        _("Inget annat än underskrifter har lagts till"),
        held,
        _("Efter varje underskrift har bara nya underskrifter kommit till.")
        if held
        else _("Något har lagts till eller bytts ut efter en underskrift."),
    )


def _no_timestamps(present: int) -> Check:
    """No authority of timestamps is connected: one in the file was put there by somebody else."""
    return Check(
        _("Antalet tidsstämplar stämmer"),
        present == 0,
        _("Filen ska inte ha någon tidsstämpel, och har ingen.")
        if present == 0
        else _("Filen har en tidsstämpel som tjänsten inte har satt."),
    )


def _times_agree(embedded: list[EmbeddedPdfSignature], found: tuple[FoundSignature, ...]) -> Check:
    """A one-use certificate holds from the second that it was used; a signature that says otherwise is moved."""
    held = all(
        mark.at is not None
        and (mark.is_seal or abs(mark.at - signature.signer_cert.not_valid_before) <= timedelta(seconds=1))
        for signature, mark in zip(embedded, found, strict=True)
    )
    return Check(
        _("Tiderna stämmer"),
        held,
        _("Tiden för varje underskrift stämmer med dess certifikat.")
        if held
        else _("En underskrift säger en annan tid än sitt certifikat."),
    )


def _seal_is_last(found: tuple[FoundSignature, ...]) -> Check:
    held = not any(mark.is_seal for mark in found[:-1])
    return Check(
        _("Inget är underskrivet efter sigillet"),
        held,
        _("Ordningen stämmer.") if held else _("Det finns en underskrift efter sigillet."),
    )


def _as_expected(pdf: bytes, found: tuple[FoundSignature, ...], expected: Expected) -> Iterable[Check]:
    if expected.signatures is not None:
        people = [mark for mark in found if not mark.is_seal]
        yield _count(len(people), given(expected.wanted))
        # Their order is no question: each signature covers those before it.
        in_file = {(mark.signer_id, mark.certificate_fingerprint) for mark in people}
        recorded = {(one.signer_id, one.certificate_fingerprint) for one in expected.signatures}
        held = len(in_file) == len(people) == expected.wanted and in_file <= recorded
        yield Check(
            _("Rätt personer har skrivit under"),
            held,
            _right_people(len(people)) if held else _("Underskrifterna är inte de som tjänsten har antecknat."),
        )
    if expected.sealed is not None:
        held_seal = any(mark.is_seal for mark in found) == expected.sealed
        yield Check(
            _("Sigillet stämmer"),
            held_seal,
            _sealed_words(expected.sealed)
            if held_seal
            else _("Filen saknar sigillet, eller har ett som den inte ska ha."),
        )
    if expected.pdf_sha256 is not None:
        same = sha256(pdf).hexdigest() == expected.pdf_sha256
        yield Check(
            _("Filen är den som tjänsten förvarar"),
            same,
            _("Varje tecken är lika.") if same else _("Filen är en annan än den som tjänsten förvarar."),
        )


def _right_people(people: int) -> str:
    if people:
        return _("Underskrifterna är de som tjänsten har antecknat.")
    return _("Ingen ska ha skrivit under den här filen, och ingen har gjort det.")


def _sealed_words(is_sealed: bool) -> str:
    if is_sealed:
        return _("Filen har tjänstens sigill.")
    return _("Filen ska inte ha något sigill, och har inget.")


def _count(present: int, wanted: int) -> Check:
    if present == wanted == 0:
        words = _("Filen ska inte ha någon underskrift, och har ingen.")
        return Check(_("Antalet underskrifter stämmer"), True, words)
    return Check(
        _("Antalet underskrifter stämmer"),
        present == wanted,
        ngettext("Filen har %(present)s underskrift.", "Filen har %(present)s underskrifter.", present)
        % {"present": present}
        + (
            ""
            if present == wanted
            else " "
            + ngettext("Tjänsten har antecknat %(wanted)s.", "Tjänsten har antecknat %(wanted)s.", wanted)
            % {"wanted": wanted}
        ),
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
