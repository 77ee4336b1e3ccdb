"""Deviations of the last weeks, for the managers of the agencies they are about."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Role
from common import clock
from sip.plans.models.plan import DeviationKind
from sip.plans.services.deviations import deviations_of
from sip.web.staff.waiting.index import Count
from sip.web.staff.waiting.item import Item, Kind, What
from sip.web.words import as_day

NEW = timedelta(days=14)
READ_WITHIN = timedelta(days=7)


def items(actor: Actor) -> Iterator[Item]:
    """One row per new deviation; nothing of the plan, and no name."""
    if not actor.has_role(Role.MANAGER):
        return
    for row in deviations_of(actor).filter(at__gte=clock.now() - NEW):
        yield Item(
            what_to_do=What.DEVIATION,
            about=row.pk,
            kind=Kind.DEVIATION,
            what=_("Läs en avvikelse"),
            person=row.agency.name,
            detail=f"{DeviationKind(row.kind).label}.",
            due=as_day(row.at) + READ_WITHIN,
            href=f"{reverse('deviations')}#avvikelse-{row.pk}",
            label=_("Läs"),
        )


def count(found: list[Item]) -> Count:
    """How many they are."""
    now, midnight = clock.now(), clock.end_of_day(clock.today())
    late = sum(item.moment < now for item in found)
    return Count(len(found), late, sum(item.moment < midnight for item in found) - late)
