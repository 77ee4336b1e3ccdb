"""What the program knows of a file that somebody shows it, held against the file.

Nothing is looked up but the file's own hash: a file that is not kept here gets one and the same answer, whatever it
says and whatever plans there are. A file that is kept gets the same answer for ever: who holds an old copy is not told
whether the plan still lives, nor who has signed since.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from agencies import row_scope
from sip.documents.models import Document, DocumentKind
from sip.signing.apart import SECONDS, verify_apart
from sip.signing.models import Signature, SignatureStatus, SignedHow
from sip.signing.revisions import of_the_house
from sip.signing.verify import Expected, ExpectedSignature, Verdict


@dataclass(frozen=True)
class Answer:
    """The verdict and its words: the file is genuine, has nothing to verify, or cannot be verified."""

    verdict: Verdict

    @property
    def is_genuine(self) -> bool:
        return self.verdict.holds

    @property
    def is_unsigned(self) -> bool:
        """Whether it is a PDF that nobody here knows and nobody has signed: an extract, a call, anything."""
        return not self.is_genuine and not self.verdict.signatures and self.verdict.checks[0].held

    @property
    def summary(self) -> str:
        """One sentence for the one who asked."""
        if self.is_genuine:
            return _("Filen är äkta och oförändrad.")
        return _("Det finns inget att verifiera i filen.") if self.is_unsigned else _("Filen kan inte verifieras.")

    @property
    def note(self) -> str:
        """What the answer does not say, and what to do. The same for every file with that answer."""
        if self.is_genuine:
            return _(
                "Filen är gjord i tjänsten och ingen har ändrat i den. Det säger inte om planen gäller nu: det kan "
                "finnas en senare kopia eller en senare version. Fråga den som samordnar planen."
            )
        if self.is_unsigned:
            return _(
                "Filen har ingen underskrift. Då går det inte att se vem som har gjort den, eller om någon har ändrat "
                "i den. Utdrag, kallelser, samtycken och översättningar har ingen underskrift."
            )
        return _("Lita inte på den här filen. Be om en ny av den som samordnar planen.")


def examine(pdf: bytes, *, seconds: int = SECONDS) -> Answer:
    """Look at a file from anybody, for `seconds` of the processor at most. Never raises for what is in it."""
    with row_scope.everything():
        expected = _expected(sha256(pdf).hexdigest())
    return Answer(verify_apart(pdf, authority=of_the_house(), expected=expected, seconds=seconds))


def _expected(fingerprint: str) -> Expected:
    """What is expected of the file with this hash. Of one that is not kept: to be one that is, which it is not."""
    stored = Document.objects.filter(sha256=fingerprint).defer("data").first()
    if stored is None:
        return Expected(pdf_sha256="")
    if stored.kind == DocumentKind.RECEIPT:
        return Expected(fingerprint, (), sealed=True)
    rows = Signature.objects.filter(version=stored.version_id, status=SignatureStatus.SIGNED)
    recorded = tuple(ExpectedSignature(str(row.pk), row.certificate) for row in rows.exclude(how=SignedHow.PAPER))
    # Each electronic signature adds one revision to the unsigned one, and the seal one more after the last of them.
    people = min(stored.revision, len(recorded))
    return Expected(fingerprint, recorded, people, sealed=stored.revision > len(recorded))
