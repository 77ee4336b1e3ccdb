"""Copies of an established plan: to each party, guardian and young person; the one who leads keeps the original.

In the service a copy is there as soon as the plan is established. Who does not use the service gets it on paper, and
the coordinator says when. Who comes later has one from when they fetch it; who has left keeps theirs, and reads it here
no longer.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency
from common import clock
from common.errors import Problem, Refused
from common.prepared import AnyTold, Prepared, Told
from consent import family
from sip.documents import covered
from sip.documents.models import Copy, CopyHow, Document, DocumentKind
from sip.plans import access, people
from sip.plans.access import Do, Standing
from sip.plans.acting import act
from sip.plans.models import Party, Plan, Version
from sip.plans.sharing import effective_agencies
from sip.plans.withheld import users_with_less

HAND_OVER_COPY = "hand_over_copy"


def send_copies(by: Actor, plan: Plan, version: Version) -> list[Copy]:
    """Hand the established version out: one row each, so that it can be told who has it. Done twice it is done once.

    The log has the establishing; the rows say who got what, when, and how.
    """
    newest = Document.objects.filter(version=version, kind=DocumentKind.PLAN).order_by("-revision").first()
    fingerprint = newest.sha256 if newest else ""
    rows = [
        _copy(by, version, fingerprint, agency=party.agency, is_original=party.agency_id == plan.lead_agency_id)
        for party in Party.objects.filter(plan=plan, agency__in=effective_agencies(plan)).select_related("agency")
    ]
    in_service, less = set(people.family_users(plan)), users_with_less(plan)
    for guardian in family.custody_holders(plan.child):
        of_file = "" if guardian.user_id in less else fingerprint
        rows.append(_copy(by, version, of_file, guardian=guardian, reads=guardian.user in in_service))
    if plan.child.user in in_service:
        rows.append(_copy(by, version, fingerprint))
    Copy.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _copy(by: Actor, version: Version, fingerprint: str, *, reads: bool = True, **whose: Any) -> Copy:
    """A copy that somebody has in the service from now, or waits for on paper; the young person's where it is nobody's.

    `whose`: the `agency` (and whether it `is_original`) or the `guardian`.
    """
    how, at = (CopyHow.SERVICE, clock.now()) if reads else (CopyHow.PAPER, None)
    return Copy(version=version, by=by.user, sha256=fingerprint, how=how, at=at, **whose)


def copies_of(version: Version) -> QuerySet[Copy]:
    """Who has, or waits for, a copy of the version: agencies by name, then the family."""
    rows = Copy.objects.filter(version=version).select_related("agency", "guardian", "version__plan__child")
    return rows.order_by("-is_original", "agency__name_key", "guardian__name", "id")


def note_taken(actor: Actor, plan: Plan, version: Version, standing: Standing, fingerprint: str) -> None:
    """Put down that somebody without a copy of the established version has fetched one; `fingerprint` of that file.

    The log has it too; but it is for a time, and does not tell which version.
    """
    if version.established_at is None:
        return
    guardian = people.as_guardian(actor.user, plan) if standing.is_family else None
    if standing.is_family and guardian is None and actor.user.pk != plan.child.user_id:
        return
    agency = None if standing.is_family else _agency_of(actor, plan)
    if (agency and agency.pk, guardian and guardian.pk) in _HAVE(version=version.pk):
        return
    row = _copy(actor, version, fingerprint, agency=agency, guardian=guardian)
    Copy.objects.bulk_create([row], ignore_conflicts=True)


def _agency_of(actor: Actor, plan: Plan) -> Agency | None:
    """For whom somebody at work reads the plan: the agency of theirs that is a party, before any other."""
    if len(actor.agency_ids) < 2:
        return actor.agency
    return actor.first_for(set(_PARTIES(plan=plan.pk, agencies=list(actor.agency_ids)))).agency


_HAVE = Prepared(
    lambda: Copy.objects.filter(version=Told("version")).order_by().values_list("agency_id", "guardian_id")
)
_PARTIES = Prepared(
    lambda: Party.objects.filter(plan=Told("plan"), agency=AnyTold("agencies")).values_list("agency_id", flat=True)
)


@dataclass(frozen=True)
class Held:
    """Somebody and the version. `row`: None for who came later and has not fetched it; `reads`: in the service, now."""

    name: str
    row: Copy | None
    reads: bool


def who_has(plan: Plan, version: Version, content: dict[str, Any]) -> list[Held]:
    """Everybody who has, waits for, or may read the version, as things stand now: who got it first, then who came.

    `content`: what is frozen in it. No agency reads it while it holds what consent covers no more (covered.py).
    """
    parties, in_service = effective_agencies(plan), set(people.family_users(plan))
    is_held_back = bool(covered.no_longer_covered(plan, content, parties))
    sharing = set() if is_held_back else parties
    found = []
    for row in copies_of(version):
        reader = row.guardian.user if row.guardian else plan.child.user
        reads = row.agency_id in sharing if row.agency_id else reader in in_service
        found.append(Held(_name_of(row), row, reads))
    have = {(held.row.agency_id, held.row.guardian_id) for held in found if held.row}
    came = Party.objects.filter(plan=plan, agency__in=parties - {agency for agency, _guardian in have if agency})
    later = came.select_related("agency").order_by("agency__name_key", "agency_id")
    found += [Held(party.agency.name, None, reads=not is_held_back) for party in later]
    for guardian in family.custody_holders(plan.child):
        if (None, guardian.pk) not in have:
            found.append(Held(guardian.name, None, guardian.user in in_service))
    if plan.child.user in in_service and (None, None) not in have:
        found.append(Held(plan.child.name, None, reads=True))
    return found


def _name_of(row: Copy) -> str:
    if row.agency:
        return row.agency.name
    return row.guardian.name if row.guardian else row.version.plan.child.name


@act
def hand_over_copy(actor: Actor, plan: Plan, copy: UUID | None) -> Copy:
    """Say that a copy on paper has been handed over. Raises Refused for one that is so already, and for none."""
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan, logged_as=HAND_OVER_COPY)
    row = copies_waiting(plan).filter(pk=copy).first() if copy else None
    if row is None:
        raise Refused(Problem("copy", _("Den kopian är redan lämnad, eller finns inte längre.")))
    row.at, row.by = clock.now(), actor.user
    row.save(update_fields=["at", "by"])
    return row


def copies_waiting(plan: Plan) -> QuerySet[Copy]:
    """The copies on paper that nobody has handed over yet."""
    return Copy.objects.filter(version__plan=plan, how=CopyHow.PAPER, at=None).select_for_update(of=("self",))
