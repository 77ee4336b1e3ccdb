"""Vem kan se planen? Who is let in right now, and to what: the grants themselves, read back as people."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from agencies.actor import DESK_ROLES
from agencies.models import Agency, Membership, User
from common import clock
from sip.plans.grant_names import BELONG, CHOOSE, COORDINATE, EMERGENCY, TAKE_PART
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant


class Sees(StrEnum):
    """How much somebody sees, the most first."""

    CONTENTS = "contents"
    FRAME = "frame"  # dates, and who takes part
    NOTHING = "nothing"  # only that colleagues are to be chosen for a protected child


@dataclass(frozen=True)
class Seer:
    """One person who is let in: for an agency, or (agency None) as family."""

    user: User
    agency: Agency | None
    sees: Sees
    coordinates: bool = False
    in_emergency: bool = False
    at_desk: bool = False


_SEES = {
    BELONG: Sees.CONTENTS,
    TAKE_PART: Sees.CONTENTS,
    EMERGENCY: Sees.CONTENTS,
    COORDINATE: Sees.FRAME,
    CHOOSE: Sees.NOTHING,
}
_ORDER = list(Sees)


def who_sees(plan: Plan) -> list[Seer]:
    """Everybody who is let in to the plan today, once per agency: family first, then by agency and name.

    Read from the grants that every check reads, so that it cannot say anything else than what is so.
    """
    found: dict[tuple[object, object], Seer] = {}
    for seer in [*_in_person(plan), *_at_desks(plan)]:
        key = (seer.user.pk, seer.agency.pk if seer.agency else None)
        known = found.get(key)
        found[key] = _together(known, seer) if known else seer
    return sorted(found.values(), key=_place)


def _together(one: Seer, other: Seer) -> Seer:
    """The same person let in twice: the most of what each sees."""
    return Seer(
        user=one.user,
        agency=one.agency,
        sees=min(one.sees, other.sees, key=_ORDER.index),
        coordinates=one.coordinates or other.coordinates,
        in_emergency=one.in_emergency or other.in_emergency,
        at_desk=one.at_desk and other.at_desk,
    )


def _place(seer: Seer) -> tuple[bool, bool, str, str, str]:
    agency = seer.agency
    return (agency is not None, not seer.coordinates, agency.name_key if agency else "", seer.user.name_key,
            str(seer.user.pk))  # fmt: skip


def _in_person(plan: Plan) -> list[Seer]:
    holds = Q(until__isnull=True) | Q(until__gte=clock.today())
    lasts = Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())
    rows = PlanPersonGrant.objects.filter(holds, lasts, content_object=plan, user__is_active=True)
    working = {
        (row.user_id, row.agency_id)
        for row in Membership.objects.active().filter(user__in=rows.order_by().values("user_id"))
    }
    return [
        Seer(
            row.user,
            row.agency,
            _SEES[row.permission.codename],
            coordinates=row.permission.codename == COORDINATE,
            in_emergency=row.permission.codename == EMERGENCY,
        )
        for row in rows.select_related("user", "agency", "permission").order_by("id")
        if row.agency_id is None or (row.user_id, row.agency_id) in working
    ]


def _at_desks(plan: Plan) -> list[Seer]:
    holds = Q(until__isnull=True) | Q(until__gte=clock.today())
    grants = PlanAgencyGrant.objects.filter(holds, content_object=plan).select_related("permission", "group__agency")
    sees = {row.group.agency.pk: _SEES[row.permission.codename] for row in grants.order_by("id")}
    desks = Membership.objects.active().filter(agency__in=sees, role__in=DESK_ROLES, user__is_active=True)
    return [
        Seer(row.user, row.agency, sees[row.agency_id], at_desk=True)
        for row in desks.select_related("user", "agency").order_by("id")
    ]
