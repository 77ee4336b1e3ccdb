"""Which rows of withholding hold now. The family may not see the rows, only what follows from them (audience.py)."""

from uuid import UUID

from django.db.models import QuerySet

from agencies import row_scope
from agencies.models import User
from common.once import once
from common.prepared import Prepared, Told
from consent.models import Guardian
from sip.plans.models import Plan, Withholding


def in_force(plan: Plan) -> QuerySet[Withholding]:
    """What is withheld in the plan, from anybody."""
    return Withholding.objects.filter(plan=plan, lifted_at__isnull=True)


def from_guardian(plan: Plan, guardian: Guardian) -> list[Withholding]:
    """What is withheld from this guardian, asked on the guardian's own page too."""
    with row_scope.everything():
        return list(in_force(plan).filter(guardian=guardian).order_by("id"))


def reads_less(plan: Plan, user: User) -> bool:
    """Whether something is withheld from this person, who may have custody still or not."""
    return guardian_of(user) is not None and user.pk in users_with_less(plan)


def guardian_of(user: User) -> Guardian | None:
    """The guardian that somebody is here, of any child; also one who opens a plan through their work."""
    return once(("guardian", user.pk), lambda: next(iter(_GUARDIAN(user=user.pk)), None))


# ⚡ No identity number is decrypted.
_GUARDIAN = Prepared(lambda: Guardian.objects.filter(user=Told("user")).defer("number"))


def users_with_less(plan: Plan) -> set[UUID]:
    """The users among the guardians from whom something is withheld: for what is told and asked."""
    with row_scope.everything():
        return set(in_force(plan).order_by().values_list("guardian__user_id", flat=True))
