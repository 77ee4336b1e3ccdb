"""The verbs of signing: sign, refuse to sign, establish. Consent, attendance and signature are three records."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import Problem, Refused, refuse
from common.text import in_words
from consent import family
from consent.models import Child, Custody, Guardian, Guardianship
from sip.documents import services as documents
from sip.notices import services as notices
from sip.plans import access, completeness, people, sharing
from sip.plans.access import Denied, Do, NotAllowed
from sip.plans.acting import act, move
from sip.plans.audience import audience_of
from sip.plans.models import Comment, Plan, Version
from sip.plans.services import family as family_words
from sip.plans.states import Act
from sip.plans.versions import current_version
from sip.signing import receipt, revisions
from sip.signing.models import Signature, SignatureStatus, SignedHow, SignerRole
from sip.signing.providers.base import SigningOrder


@act
def sign(actor: Actor, plan: Plan, *, sha256: str = "") -> Signature:
    """Sign the current version in the service: a PAdES signature in the exact stored PDF.

    `sha256` is the version that the signer was shown; another one now stands there → Refused, nothing is signed.
    Raises Refused for who has signed already, has no custody any more, is not freshly authenticated, or may not read
    all of the version and so signs on paper.
    """
    plan = access.lock(plan)
    _check_custody_not_ended(actor, plan)
    access.require(actor, Do.SIGN, plan)
    _check_signs_here(actor, plan)
    version = _open_version(plan)
    if sha256 and sha256 != version.sha256:
        raise Refused(Problem("stale", _("Planen har ändrats sedan du läste den. Läs den nya versionen först.")))
    refuse(documents.held_back(version, actor.user, plan))  # nobody signs what they may not read
    signature = _word(version, _signing_guardian(actor), SignatureStatus.SIGNED, SignedHow.LOCAL)
    # Whoever calls this says that the plan is read; the page asks for the tick.
    return _carried_out(plan, version, signature, has_read=True, is_fresh=actor.is_fresh)


@act
def sign_on_paper(actor: Actor, plan: Plan, signer: Guardian | Child) -> Signature:
    """Record that somebody signed on paper. `actor` is the witness who saw it and answers for the record."""
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan)
    version = _open_version(plan)
    if isinstance(signer, Guardian) and signer not in people.asked_to_sign(plan):
        raise Refused(Problem("signer", _has_no_custody(signer.name), "signer"))
    if isinstance(signer, Child) and signer.pk != plan.child_id:
        raise Refused(Problem("signer", _("Planen gäller ett annat barn."), "signer"))
    guardian = signer if isinstance(signer, Guardian) else None
    signature = _word(version, guardian, SignatureStatus.SIGNED, SignedHow.PAPER)
    signature.witness = actor.user
    return _carried_out(plan, version, signature, witness=actor.name, signed_on=clock.today())


@act
def refuse_to_sign(actor: Actor, plan: Plan) -> Signature:
    """Say no to signing. The plan can be established all the same; the receipt tells it."""
    plan = access.lock(plan)
    _check_custody_not_ended(actor, plan)
    access.require(actor, Do.SIGN, plan)
    _check_signs_here(actor, plan)
    version = _open_version(plan)
    refusal = _word(version, _signing_guardian(actor), SignatureStatus.REFUSED, "")
    refusal.save()
    _after_a_word(plan, version)
    return refusal


@act
def establish(actor: Actor, plan: Plan) -> Version:
    """Establish the version in review. Does not wait for signatures; the receipt says who has and has not signed.

    Raises Refused with what the plan must hold and does not.
    """
    plan = access.lock(plan)
    access.require(actor, Do.ESTABLISH, plan)
    if not access.can(actor, Do.READ, plan):  # the coordinator's own agency is a party like any other
        message = _("Familjens samtycke gäller inte för din verksamhet just nu. Fråga familjen först.")
        raise Refused(Problem("consent", message))
    version = _open_version(plan)
    refuse(completeness.missing(plan) + _no_longer_shared(plan, version))
    move(actor, plan, Act.ESTABLISH)
    version.established_at = clock.now()
    version.save(update_fields=["established_at"])
    receipt.make(plan, version)
    receipt.seal_when_complete(plan, version)
    notices.queue("plan_established", _everybody(plan) - {actor.user}, about=plan.pk, occasion=version.pk)
    return version


@act
def dissent(actor: Actor, plan: Plan, *, text: str) -> Comment:
    """Write a dissenting view. It stands word by word in the receipt; an established version gets a new one."""
    said = family_words.dissent(actor, plan, text=text)
    if said.version and said.version.established_at:
        receipt.make(plan, said.version)
    return said


def _no_longer_shared(plan: Plan, version: Version) -> list[Problem]:
    """Establishing hands the version to everybody: what it holds must still be covered by consent."""
    frozen = [str(row["id"]) for row in documents.frozen(version)["actions"]]
    gone = sharing.no_longer_shared(plan, frozen)
    if not gone:
        return []
    message = _("Samtycket gäller inte längre för %(agencies)s, som har insatser i versionen. Ändra planen först.")
    return [Problem("consent", message % {"agencies": in_words(gone)})]


def _check_custody_not_ended(actor: Actor, plan: Plan) -> None:
    """Whoever had custody is told so plainly (attack 7); to anybody else nothing is there."""
    row = Guardianship.objects.filter(child=plan.child, guardian__user=actor.user).select_related("guardian").first()
    if row is None or (row.custody != Custody.NONE and family.is_adult(plan.child)):
        return
    if row.guardian not in family.custody_holders(plan.child):  # none left, or somebody is appointed in their place
        raise NotAllowed(Denied(actor, Do.SIGN, plan), _has_no_custody(row.guardian.name))


def _check_signs_here(actor: Actor, plan: Plan) -> None:
    """Nobody signs a version that they may not read all of; the words are those of any signature on paper."""
    if not audience_of(actor, plan).is_whole:
        raise Refused(Problem("paper", _("Planen skrivs under på papper. Samordnaren ordnar det.")))


def _has_no_custody(name: str) -> str:
    return _("%(name)s har inte vårdnaden och kan inte skriva under planen.") % {"name": name}


def _open_version(plan: Plan) -> Version:
    """The version that is open for signing: from review until the plan is closed or the version void."""
    version = current_version(plan)
    if version is None:
        raise Refused(Problem("state", _("Det finns ingen plan att skriva under just nu.")))
    return Version.objects.select_for_update(of=("self",)).get(pk=version.pk)


def _signing_guardian(actor: Actor) -> Guardian | None:
    """The guardian behind the actor, or None for the young person."""
    guardian: Guardian | None = getattr(actor.user, "guardian", None)
    return guardian


def _word(version: Version, guardian: Guardian | None, status: str, how: str) -> Signature:
    """This signer's row for the version. A refusal may become a signature; a signature is never taken back."""
    role = SignerRole.GUARDIAN if guardian else SignerRole.CHILD
    own = Signature.objects.filter(version=version, role=role, guardian=guardian)
    known = own.select_for_update(of=("self",)).first()
    if known and known.status == SignatureStatus.SIGNED:
        raise Refused(Problem("signed", _("Planen är redan underskriven av den personen.")))
    if known and status == SignatureStatus.REFUSED:
        raise Refused(Problem("refused", _("Det är redan antecknat att du inte vill skriva under.")))
    signature = known or Signature(version=version, role=role, guardian=guardian)
    signature.status, signature.how, signature.at = status, how, clock.now()
    return signature


def _carried_out(plan: Plan, version: Version, signature: Signature, **done: Any) -> Signature:
    """The signature as its provider makes it; `done` is what the signer or the witness did for it (SigningOrder)."""
    order = SigningOrder(
        signer_id=str(signature.pk),
        title=_("Samordnad individuell plan"),
        version=version.number,
        sha256=version.sha256,
        **done,
    )
    revisions.carry_out(version, signature, order)
    signature.save()
    _after_a_word(plan, version)
    return signature


def _after_a_word(plan: Plan, version: Version) -> None:
    """After establishment every new signature or refusal makes a new receipt; when all have signed, the seal closes."""
    if version.established_at:
        receipt.make(plan, version)
    receipt.seal_when_complete(plan, version)


def _everybody(plan: Plan) -> set[User]:
    told = {user for party in plan.parties.select_related("agency") for user in people.handlers(plan, party.agency)}
    return told | set(people.family_users(plan)) | set(people.coordinator(plan))
