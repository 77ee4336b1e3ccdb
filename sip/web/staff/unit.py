"""Min enhet, for managers: calls without an answer and actions nobody has followed up, and whom to ask. No child."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import Role
from common import clock
from common.errors import NotThere
from sip.plans import protection
from sip.plans.services.units import Late, waiting_in_units
from sip.web.pages import PageRequest, for_staff
from sip.web.staff.waiting.item import What
from sip.web.words import Deadline, deadline

CALLS = (What.ANSWER, What.CHOOSE)


@dataclass(frozen=True)
class Row:
    """One thing of the unit's, and whom to ask."""

    key: str
    agency: str
    who: str
    phone: str
    deadline: Deadline


@for_staff
@require_safe
def unit(request: PageRequest) -> HttpResponse:
    """What waits in the units that I manage; to others there is no such page."""
    if not request.actor.has_role(Role.MANAGER):
        raise NotThere
    calls = waiting_in_units(request.actor, CALLS)
    actions = waiting_in_units(request.actor, [What.OUTCOME], before=clock.now())
    context = {"calls": [_row(late) for late in calls], "actions": [_row(late) for late in actions]}
    return render(request, "staff/unit.html", context)


def _row(late: Late) -> Row:
    due = clock.local(late.due)
    return Row(
        key=str(late.about),
        agency=late.agency.name,
        who=whose(late),
        phone=", ".join(filter(None, (protection.own_phone(user) for user in late.users))) or late.agency.phone,
        deadline=deadline(due.date()),
    )


def whose(late: Late) -> str:
    """Those who are to do it, by name; or that it lies at the desk."""
    names = [protection.staff_name(user) for user in late.users]
    return ", ".join(names) if names else _("Mottagningen, ingen är utsedd")
