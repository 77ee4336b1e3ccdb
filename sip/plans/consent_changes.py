"""What follows when what holds of consent has changed: grants, a version that may not be shared, and who is told.

Nobody is told what was decided, about whom or by whom: only that something has changed, and where to read.
"""

from collections.abc import Iterable
from uuid import UUID

from agencies.actor import Actor
from agencies.models import User
from consent import family
from consent.rules import CHILD
from sip.notices import services as notices
from sip.plans import above, grants, people
from sip.plans.models import Party, Plan
from sip.plans.sharing import has_actions_of
from sip.plans.states import State
from sip.plans.versions import reopen_and_void


def effective(plan: Plan) -> set[UUID]:
    """Every agency that consent is effective for today, of all that anything was ever decided about."""
    asked = family.agencies_asked_about(plan.child)
    return {agency_id for agency_id, found in family.standings(plan.child, asked).items() if found.is_effective}


def carry_through(actor: Actor, plan: Plan, before: set[UUID], *, occasion: UUID) -> None:
    """In the transaction of the decision itself: sharing stops or starts, and everybody concerned is told.

    `before` is what was effective before the decision; `plan` is locked, with the child's other plans.
    """
    now = effective(plan)
    lost = before - now
    if plan.state == State.IN_REVIEW and has_actions_of(plan, lost):
        # What is frozen in the version may no longer be shared with the others.
        reopen_and_void(actor, plan)
    grants.sync_child(plan.child)
    if now != before:
        tell(plan, lost, occasion=occasion, but=actor.user)
    if now - before:
        above.CONSENT_CAME.tell(plan, now - before, occasion)


def tell(plan: Plan, lost: Iterable[UUID], *, occasion: UUID, but: User | None = None) -> None:
    """Tell the coordinator, and when consent was `lost` also the family and the people of those agencies.

    `but` caused it and knows.
    """
    gone = set(lost)
    concerned = set(people.coordinator(plan)) | (set(people.family_users(plan)) if gone else set())
    stopped = {user for party in _parties(plan, gone) for user in _readers(plan, party)} - concerned
    unaware = {but} if but else set()
    notices.queue("consent_changed", concerned - unaware, about=plan.pk, occasion=occasion)
    notices.queue("consent_ended", stopped - unaware, about=plan.pk, occasion=occasion)


def ask(plan: Plan, *, occasion: UUID) -> None:
    """Ask those who decide, and have not said anything, for their answer. Not before somebody runs the plan."""
    notices.queue("consent_asked", _waited_for(plan), about=plan.pk, occasion=occasion)


def ask_new_holders(plan: Plan) -> None:
    """The same when custody has changed: each is asked once for as long as they have it."""
    since = family.custody_since(plan.child)
    for user in _waited_for(plan):
        if user.pk in since:
            notices.queue("consent_asked", [user], about=plan.pk, occasion=f"custody:{since[user.pk]:%Y%m%dT%H%M%S%f}")


def _waited_for(plan: Plan) -> list[User]:
    if not plan.is_open or plan.state == State.REQUESTED:
        return []
    return [user for user in people.family_users(plan) if waits_for(plan, user)]


def waits_for(plan: Plan, user: User) -> bool:
    """Whether this person's answer is missing for any agency that the family was asked about."""
    guardian = getattr(user, "guardian", None)
    key = CHILD if plan.child.user_id == user.pk else str(guardian.pk if guardian else "")
    asked = family.agencies_asked_about(plan.child)
    return any(key in found.waiting_for for found in family.standings(plan.child, asked).values())


def _parties(plan: Plan, agency_ids: set[UUID]) -> list[Party]:
    return list(Party.objects.filter(plan=plan, agency__in=agency_ids).select_related("agency"))


def _readers(plan: Plan, party: Party) -> list[User]:
    """Those who could read for the agency. Of a protected child only those who were named."""
    named = people.assigned(plan, party.agency_id)
    return named if plan.child.is_protected else named or people.receivers(party.agency)
