"""Mognadsbedömning: whether the child's own word counts, and the log-in that comes and goes with it (OSL 12:3)."""

from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common import clock
from common.errors import Problem, Refused, refuse
from common.keys import new_key
from consent.models import Child, MaturityAssessment


def record_assessment(
    child: Child, *, is_mature: bool, why: str, by: User, agency: Agency | None, key: UUID | None = None
) -> MaturityAssessment:
    """Add an assessment; the newest one holds. `key` is the form's: sent twice, it is written once.

    Raises Refused without a reason, and for somebody who is of age: from 18 nobody assesses.
    """
    problems = []
    if not why.strip():
        problems.append(Problem("why", _("Skriv hur du har bedömt mognaden."), "why"))
    if child.comes_of_age <= clock.today():
        problems.append(Problem("adult", _("Den som har fyllt 18 år bestämmer själv. Ingen bedömning behövs.")))
    refuse(problems)
    row_id = uuid5(key, str(child.pk)) if key else new_key()
    row, _is_new = MaturityAssessment.objects.get_or_create(
        id=row_id,
        defaults={"child": child, "is_mature": is_mature, "why": why, "by": by, "agency": agency, "at": clock.now()},
    )
    return row


def switch_on(child: Child, *, email: str = "", phone: str = "") -> None:
    """Give the child a log-in of their own, or write down how to reach the one there is.

    Raises Refused when the e-mail is somebody else's.
    """
    email = email.strip().lower()
    if child.user is None:
        try:
            with transaction.atomic():
                child.user = User.objects.create_user(
                    email or None, child.name, phone=phone, language=child.language or "sv"
                )
        except IntegrityError as error:
            raise _taken() from error
        child.save(update_fields=["user"])
        return
    known = {name: value for name, value in (("email", email), ("phone", phone)) if value}
    if known:
        try:
            with transaction.atomic():
                User.objects.filter(pk=child.user.pk).update(**known)
        except IntegrityError as error:
            raise _taken() from error


def switch_off(child: Child) -> None:
    """Take the child's own log-in away: it leads nowhere from now on, and every session ends at its next click."""
    user = child.user
    if user is None:
        return
    child.user = None
    child.save(update_fields=["user"])
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    if not hasattr(user, "guardian") and not user.memberships.exists():
        # The log-in was the child's alone. The address becomes free, should the child be assessed anew.
        User.objects.filter(pk=user.pk).update(is_active=False, email=None)


def _taken() -> Refused:
    return Refused(Problem("email", _("E-postadressen används redan av någon annan."), "email"))
