"""The password once more, beside the button, where an act asks for it and the last time is over five minutes ago."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actor import Actor
from sip.web.doors.entering import confirm_fresh
from sip.web.pages import PageRequest
from sip.web.proving import PASSWORD_MAX


class ProofForm(forms.Form):
    """A form whose act asks for fresh authentication: without it, there is a field for the password."""

    password = forms.CharField(
        label=gettext_lazy("Ditt lösenord"),
        help_text=gettext_lazy("Så att vi vet att det är du."),
        max_length=PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Skriv ditt lösenord.")},
    )

    def __init__(self, request: PageRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.request = request
        if request.actor.is_fresh:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """Check the password only when all else is right: a wrong one counts towards the lock-out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in self.fields and not self.errors:
            user = authenticate(
                self.request, username=self.request.actor.user.email or "", password=cleaned["password"]
            )
            if user is None or user.pk != self.request.actor.user.pk:
                self.add_error("password", _("Lösenordet stämmer inte. Försök igen."))
            else:
                confirm_fresh(self.request)
        return cleaned

    def proven(self) -> Actor:
        """The actor, freshly authenticated. Call it when the form is valid."""
        return replace(self.request.actor, is_fresh=True)
