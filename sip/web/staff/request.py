"""A wish for a SIP, for the coordinator who answers it: take it up, or say no with the reason."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agencies.actor import Actor
from agencies.models import Role, User
from sip.plans import people
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.routing import suggested_coordinators
from sip.plans.services.requests import accept_request, decline_request
from sip.web.fields import WordsField, offer
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_plan
from sip.web.staff.plan_page import child_facts, wishes_of

ACCEPT, DECLINE = "accept", "decline"


class AcceptForm(forms.Form):
    """Who coordinates."""

    coordinator = forms.ChoiceField(
        label=gettext_lazy("Vem samordnar?"),
        error_messages={
            "required": gettext_lazy("Välj vem som samordnar planen."),
            "invalid_choice": gettext_lazy("Välj någon i listan."),
        },
    )


class DeclineForm(forms.Form):
    """Why not."""

    reason = WordsField(
        label=gettext_lazy("Varför blir det ingen SIP?"),
        help_text=gettext_lazy("Familjen och den som skrev önskan läser skälet."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv skälet, till exempel att en annan plan redan räcker.")},
    )


@for_plan(Do.DECIDE_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def request(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Read the wish and answer it, once."""
    choices = _coordinators(request.actor, plan)
    act = request.POST.get("act") if request.method == "POST" else None
    accepting = AcceptForm(request.POST if act == ACCEPT else None, initial={"coordinator": str(request.actor.user.pk)})
    offer(accepting, "coordinator", _labels(request.actor, choices))
    declining = DeclineForm(request.POST if act == DECLINE else None)
    if act == ACCEPT and accepting.is_valid():
        chosen = next(user for user in choices if str(user.pk) == accepting.cleaned_data["coordinator"])
        if attempt(accepting, lambda: accept_request(request.actor, plan, chosen)):
            return _accepted(request, plan, chosen)
    if act == DECLINE and declining.is_valid():
        reason = declining.cleaned_data["reason"]
        if attempt(declining, lambda: decline_request(request.actor, plan, reason=reason)):
            messages.success(request, _("Önskan är besvarad. Den som skrev den får veta det."))
            return redirect("today")
    context = {
        "plan": plan,
        "person": _("%(name)s, %(age)s år") % {"name": plan.child.name, "age": plan.child.age},
        "wishes": wishes_of(plan, everyones=False),
        "child": child_facts(plan),
        "accepting": accepting,
        "declining": declining,
    }
    status = UNPROCESSABLE if accepting.errors or declining.errors else 200
    return render(request, "staff/request.html", context, status=status)


def _coordinators(actor: Actor, plan: Plan) -> list[User]:
    """Who may be chosen: myself first, then those of my agencies and those whom the request is routed to."""
    found = [actor.user] if actor.has_role(Role.COORDINATOR) else []
    for membership in actor.memberships:
        found += people.with_role(membership.agency_id, Role.COORDINATOR)
    offered = dict.fromkeys([*found, *suggested_coordinators(plan.child)])
    # Where a protected colleague works is not told; that one takes up a request in person.
    return [user for user in offered if user == actor.user or not user.is_protected]


def _labels(actor: Actor, users: list[User]) -> list[tuple[str, str]]:
    me = actor.user
    return [(str(user.pk), _("Jag, %(name)s") % {"name": user.name} if user == me else user.name) for user in users]


def _accepted(request: PageRequest, plan: Plan, chosen: User) -> HttpResponse:
    if chosen == request.actor.user:
        messages.success(request, _("Du samordnar planen. Fråga nu familjen om samtycke."))
        return redirect("plan", plan_id=plan.pk)
    messages.success(request, _("%(name)s samordnar planen.") % {"name": chosen.name})
    return redirect("today")
