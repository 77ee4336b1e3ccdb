"""The verbs of signing: sign, refuse to sign, establish. Consent, attendance and signature are three records."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import NotThere, Problem, Refused, refuse
from common.text import in_words
from consent.log import services as log
from sip.documents import copies, covered
from sip.documents import services as documents
from sip.notices import services as notices
from sip.plans import access, completeness, corrections, people
from sip.plans.access import Do
from sip.plans.acting import act, move
from sip.plans.audience import audience_of
from sip.plans.models import Comment, Plan, Version
from sip.plans.services import family as family_words
from sip.plans.states import TO_REVIEW, Act
from sip.signing import codes, receipt, revisions, signers
from sip.signing.models import Signature, SignatureScan, SignatureStatus, SignedHow
from sip.signing.providers.base import SigningOrder

# What the log says of who took the scan, and did not only read the page.
DOWNLOAD_SCAN = "download_scan"


@act
def sign(actor: Actor, plan: Plan, *, sha256: str | None = None) -> Signature:
    """Sign the current version in the service: a PAdES signature in the exact stored PDF.

    `sha256` is the version that the signer was shown; another one now stands there → Refused, nothing is signed. (None:
    nobody is shown anything, as in a play.)
    Raises Refused for who has signed already, has no custody any more, is not freshly authenticated, or may not read
    all of the version and so signs on paper.
    """
    plan = access.lock(plan)
    signers.check_custody_not_ended(actor, plan)
    access.require(actor, Do.SIGN, plan)
    version = signers.readable_version(actor, plan, sha256)
    signature = signers.word(version, signers.signing_guardian(actor, plan), SignatureStatus.SIGNED, SignedHow.LOCAL)
    # Whoever calls this says that the plan is read; the page asks for the tick.
    return carried_out(plan, version, signature)


@act
def send_code(actor: Actor, plan: Plan, *, sha256: str, has_read: bool) -> None:
    """Send the signer a one-time code for the version that was shown.

    Raises Refused as `sign` does, for who has not read the plan, whom no code reaches, and who has asked for many.
    """
    plan, version = signers.about_to_sign(actor, plan, sha256)
    signers.check_read(has_read)
    codes.send(actor.user, version)


@act
def sign_with_code(actor: Actor, plan: Plan, *, sha256: str, code: str) -> Signature | None:
    """Sign with the code that was sent; it takes the place of fresh authentication. None where the code is not right.

    Raises Refused as `sign` does; the code is not used up then.
    """
    plan, version = signers.about_to_sign(actor, plan, sha256)
    if not codes.take(actor.user, version, code):
        log.record(actor, Do.SIGN, child_id=plan.child_id, object_type="plan", object_id=plan.pk, is_denied=True)
        return None
    return sign(replace(actor, is_fresh=True), plan, sha256=sha256)


@act
def download_scan(actor: Actor, plan: Plan, key: UUID) -> bytes:
    """The signed paper as it looks. Raises NotThere where there is none, and for who may not read all of the plan.

    Nor is the paper of a version that an edit made void handed out.
    """
    standing = access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_SCAN)
    rows = SignatureScan.objects.filter(signature=key, signature__version__plan=plan, signature__version__void_at=None)
    scan = rows.select_related("signature__version").first()
    if scan is None or not audience_of(actor, plan).is_whole:
        raise NotThere
    refuse(documents.not_handed_out(plan, scan.signature.version, actor.user, standing))
    return bytes(scan.data)


@act
def refuse_to_sign(actor: Actor, plan: Plan, *, sha256: str | None = None) -> Signature:
    """Say no to signing. The plan can be established all the same; the receipt tells it.

    `sha256` is the version that the person was shown: no is said to that one, or not at all.
    """
    plan = access.lock(plan)
    signers.check_custody_not_ended(actor, plan)
    access.require(actor, Do.SIGN, plan)
    signers.check_signs_here(actor, plan)
    version = signers.open_version(plan)
    signers.check_not_changed(version, sha256)
    refusal = signers.word(version, signers.signing_guardian(actor, plan), SignatureStatus.REFUSED, "")
    refusal.save()
    after_a_word(plan, version)
    return refusal


@act
def establish(actor: Actor, plan: Plan) -> Version:
    """Establish the version in review. Does not wait for signatures; the receipt says who has and has not signed.

    Raises Refused with what the plan must hold and does not.
    """
    plan = access.lock(plan)
    if access.standing(actor, plan).may(Do.ESTABLISH):
        refuse(_must_be_read_anew(plan))  # says more than the table does of where the plan stands
    access.require(actor, Do.ESTABLISH, plan)
    if not access.can(actor, Do.READ, plan):  # the coordinator's own agency is a party like any other
        message = _("Familjens samtycke gäller inte för din verksamhet just nu. Fråga familjen först.")
        raise Refused(Problem("consent", message))
    version = signers.open_version(plan)
    refuse(completeness.missing(plan) + corrections.in_the_way(plan, version) + _no_longer_shared(plan, version))
    move(actor, plan, Act.ESTABLISH)
    version.established_at = clock.now()
    version.save(update_fields=["established_at"])
    receipt.make(plan, version)
    receipt.seal_when_complete(plan, version)
    copies.send_copies(actor, plan, version)
    notices.queue("plan_established", _everybody(plan) - {actor.user}, about=plan.pk, occasion=version.pk)
    return version


@act
def dissent(actor: Actor, plan: Plan, *, text: str) -> Comment:
    """Write a dissenting view. It stands word by word in the receipt; an established version gets a new one.

    The same words sent twice are one view, and one receipt.
    """
    plan = access.lock(plan)
    before = set(Comment.objects.filter(plan=plan, by=actor.user).values_list("pk", flat=True))
    said = family_words.dissent(actor, plan, text=text)
    if said.pk not in before and said.version and said.version.established_at:
        receipt.make(plan, said.version)
    return said


def _must_be_read_anew(plan: Plan) -> list[Problem]:
    """A plan that was out to be read was led back from there: an edit, or consent that ended, made the version void."""
    last = Version.objects.filter(plan=plan).order_by("-number").first()
    if plan.state not in TO_REVIEW.states or last is None or not last.is_void:
        return []
    message = _(
        "Planen eller samtycket har ändrats, så version %(number)s gäller inte längre. "
        "Låt familjen läsa planen på nytt. Sedan kan den fastställas."
    )
    return [Problem("state", message % {"number": last.number})]


def _no_longer_shared(plan: Plan, version: Version) -> list[Problem]:
    """Establishing hands the version to everybody: what it holds must still be covered by consent."""
    gone = covered.no_longer_covered(plan, documents.frozen(version))
    if not gone:
        return []
    message = _("Samtycket gäller inte längre för %(agencies)s, som har insatser i versionen. Ändra planen först.")
    return [Problem("consent", message % {"agencies": in_words(gone)})]


def carried_out(plan: Plan, version: Version, signature: Signature, **done: Any) -> Signature:
    """The signature as its provider makes it; `done` is what the signer or the witness did for it (SigningOrder)."""
    revisions.carry_out(version, signature, order_of(version, str(signature.pk), **done))
    signature.save()
    after_a_word(plan, version)
    return signature


def order_of(version: Version, signer_id: str, **done: Any) -> SigningOrder:
    """What is to be signed, as a provider is told it."""
    title = "Samordnad individuell plan"  # bound into the evidence: Swedish in whatever language one signs
    return SigningOrder(signer_id=signer_id, title=title, version=version.number, sha256=version.sha256, **done)


def after_a_word(plan: Plan, version: Version) -> None:
    """After establishment every new signature or refusal makes a new receipt; when all have signed, the seal closes."""
    if version.established_at:
        receipt.make(plan, version)
    receipt.seal_when_complete(plan, version)


def _everybody(plan: Plan) -> set[User]:
    told = {user for party in plan.parties.select_related("agency") for user in people.handlers(plan, party.agency)}
    return told | set(people.family_users(plan)) | set(people.coordinator(plan))
