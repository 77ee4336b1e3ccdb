"""The demo's invented people, grouped, and who each one is in plain words. Only for the demo: it lists everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.models import Membership, Role, User
from common.errors import given
from common.text import in_words
from consent.models import Child, Custody, Guardian


@dataclass(frozen=True)
class Persona:
    """Somebody to be in the demo: who, in which role, what that person does; the area gives the icon."""

    user_id: UUID
    name: str
    role: str
    what: str
    area: str


@dataclass(frozen=True)
class PersonaGroup:
    """Personas of one kind. `slug` names the group in addresses."""

    slug: str
    heading: str
    note: str
    personas: tuple[Persona, ...]


def groups() -> list[PersonaGroup]:
    """Coordinators, agencies, families; groups without anybody are left out. Five queries however many they are."""
    workers = list(_workers())
    coordinators = tuple(persona for persona, role in workers if role == Role.COORDINATOR)
    others = tuple(persona for persona, role in workers if role != Role.COORDINATOR)
    found = [
        PersonaGroup(
            "samordnare", _("Samordnare"), _("Tar emot önskningar, kallar till möten och följer upp."), coordinators
        ),
        PersonaGroup("verksamheter", _("Verksamheter"), _("Svarar på kallelser och skriver vad de gör."), others),
        PersonaGroup("familjer", _("Familjer"), _("Vårdnadshavare och unga."), tuple(_families())),
    ]
    return [group for group in found if group.personas]


def _workers() -> Iterator[tuple[Persona, str]]:
    """Everybody who works somewhere today, once per person, in the role that began first."""
    rows = Membership.objects.active().filter(user__is_active=True).select_related("user", "agency__kind")
    seen = set()
    for row in rows.order_by("agency__name_key", "user__name_key", "starts", "id"):
        if row.user_id not in seen:
            seen.add(row.user_id)
            role = f"{Role(row.role).label}, {row.agency.name}"
            yield Persona(row.user_id, row.user.name, role, _work(row.role), row.agency.kind.area), row.role


def _work(role: str) -> str:
    """What sets the role apart; what the whole group does stands in its note."""
    return {
        Role.INTAKE: _("Tar emot kallelser och utser vem som är med."),
        Role.MANAGER: _("Får veta när verksamheten inte kom till ett möte. Läser inga planer."),
        Role.ADMINISTRATOR: _("Sköter regionens rutin. Läser inga planer."),
        Role.LOG_REVIEWER: _("Granskar vem som har läst vad. Läser inga planer."),
    }.get(Role(role), "")


def _families() -> Iterator[Persona]:
    guardians = Guardian.objects.filter(user__is_active=True).select_related("user")
    for guardian in guardians.prefetch_related("guardianships__child").order_by("user__name_key", "id"):
        yield Persona(guardian.user_id, guardian.name, _("Vårdnadshavare"), _custody(guardian), "familj")
    young = Child.objects.filter(user__is_active=True).select_related("user")
    for child in young.order_by("name_key", "id"):
        role = _("Den unga själv, %(age)s år") % {"age": child.age}
        yield Persona(given(child.user_id), child.name, role, _("Läser sin egen plan."), "familj")


def _custody(guardian: Guardian) -> str:
    rows = sorted(guardian.guardianships.all(), key=lambda row: row.child.name_key)
    has = [row.child.name for row in rows if row.custody != Custody.NONE]
    had = [row.child.name for row in rows if row.custody == Custody.NONE]
    said = [_("Har vårdnaden om %(names)s.") % {"names": in_words(has)}] if has else []
    said += [_("Har inte vårdnaden om %(names)s.") % {"names": in_words(had)}] if had else []
    return " ".join(said)


def user(user_id: UUID) -> User | None:
    """The persona with that key; None for anybody else."""
    known = {persona.user_id for group in groups() for persona in group.personas}
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id in known else None
