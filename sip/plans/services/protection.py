"""Skyddade personuppgifter, as the plan's coordinator sets and removes them; a member of staff does it for themself."""

import json

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Protection
from common.errors import NotThere, Problem, Refused
from consent import family
from consent.models import Child, Guardian, Guardianship, Relative
from sip.plans import access, protection
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan
from sip.plans.services import registry
from sip.plans.states import State
from sip.plans.versions import current_version, reopen_and_void


@act
def protect(actor: Actor, plan: Plan, person: Child | Guardian | Relative, kind: str) -> None:
    """Write that a person of the plan's family has protected personal data of this kind; "" when no longer.

    What follows comes at once (sip/plans/services/registry.py). A version that is out to be read and says too much is
    made void, so that the next review makes one without. Raises Refused for an unknown kind, NotThere for a stranger.
    """
    plan = access.lock_with_siblings(plan)
    access.require(actor, Do.PROTECT, plan)
    _check_kind(kind)
    _check_belongs(plan, person)
    is_protected = kind != Protection.NONE
    if isinstance(person, Child):
        registry.protect_child(person, is_protected, kind, by=actor.user)
    elif isinstance(person, Guardian):
        registry.protect_guardian(person, is_protected, kind, by=actor.user)
    else:
        registry.protect_relative(person, is_protected, kind)
    _void_what_says_too_much(actor, plan)


@act
def protect_oneself(actor: Actor, kind: str) -> None:
    """A member of staff says that their own personal data are protected, or no longer are.

    Raises NotThere for who works nowhere, Refused for an unknown kind or without fresh authentication.
    """
    if not actor.is_staff:
        raise NotThere
    access.check_fresh(actor)
    _check_kind(kind)
    registry.protect_user(actor.user, kind != Protection.NONE, kind)


def _check_kind(kind: str) -> None:
    if kind not in Protection.values:
        raise Refused(Problem("kind", _("Välj ett av svaren i listan."), "kind"))


def _check_belongs(plan: Plan, person: Child | Guardian | Relative) -> None:
    if isinstance(person, Child):
        belongs = person.pk == plan.child_id
    elif isinstance(person, Guardian):
        belongs = Guardianship.objects.filter(child=plan.child, guardian=person).exists()
    else:
        belongs = person.child_id == plan.child_id
    if not belongs:
        raise NotThere


def _void_what_says_too_much(actor: Actor, plan: Plan) -> None:
    plan = access.lock(plan)
    version = current_version(plan)
    if plan.state != State.IN_REVIEW or version is None:
        return
    guardians = family.custody_holders(plan.child)
    if protection.is_void_when_protected(json.loads(version.content), plan.child, guardians):
        reopen_and_void(actor, plan)
