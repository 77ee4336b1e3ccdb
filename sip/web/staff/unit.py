"""Min enhet, for managers: calls without an answer and actions nobody has followed up, and whom to ask. No child."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Role, User
from common import clock
from common.errors import NotThere
from common.text import in_words, sort_key
from sip.meetings import receiving
from sip.meetings.receiving import Unreceived
from sip.plans import people, protection
from sip.plans.services.units import Late, waiting_in_units
from sip.web.fields import KeyField
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.staff.waiting.item import What
from sip.web.words import Deadline, deadline
from sip.web.work.choosing import RowsField, offer_rows

CALLS = (What.ANSWER, What.CHOOSE)


@dataclass(frozen=True)
class Row:
    """One thing of the unit's, and whom to ask."""

    key: str
    agency: str
    who: str
    phones: tuple[str, ...]
    deadline: Deadline


class ReceiverForm(forms.Form):
    """Who receives one call, where the unit has no intake; `call` says which."""

    call = KeyField()
    people = RowsField(
        label=gettext_lazy("Vem ska svara?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj minst en kollega.")},
    )

    def __init__(self, waits: Unreceived, data: Any = None) -> None:
        super().__init__(data, initial={"call": waits.key}, auto_id=f"{waits.key.hex}-%s")
        self.waits = waits
        self.deadline = deadline(waits.answer_by)
        offer_rows(self, "people", {user.pk: user for user in waits.colleagues}, lambda user: user.name)


@for_staff
def unit(request: PageRequest) -> HttpResponse:
    """What waits in the units that I manage; to others there is no such page."""
    if not request.actor.has_role(Role.MANAGER):
        raise NotThere
    sent = request.POST if request.method == "POST" else None
    asked = receiving.unreceived(request.actor)
    choosing = [ReceiverForm(one, sent if sent and sent.get("call") == str(one.key) else None) for one in asked]
    answered = next((form for form in choosing if form.is_bound), None)
    if sent is not None and answered is None:
        messages.error(request, _("Kallelsen väntar inte på att någon utses längre."))
        return redirect("unit")
    if answered is not None and answered.is_valid():
        chosen = answered.cleaned_data["people"]
        if attempt(answered, lambda: receiving.choose_receivers(request.actor, answered.waits.key, chosen)):
            names = in_words([user.name for user in chosen])
            messages.success(request, _("%(names)s har fått kallelsen och svarar på den.") % {"names": names})
            return redirect("unit")
    calls = waiting_in_units(request.actor, CALLS)
    actions = waiting_in_units(request.actor, [What.OUTCOME], before=clock.now())
    units = {row.agency_id: row.agency for row in request.actor.memberships if row.role == Role.MANAGER}
    desks = {key: [user for user in people.receivers(row) if user != request.actor.user] for key, row in units.items()}
    return form_page(
        request,
        "staff/unit.html",
        answered or forms.Form(),
        choosing=choosing,
        units=in_words(sorted((row.name for row in units.values()), key=sort_key)),
        calls=[_row(late, desks[late.agency.pk]) for late in calls],
        actions=[_row(late, desks[late.agency.pk]) for late in actions],
    )


def _row(late: Late, desk: list[User]) -> Row:
    """`desk`: who receives at the unit what is nobody's by name, but for the manager who reads this."""
    phones = tuple(filter(None, (protection.own_phone(user) for user in late.users or desk)))
    return Row(
        key=str(late.about),
        agency=late.agency.name,
        who=whose(late.users, desk),
        phones=phones or tuple(filter(None, [late.agency.phone])),
        deadline=deadline(clock.local(late.due).date()),
    )


def whose(users: list[User], desk: list[User]) -> str:
    """Those who are to do it, by name; or that it lies at the desk, and who receives there."""
    if users:
        return ", ".join(protection.staff_name(user) for user in users)
    names = ", ".join(protection.staff_name(user) for user in desk)
    return _("Mottagningen, ingen är utsedd") + (f": {names}" if names else "")
