"""Who is who: the rows that a case file's ids stand for, matched or made before the first step."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from agencies.models import Agency, AgencyKind, Membership, Principal, PrincipalKind, User
from common import clock, identity
from consent import services as consent
from consent.models import Child, Guardian, Guardianship, birthday
from sip.cases import world
from sip.cases.errors import PlayError
from sip.plans.models import Action, Comment, Deviation, Goal, Need

# People have worked where they work for a while when the case begins.
_AT_WORK_SINCE = timedelta(days=365)
# A young person who acts on their own in a case has a log-in of their own. Switching it on after an assessed
# maturity has no verb; the file format settles it by this age.
_OWN_LOGIN_AGE = 15

Element = Need | Goal | Action | Comment | Deviation


@dataclass
class Cast:
    """The file's ids and their rows. `elements` grows as steps make needs, goals and actions."""

    child: Child
    principals: dict[str, Principal] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    guardians: dict[str, Guardian] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    workplaces: dict[str, str] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)

    def agency_of(self, person: str) -> Agency | None:
        """The agency that the file lets the person work at; None for the family."""
        workplace = self.workplaces.get(person)
        return self.agencies[workplace] if workplace else None

    def id_of(self, key: UUID | None) -> str:
        """The file's id for a row's key; empty when it has none."""
        return self._ids().get(key, "")

    def _ids(self) -> dict[UUID | None, str]:
        rows = {**self.agencies, **self.guardians, **self.users, **self.elements}
        return {row.pk: name for name, row in rows.items()}


@transaction.atomic
def bring_in(case: world.Case) -> Cast:
    """Match or make everybody in the file. Called with the clock set to the play's first moment.

    Agencies are matched by principal and name, people by e-mail, guardians by identity number. Raises PlayError,
    with nothing written, when the child is already here, or an e-mail belongs to somebody else.
    """
    if Child.objects.filter(number_index=identity.index(case.child.number)).exists():
        raise PlayError(case.child.line, "Barnet finns redan i databasen. Spela fallet i en tom databas.")
    cast = Cast(child=_child(case))
    for principal in case.principals:
        cast.principals[principal.name], _made = Principal.objects.get_or_create(
            name=principal.name, defaults={"kind": principal.kind, "code": principal.code}
        )
    _place_in_region(cast.principals.values())
    for agency in case.agencies:
        cast.agencies[agency.id] = _agency(agency, cast.principals[agency.of])
    for person in case.people:
        cast.users[person.id] = _worker(person, cast.agencies[person.agency])
        cast.workplaces[person.id] = person.agency
    for guardian in case.guardians:
        row = _guardian(guardian)
        Guardianship.objects.create(child=cast.child, guardian=row, custody=guardian.custody, changed_at=clock.now())
        cast.guardians[guardian.id], cast.users[guardian.id] = row, row.user
    if cast.child.user:
        cast.users[case.child.id] = cast.child.user
    return cast


def _place_in_region(principals: Iterable[Principal]) -> None:
    """Where a file has one region, the others of it lie there, and work by its routine."""
    regions = {row for row in principals if row.kind == PrincipalKind.REGION}
    if len(regions) == 1:
        others = [row.pk for row in principals if row not in regions]
        Principal.objects.filter(pk__in=others, region__isnull=True).update(region=regions.pop())


def _child(case: world.Case) -> Child:
    who = case.child
    child = Child.create(
        name=who.name,
        number=who.number,
        municipality=who.municipality,
        school=who.school,
        language=who.language,
        is_protected=who.protected,
    )
    old_enough = birthday(child.born, _OWN_LOGIN_AGE)
    if any(step.by == who.id and not _on_paper(step) and step.at.date() >= old_enough for step in case.steps):
        child.user = User.objects.create_user(None, who.name, language=who.language)
        child.save(update_fields=["user"])
    return child


def _on_paper(step: world.Step) -> bool:
    return step.fields.get("how") == "paper"


def _agency(agency: world.Agency, principal: Principal) -> Agency:
    known = Agency.objects.filter(principal=principal, name=agency.name).first()
    if known:
        return known
    kinds = {kind.name.casefold(): kind for kind in AgencyKind.objects.order_by("name")}
    kind = kinds[agency.kind.casefold()]
    return Agency.create(principal=principal, kind=kind, name=agency.name, level=agency.level)


def _worker(person: world.Person, agency: Agency) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, person.name, phone=person.phone)
    elif hasattr(user, "guardian"):
        raise PlayError(person.line, "E-postadressen tillhör en vårdnadshavare i databasen. Ange en annan.")
    since = clock.today() - _AT_WORK_SINCE
    membership, made = Membership.objects.get_or_create(
        user=user, agency=agency, role=person.role, ends=None, defaults={"starts": since}
    )
    if not made and membership.starts > since:
        membership.starts = since
        membership.save(update_fields=["starts"])
    return user


def _guardian(guardian: world.Guardian) -> Guardian:
    known = Guardian.objects.filter(number_index=identity.index(guardian.number)).select_related("user").first()
    if known:
        return known
    if guardian.email and User.objects.filter(email=guardian.email).exists():
        raise PlayError(guardian.line, "E-postadressen tillhör någon annan i databasen. Ange en annan.")
    return consent.register_guardian(
        name=guardian.name,
        number=guardian.number,
        email=guardian.email,
        phone=guardian.phone,
        address=guardian.address,
        language=guardian.language,
        is_protected=guardian.protected,
    )
