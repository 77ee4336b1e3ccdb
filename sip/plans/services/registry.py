"""Events from registers, that nobody in the program does: custody, protection, and a membership that ends."""

from django.db import transaction
from django.db.models import F

from agencies.models import User
from common import clock
from consent import services as consent
from consent.models import Child, Custody, Guardian
from sip.plans import access, grants
from sip.plans.models import Assignment


@transaction.atomic
def transfer_custody(child: Child, guardian: Guardian, custody: Custody) -> None:
    """Custody has changed: who decides, sees and signs changes in the same transaction."""
    consent.set_custody(child, guardian, custody)
    grants.sync_child(child)


@transaction.atomic
def protect_child(child: Child, is_protected: bool) -> None:
    """The child's personal data become protected, or no longer are: grants follow at once."""
    consent.protect_child(child, is_protected)
    grants.sync_child(child)


@transaction.atomic
def protect_guardian(guardian: Guardian, is_protected: bool) -> None:
    """A guardian's personal data become protected, or no longer are."""
    consent.protect_guardian(guardian, is_protected)


@transaction.atomic
def protect_user(user: User, is_protected: bool) -> None:
    """A member of staff's personal data become protected, or no longer are."""
    User.objects.filter(pk=user.pk).update(is_protected=is_protected)


@transaction.atomic
def end_membership(user: User) -> None:
    """The person works nowhere any more, from now. Open parts in plans end, with them every grant; so do sessions."""
    user.memberships.active().update(ends=clock.today())
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    open_parts = Assignment.objects.filter(user=user, ended_at__isnull=True).values("plan_id")
    with access.for_nobody() as plans:
        for plan in access.lock_all(plans.filter(pk__in=open_parts)):
            plan.assignments.filter(user=user, ended_at__isnull=True).update(ended_at=clock.now())
            grants.sync(plan)
