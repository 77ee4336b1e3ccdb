"""What a manager answers for: deviations to answer, and what the unit has let go late. No plan contents, and no child.

What is late is found by the index's rows of the agency: a call without an answer, an action without an outcome. Whose
it is in the unit is said by name, so that the manager knows whom to ask.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Role
from common import clock
from sip.plans import protection
from sip.plans.models import DeviationKind
from sip.plans.routine_limits import ANSWER_DEVIATION_WITHIN
from sip.plans.services.deviations import deviations_of
from sip.plans.services.units import Late, waiting_in_units
from sip.web.staff.waiting.item import Item, Kind, What
from sip.web.words import as_day


def items(actor: Actor) -> Iterator[Item]:
    """One row per deviation to answer, and per thing that the unit is late with."""
    if not actor.has_role(Role.MANAGER):
        return
    for row in deviations_of(actor).filter(closed_at__isnull=True):
        yield Item(
            what_to_do=What.DEVIATION,
            about=row.pk,
            kind=Kind.DEVIATION,
            what=_("Svara på en avvikelse"),
            person=row.agency.name,
            detail=f"{DeviationKind(row.kind).label}.",
            due=as_day(row.at) + ANSWER_DEVIATION_WITHIN,
            href=reverse("deviation", args=[row.pk]),
            label=_("Läs och svara"),
        )
    for late in waiting_in_units(actor, [What.ANSWER, What.CHOOSE, What.OUTCOME], before=clock.now()):
        yield _late(late)


def _late(late: Late) -> Item:
    is_call = late.what != What.OUTCOME
    names = ", ".join(protection.staff_name(user) for user in late.users)
    return Item(
        what_to_do=What.UNIT,
        about=late.about,
        kind=Kind.CALL if is_call else Kind.ACTION,
        what=_("En kallelse har inte fått svar") if is_call else _("En insats är inte uppföljd"),
        person=late.agency.name,
        detail=_("Fråga %(names)s.") % {"names": names} if names else _("Ingen är utsedd. Fråga mottagningen."),
        due=as_day(late.due),
        href=f"{reverse('unit')}#rad-{late.about}",
        label=_("Se vem du frågar"),
    )
