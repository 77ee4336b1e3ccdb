"""Elektronisk underskrift i tjänsten: read, confirmed afresh, and signed by the service's own authority.

Not an "avancerad elektronisk underskrift": only a provider of level of assurance 3 may be called that.
"""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from sip.signing import pades
from sip.signing.authority import Authority
from sip.signing.providers.base import (
    AtOnce,
    Completed,
    SigningOrder,
    SigningState,
    Stage,
    require_complete,
)


class LocalProvider(AtOnce):
    """Signs in the PDF with a one-use key."""

    key = "local"

    def start(self, order: SigningOrder, at: datetime) -> SigningState:
        """COMPLETE at once: that the plan is read, and who it is, is asked by the verbs (services.py)."""
        return SigningState(Stage.COMPLETE)

    def complete(
        self, order: SigningOrder, state: SigningState, pdf: bytes, authority: Authority, at: datetime
    ) -> Completed:
        """The PDF with one more signature, made at `at`."""
        require_complete(state)
        with translation.override(None):  # it stands in the signature for ever, and is Swedish
            reason = _("Har läst planen, version %(number)s") % {"number": order.version}
        signed = pades.sign(
            pdf,
            signer_id=order.signer_id,
            signing_time=at,
            reason=reason,
            authority=authority,
        )
        return Completed(signed.data, signed.certificate_fingerprint)
