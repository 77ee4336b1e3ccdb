"""Signatures on paper: recorded by the coordinator who saw it, told to who signed, taken back where it was a mistake.

What stands on the paper tells which version was signed: its control code. Somebody from whom something is withheld
signs an exemplar of their own (documents/extracts.py), which has none; its version number does that work there.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import NotThere, Problem, Refused, refuse
from consent.models import Child, Guardian
from sip.documents import extracts, papers, words
from sip.documents import services as documents
from sip.documents.canonical import content_hash
from sip.notices import services as notices
from sip.plans import access, people, protection
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.audience import Audience, audience
from sip.plans.models import Plan, Version
from sip.plans.withheld import from_guardian
from sip.signing import scans, services, signers
from sip.signing.models import AskedSigner, Signature, SignatureScan, SignatureStatus, SignedHow

# What the log says of who fetched somebody else's exemplar, and of who took a record back.
DOWNLOAD_EXEMPLAR = "download_exemplar"
TAKE_BACK_PAPER = "take_back_paper"
TAKEN_BACK_WITHIN = timedelta(hours=24)


@act
def sign_on_paper(
    actor: Actor,
    plan: Plan,
    signer: Guardian | Child | AskedSigner,
    *,
    mark: str,
    signed_on: date | None = None,
    scan: bytes = b"",
    changed_mind: bool = False,
    understands: bool = False,
) -> Signature:
    """Record that somebody signed on paper. `actor` is the witness who saw it and answers for the record.

    `mark` is what stands on the paper (`mark_of`); `signed_on` the day, today if not given; `scan` the signed paper, a
    picture or a scanned PDF; `changed_mind` that whoever said no in the service has signed all the same; `understands`
    that a child whom nobody has assessed wanted to sign and knew what it was (no age is set). Raises Refused for who
    does not sign, for another paper than the open version's, for a day before there was anything to sign, or to come,
    for a refusal that stands, and for a file that is no scan.
    """
    clean = scans.painted_anew(scan) if scan else b""  # takes seconds, in which everybody in the plan would wait
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan)
    version = signers.open_version(plan)
    refuse(_no_signer(plan, version, signer))
    refuse(_another_paper(plan, version, signer, mark))
    if isinstance(signer, Child) and not (understands or people.child_may_sign(plan)):
        message = _("Ingen har bedömt om barnet är moget. Kryssa i om barnet själv ville skriva under och förstod det.")
        raise Refused(Problem("understands", message, "understands"))
    whose = None if isinstance(signer, Child) else signer
    before = signers.said(version, whose)
    if before and before.status == SignatureStatus.REFUSED and not changed_mind:
        message = _("%(name)s har sagt nej i tjänsten. Kryssa i att det är ändrat om du själv såg underskriften.")
        raise Refused(Problem("changed_mind", message % {"name": name_of(signer)}, "changed_mind"))
    signature = signers.word(version, whose, SignatureStatus.SIGNED, SignedHow.PAPER)
    signature.witness, signature.signed_on = actor.user, signed_on or clock.today()
    signature.paper_sha256 = content_hash(_what_they_read(plan, version, signer))
    frozen_on = clock.local(version.frozen_at).date()
    if signature.signed_on < frozen_on:
        message = _("Planen fanns inte att skriva under då. Den blev klar %(day)s.") % {"day": frozen_on.isoformat()}
        raise Refused(Problem("signed_on", message, "signed_on"))
    services.carried_out(plan, version, signature, witness=actor.name, signed_on=signature.signed_on)
    if clean:
        SignatureScan.objects.create(signature=signature, data=clean, sha256=hashlib.sha256(clean).hexdigest())
    occasion = f"{signature.pk}:{signature.at.isoformat()}"
    notices.queue("signed_on_paper", _user_of(plan, signer), about=plan.pk, occasion=occasion, detail=signature.pk)
    return signature


@act
def take_back(actor: Actor, plan: Plan, key: UUID | None) -> Signature:
    """Undo one's own record of a signature on paper; whoever had said no before has said no again.

    Raises Refused for somebody else's record, an older one than TAKEN_BACK_WITHIN, and in a plan that is sealed.
    """
    plan = access.lock(plan)
    access.require(actor, Do.WITNESS, plan, logged_as=TAKE_BACK_PAPER)
    version = signers.open_version(plan)
    signature = next((row for row in may_take_back(actor, version) if row.pk == key), None)
    if signature is None:
        raise Refused(Problem("signature", _("Anteckningen går inte att ta tillbaka längre.")))
    if signature.refused_at:
        SignatureScan.objects.filter(signature=signature).delete()
        signature.status, signature.how, signature.at = SignatureStatus.REFUSED, "", signature.refused_at
        signature.witness = signature.signed_on = signature.refused_at = None
        signature.paper_sha256 = ""
        signature.save()
    else:
        Signature.objects.filter(pk=signature.pk).delete()
    notices.recheck(plan.pk)
    services.after_a_word(plan, version)
    return signature


def may_take_back(actor: Actor, version: Version | None) -> Sequence[Signature]:
    """The records of signatures on paper that the actor made lately and may undo; none once the plan is sealed."""
    if version is None or version.sealed_at:
        return ()
    rows = Signature.objects.filter(
        version=version, how=SignedHow.PAPER, witness=actor.user, at__gt=clock.now() - TAKEN_BACK_WITHIN
    )
    return list(rows.select_related("guardian", "asked__user", "asked__agency").order_by("at", "id"))


@act
def download_exemplar(actor: Actor, plan: Plan, guardian: UUID, number: int | None = None) -> bytes:
    """The paper that this guardian is to read and sign: without what is withheld from them, if anything is.

    For the coordinator, who hands it over. Of the open version, or the one with `number`. Raises NotThere for who has
    no custody.
    """
    access.require(actor, Do.READ, plan, logged_as=DOWNLOAD_EXEMPLAR)
    holder = next((row for row in people.asked_to_sign(plan) if row.pk == guardian), None)
    if holder is None:
        raise NotThere
    access.require(actor, Do.WITNESS, plan, logged_as=DOWNLOAD_EXEMPLAR)
    reader = _reader(plan, holder)
    version, whole = documents.download_plan(actor, plan, number)
    refuse(documents.held_back(version, holder.user, plan))
    return whole if reader.is_whole else papers.fetch(plan, extracts.plan_extract(documents.frozen(version), reader))


def mark_of(plan: Plan, version: Version, signer: Guardian | Child | AskedSigner) -> str:
    """What stands on the paper that this person is to sign, and on no other version's."""
    return words.control_code(version.sha256) if _reader(plan, signer).is_whole else str(version.number)


def name_of(signer: Guardian | Child | AskedSigner) -> str:
    """Who signs; of a colleague with protected data only where they work."""
    if isinstance(signer, AskedSigner):
        return protection.staff_name(signer.user, signer.agency.name)
    return signer.name


def _no_signer(plan: Plan, version: Version, signer: Guardian | Child | AskedSigner) -> list[Problem]:
    """Why this person does not sign the version, if so."""
    why = ""
    if isinstance(signer, Guardian) and signer not in people.asked_to_sign(plan):
        why = signers.has_no_custody(signer.name)
    elif isinstance(signer, Child) and signer.pk != plan.child_id:
        why = _("Planen gäller ett annat barn.")
    elif isinstance(signer, AskedSigner) and (signer.version_id != version.pk or signer.taken_back_at):
        why = _("Personen är inte längre ombedd att skriva under den här planen.")
    return [Problem("signer", why, "signer")] if why else []


def _another_paper(plan: Plan, version: Version, signer: Guardian | Child | AskedSigner, mark: str) -> list[Problem]:
    """Why what stands on the paper is not what this person was to sign, if so."""
    typed, wanted = _letters(mark), _letters(mark_of(plan, version, signer))
    if typed == wanted:
        return []
    facts = {"name": name_of(signer), "number": version.number}
    if not typed:
        message = _("Skriv koden som står längst ned på papperet, så att det blir rätt version som är underskriven.")
    elif typed == _letters(words.control_code(version.sha256)):
        message = _("Det papperet är inte gjort för %(name)s. Hämta rätt exemplar här på sidan.")
    elif typed.isdigit() and len(typed) <= len(wanted) and _reader(plan, signer).is_whole:
        message = _("Skriv kontrollkoden. Den har tolv tecken och står längst ned på varje sida.")
    else:
        message = _(
            "Det är inte version %(number)s, som är den som kan skrivas under nu. Läs en gång till. Är papperet äldre "
            "behöver %(name)s läsa och skriva under den nya."
        )
    return [Problem("mark", message % facts, "mark")]


def _letters(typed: str) -> str:
    return "".join(character for character in typed.upper() if character.isalnum())


def _reader(plan: Plan, signer: Guardian | Child | AskedSigner) -> Audience:
    return audience(from_guardian(plan, signer) if isinstance(signer, Guardian) else ())


def _what_they_read(plan: Plan, version: Version, signer: Guardian | Child | AskedSigner) -> dict[str, object]:
    return _reader(plan, signer).of_plan(documents.frozen(version))


def _user_of(plan: Plan, signer: Guardian | Child | AskedSigner) -> list[User]:
    """Who is told: the signer, if they have a log-in and may know of the plan there."""
    if isinstance(signer, AskedSigner):
        return [signer.user]
    return [signer.user] if signer.user and signer.user in people.family_users(plan) else []
