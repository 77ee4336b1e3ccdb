"""Events from registers, that nobody in the program does: custody, protection, and a membership that ends."""

from django.db import transaction
from django.db.models import F

from agencies.models import User
from common import clock
from common.keys import new_key
from consent import services as consent
from consent.models import Child, Custody, Guardian, Relative
from sip.notices import services as notices
from sip.plans import above, access, changed, consent_changes, grants, people, protection
from sip.plans.models import Assignment
from sip.plans.states import CLOSED_STATES


@transaction.atomic
@changed.following()
def transfer_custody(child: Child, guardian: Guardian, custody: Custody) -> None:
    """Custody has changed: who decides, sees and signs changes in the same transaction.

    Those who decide no more count no more, and a new holder is asked, also to sign. A version in review stays as it
    is frozen; it is established when those who decide now have said yes (sip/signing/services.py).
    """
    consent.lock(child)
    with access.for_nobody() as plans:
        reached = {plan.pk: consent_changes.effective(plan) for plan in access.lock_all(plans.filter(child=child))}
        consent.set_custody(child, guardian, custody)
        grants.sync_child(child)
        for plan in access.lock_all(plans.filter(child=child)):
            lost = reached[plan.pk] - consent_changes.effective(plan)
            if lost:
                consent_changes.tell(plan, lost, occasion=new_key())
            consent_changes.ask_new_holders(plan)
            above.DECIDERS_CHANGED.tell(plan)


@transaction.atomic
@changed.following()
def protect_child(child: Child, is_protected: bool, kind: str = "", *, by: User | None = None) -> None:
    """The child's personal data become protected, or no longer are: grants follow at once, both ways.

    When they become so: the family is logged out, what waits to be told is asked anew and stops, and those who go on
    reading the plan (but `by`) are told that something is other than it was.
    """
    consent.lock(child)
    consent.protect(child, is_protected, kind)
    grants.sync_child(child)
    if is_protected:
        consent.end_family_sessions(child)
    _tell(child, by)


@transaction.atomic
def protect_guardian(guardian: Guardian, is_protected: bool, kind: str = "", *, by: User | None = None) -> None:
    """A guardian's personal data become protected, or no longer are. Log-in and signature go on working."""
    consent.protect(guardian, is_protected, kind)
    for row in guardian.guardianships.exclude(custody=Custody.NONE).select_related("child").order_by("child_id"):
        _tell(row.child, by)


@transaction.atomic
def protect_relative(relative: Relative, is_protected: bool, kind: str = "") -> None:
    """A relative's personal data become protected, or no longer are."""
    consent.protect(relative, is_protected, kind)


@transaction.atomic
def protect_user(user: User, is_protected: bool, kind: str = "") -> None:
    """A member of staff's personal data become protected, or no longer are. Log-in and signature go on working."""
    consent.protect(user, is_protected, kind)


def _tell(child: Child, by: User | None) -> None:
    """Stop what is true no longer; tell each plan's coordinator, and of a protected child the others who handle it."""
    with access.for_nobody() as plans:
        for plan in plans.filter(child=child).exclude(state__in=CLOSED_STATES).select_related("child", "coordinator"):
            notices.recheck(plan.pk)
            told = set(people.coordinator(plan))
            if protection.is_deny_by_default(plan.child):
                told |= people.taking_part(plan)
            told -= {by} if by else set()
            notices.queue("protection_changed", told, about=plan.pk, occasion=new_key())


@transaction.atomic
@changed.following()
def end_membership(user: User) -> None:
    """The person works nowhere any more, from now. Open parts in plans end, with them every grant; so do sessions."""
    user.memberships.active().update(ends=clock.today())
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    open_parts = Assignment.objects.filter(user=user, ended_at__isnull=True).values("plan_id")
    with access.for_nobody() as plans:
        for plan in access.lock_all(plans.filter(pk__in=open_parts)):
            plan.assignments.filter(user=user, ended_at__isnull=True).update(ended_at=clock.now())
            grants.sync(plan)
