"""Those who sign for an agency: the coordinator asks a colleague of a party, reminds who is waited for, asks another.

The law asks for no signature, and least of all for these: whom a coordinator does not name need not sign. Who is asked
signs as themself and for one agency, in the same way as the family, with their password just given.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, Membership, User
from common import clock
from common.errors import Problem, Refused, refuse
from sip.documents import services as documents
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.notices.waiting import dedup_key
from sip.plans import access, people, protection
from sip.plans.access import Denied, Do, NotAllowed, Standing
from sip.plans.acting import act
from sip.plans.models import Party, Plan, Version
from sip.plans.sharing import effective_agencies
from sip.plans.withheld import users_with_less
from sip.signing import receipt, services, signers
from sip.signing.models import AskedSigner, Signature, SignatureStatus, SignedHow

# What the log says of a coordinator who asked, reminded, or asked somebody else.
ASK_TO_SIGN = "ask_to_sign"
REMIND_TO_SIGN = "remind_to_sign"
TAKE_BACK_ASKING = "take_back_asking"


@dataclass(frozen=True)
class Candidate:
    """A colleague who may be asked, and for which agency. `key` is what a form calls them."""

    user: User
    agency: Agency

    @property
    def key(self) -> str:
        """Both keys: somebody may work at two of the plan's agencies."""
        return f"{self.user.pk}:{self.agency.pk}"


def candidates(plan: Plan, version: Version) -> list[Candidate]:
    """Whoever reads the plan for a party and is not asked yet, by agency and name; never somebody of the family.

    Of a protected child only those who are named take part, and may be asked.
    """
    family = {guardian.user_id for guardian in people.asked_to_sign(plan)} | {plan.child.user_id}
    asked = set(AskedSigner.objects.filter(version=version, taken_back_at=None).values_list("user_id", flat=True))
    found: list[Candidate] = []
    for party in Party.objects.filter(plan=plan, agency__in=effective_agencies(plan)).select_related("agency"):
        there = people.assigned(plan, party.agency_id)
        if not protection.is_deny_by_default(plan.child):
            there = there or people.receivers(party.agency)
        if plan.coordinator and plan.coordinator_agency_id == party.agency_id:
            there = [*there, plan.coordinator]
        found += [Candidate(user, party.agency) for user in dict.fromkeys(there) if user.pk not in family | asked]
    return sorted(found, key=lambda one: (one.agency.name_key, one.user.name_key, one.key))


@act
def ask_to_sign(actor: Actor, plan: Plan, chosen: Collection[str]) -> list[AskedSigner]:
    """Ask these candidates (their keys) to sign the open version, and tell them. Asked twice they are asked once.

    Raises Refused for somebody who is no candidate, for a version that is sealed, and where there is none.
    """
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan, logged_as=ASK_TO_SIGN)
    version = signers.open_version(plan)
    if version.sealed_at:
        raise Refused(Problem("sealed", _("Alla som skulle skriva under har gjort det, och planen är förseglad.")))
    known = {one.key: one for one in candidates(plan, version)}
    before = AskedSigner.objects.filter(version=version, taken_back_at=None).values_list("user_id", "agency_id")
    new = set(chosen) - {f"{user}:{agency}" for user, agency in before}
    if not new <= known.keys():
        raise Refused(Problem("people", _("Välj någon som är med i planen för sin verksamhet."), "people"))
    by_user = {known[key].user.pk: known[key] for key in sorted(new)}
    if len(by_user) < len(new):
        raise Refused(Problem("people", _("Samma person kan bara skriva under för en verksamhet."), "people"))
    rows = [
        AskedSigner(version=version, user=one.user, agency=one.agency, by=actor.user, at=clock.now())
        for one in by_user.values()
    ]
    AskedSigner.objects.bulk_create(rows)
    for row in rows:
        notices.queue("agency_signature_asked", [row.user], about=plan.pk, occasion=row.pk, detail=row.pk)
    return rows


@act
def take_back(actor: Actor, plan: Plan, key: UUID | None) -> AskedSigner:
    """Wait for this person's signature no longer; the seal closes the plan if nobody else is waited for.

    What they have said stays said. Raises Refused for who is not asked, and for who has signed.
    """
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan, logged_as=TAKE_BACK_ASKING)
    version = signers.open_version(plan)
    rows = AskedSigner.objects.filter(version=version, taken_back_at=None).select_related("user")
    asked = rows.filter(pk=key).first() if key else None
    if asked is None:
        raise Refused(Problem("signer", _("Personen är inte längre ombedd att skriva under den här planen.")))
    signers.check_not_signed(version, asked)
    asked.taken_back_at = clock.now()
    asked.save(update_fields=["taken_back_at"])
    notices.recheck(plan.pk)
    services.after_a_word(plan, version)
    return asked


@act
def remind(actor: Actor, plan: Plan, key: str) -> str:
    """Remind somebody who has said nothing of the open version (`receipt.SignerRow.key`); returns the name.

    At most once a day each. Raises Refused for who has been reminded today, and for whom nothing is waited for here:
    they have answered, or sign on paper.
    """
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan, logged_as=REMIND_TO_SIGN)
    version = signers.open_version(plan)
    row = next((row for row in receipt.signer_rows(plan, version) if row.key == key), None)
    if row is None or row.user is None:
        raise Refused(Problem("signer", _("Personen har redan svarat, eller är inte ombedd att skriva under.")))
    name = str(row.told["name"])
    if not may_be_reminded(plan, row):
        raise Refused(Problem("paper", _("%(name)s skriver under på papper. Ring eller fråga.") % {"name": name}))
    if was_reminded_today(plan, version, row.user):
        raise Refused(Problem("reminded", _("%(name)s är redan påmind idag.") % {"name": name}))
    notices.queue("signature_reminded", [row.user], about=plan.pk, occasion=_occasion(version), detail=version.pk)
    return name


def may_be_reminded(plan: Plan, row: receipt.SignerRow) -> bool:
    """Whether this person is waited for in the service, and can sign here."""
    if row.user is None:
        return False
    if row.asked:
        return still_signs(plan, row.asked)
    return row.user in people.family_users(plan) and row.user.pk not in users_with_less(plan)


def was_reminded_today(plan: Plan, version: Version, user: User) -> bool:
    """Whether somebody has pressed "Påminn" for them today, Swedish time."""
    key = dedup_key("signature_reminded", plan.pk, _occasion(version), user)
    return Notice.objects.filter(dedup_key=key).exists()


def still_signs(plan: Plan, asked: AskedSigner) -> bool:
    """Whether who was asked still works there, and the agency still takes part."""
    there = Membership.objects.active().filter(user=asked.user, agency=asked.agency, user__is_active=True)
    return asked.agency_id in effective_agencies(plan) and there.exists()


def asked_here(actor: Actor, version: Version) -> AskedSigner | None:
    """As what the actor is asked to sign the version; None for who is not."""
    rows = AskedSigner.objects.filter(version=version, user=actor.user, taken_back_at=None)
    return rows.select_related("agency", "user").first()


def word_of(asked: AskedSigner) -> Signature | None:
    """What they have said, if anything."""
    return Signature.objects.filter(asked=asked).first()


@act
def sign_for_agency(actor: Actor, plan: Plan, *, sha256: str, has_read: bool) -> Signature:
    """Sign the version that was shown, for the agency that the actor was asked for: a PAdES signature like any other.

    Raises Refused for who is not asked (nobody signs in another's place), who has signed already, has not read the plan
    or may not read all of it, is not freshly authenticated, and for a version that is not the one that was shown.
    """
    plan = access.lock(plan)
    found = access.require(actor, Do.SIGN_FOR, plan)
    version, asked = _asked_to(actor, plan, found)
    signers.check_not_changed(version, sha256)
    signers.check_read(has_read)
    refuse(in_the_way(actor, plan, version, found))
    signature = signers.word(version, asked, SignatureStatus.SIGNED, SignedHow.LOCAL)
    return services.carried_out(plan, version, signature)


@act
def refuse_for_agency(actor: Actor, plan: Plan, *, sha256: str) -> Signature:
    """Say no to signing the version that was shown, for the agency. The coordinator sees it, and can ask another."""
    plan = access.lock(plan)
    found = access.require(actor, Do.SIGN_FOR, plan)
    version, asked = _asked_to(actor, plan, found)
    signers.check_not_changed(version, sha256)
    refusal = signers.word(version, asked, SignatureStatus.REFUSED, "")
    refusal.save()
    services.after_a_word(plan, version)
    return refusal


def in_the_way(actor: Actor, plan: Plan, version: Version, found: Standing) -> list[Problem]:
    """Why this person may not have all of the paper: nobody signs what they may not read."""
    return documents.not_handed_out(plan, version, actor.user, found)


def _asked_to(actor: Actor, plan: Plan, found: Standing) -> tuple[Version, AskedSigner]:
    version = signers.open_version(plan)
    asked = asked_here(actor, version)
    if asked is None:
        message = _("Du är inte ombedd att skriva under. Bara den som samordnaren har frågat kan göra det.")
        raise NotAllowed(Denied(actor, Do.SIGN_FOR, plan), message)
    if asked.agency_id not in found.agency_ids:
        message = _("Du är inte längre med i planen för %(agency)s.") % {"agency": asked.agency.name}
        raise NotAllowed(Denied(actor, Do.SIGN_FOR, plan), message)
    return version, asked


def _occasion(version: Version) -> str:
    return f"{version.pk}:{clock.today()}"
