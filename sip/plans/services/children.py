"""Finding a child by identity number, and registering one who is not known: always with an event, never with a hint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock, identity
from common.errors import Problem, Refused, refuse
from common.identity import IdentityNumber
from consent import services as consent
from consent.log import services as log
from consent.models import Child, Custody, Guardianship
from sip.plans import access
from sip.plans.acting import act
from sip.plans.models import Plan, Request
from sip.plans.services.requests import request_plan

SEARCH = "search"
OPEN_IN_EMERGENCY = "open_in_emergency"
LOOKS_FOR_CHILDREN = (SEARCH, OPEN_IN_EMERGENCY)  # by identity number; counted together
SEARCHES_PER_HOUR = 60
# The same words sent again within this time are the same wish: the button was pressed twice.
TWICE = timedelta(minutes=1)


@act
def find_plan(actor: Actor, number: IdentityNumber) -> Plan | None:
    """The child's newest plan that the actor may know of. A hit and a miss both stand in the access log.

    Raises Refused for somebody who searches more than a person does by hand.
    """
    check_pace(actor)
    known = access.visible_to(actor).filter(child__number_index=identity.index(number.normal))
    plan = known.select_related("child").order_by("-id").first()
    log.record(actor, SEARCH, child_id=plan.child_id if plan else None, object_type="child", is_denied=plan is None)
    return plan


@act
def check_pace(actor: Actor) -> None:
    """Raise Refused for somebody who has asked for children more often this hour than a person does by hand."""
    hour_ago = clock.now() - timedelta(hours=1)
    asked = sum(log.count_since(actor, what, hour_ago, object_type="child") for what in LOOKS_FOR_CHILDREN)
    if asked >= SEARCHES_PER_HOUR:
        raise Refused(Problem("throttled", _("Du har sökt många gånger. Vänta en stund och sök igen."), "number"))


@act
def search_hits(actor: Actor, plans: Sequence[Plan]) -> None:
    """Write in the log that a search on names showed these plans."""
    log.record_for_children(actor, SEARCH, [plan.child_id for plan in plans], object_type="plan")


@dataclass(frozen=True)
class NewGuardian:
    """A guardian as the one who asks writes it."""

    name: str
    number: str
    custody: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class NewChild:
    """A child as the one who asks writes it."""

    name: str
    number: str
    municipality: str
    school: str = ""
    language: str = "sv"
    guardians: tuple[NewGuardian, ...] = ()


@act
def request_for(actor: Actor, new: NewChild, *, seen_on: date | None, why: str, important: str = "") -> Request:
    """Ask for a SIP for the child with this identity number; register the child when nobody has done so.

    What is written of a child who is known already is left aside, and the answer is the same: who asks cannot tell
    whether there is a plan (domain.md §3). Raises Refused with everything that is missing, as `request_plan` does.
    """
    refuse(_problems(new))
    child = _known(new) or _register(new)
    just_now = Request.objects.filter(by=actor.user, plan__child=child, at__gte=clock.now() - TWICE)
    twin = just_now.filter(why=why).order_by("-id").first()
    if twin and twin.seen_on == seen_on:
        return twin
    return request_plan(actor, child, seen_on=seen_on, why=why, important=important)


def _problems(new: NewChild) -> list[Problem]:
    problems = []
    if not new.name:
        problems.append(Problem("name", _("Skriv barnets namn."), "name"))
    if not new.municipality:
        problems.append(Problem("municipality", _("Skriv vilken kommun barnet bor i."), "municipality"))
    try:
        identity.parse(new.number)
    except ValueError as error:
        problems.append(Problem("number", str(error), "number"))
    return problems + _guardian_problems(new)


def _guardian_problems(new: NewChild) -> list[Problem]:
    problems = []
    if not new.guardians:
        problems.append(Problem("guardians", _("Skriv minst en vårdnadshavare."), "first_name"))
    if len({guardian.number for guardian in new.guardians} | {new.number}) <= len(new.guardians):
        problems.append(Problem("guardians", _("Samma personnummer står två gånger. Kontrollera vem som är vem.")))
    for guardian in new.guardians:
        # Asked of a child who is known too: else the answer would tell whether the child is.
        try:
            if consent.email_is_taken(identity.parse(guardian.number), guardian.email):
                message = _("E-postadressen för %(name)s används redan av någon annan.") % {"name": guardian.name}
                problems.append(Problem("email", message))
        except ValueError as error:
            problems.append(Problem("number", f"{guardian.name}: {error}"))
    custodies = [guardian.custody for guardian in new.guardians]
    if custodies and set(custodies) == {Custody.NONE}:
        problems.append(Problem("custody", _("Skriv minst en som har vårdnaden om barnet."), "first_custody"))
    if Custody.SOLE in custodies and custodies.count(Custody.NONE) < len(custodies) - 1:
        problems.append(Problem("custody", _("När en har ensam vårdnad har den andra ingen vårdnad. Ändra en av dem.")))
    return problems


def _known(new: NewChild) -> Child | None:
    return Child.objects.filter(number_index=identity.index(identity.parse(new.number).normal)).first()


def _register(new: NewChild) -> Child:
    """A new child with guardians. Registered by somebody else in the same moment: that child."""
    try:
        with transaction.atomic():
            child = Child.create(
                name=new.name,
                number=new.number,
                municipality=new.municipality,
                school=new.school,
                language=new.language,
            )
    except IntegrityError:
        known = _known(new)
        if known is None:
            raise
        return known
    for guardian in new.guardians:
        known_guardian = consent.register_guardian(
            name=guardian.name,
            number=guardian.number,
            email=guardian.email,
            phone=guardian.phone,
        )
        Guardianship.objects.create(
            child=child, guardian=known_guardian, custody=guardian.custody, changed_at=clock.now()
        )
    return child
