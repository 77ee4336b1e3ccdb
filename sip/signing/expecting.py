"""What the program knows of a file that somebody shows it, held against the file.

Nothing is looked up before the cryptography holds, but for the file's own hash: a file that was not made here gets one
and the same answer, whatever it says and whatever plans there are. Whoever has a file that was made here knows already
that the plan exists; nothing is said of it but whether the file is whole.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from agencies import row_scope
from sip.documents.models import Document, DocumentKind
from sip.plans.models import Version
from sip.signing.apart import verify_apart
from sip.signing.models import Signature, SignatureStatus, SignedHow
from sip.signing.revisions import of_the_house
from sip.signing.verify import Expected, ExpectedSignature, FoundSignature, Verdict


@dataclass(frozen=True)
class Answer:
    """The verdict, and a sentence about what it does not say; "" where there is nothing to add."""

    verdict: Verdict
    note: str = ""


def examine(pdf: bytes) -> Answer:
    """Look at a file from anybody. Never raises for what is in it."""
    house = of_the_house()
    verdict = verify_apart(pdf, authority=house)
    with row_scope.everything():
        known = _known(pdf, verdict)
    if known is None:
        return Answer(verdict, _note_on_stranger(verdict))
    expected, note = known
    return Answer(verify_apart(pdf, authority=house, expected=expected), note)


def _known(pdf: bytes, verdict: Verdict) -> tuple[Expected, str] | None:
    """What is expected of the file, and a note; None for a file that nobody here knows."""
    stored = Document.objects.filter(sha256=sha256(pdf).hexdigest()).select_related("version").first()
    if stored is None and not verdict.holds:
        return None
    if stored is not None and stored.kind == DocumentKind.RECEIPT:
        return Expected(stored.sha256, (), sealed=True), _note_on_receipt(stored)
    version = stored.version if stored else _signed_version(verdict.signatures)
    if version is None:
        # Made here, and yet nothing is kept to hold it against: what was kept may have been weeded out.
        return Expected(pdf_sha256=""), ""
    newest = Document.objects.filter(version=version, kind=DocumentKind.PLAN).order_by("-revision").first()
    if newest is None:
        return Expected(pdf_sha256=""), ""
    signatures = _recorded(version, [mark.signer_id for mark in verdict.signatures])
    expected = Expected(newest.sha256, signatures, sealed=version.sealed_at is not None)
    is_earlier = stored is not None and stored.pk != newest.pk
    note = _("Det här är en tidigare kopia. Fler har skrivit under sedan dess. Be om den senaste.")
    return expected, note if is_earlier else ""


def _signed_version(found: tuple[FoundSignature, ...]) -> Version | None:
    """The one version that all the signers in the file have signed."""
    signers = [mark.signer_id for mark in found if not mark.is_seal]
    keys = [key for key in map(_key, signers) if key is not None]
    if not keys or len(keys) < len(signers):
        return None
    versions = set(Signature.objects.filter(pk__in=keys).values_list("version", flat=True))
    return Version.objects.filter(pk__in=versions).first() if len(versions) == 1 else None


def _recorded(version: Version, in_file: list[str]) -> tuple[ExpectedSignature, ...]:
    """Every electronic signature that is recorded: those in the file in its order, then those that it lacks."""
    rows = Signature.objects.filter(version=version, status=SignatureStatus.SIGNED).exclude(how=SignedHow.PAPER)
    places = {signer: place for place, signer in enumerate(in_file)}
    made = [ExpectedSignature(str(row.pk), row.certificate) for row in rows.order_by("at", "id")]
    return tuple(sorted(made, key=lambda one: places.get(one.signer_id, len(places))))


def _key(signer_id: str) -> UUID | None:
    try:
        return UUID(signer_id)
    except ValueError:
        return None


def _note_on_receipt(stored: Document) -> str:
    later = Document.objects.filter(
        version=stored.version_id, kind=DocumentKind.RECEIPT, revision__gt=stored.revision
    ).exists()
    if later:
        return _("Det här är en kvittens. Det finns en senare, för någon har skrivit under eller sagt nej sedan dess.")
    return _("Det här är en kvittens: den berättar vilka som har skrivit under en plan.")


def _note_on_stranger(verdict: Verdict) -> str:
    """One answer for every file without a signature that is not kept here."""
    if verdict.signatures:
        return ""
    return _(
        "Bara den underskrivna planen och kvittensen kan verifieras. Utdrag, kallelser och översättningar har ingen "
        "underskrift."
    )
