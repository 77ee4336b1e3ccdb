"""Vem kan se planen? Who is let in today and to what, in plain words; and that nobody else is."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import User
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services.reading import open_who_sees
from sip.plans.who_sees import Seer, Sees
from sip.web.family.gate import for_family
from sip.web.family.names import plan_name
from sip.web.pages import PageRequest, for_plan


@dataclass(frozen=True)
class Line:
    """One person, and what that person sees."""

    name: str
    what: str


@dataclass(frozen=True)
class Group:
    """The family, or one agency and the people there."""

    name: str
    lines: tuple[Line, ...]


@for_family(Do.READ_LOG)
@require_safe
def who_can_see(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """The family's page."""
    return render(request, "family/who_can_see.html", _context(request, plan))


@for_plan(Do.READ_LOG)
@require_safe
def who_can_see_staff(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """The same for the coordinator, to show and to explain."""
    return render(request, "staff/who_can_see.html", _context(request, plan))


def _context(request: PageRequest, plan: Plan) -> dict[str, object]:
    return {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "groups": groups(open_who_sees(request.actor, plan), request.actor.user),
        "is_protected": plan.child.is_protected,
        "is_own": plan.child.user_id == request.actor.user.pk,
    }


def groups(seers: list[Seer], viewer: User) -> list[Group]:
    """The people by agency, the family first, as `who_sees` orders them."""
    found = []
    for _key, rows in groupby(seers, key=lambda seer: seer.agency.pk if seer.agency else None):
        people = sorted(rows, key=lambda seer: seer.user.pk != viewer.pk)  # the reader first; the rest stay in order
        agency = people[0].agency
        found.append(
            Group(
                agency.name if agency else _("Familjen"), tuple(Line(_name(row, viewer), _what(row)) for row in people)
            )
        )
    return found


def _name(seer: Seer, viewer: User) -> str:
    """The name; of somebody who works there and has protected personal data, that it is one who works there."""
    if seer.user.pk == viewer.pk:
        return _("Du")
    return _("En medarbetare") if seer.agency and seer.user.is_protected else seer.user.name


def _what(seer: Seer) -> str:
    if seer.in_emergency:
        return _("Har nödöppnat planen och ser den en kort stund. Det granskas.")
    if seer.sees is Sees.NOTHING:
        return _("Väljer vem på verksamheten som ska vara med. Ser inget av planen.")
    if seer.sees is Sees.FRAME:
        return _("Samordnar planen. Ser datum och vilka som är med, inget annat, så länge samtycke saknas.")
    if seer.coordinates:
        return _("Samordnar planen. Ser hela planen.")
    if seer.agency is None:
        return _("Ser planen.")
    if seer.at_desk:
        return _("Tar emot för verksamheten. Ser planen.")
    return _("Är med i planen. Ser planen.")
