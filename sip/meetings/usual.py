"""Who is usually asked to a child's meeting: by age and municipality, as the region's administrator writes it.

It is a help to remember somebody, and decides nothing: nobody is asked without the family's consent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies import municipalities
from agencies.actor import Actor
from agencies.models import Agency, AgencyKind, Principal, PrincipalKind
from common.errors import NotThere, Problem, given, refuse
from common.text import folded
from consent.log import services as log
from sip.meetings.models import UsualParty
from sip.plans import protection
from sip.plans.access import Denied, Do
from sip.plans.acting import act
from sip.plans.models import Plan
from sip.plans.own_key import own_key
from sip.plans.services.routines import CHANGE_ROUTINE

OLDEST = 20  # years; LSS and young adults
MOST = 100  # rows of a region


@dataclass(frozen=True)
class NewUsual:
    """A row as the administrator writes it. Ages in years, both included. `agency`: one of the kind, by name."""

    kind: AgencyKind | None
    from_age: int | None
    to_age: int | None
    municipality: str = ""
    agency: Agency | None = None


def usual_agencies(plan: Plan) -> list[Agency]:
    """The agencies that are usually there for this child, by name: the municipality's, the region's own, those named.

    Of the region's own there may be many of a kind. It is the one whose name says the municipality, else the only one
    there is; where that says nothing the administrator names one.
    """
    child, region = plan.child, _region_of_plan(plan)
    municipality = protection.municipality_of(child)
    rows = [
        row
        for row in _rows(region)
        if row.from_age <= child.age <= row.to_age
        and (not row.municipality or municipalities.is_same(row.municipality, municipality))
    ]
    named = {row.agency_id for row in rows if row.agency_id}
    kinds = {row.kind_id for row in rows if not row.agency_id}
    agencies = Agency.objects.select_related("principal", "kind").order_by("name_key", "id")
    found = {agency.pk: agency for agency in agencies.filter(pk__in=named)}
    if municipality and kinds:
        of_kind = agencies.filter(kind__in=kinds)
        near = of_kind.filter(principal__in=municipalities.principals_of(municipality))
        found |= {agency.pk: agency for agency in (*near, *_regions_own(of_kind, region, municipality))}
    return sorted(found.values(), key=lambda agency: (agency.name_key, str(agency.pk)))


def _regions_own(agencies: QuerySet[Agency], region: Principal | None, municipality: str) -> Iterator[Agency]:
    place, by_kind = municipalities.keys_of(municipality), dict[str, list[Agency]]()
    for agency in agencies.filter(principal=region) if region else ():
        by_kind.setdefault(agency.kind_id, []).append(agency)
    for there in by_kind.values():
        near = [agency for agency in there if place & set(folded(agency.name).split())]
        yield from near or (there if len(there) == 1 else ())


@act
def agencies_of_region(actor: Actor) -> list[Agency]:
    """Those that the administrator may name: the region's own and its municipalities', by name."""
    return list(_in_region(_region(actor)).order_by("name_key", "id"))


def _in_region(region: Principal) -> QuerySet[Agency]:
    return Agency.objects.filter(Q(principal=region) | Q(principal__region=region))


def _region_of_plan(plan: Plan) -> Principal | None:
    agency = plan.coordinator_agency
    if agency is None:
        return None
    principal = agency.principal
    return principal if principal.kind == PrincipalKind.REGION else principal.region


def _rows(region: Principal | None) -> QuerySet[UsualParty]:
    """The region's own list, else the one that everybody begins with."""
    rows = UsualParty.objects.select_related("kind", "agency").order_by("from_age", "kind__name", "id")
    own = rows.filter(region=region) if region else rows.none()
    return own if own.exists() else rows.filter(region__isnull=True)


@act
def usual_of_region(actor: Actor) -> list[UsualParty]:
    """The list that holds in the actor's region. Raises Denied for whoever administers none."""
    return list(_rows(_region(actor)))


@act
def add_usual(actor: Actor, new: NewUsual, *, key: UUID) -> UsualParty:
    """Write one more row; `key` is the row's own, so that a double click makes one.

    A region that has no list of its own begins with everybody's. Raises Refused for ages that are none.
    """
    region = _region(actor)
    known = UsualParty.objects.filter(pk=key, region=region).first()
    if known:
        return known
    if new.agency and new.kind is None:
        new = replace(new, kind=new.agency.kind)
    refuse(_problems(new, region))
    own = _own_list(region)
    kind = given(new.kind)
    ages = {"from_age": given(new.from_age), "to_age": given(new.to_age)}
    same = own.filter(kind=kind, municipality=new.municipality, agency=new.agency).first()
    refuse([Problem("many", _("Listan är full. Ta bort en rad först."), "kind")] if own.count() >= MOST else [])
    if same:
        UsualParty.objects.filter(pk=same.pk).update(**ages)
        same.refresh_from_db()
    else:
        said = {"kind": kind, "municipality": new.municipality, "agency": new.agency, **ages}
        same = UsualParty.objects.create(pk=own_key(UsualParty, key), region=region, **said)
    _note(actor, same)
    return same


@act
def remove_usual(actor: Actor, key: UUID) -> None:
    """Take a row away. With the last one gone everybody's list holds again. Raises NotThere for another region's."""
    region = _region(actor)
    row = _rows(region).filter(pk=key).first()
    if row is None:
        raise NotThere
    own = _own_list(region)
    same = own.filter(kind=row.kind, municipality=row.municipality, agency=row.agency).first()
    if same:
        same.delete()
        _note(actor, row)


def _problems(new: NewUsual, region: Principal) -> list[Problem]:
    problems = []
    if new.agency and not _in_region(region).filter(pk=new.agency.pk).exists():
        problems.append(Problem("agency", _("Välj en verksamhet i listan."), "agency"))
    elif new.agency and new.kind and new.agency.kind_id != new.kind.pk:
        message = _("%(agency)s är av en annan verksamhetstyp. Välj en av dem.") % {"agency": new.agency.name}
        problems.append(Problem("agency", message, "agency"))
    if new.kind is None:
        problems.append(Problem("kind", _("Välj vilka som brukar vara med."), "kind"))
    for name, age in (("from_age", new.from_age), ("to_age", new.to_age)):
        if age is None or not 0 <= age <= OLDEST:
            problems.append(Problem(name, _("Skriv åldern i år, från 0 till 20."), name))
    if not problems and new.from_age is not None and new.to_age is not None and new.to_age < new.from_age:
        problems.append(Problem("to_age", _("Den sista åldern är lägre än den första."), "to_age"))
    return problems


def _own_list(region: Principal) -> QuerySet[UsualParty]:
    """The region's own rows; everybody's are copied first where it has none. Two at once copy them once."""
    Principal.objects.select_for_update().get(pk=region.pk)
    own = UsualParty.objects.filter(region=region)
    if not own.exists():
        UsualParty.objects.bulk_create(
            UsualParty(
                region=region,
                kind_id=row.kind_id,
                agency_id=row.agency_id,
                municipality=row.municipality,
                from_age=row.from_age,
                to_age=row.to_age,
            )
            for row in UsualParty.objects.filter(region__isnull=True)
        )
    return own


def _region(actor: Actor) -> Principal:
    region = actor.administered_region
    if region is None:
        raise Denied(actor, Do.SEE_FRAME, None)
    return region


def _note(actor: Actor, row: UsualParty) -> None:
    log.record(actor, CHANGE_ROUTINE, child_id=None, object_type="usual_party", object_id=row.pk)
