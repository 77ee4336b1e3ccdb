"""Who is in the plan: those who help, who leads, the family; and, for the coordinator, where consent stands."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common.text import in_words
from consent import family
from consent.models import Guardianship, Relative
from consent.rules import CHILD, Status
from consent.rules import Standing as Consent
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Assignment, Party, Plan
from sip.web.words import day_words


@dataclass(frozen=True)
class Person:
    """A row of "Vilka är med". `tags` are small words beside the name."""

    name: str
    where: str
    phone: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConsentRow:
    """Where consent towards one agency stands, in words; `is_good` when it may be called and may read."""

    agency: str
    words: str
    is_good: bool


def shown_parties(plan: Plan, standing: Standing, effective: set[UUID]) -> list[Party]:
    """The parties that this viewer may know of: those with effective consent; to the coordinator all."""
    parties = Party.objects.filter(plan=plan).select_related("agency__kind", "agency__principal")
    ordered = list(parties.order_by("agency__name_key", "agency_id"))
    if standing.may(Do.RECORD_CONSENT):
        return ordered
    return [party for party in ordered if party.agency_id in effective]


def lead_sentence(plan: Plan, standing: Standing) -> str:
    """ "Region Exempel har det övergripande ansvaret. Nadja Öhman är samordnare." """
    said = []
    if plan.lead_principal and plan.lead_agency:
        said.append(_("%(principal)s har det övergripande ansvaret.") % {"principal": plan.lead_principal.name})
    elif standing.may(Do.EDIT_FRAME) and plan.is_open:
        said.append(_("Ingen har det övergripande ansvaret än."))
    if plan.coordinator:
        said.append(_("%(name)s är samordnare.") % {"name": protection.coordinator_name(plan)})
    return " ".join(said)


def helpers(plan: Plan, parties: list[Party], reader: User) -> list[Person]:
    """The coordinator, the lead, and those who take part for each party; an agency alone where nobody is named."""
    rows = Assignment.objects.filter(plan=plan, ended_at__isnull=True).select_related("user", "agency")
    by_agency: dict[UUID, list[User]] = {}
    for row in rows.order_by("user__name_key", "user_id", "id"):
        there = by_agency.setdefault(row.agency_id, [])
        if row.user not in there:
            there.append(row.user)
    agencies: dict[UUID, Agency] = {party.agency_id: party.agency for party in parties}
    for leading, agency in ((plan.lead_person, plan.lead_agency), (plan.coordinator, plan.coordinator_agency)):
        if leading and agency:
            agencies.setdefault(agency.pk, agency)
            others = [user for user in by_agency.get(agency.pk, []) if user != leading]
            by_agency[agency.pk] = [leading, *others]
    found = []
    for key, agency in agencies.items():
        users = by_agency.get(key, [])
        found += [_person(plan, user, agency, reader) for user in users]
        if not users:
            found.append(Person(_("Ingen är utsedd än"), agency.name, agency.phone))
    return sorted(found, key=lambda person: not person.tags)


def _person(plan: Plan, user: User, agency: Agency, reader: User) -> Person:
    """Of a protected colleague: to the coordinator the name alone, to others the agency alone, never both."""
    tags = []
    if user.pk == plan.coordinator_id and agency.pk == plan.coordinator_agency_id:
        tags.append(_("Samordnare"))
    if user.pk == plan.lead_person_id and agency.pk == plan.lead_agency_id:
        tags.append(_("Övergripande ansvar"))
    if user.is_protected and (user == reader or protection.is_named_handler(reader, plan)):
        return Person(user.name, "", "", tuple(tags))
    name = protection.name_beside_agency(user) or protection.staff_name(user)
    return Person(name, agency.name, protection.staff_phone(user, agency), tuple(tags))


def family_rows(plan: Plan, guardianships: list[Guardianship], reader: User) -> list[Person]:
    """The guardians and those whom the child wants there. Numbers: to the coordinator, of nobody who is protected."""
    found = []
    for row in guardianships:
        guardian = row.guardian
        where = _("Vårdnadshavare, %(custody)s") % {"custody": row.get_custody_display()}
        found.append(Person(guardian.name, where, protection.phone_in_passing(guardian, reader, plan)))
    for relative in Relative.objects.filter(child=plan.child).order_by("id"):
        phone = protection.phone_in_passing(relative, reader, plan)
        found.append(Person(relative.name, relative.relation, phone))
    return found


def consent_rows(plan: Plan, parties: list[Party]) -> list[ConsentRow]:
    """Where consent stands towards every agency that is a party or that the family was asked about."""
    agencies = {party.agency_id: party.agency for party in parties}
    asked = family.agencies_asked_about(plan.child) - set(agencies)
    agencies |= {agency.pk: agency for agency in Agency.objects.filter(pk__in=asked)}
    names = {str(guardian.pk): guardian.name for guardian in family.custody_holders(plan.child)}
    names[CHILD] = plan.child.name
    standings = family.standings(plan.child, agencies)
    ordered = sorted(agencies.values(), key=lambda agency: (agency.name_key, str(agency.pk)))
    return [
        ConsentRow(agency.name, consent_words(standings[agency.pk], names), standings[agency.pk].is_effective)
        for agency in ordered
    ]


def consent_words(consent: Consent, names: dict[str, str]) -> str:
    """Where consent stands, in words; `names` of the guardians by key."""
    if consent.status is Status.EFFECTIVE:
        return _("Gäller till %(day)s") % {"day": day_words(consent.until)} if consent.until else _("Gäller")
    if consent.status is Status.NOT_REQUIRED:
        words = _("Samtycke behövs inte, till %(day)s") if consent.until else _("Samtycke behövs inte")
        return words % {"day": day_words(consent.until)} if consent.until else words
    if consent.status is Status.WAITING:
        waiting = in_words([names[key] for key in consent.waiting_for if key in names])
        return _("Väntar på %(names)s") % {"names": waiting}
    return {
        Status.NEVER_ASKED: _("Familjen är inte tillfrågad än"),
        Status.REFUSED: _("Familjen har sagt nej"),
        Status.WITHDRAWN: _("Återkallat"),
        Status.EXPIRED: _("Har gått ut"),
    }[consent.status]
