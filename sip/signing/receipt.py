"""Underskriftskvittens: who signed, refused or has not yet; how and when; dissent word by word; the version's hash."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import User
from common import clock
from consent.models import Guardian
from sip.documents import papers
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.documents.render import render
from sip.plans import protection
from sip.plans.models import Comment, CommentKind, Plan, Version
from sip.signing import signers
from sip.signing.models import AskedSigner, Signature, SignerRole
from sip.signing.revisions import seal
from sip.signing.signers import Signer


def make(plan: Plan, version: Version) -> None:
    """Write a new receipt of the version as it stands now: a worker makes the paper and seals it.

    The caller holds the plan's lock, which is no place to lay out a paper in. Raises Refused where it is too much.
    """
    told = content(plan, version)
    if not settings.RENDER_AT_ONCE:
        papers.ask_for_receipt(plan, version, told)
        return
    newest = documents.newest(version, DocumentKind.RECEIPT)
    revision = newest.revision + 1 if newest else 1
    documents.store(version, DocumentKind.RECEIPT, revision, sealed(render("kvittens", told)))


def sealed(receipt: bytes) -> bytes:
    """A receipt that is made, with the organisation's seal."""
    return seal(receipt, clock.now())


@translation.override(None)  # the receipt is sealed, and is Swedish
def content(plan: Plan, version: Version) -> dict[str, Any]:
    """The receipt's content (`sip-receipt/1`)."""
    established = version.established_at
    dissent = Comment.objects.filter(version=version, kind=CommentKind.DISSENT).select_related("by").order_by("id")
    return {
        "schema": "sip-receipt/1",
        "plan": {
            "id": str(plan.pk),
            "version": version.number,
            "child": plan.child.name,
            "sha256": version.sha256,
            "established_on": clock.local(established).date().isoformat() if established else None,
        },
        "made_at": clock.written(clock.now()),
        "signatures": signature_rows(plan, version),
        "dissent": [{"name": row.by.name, "at": clock.written(row.at), "text": row.text} for row in dissent],
    }


@dataclass(frozen=True)
class SignerRow:
    """Somebody who is asked to sign a version, or has said a word of it; `told` is what the receipt tells.

    `key` is the same as long as the version is; `user` is whom to remind, None where nobody is waited for.
    """

    key: str
    told: dict[str, Any]
    user: User | None = None
    asked: AskedSigner | None = None


def signature_rows(plan: Plan, version: Version) -> list[dict[str, Any]]:
    """What the receipt tells of everybody asked, and everybody who has said a word (`signer_rows`)."""
    return [row.told for row in signer_rows(plan, version)]


def signer_rows(plan: Plan, version: Version) -> list[SignerRow]:
    """Everybody asked, and who has said a word, in a stable order: guardians, the child, who signs for an agency."""
    words = Signature.objects.filter(version=version).select_related("guardian", "witness", "asked")
    said = {key_of(signers.of_word(word)): word for word in words.order_by("-role", "id")}
    waited_for = {key_of(one): one for one in signers.must_sign(plan, version)}
    family = {key: word for key, word in said.items() if word.role != SignerRole.PRINCIPAL}
    rows = [SignerRow(key, {**_row(plan, word), **_not_asked(word, key in waited_for)}) for key, word in family.items()]
    for key, signer in waited_for.items():
        if key not in said and isinstance(signer, Guardian):
            rows.append(SignerRow(key, _waiting(signer.name, str(SignerRole.GUARDIAN.label)), signer.user))
        elif key not in said and signer is None:
            rows.append(SignerRow(key, _waiting(plan.child.name, str(SignerRole.CHILD.label)), plan.child.user))
    for asked in AskedSigner.objects.filter(version=version).select_related("user", "agency").order_by("at", "id"):
        key = key_of(asked)
        if word := said.get(key):
            rows.append(SignerRow(key, {**_row(plan, word), **_for_agency(asked)}, asked=asked))
        elif key in waited_for:
            rows.append(SignerRow(key, _waiting("", "") | _for_agency(asked), asked.user, asked))
    return rows


def key_of(signer: Signer) -> str:
    """What a signer is called in a form."""
    if signer is None:
        return "barnet"
    return f"m-{signer.pk}" if isinstance(signer, AskedSigner) else f"f-{signer.pk}"


def _waiting(name: str, role: str) -> dict[str, Any]:
    return {"name": name, "role": role, "status": "waiting", "how": "", "at": None, "witness": ""}


def _row(plan: Plan, signature: Signature) -> dict[str, Any]:
    return {
        "name": signature.guardian.name if signature.guardian else plan.child.name,
        "role": str(SignerRole(signature.role).label),
        "status": signature.status,
        "how": signature.how,
        "at": signature.signed_on.isoformat() if signature.signed_on else clock.written(signature.at),
        "witness": protection.staff_name(signature.witness) if signature.witness else "",
    }


def _not_asked(signature: Signature, is_asked: bool) -> dict[str, Any]:
    """What tells a child who signed without being asked: nobody is counted as waited for on that account."""
    return {"asked": False} if signature.role == SignerRole.CHILD and not is_asked else {}


def _for_agency(asked: AskedSigner) -> dict[str, Any]:
    """Who signs for which agency; of somebody with protected data only that it is one who works there."""
    role = _("företräder %(agency)s") % {"agency": asked.agency.name}
    return {"name": protection.staff_name(asked.user), "role": role}


def seal_when_complete(plan: Plan, version: Version) -> None:
    """When everybody asked has signed an established version, the organisation's seal closes the plan's PDF. Once."""
    if version.sealed_at or not version.established_at:
        return
    waited_for = signers.must_sign(plan, version)
    signed = signers.who_signed(version)
    newest = documents.newest(version, DocumentKind.PLAN)
    is_familys = any(not isinstance(one, AskedSigner) for one in waited_for)
    if newest is None or not is_familys or any(one not in signed for one in waited_for):
        return
    documents.store(version, DocumentKind.PLAN, newest.revision + 1, seal(bytes(newest.data), clock.now()))
    version.sealed_at = clock.now()
    version.save(update_fields=["sealed_at"])
