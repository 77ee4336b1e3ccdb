"""Mina uppgifter: what the program knows of me as one who works, and whether it is protected."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from agencies.models import Protection
from sip.plans.services.protection import protect_oneself
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.work.protected import KindForm, initial_of, kind_words


@for_staff
def my_details(request: PageRequest) -> HttpResponse:
    """Show them; and write or remove that they are protected, after saying what follows."""
    user = request.actor.user
    form = KindForm(request.POST if request.method == "POST" else None, initial=initial_of(user))
    form.fields["kind"].help_text = _("Du skyddas likadant här, vilket av de tre du än har.")
    if form.is_bound and form.is_valid():
        attempt(form, lambda: protect_oneself(request.actor, form.chosen))
        if not form.errors:
            said = _("Dina uppgifter är skyddade från och med nu.")
            if form.chosen == Protection.NONE:
                said = _("Dina uppgifter är inte skyddade längre.")
            messages.success(request, said)
            return redirect("my_details")
    works = [f"{row.agency.name}, {row.get_role_display()}" for row in request.actor.memberships]
    return form_page(request, "staff/my_details.html", form, me=user, works=works, words=kind_words(user))
