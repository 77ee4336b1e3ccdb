"""The switch of language, for families, guests and whoever has not logged in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from agencies import languages
from agencies.models import User
from sip.web.doors.entering import next_page
from sip.web.pages import public


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language and go back to the page: with the person when logged in, else in the browser until it closes.

    What is no language of ours is passed over: the page says the same as before.
    """
    code = request.POST.get("language", "")
    response = redirect(next_page(request))
    if code not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        languages.choose(request.user, code)
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def take_along(request: HttpRequest, user: User, response: HttpResponse) -> HttpResponse:
    """Who chose a language before logging in goes on in it, and gets letters in it; the browser then forgets it."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if code in dict(settings.LANGUAGES) and not languages.works_today(user):
        languages.choose(user, code)
    if code:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
