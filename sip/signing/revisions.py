"""Signatures on stored papers: the newest revision gets one more, under the version's lock."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Problem, Refused
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.plans.models import Version
from sip.signing import authority, pades
from sip.signing.models import Signature, SignedHow
from sip.signing.providers import PROVIDERS
from sip.signing.providers.base import SigningOrder, SigningState, Stage


def carry_out(version: Version, signature: Signature, order: SigningOrder) -> None:
    """Let a provider that knows its answer at once do its work, and keep what comes of it (`keep`).

    Raises Refused with what the provider says is missing.
    """
    state = PROVIDERS[signature.how].start(order, signature.at)
    if state.stage is not Stage.COMPLETE:
        raise Refused(state.problem or Problem("signing", _("Underskriften blev inte klar. Försök igen.")))
    keep(version, signature, order, state)


def keep(version: Version, signature: Signature, order: SigningOrder, state: SigningState) -> bytes:
    """Keep what a COMPLETE signing leaves: a new revision, or (paper) none. Returns the outside service's evidence.

    Two people signing the same revision would make branches that exclude each other; hence the caller holds the
    version's lock. Raises Refused where the plan is sealed.
    """
    newest = documents.newest(version, DocumentKind.PLAN)
    if newest is None:
        raise Refused(Problem("state", _("Det finns ingen plan att skriva under just nu.")))
    if version.sealed_at and signature.how != SignedHow.PAPER:
        raise Refused(Problem("sealed", _("Alla som skulle skriva under har gjort det, och planen är förseglad.")))
    provider = PROVIDERS[signature.how]
    completed = provider.complete(order, state, bytes(newest.data), of_the_house(), signature.at)
    if completed.pdf is not None:
        documents.store(version, DocumentKind.PLAN, newest.revision + 1, completed.pdf)
        signature.certificate = completed.certificate_fingerprint
    return completed.evidence


def of_the_house() -> authority.Authority:
    """The authority that signs here. In production nobody makes keys by accident: an operator does (signing_keys)."""
    return authority.load(settings.SIGNING_DIR, may_make=not settings.PRODUCTION)


def seal(pdf: bytes, moment: datetime) -> bytes:
    """The PDF with the organisation's seal, which shows any later change."""
    return pades.seal(pdf, signing_time=moment, authority=of_the_house()).data
