"""Putting a signature on a PDF: PAdES baseline B, invisible, as an incremental update.

The only module that signs with pyHanko; `verify.py` is the only one that validates with it.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sip.signing.authority import Authority, Identity, fingerprint

SEAL_FIELD = "Sigill"


class AlreadySealed(ValueError):
    """The seal closes the document: nothing may be signed after it."""


@dataclass(frozen=True)
class SignedPdf:
    """The newest revision of a document as bytes, and which certificate its last signature was made with."""

    data: bytes
    certificate_fingerprint: str


def sign(pdf: bytes, *, signer_id: str, signing_time: datetime, reason: str, authority: Authority) -> SignedPdf:
    """Add one person's signature to `pdf`, which is kept byte for byte in front of it.

    `signer_id` is the program's own opaque id, never an identity number; `signing_time` is aware. The key is made
    here, used once and forgotten. Callers hold the version's row lock: two signatures on the same revision could
    not both be kept. Raises AlreadySealed, and ValueError or pyHanko's errors for what is no PDF.
    """
    identity = authority.one_use(signer_id, signing_time)
    return _append(pdf, identity, signing_time, reason, authority, field=None)


def seal(pdf: bytes, *, signing_time: datetime, authority: Authority, reason: str = "Sluten av tjänsten") -> SignedPdf:
    """Close `pdf` with the organisation's seal: a receipt, or a plan that everybody asked has signed.

    Raises as `sign` does.
    """
    return _append(pdf, authority.seal, signing_time, reason, authority, field=SEAL_FIELD)


def _append(
    pdf: bytes, identity: Identity, at: datetime, reason: str, authority: Authority, field: str | None
) -> SignedPdf:
    writer = _Writer(io.BytesIO(pdf))
    taken = [name for name, _value, _reference in enumerate_sig_fields(writer.prev)]
    if SEAL_FIELD in taken:
        raise AlreadySealed("the document is sealed")
    name = field or f"Underskrift {len(taken) + 1}"
    signer = _Signer(
        PdfSignatureMetadata(field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason),
        signer=SimpleSigner(
            signing_cert=_asn1(identity.certificate),
            signing_key=_key(identity),
            cert_registry=_chain(authority, identity),
            embed_roots=False,
        ),
        # Outside the page: PDF/UA wants a widget on it tagged, PDF/A forbids hiding it.
        new_field_spec=SigFieldSpec(
            sig_field_name=name,
            on_page=0,
            readable_field_name=name,
            invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
        ),
    )
    signer.at = at.astimezone(UTC).replace(microsecond=0)
    out = signer.sign_pdf(writer)
    return SignedPdf(out.getvalue(), fingerprint(identity.certificate))


class _Writer(IncrementalPdfFileWriter):
    """An incremental update that touches nothing but the signature."""

    def _update_meta(self) -> None:
        """Leave the metadata alone: pyHanko would write the machine's clock, which is not the clock we sign by."""


class _Signer(PdfSigner):
    """Signs at a given time rather than at the machine's."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _key(identity: Identity) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _chain(authority: Authority, identity: Identity) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register(_asn1(authority.issuer_of(identity.certificate)))
    return store
