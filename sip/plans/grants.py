"""The only writer of guardian rows. Grants follow from party + consent + assignment + protection, nothing else.

`sync` computes what ought to be and writes the difference, inside the transaction of whatever changed. A row's
`until` carries the last day of the consent it rests on, and `ends_at` the minute when an emergency is over, so that
running out needs no job; what begins by the calendar alone is made by `sync_for_today` (tasks.py). Each row also
carries what the list of plans sorts and filters by (listing.py).
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agencies import row_scope
from common import clock
from consent import family
from consent.models import Child
from consent.rules import Standing
from sip.plans import access, changed
from sip.plans.grant_names import BELONG, CHOOSE, COORDINATE, EMERGENCY, TAKE_PART, permission_id
from sip.plans.listing import listed_as
from sip.plans.models import (
    Assignment,
    AssignmentReason,
    EmergencyOpening,
    Party,
    Plan,
    PlanAgencyGrant,
    PlanPersonGrant,
    Stamp,
)
from sip.plans.states import CLOSED_STATES, Act, State

PersonKey = tuple[UUID, str, UUID | None]  # user, permission, agency
DeskKey = tuple[int, str]  # group, permission


class Lasts(NamedTuple):
    """How long a person's grant holds: through this day, and until this moment; None sets no end."""

    until: date | None = None
    ends_at: datetime | None = None


class Consent(NamedTuple):
    """Where consent towards an agency stands, and where it will stand on the day the child turns 18."""

    now: Standing
    of_age: Standing


LOOK_BACK = timedelta(days=7)
EIGHTEEN_YEARS = timedelta(days=6574)  # or a day more, with five leap days: a plan too many is only looked at

# Before the call nobody but the family, the initiator and the coordinator takes part.
BEFORE_CALL = (State.REQUESTED, State.DECLINED, State.PREPARING)


def sync(plan: Plan) -> None:
    """Make the plan's grants what they ought to be now. The caller holds the plan's lock."""
    changed.touch([plan.pk])
    with row_scope.everything():  # who is let in does not rest on what the one who acts may see
        people, desks = desired(plan)
        _write_people(plan, people)
        _write_desks(plan, desks)


def moved(plan: Plan) -> None:
    """Tell the plan's grants where it stands now. Who is let in is for `sync` to say; the caller holds the lock."""
    for grant in (PlanPersonGrant, PlanAgencyGrant):
        grant.objects.filter(content_object=plan).update(state=plan.state)


def sync_child(child: Child) -> None:
    """The same for every plan of a child, after something that touches them all."""
    with access.for_nobody() as plans:
        for plan in access.lock_all(plans.filter(child=child)):
            sync(plan)


def sync_for_today() -> int:
    """Make anew what the calendar alone has changed in open plans; return how many plans were looked at.

    A child turned 18, or a consent ran out that something else may stand behind. Looks some days back: whoever should
    have run yesterday may not have. Safe to run any number of times.
    """
    today = clock.today()
    ran_out = Q(person_grants__until__range=(today - LOOK_BACK, today)) | Q(
        agency_grants__until__range=(today - LOOK_BACK, today)
    )
    turned = Q(child__born__range=(today - LOOK_BACK - EIGHTEEN_YEARS - timedelta(days=1), today - EIGHTEEN_YEARS))
    with transaction.atomic(), access.for_nobody() as plans:
        concerned = plans.filter(ran_out | turned).exclude(state__in=CLOSED_STATES)
        keys = list(concerned.order_by("pk").distinct().values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic(), changed.following(), access.for_nobody() as plans:
            for plan in access.lock_all(plans.filter(pk=key)):
                sync(plan)
    return len(keys)


def desired(plan: Plan) -> tuple[dict[PersonKey, Lasts], dict[DeskKey, date | None]]:
    """What the grants ought to be: {person key: how long}, {desk key: last day}."""
    parties = list(Party.objects.filter(plan=plan).select_related("agency"))
    assignments = list(Assignment.objects.filter(plan=plan, ended_at__isnull=True))
    agency_ids = {party.agency_id for party in parties} | {row.agency_id for row in assignments}
    if plan.coordinator_agency_id:
        agency_ids.add(plan.coordinator_agency_id)
    consents = _consents(plan, agency_ids)
    people = _coordinator(plan, consents)
    party_ids = {party.agency_id for party in parties}
    for row in assignments:
        consent = consents[row.agency_id]
        if _takes_part(plan, row, consent.now, is_party=row.agency_id in party_ids):
            people[row.user_id, TAKE_PART, row.agency_id] = Lasts(_last_day(plan, consent))
    people |= _family(plan) | _emergencies(plan)
    permission = CHOOSE if plan.child.is_protected else TAKE_PART
    desks = {
        (party.agency.desk_id, permission): _last_day(plan, consents[party.agency_id])
        for party in parties
        if consents[party.agency_id].now.is_effective
    }
    return people, desks


def _consents(plan: Plan, agency_ids: set[UUID]) -> dict[UUID, Consent]:
    now = family.standings(plan.child, agency_ids)
    if family.is_adult(plan.child):
        return {agency_id: Consent(standing, standing) for agency_id, standing in now.items()}
    of_age = family.standings(plan.child, agency_ids, on=plan.child.comes_of_age)
    return {agency_id: Consent(standing, of_age[agency_id]) for agency_id, standing in now.items()}


def _coordinator(plan: Plan, consents: dict[UUID, Consent]) -> dict[PersonKey, Lasts]:
    """The coordinator keeps the frame always, and the contents as long as consent for the own agency lets it.

    To prepare and ask the family it is enough that nobody has said no; from the call on the agency needs effective
    consent, as every party does.
    """
    if plan.coordinator_id and plan.coordinator_agency_id:
        people: dict[PersonKey, Lasts] = {(plan.coordinator_id, COORDINATE, plan.coordinator_agency_id): Lasts()}
        consent = consents[plan.coordinator_agency_id]
        if _may_prepare(plan, consent.now):
            people[plan.coordinator_id, TAKE_PART, plan.coordinator_agency_id] = Lasts(_last_day(plan, consent))
        return people
    # Who declined a request goes on seeing what was declined and why.
    decliner = Stamp.objects.filter(plan=plan, act=Act.DECLINE).first()
    return {(decliner.by_id, COORDINATE, decliner.agency_id): Lasts()} if decliner else {}


def _last_day(plan: Plan, consent: Consent) -> date | None:
    """The last day of a grant that rests on consent. What guardians said counts to the day before the child turns 18;
    from then on what the young person has said, and may have said long before, does."""
    if family.is_adult(plan.child):
        return consent.now.until
    eve = plan.child.comes_of_age - timedelta(days=1)
    if consent.now.until is not None and consent.now.until <= eve:
        return consent.now.until
    goes_on = consent.of_age.is_effective if consent.now.is_effective else not consent.of_age.has_ended
    return consent.of_age.until if goes_on else eve


def _may_prepare(plan: Plan, consent: Standing) -> bool:
    return consent.is_effective or (plan.state in BEFORE_CALL and not consent.has_ended)


def _takes_part(plan: Plan, row: Assignment, consent: Standing, *, is_party: bool) -> bool:
    if row.reason == AssignmentReason.INITIATOR:
        return not plan.child.is_protected and _may_prepare(plan, consent)  # else named handlers only
    return is_party and consent.is_effective


def _family(plan: Plan) -> dict[PersonKey, Lasts]:
    """Guardians with custody until the day before the child turns 18, and the young person; nobody when protected."""
    if plan.child.is_protected:
        return {}
    last_day = plan.child.comes_of_age - timedelta(days=1)
    people: dict[PersonKey, Lasts] = {
        (guardian.user_id, BELONG, None): Lasts(last_day) for guardian in family.custody_holders(plan.child)
    }
    if plan.child.user_id:
        people[plan.child.user_id, BELONG, None] = Lasts()
    return people


def _emergencies(plan: Plan) -> dict[PersonKey, Lasts]:
    """Who has the plan open in an emergency now; nobody when the child is protected: named handlers only."""
    if plan.child.is_protected:
        return {}
    running = EmergencyOpening.objects.filter(plan=plan, ends_at__gt=clock.now()).order_by("ends_at", "id")
    return {(row.user_id, EMERGENCY, row.agency_id): Lasts(ends_at=row.ends_at) for row in running}


def _write_people(plan: Plan, wanted: dict[PersonKey, Lasts]) -> None:
    kept, shown_as = set(), listed_as(plan)
    for row in PlanPersonGrant.objects.filter(content_object=plan).select_related("permission"):
        key = (row.user_id, row.permission.codename, row.agency_id)
        if key not in wanted:
            row.delete()
            continue
        kept.add(key)
        _put_right(row, {"until": wanted[key].until, "ends_at": wanted[key].ends_at, **shown_as})
    PlanPersonGrant.objects.bulk_create(
        PlanPersonGrant(
            user_id=user_id,
            permission_id=permission_id(codename),
            agency_id=agency_id,
            content_object=plan,
            until=lasts.until,
            ends_at=lasts.ends_at,
            **shown_as,
        )
        for (user_id, codename, agency_id), lasts in wanted.items()
        if (user_id, codename, agency_id) not in kept
    )


def _write_desks(plan: Plan, wanted: dict[DeskKey, date | None]) -> None:
    kept, shown_as = set(), listed_as(plan)
    for row in PlanAgencyGrant.objects.filter(content_object=plan).select_related("permission"):
        key = (row.group_id, row.permission.codename)
        if key not in wanted:
            row.delete()
            continue
        kept.add(key)
        _put_right(row, {"until": wanted[key], **shown_as})
    PlanAgencyGrant.objects.bulk_create(
        PlanAgencyGrant(
            group_id=group_id, permission_id=permission_id(codename), content_object=plan, until=until, **shown_as
        )
        for (group_id, codename), until in wanted.items()
        if (group_id, codename) not in kept
    )


def _put_right(row: PlanPersonGrant | PlanAgencyGrant, values: dict[str, Any]) -> None:
    """Write what differs; a row that is as it ought to be is left alone."""
    differs = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differs:
        setattr(row, name, values[name])
    if differs:
        row.save(update_fields=differs)
