"""A signature: ours (a key and a certificate of its own, under our time) against pyHanko alone with a key at hand.

The same bytes on both sides: a paper as large as a plan. Both write an invisible PAdES field as an incremental update.
"""

import io
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.measure import Row, against, in_turns
from common import clock
from sip.signing import authority, pades
from sip.signing.authority import Authority

ROUNDS = 40
GOAL = 1.5
PAGES, ATTACHED = 5, 100_000  # bytes


def signing() -> Iterator[Row]:
    """One signature on one paper, in turns with the floor."""
    pdf = _paper()
    with tempfile.TemporaryDirectory() as folder:
        house = authority.load(Path(folder) / "keys")
    ready = _ready(house)

    def ours() -> float:
        began = time.perf_counter()
        pades.sign(pdf, signer_id="bench", signing_time=clock.now(), reason="bench", authority=house)
        return time.perf_counter() - began

    def alone() -> float:
        began = time.perf_counter()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        meta = PdfSignatureMetadata(field_name="Bench", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        sign_pdf(writer, meta, signer=ready)
        return time.perf_counter() - began

    mine, floor = in_turns(ROUNDS, ours, alone)
    yield from against("Underskrift på en plan", mine, floor, GOAL)


def _paper() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(PAGES):
            document.add_blank_page()
        document.attachments["plan.json"] = os.urandom(ATTACHED)
        document.save(out)
    return out.getvalue()


def _ready(house: Authority) -> SimpleSigner:
    """A signer whose key and certificate are made beforehand."""
    made, store = house.one_use("bench", clock.now()), SimpleCertificateStore()
    der = serialization.Encoding.DER
    store.register(asn1_x509.Certificate.load(house.issuing.certificate.public_bytes(der)))
    key = made.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(made.certificate.public_bytes(der)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )
