"""Frozen versions: which one counts now, and what makes one void."""

from agencies.actor import Actor
from common import clock
from common.prepared import Prepared, Told
from sip.notices import services as notices
from sip.plans import people
from sip.plans.acting import move
from sip.plans.models import Plan, Version
from sip.plans.states import Act


def current_version(plan: Plan) -> Version | None:
    """The newest version that no edit has made void; None before the first review."""
    return next(iter(_CURRENT(plan=plan.pk)), None)


_CURRENT = Prepared(lambda: Version.objects.filter(plan=Told("plan"), void_at__isnull=True).order_by("-number")[:1])


def reopen_and_void(actor: Actor, plan: Plan) -> None:
    """Lead the locked plan back from review, make the version void, and tell those who were asked to sign it."""
    version = Version.objects.select_for_update().filter(plan=plan, void_at__isnull=True).order_by("-number").first()
    move(actor, plan, Act.REOPEN)
    if version is not None and version.established_at is None:
        version.void_at = clock.now()
        version.save(update_fields=["void_at"])
        asked = [row.user for row in version.asked_signers.filter(taken_back_at=None).select_related("user")]
        told = {*people.family_users(plan), *asked}
        notices.queue("version_void", told, about=plan.pk, occasion=version.pk, detail=version.pk)
