"""Logging in with a password, and out. The answer is the same whether the address exists, is locked or not."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import User
from sip.web.doors.entering import enter, next_page
from sip.web.doors.language import take_along
from sip.web.middleware import forget
from sip.web.pages import form_page, public
from sip.web.proving import PASSWORD_MAX

TOO_MANY = 429


class LoginForm(forms.Form):
    """E-mail and password."""

    username = forms.CharField(
        label=gettext_lazy("E-post"),
        max_length=254,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("Skriv din e-postadress.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Lösenord"),
        max_length=PASSWORD_MAX,
        strip=False,
        # What was typed stands there again after a mistake elsewhere; never a password.
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Skriv ditt lösenord.")},
    )


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; let in, or say that they do not belong together."""
    if request.method != "POST":
        return _page(request, LoginForm())
    form = LoginForm(request.POST)
    if form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["username"].lower(), password=form.cleaned_data["password"]
        )
        if isinstance(user, User):
            enter(request, user)
            return take_along(request, user, redirect(next_page(request)))
        form.add_error(None, _("E-postadressen och lösenordet hör inte ihop. Kontrollera dem och försök igen."))
    return _page(request, form)


def _page(request: HttpRequest, form: LoginForm) -> HttpResponse:
    return form_page(request, "doors/login.html", form, next=next_page(request, ""), is_demo=settings.DEMO)


def locked_out(request: HttpRequest, *_axes: Any) -> HttpResponse:
    """After too many tries (django-axes): wait. Addresses that do not exist are locked in the same way."""
    form = LoginForm(request.POST)
    form.add_error(None, _("Det har blivit för många försök. Vänta en kvart och försök igen."))
    response = _page(request, form)
    response.status_code = TOO_MANY
    return response


@public
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session, and let the browser forget everything about us: the next person may use the same computer."""
    logout(request)
    return forget(redirect("home"))
