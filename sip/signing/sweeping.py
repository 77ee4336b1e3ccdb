"""What is left of signing when it has led to what it could: taken away by the worker, for nobody needs it any more."""

from datetime import timedelta

from agencies import row_scope
from common import clock
from sip.signing.models import SigningAttempt, SigningCode

CODES_KEPT = timedelta(days=1)  # a code holds for minutes; five of the last hour are counted
ATTEMPTS_KEPT = timedelta(days=30)  # so long somebody may ask why it failed


def sweep_out() -> int:
    """Take away the codes of yesterday and the attempts that became no signature; return how many rows went.

    An attempt that became a signature stays with it: it holds the outside service's evidence.
    """
    with row_scope.everything():
        codes, _kinds = SigningCode.objects.filter(sent_at__lt=clock.now() - CODES_KEPT).delete()
        ended = SigningAttempt.objects.filter(ended_at__lt=clock.now() - ATTEMPTS_KEPT)
        attempts, _kinds = ended.filter(signature=None).delete()
    return codes + attempts
