"""What the family's pages call a child, a plan and the people around it."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.languages import SWEDISH
from agencies.models import User
from consent.models import Child
from sip.documents.words import genitive
from sip.plans import protection
from sip.plans.models import Plan


def plan_name(child: Child, actor: Actor) -> str:
    """ "Alvas plan"; "Min plan" to the young person; "Planen för ليلى" where a Swedish genitive would look wrong."""
    if child.user_id == actor.user.pk:
        return _("Min plan")
    whose = _whose(child.given_name)
    return f"{whose} plan" if whose else _("Planen för %(name)s") % {"name": child.given_name}


def sign_heading(child: Child, actor: Actor) -> str:
    """ "Skriv under Alvas plan"."""
    name = plan_name(child, actor)
    if not name.startswith(child.given_name):
        name = name[:1].lower() + name[1:]
    return _("Skriv under %(plan)s") % {"plan": name}


def own_words(child: Child, actor: Actor) -> str:
    """ "Alvas egna ord"; "Mina egna ord" to the young person."""
    if child.user_id == actor.user.pk:
        return _("Mina egna ord")
    whose = _whose(child.given_name)
    if not _is_swedish():
        return _("Det som %(name)s själv säger") % {"name": child.given_name}
    return f"{whose} egna ord" if whose else _("Barnets egna ord")


def _whose(name: str) -> str:
    """The Swedish genitive of a name; "" in other languages, and where the name is not written in Latin letters."""
    return genitive(name) if _is_swedish() else ""


def _is_swedish() -> bool:
    """Also where no language is switched on: it is the program's own."""
    return get_language() in (SWEDISH, None)


def first_name(user: User | None) -> str:
    """How the family speaks of somebody who works: the first name, or "samordnaren" when it may not be told."""
    told = protection.name_beside_agency(user).split()
    return told[0] if told else _("samordnaren")


def coordinator_of(plan: Plan) -> str:
    """The coordinator's first name, for running text."""
    return first_name(plan.coordinator)
