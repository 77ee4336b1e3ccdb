"""The password once more (ASVS 7.5.3), asked when a verb says "fresh": nothing typed is lost, and the act goes on.

The access table says which acts ask for it, and `access.check_fresh` who must answer. Here the browser's half: the page
that was sent is kept in the page that asks, and sent again together with the password.
"""

from collections.abc import Iterator
from dataclasses import replace

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actor import Actor
from common.errors import Refused
from sip.plans.access import FRESH
from sip.web.doors.entering import confirm_fresh

PASSWORD_MAX = 1000
PREFIX = "bekrafta"
PROOF = f"{PREFIX}-password"
UNPROCESSABLE = 422


class ConfirmForm(forms.Form):
    """The password of whoever is logged in."""

    password = forms.CharField(
        label=gettext_lazy("Ditt lösenord"),
        max_length=PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Skriv ditt lösenord.")},
    )


def is_called_for(refused: Refused) -> bool:
    """Whether the rules only want to know that it is the same person."""
    return [problem.code for problem in refused.problems] == [FRESH]


def ask(request: HttpRequest, form: ConfirmForm | None = None, onward: str = "") -> HttpResponse:
    """The page that asks. What was sent stands in it, hidden, but for tokens and passwords."""
    is_sent = request.method == "POST" and not onward
    context = {
        "form": form or ConfirmForm(prefix=PREFIX),
        "action": request.get_full_path() if is_sent else reverse("confirm"),
        "kept": list(_kept(request.POST)) if is_sent else [],
        "next": "" if is_sent else onward or request.get_full_path(),
    }
    return render(request, "doors/confirm.html", context, status=UNPROCESSABLE if form or is_sent else 200)


def take(request: HttpRequest, actor: Actor) -> tuple[Actor, HttpResponse | None]:
    """Before a page opens: who acts, freshly authenticated where the password came along; or the page to ask again."""
    if request.method != "POST" or PROOF not in request.POST:
        return actor, None
    form = ConfirmForm(request.POST, prefix=PREFIX)
    if not is_right(request, actor, form):
        return actor, ask(request, form)
    sent = request.POST.copy()
    del sent[PROOF]
    request.POST = sent  # type: ignore[assignment]
    return replace(actor, is_fresh=True), None


def is_right(request: HttpRequest, actor: Actor, form: ConfirmForm) -> bool:
    """Check the password, and note that the person has just proved who they are. A wrong one counts (axes)."""
    if not form.is_valid():
        return False
    user = authenticate(request, username=actor.user.email or "", password=form.cleaned_data["password"])
    if user is None or user.pk != actor.user.pk:
        form.add_error("password", _("Lösenordet stämmer inte. Försök igen."))
        return False
    confirm_fresh(request)
    return True


def unanswered() -> ConfirmForm:
    """The form as it is when nothing was written in it: it says so."""
    form = ConfirmForm({}, prefix=PREFIX)
    form.full_clean()
    return form


def _kept(sent: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in sent.lists():
        if name not in ("csrfmiddlewaretoken", "password", PROOF):
            for value in values:
                yield name, str(value)
