"""Everybody who could try a door: those of tests/world.py, and those who stand a little outside of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.test import Client

from agencies.models import Agency, AgencyKind, Membership, Principal, Role, User
from common import clock
from consent import services as consent
from consent.models import Child, Custody, Guardian, Guardianship, Relative
from sip.plans import grants
from sip.plans.models import EmergencyOpening
from tests.world import World
from tests.world_again import kept

ANONYMOUS = "anonymous"


@dataclass
class Crowd:
    """The people by what they are to the plan, and a plan that is somebody else's with the same coordinator."""

    world: World
    other: World
    father: Guardian  # without custody
    people: dict[str, User | None]
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    @kept
    def gather(cls, *, is_protected: bool = False, other_to: str = "established") -> "Crowd":
        """A fresh world in which nobody has asked for anything, and beside it another child's plan, well under way."""
        world = World.build(is_protected=is_protected)
        other = _other(world)
        if other_to:
            other.to(other_to)
        father = _guardian(world.child, "Ulf Lind", "19870102-2389", Custody.NONE)
        young = User.objects.create_user("alva@familj.example", "Alva Lind")
        world.child.user = young
        world.child.save(update_fields=["user"])
        Relative.objects.create(child=world.child, name="Moster Karin", relation="moster", phone="070-174 06 05")
        sjobo = Principal.objects.create(name="Sjöbo kommun", kind="municipality", code="1265")
        kind = AgencyKind.objects.get(pk="socialtjanst")
        elsewhere = Agency.create(principal=sjobo, kind=kind, name="Socialtjänsten Sjöbo", level="first_line")
        people: dict[str, User | None] = {
            ANONYMOUS: None,
            "coordinator": world.nadja,
            "coordinator elsewhere": _worker("Siv Sjöbo", elsewhere, Role.COORDINATOR),
            "participant": world.per,
            "desk": world.inga,
            "manager": world.chef,
            "log reviewer": _worker("Lo Granskare", world.bup, Role.LOG_REVIEWER),
            "colleague next door": world.dag,
            "emergency reader": _worker("Akut Larsson", elsewhere, Role.STAFF),
            "initiator": world.birgit,
            "guardian a": world.sara.user,
            "guardian b": world.johan.user,
            "guardian without custody": father.user,
            "young person": young,
            "guardian of another child": other.sara.user,
            "second guardian of another child": other.johan.user,
        }
        return cls(world, other, father, people)

    def open_in_emergency(self) -> None:
        """Somebody without a part in the plan opens it for an hour; nobody may when the child is protected."""
        reader, now = self.people["emergency reader"], clock.now()
        assert reader is not None
        agency = reader.memberships.get().agency
        values = {"reason": "Barnet kom in medvetslöst.", "at": now, "ends_at": now + timedelta(hours=1)}
        EmergencyOpening.objects.create(plan=self.world.plan, user=reader, agency=agency, **values)
        grants.sync(self.world.plan)

    def cookies(self) -> dict[str, Any]:
        """A logged-in browser's cookies for each person."""
        return {
            name: self.world.client(user).cookies if user else Client().cookies for name, user in self.people.items()
        }


def _other(world: World) -> World:
    """Another family's child, helped by the same people."""
    child = Child.create(name="Noa Berg", number="20120125-2382", municipality="Skurup")
    mother = _guardian(child, "Mia Berg", "19870109-2390", Custody.JOINT)
    father = _guardian(child, "Ola Berg", "19870207-2391", Custody.JOINT)
    return replace(world, child=child, sara=mother, johan=father)


def _guardian(child: Child, name: str, number: str, custody: Custody) -> Guardian:
    address = f"{name.split()[0].lower()}@familj.example"
    guardian = consent.register_guardian(name=name, number=number, email=address)
    Guardianship.objects.create(child=child, guardian=guardian, custody=custody, changed_at=clock.now())
    return guardian


def _worker(name: str, agency: Agency, role: Role) -> User:
    user = User.objects.create_user(f"{name.split()[0].lower()}@arbete.example", name)
    Membership.objects.create(user=user, agency=agency, role=role, starts=clock.today() - timedelta(days=365))
    return user
