"""Who may put their word under which version: custody, what is withheld, and one word per person."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from common.errors import Problem, Refused, refuse
from consent import family
from consent.models import Custody, Guardian, Guardianship
from sip.documents import services as documents
from sip.plans import access, people
from sip.plans.access import Denied, Do, NotAllowed
from sip.plans.audience import audience_of
from sip.plans.models import Plan, Version
from sip.plans.states import WHILE_SIGNABLE
from sip.plans.versions import current_version
from sip.signing.models import AskedSigner, Signature, SignatureStatus, SignerRole
from sip.signing.providers.base import READ_FIRST

# A guardian, somebody who was asked to sign for an agency, or (None) the child.
Signer = Guardian | AskedSigner | None


def about_to_sign(actor: Actor, plan: Plan, sha256: str) -> tuple[Plan, Version]:
    """The locked plan, and the version that this person may sign here and now."""
    plan = access.lock(plan)
    check_custody_not_ended(actor, plan)
    access.admit(actor, Do.SIGN, plan)
    WHILE_SIGNABLE.check(plan.state)
    return plan, readable_version(actor, plan, sha256)


def readable_version(actor: Actor, plan: Plan, sha256: str | None) -> Version:
    """The version that is open, if it is the one that was shown, this person may read it all, and has not signed it."""
    check_signs_here(actor, plan)
    version = open_version(plan)
    check_not_changed(version, sha256)
    refuse(documents.held_back(version, actor.user, plan))  # nobody signs what they may not read
    check_not_signed(version, signing_guardian(actor, plan))
    return version


def check_not_changed(version: Version, sha256: str | None) -> None:
    """Raise Refused ("stale") when the person was shown another version than this; None: nothing was shown."""
    if sha256 is not None and sha256 != version.sha256:
        raise Refused(Problem("stale", _("Planen har ändrats sedan du läste den. Läs den nya versionen först.")))


def check_read(has_read: bool) -> None:
    """Raise Refused, beside the tick, for who does not say that the plan is read."""
    if not has_read:
        raise Refused(Problem("read", str(READ_FIRST), "has_read"))


def check_custody_not_ended(actor: Actor, plan: Plan) -> None:
    """Whoever had custody is told so plainly (attack 7); to anybody else nothing is there."""
    row = Guardianship.objects.filter(child=plan.child, guardian__user=actor.user).select_related("guardian").first()
    if row is None or (row.custody != Custody.NONE and family.is_adult(plan.child)):
        return
    if row.guardian not in family.custody_holders(plan.child):  # none left, or somebody is appointed in their place
        raise NotAllowed(Denied(actor, Do.SIGN, plan), has_no_custody(row.guardian.name))


def check_signs_here(actor: Actor, plan: Plan) -> None:
    """Nobody signs a version that they may not read all of; the words are those of any signature on paper."""
    if not audience_of(actor, plan).is_whole:
        raise Refused(Problem("paper", _("Planen skrivs under på papper. Samordnaren ordnar det.")))


def has_no_custody(name: str) -> str:
    return _("%(name)s har inte vårdnaden och kan inte skriva under planen.") % {"name": name}


def open_version(plan: Plan) -> Version:
    """The version that is open for signing: from review until the plan is closed or the version void."""
    version = current_version(plan)
    if version is None:
        raise Refused(Problem("state", _("Det finns ingen plan att skriva under just nu.")))
    documents.check_ready(version)
    return Version.objects.select_for_update(of=("self",)).get(pk=version.pk)


def signing_guardian(actor: Actor, plan: Plan) -> Guardian | None:
    """The guardian behind the actor, or None for the young person, who signs the own plan as that and nothing else."""
    return people.as_guardian(actor.user, plan)


def number_of(actor: Actor, plan: Plan) -> str:
    """The identity number of who signs, for an outside service: it is shown to nobody, and kept nowhere more."""
    guardian = signing_guardian(actor, plan)
    return guardian.number if guardian else plan.child.number


def must_sign(plan: Plan, version: Version) -> list[Signer]:
    """Everybody whose signature is waited for or given: who has custody, the child (None), who is asked for an agency.

    The one place that says so: for the seal, the receipt, and who may sign on paper.
    """
    child: list[Signer] = [None] if people.child_is_asked(plan) else []
    for_agencies = AskedSigner.objects.filter(version=version, taken_back_at=None).select_related("user", "agency")
    return [*people.asked_to_sign(plan), *child, *for_agencies.order_by("at", "id")]


def of_word(word: Signature) -> Signer:
    """Whose word it is."""
    return word.asked or word.guardian


def who_signed(version: Version) -> list[Signer]:
    """Everybody who has signed the version, also who is waited for no longer."""
    signed = Signature.objects.filter(version=version, status=SignatureStatus.SIGNED)
    return [of_word(word) for word in signed.select_related("asked", "guardian")]


def check_not_signed(version: Version, signer: Signer) -> None:
    """Raise Refused ("signed") for who has signed this version; what is signed is never signed twice or taken back."""
    if _words_of(version, signer).filter(status=SignatureStatus.SIGNED).exists():
        raise Refused(Problem("signed", _("Planen är redan underskriven av den personen.")))


def word(version: Version, signer: Signer, status: str, how: str) -> Signature:
    """This signer's row for the version. A refusal may become a signature, and is remembered; never the other way."""
    known = _words_of(version, signer).select_for_update(of=("self",)).first()
    check_not_signed(version, signer)
    if known and status == SignatureStatus.REFUSED:
        raise Refused(Problem("refused", _("Det är redan antecknat att du inte vill skriva under.")))
    signature = known or Signature(version=version, **_whose(signer))
    if known:
        signature.refused_at = known.at
    signature.status, signature.how, signature.at = status, how, clock.now()
    return signature


def said(version: Version, signer: Signer) -> Signature | None:
    """What this signer has said of the version, if anything."""
    return _words_of(version, signer).first()


def _words_of(version: Version, signer: Signer) -> QuerySet[Signature]:
    return Signature.objects.filter(version=version, **_whose(signer))


def _whose(signer: Signer) -> dict[str, Any]:
    guardian = signer if isinstance(signer, Guardian) else None
    asked = signer if isinstance(signer, AskedSigner) else None
    role = SignerRole.GUARDIAN if guardian else SignerRole.PRINCIPAL if asked else SignerRole.CHILD
    return {"role": role, "guardian": guardian, "asked": asked}
