"""Närstående and stödpersoner: those whom the child wants there. Named by the coordinator or by the family itself."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common.errors import NotThere, Problem, Refused, refuse
from consent.models import Relative
from sip.plans import access, protection
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Plan

MOST = 20


@dataclass(frozen=True)
class NewRelative:
    """Somebody as they are written down. `phone` None: what is known stays, since not everybody may read it."""

    name: str
    relation: str
    phone: str | None = None
    is_protected: bool = False


@act
def add_relative(actor: Actor, plan: Plan, new: NewRelative, *, key: UUID) -> Relative:
    """Name somebody. `key` is the form's: sent twice, it is written once.

    Raises Refused without a name or a relation, and for more people than can sit around a table.
    """
    plan = access.lock_with_siblings(plan)
    access.require(actor, Do.EDIT_RELATIVES, plan)
    known = Relative.objects.filter(child=plan.child, pk=key).first()
    if known:
        return known
    refuse(_problems(new))
    if Relative.objects.filter(child=plan.child).count() >= MOST:
        message = _("Det går att skriva högst %(most)s personer. Ta bort någon först.") % {"most": MOST}
        raise Refused(Problem("most", message))
    return Relative.objects.create(
        id=key,
        child=plan.child,
        name=new.name,
        relation=new.relation,
        phone=new.phone or "",
        is_protected=new.is_protected,
    )


@act
def change_relative(actor: Actor, plan: Plan, relative: Relative, new: NewRelative) -> Relative:
    """Change what stands of somebody. The family may protect a person, and only the coordinator takes that away."""
    plan, row = _own(actor, plan, relative)
    refuse(_problems(new))
    row.name, row.relation = new.name, new.relation
    if new.phone is not None:
        row.phone = new.phone
    if new.is_protected or protection.is_named_handler(actor.user, plan):
        row.is_protected = new.is_protected
        row.protection = row.protection if new.is_protected else ""
    row.save()
    return row


@act
def remove_relative(actor: Actor, plan: Plan, relative: Relative) -> None:
    """Take somebody away; one who is gone already stays gone."""
    _plan, row = _own(actor, plan, relative)
    row.delete()


def _own(actor: Actor, plan: Plan, relative: Relative) -> tuple[Plan, Relative]:
    plan = access.lock_with_siblings(plan)
    access.require(actor, Do.EDIT_RELATIVES, plan)
    row = Relative.objects.select_for_update(of=("self",)).filter(pk=relative.pk, child=plan.child).first()
    if row is None:
        raise NotThere
    return plan, row


def _problems(new: NewRelative) -> list[Problem]:
    problems = []
    if not new.name:
        problems.append(Problem("name", _("Skriv vad personen heter."), "name"))
    if not new.relation:
        problems.append(Problem("relation", _("Skriv vem det är för barnet, till exempel mormor."), "relation"))
    return problems
