"""The agencies to choose from: those near the child first, the rest by search, grouped by area. Read-only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from agencies import municipalities
from agencies.models import Agency, Area
from common.text import folded, sort_key
from consent.models import Child
from sip.plans import protection

# A county's agencies fit on a page; more than these are found by searching.
SHOWN_WITHOUT_SEARCH = 60
FOUND_MOST = 40
OWN_UNITS_MOST = 200  # of a region's or a municipality's units, in one list

AREA_ORDER = (Area.SAFETY, Area.LEARNING, Area.HEALTH, Area.NONE)


@dataclass(frozen=True)
class AgencyGroup:
    """The agencies of one area."""

    area: str
    agencies: tuple[Agency, ...]


def by_keys(keys: Collection[UUID]) -> list[Agency]:
    """The agencies with these keys, by name."""
    return list(_agencies().filter(pk__in=keys).order_by("name_key", "id"))


def grouped(agencies: Iterable[Agency], child: Child) -> list[AgencyGroup]:
    """The agencies by area, those of the child's municipality first in each."""
    ordered = sorted(agencies, key=lambda row: (not is_near(row, child), row.name_key, str(row.pk)))
    groups = [AgencyGroup(area, tuple(row for row in ordered if row.kind.area == area)) for area in AREA_ORDER]
    return [group for group in groups if group.agencies]


def is_near(agency: Agency, child: Child) -> bool:
    """Whether the agency belongs to the child's own municipality."""
    return municipalities.is_of(agency.principal, protection.municipality_of(child))


def offered(child: Child, sought: str = "") -> list[Agency]:
    """What to offer: what was sought; else everything in a county of ordinary size, or what is near and regional."""
    rows = _agencies()
    if sought:
        return _found(rows, sought)
    some = list(rows.order_by("name_key", "id")[: SHOWN_WITHOUT_SEARCH + 1])
    if len(some) <= SHOWN_WITHOUT_SEARCH:
        return some
    near = rows.filter(principal__in=municipalities.principals_of(protection.municipality_of(child)))
    return list(near.order_by("name_key", "id")[:SHOWN_WITHOUT_SEARCH])


def instead_of(agency: Agency, child: Child) -> list[Agency]:
    """Whom an agency may say should be asked in its place: the other units of its own principal, and those near."""
    own = _agencies().filter(principal=agency.principal_id).order_by("name_key", "id")[:OWN_UNITS_MOST]
    rows = {row.pk: row for row in (*offered(child), *own) if row.pk != agency.pk}
    return sorted(rows.values(), key=lambda row: (row.name_key, str(row.pk)))


def _found(rows: QuerySet[Agency], sought: str) -> list[Agency]:
    """Agencies whose name, kind or principal holds every word that was sought."""
    for word in folded(sought).split()[:5]:
        rows = rows.filter(name_key__contains=sort_key(word)) | rows.filter(principal__name__icontains=word)
    return list(rows.distinct().order_by("name_key", "id")[:FOUND_MOST])


def _agencies() -> QuerySet[Agency]:
    return Agency.objects.select_related("principal", "kind")
