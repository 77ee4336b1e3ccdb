"""Wishes for a SIP that wait for a coordinator's answer, routed by municipality."""

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from sip.plans import protection, routine_limits
from sip.plans.models import Plan, Request
from sip.plans.routine_limits import Limits
from sip.plans.services.requests import routing
from sip.plans.states import State
from sip.web.staff.waiting.item import MOST, Item, Kind, about, detail
from sip.web.words import as_day, near_words


def items(actor: Actor, plans: QuerySet[Plan], limits: Limits, *, only_mine: bool = True) -> Iterator[Item]:
    """Requests to answer. `only_mine`: those suggested to the actor; any coordinator may still answer the others."""
    if not actor.decides_requests:
        return
    waiting = plans.filter(state=State.REQUESTED)
    if only_mine:
        waiting = waiting.filter(child__municipality__in=_routed_here(actor, waiting))
    opening = Request.objects.filter(plan=OuterRef("pk"), opened_plan=True)
    rows = waiting.annotate(
        asked_at=Subquery(opening.values("at")[:1]), asked_from=Subquery(opening.values("agency__name")[:1])
    )
    for plan in rows.select_related("child").order_by("asked_at", "pk")[:MOST]:
        came = _("Kom %(day)s.") % {"day": near_words(plan.asked_at)}
        source = _("Från %(agency)s.") % {"agency": plan.asked_from} if plan.asked_from else _("Från familjen.")
        yield Item(
            kind=Kind.REQUEST,
            what=_("Svara på en önskan om SIP"),
            person=about(plan.child),
            detail=detail(plan.child, f"{source} {came}"),
            due=limits.after(as_day(plan.asked_at), routine_limits.FIRST_CONTACT),
            href=reverse("request", args=[plan.pk]),
            label=_("Läs och svara"),
            plan_id=plan.pk,
            opens_here=protection.may_stand_in_lists(plan.child),
        )


def _routed_here(actor: Actor, waiting: QuerySet[Plan]) -> list[str]:
    """The municipalities whose requests are suggested to the actor."""
    municipalities = waiting.order_by().values_list("child__municipality", flat=True).distinct()
    return [name for name, users in routing(municipalities).items() if actor.user in users]
