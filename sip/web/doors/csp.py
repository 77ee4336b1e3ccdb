"""Where browsers report what the content security policy stopped."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sip.web.pages import public

logger = logging.getLogger(__name__)

LONGEST = 10_000  # bytes
NO_CONTENT = 204


@public
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Log which directive was broken. Addresses are left out: they may tell which plan somebody had open."""
    if len(request.body) <= LONGEST:
        logger.warning("content security policy: %s", _directive(request.body))
    return HttpResponse(status=NO_CONTENT)


def _directive(body: bytes) -> str:
    """The first report's directive: report-uri sends one, report-to a list with other names."""
    try:
        told = json.loads(body)
        said = (
            told[0]["body"]["effectiveDirective"]
            if isinstance(told, list)
            else told["csp-report"]["effective-directive"]
        )
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return "unreadable report"
    return said[:60] if isinstance(said, str) and said.isprintable() else "unreadable report"
