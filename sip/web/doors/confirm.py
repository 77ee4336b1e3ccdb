"""The password once more, where a page that is opened by a link asks for it (ASVS 7.5.3). See sip/web/proving.py."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sip.web import proving
from sip.web.doors.entering import next_page
from sip.web.pages import PageRequest, for_person


@for_person
@never_cache
@sensitive_post_parameters(proving.PROOF)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PageRequest) -> HttpResponse:
    """Go on to where the person was going, when the password has come along; else ask for it."""
    if request.method != "POST":
        return proving.ask(request, onward=next_page(request))
    if request.actor.is_fresh:
        return redirect(next_page(request))
    return proving.ask(request, proving.unanswered())
