"""Underskriftskvittens: who signed, refused or has not yet; how and when; dissent word by word; the version's hash."""

from datetime import datetime
from typing import Any

from django.utils import translation

from common import clock
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.documents.render import render
from sip.plans import people, protection
from sip.plans.models import Comment, CommentKind, Plan, Version
from sip.signing.models import Signature, SignatureStatus, SignerRole
from sip.signing.revisions import seal


def make(plan: Plan, version: Version) -> None:
    """Write and seal a new receipt of the version."""
    newest = documents.newest(version, DocumentKind.RECEIPT)
    revision = newest.revision + 1 if newest else 1
    sealed = seal(render("kvittens", content(plan, version)), clock.now())
    documents.store(version, DocumentKind.RECEIPT, revision, sealed)


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
        "made_at": _moment(clock.now()),
        "signatures": signature_rows(plan, version),
        "dissent": [{"name": row.by.name, "at": _moment(row.at), "text": row.text} for row in dissent],
    }


def signature_rows(plan: Plan, version: Version) -> list[dict[str, Any]]:
    """Everybody asked, and everybody who has said a word, in a stable order: guardians first, then the child."""
    said = list(Signature.objects.filter(version=version).select_related("guardian", "witness").order_by("-role", "id"))
    rows = [_row(plan, signature) for signature in said]
    heard = {signature.guardian_id for signature in said}
    rows += [
        _waiting(guardian.name, SignerRole.GUARDIAN)
        for guardian in people.asked_to_sign(plan)
        if guardian.pk not in heard
    ]
    if people.child_is_asked(plan) and None not in heard:
        rows.append(_waiting(plan.child.name, SignerRole.CHILD))
    return rows


def _waiting(name: str, role: SignerRole) -> dict[str, Any]:
    return {"name": name, "role": str(role.label), "status": "waiting", "how": "", "at": None, "witness": ""}


def _row(plan: Plan, signature: Signature) -> dict[str, Any]:
    return {
        "name": signature.guardian.name if signature.guardian else plan.child.name,
        "role": str(SignerRole(signature.role).label),
        "status": signature.status,
        "how": signature.how,
        "at": _moment(signature.at),
        "witness": protection.staff_name(signature.witness) if signature.witness else "",
    }


def seal_when_complete(plan: Plan, version: Version) -> None:
    """When everybody asked has signed an established version, the organisation's seal closes the plan's PDF. Once."""
    if version.sealed_at or not version.established_at:
        return
    signed = set(
        Signature.objects.filter(version=version, status=SignatureStatus.SIGNED).values_list("guardian_id", flat=True)
    )
    # The young person's own signature has no guardian.
    asked = {guardian.pk for guardian in people.asked_to_sign(plan)} | (
        {None} if people.child_is_asked(plan) else set()
    )
    newest = documents.newest(version, DocumentKind.PLAN)
    if newest is None or not asked or not asked <= signed:
        return
    documents.store(version, DocumentKind.PLAN, newest.revision + 1, seal(bytes(newest.data), clock.now()))
    version.sealed_at = clock.now()
    version.save(update_fields=["sealed_at"])


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
