"""Avsluta planen, och lämna över den till en annan samordnare. Both say first what happens."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import municipalities
from agencies.models import Membership, Role, User
from sip.meetings.services import current_meeting
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import CloseReason, Plan
from sip.plans.services import frame
from sip.plans.states import Act, after
from sip.web.fields import WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.words import meeting_words
from sip.web.work.choosing import OneField
from sip.web.work.ways import obstacle, pressed_twice, stopped

HAND_OVER_AGE = 17  # years; from here on the plan says who in adult services goes on (domain.md §5)


class CloseForm(forms.Form):
    """Why the plan is closed, and what is handed over to whom."""

    reason = OneField(
        label=gettext_lazy("Varför avslutas planen?"),
        choices=CloseReason.choices,
        required=True,
        error_messages={"required": gettext_lazy("Välj varför planen avslutas.")},
    )
    hand_over = WordsField(
        most=2000,
        rows=3,
        label=gettext_lazy("Vem fortsätter med vad?"),
        help_text=gettext_lazy("Till exempel: Vuxenpsykiatrin i Ystad tar över samtalen från 1 september."),
    )


@for_plan(Do.CLOSE)
def close(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Avsluta planen."""
    title = _("Avsluta planen")
    if request.method == "POST":
        form = CloseForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            done = attempt(
                form,
                lambda: frame.close(request.actor, plan, reason=said["reason"], hand_over=said["hand_over"]),
            )
            if done or pressed_twice(plan, Act.CLOSE, request.actor):
                messages.success(request, _("Planen är avslutad. Alla som var med har fått veta det."))
                return redirect("plan", plan.pk)
    else:
        blocked = obstacle(lambda: after(Act.CLOSE, plan.state))
        if blocked:
            return stopped(request, plan, title, blocked)
        form = CloseForm()
    return form_page(
        request,
        "work/close.html",
        form,
        plan=plan,
        title=title,
        is_nearly_adult=plan.child.age >= HAND_OVER_AGE,
        cancelled=_cancelled_by_it(plan),
        has_version=plan.versions.filter(established_at__isnull=False).exists(),
    )


def _cancelled_by_it(plan: Plan) -> str:
    """When the meeting is that is called and will not be held; "" where there is none."""
    meeting = current_meeting(plan)
    if meeting is None or meeting.opened_at:
        return ""
    when = meeting_words(meeting.start, meeting.end)
    return when[:1].lower() + when[1:]


class HandOverForm(forms.Form):
    """Who coordinates from now on."""

    coordinator = OneField(
        label=gettext_lazy("Vem ska samordna planen?"),
        widget=forms.Select,
        required=True,
        error_messages={"required": gettext_lazy("Välj en samordnare att lämna över till.")},
    )

    def __init__(self, offered: list[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.user_id): row.user for row in offered}
        choices = [(str(row.user_id), f"{row.user.name}, {row.agency.name}") for row in offered]
        offer(self, "coordinator", [("", _("Välj samordnare")), *choices])


@for_plan(Do.EDIT_FRAME)
def hand_over(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Lämna över planen till en annan samordnare."""
    title = _("Lämna över planen")
    offered = _coordinators(plan)
    if request.method == "POST":
        form = HandOverForm(offered, request.POST)
        if form.is_valid():
            successor: User = form.people[form.cleaned_data["coordinator"]]
            if attempt(form, lambda: frame.hand_over_plan(request.actor, plan, successor)):
                messages.success(request, _("%(name)s samordnar planen från och med nu.") % {"name": successor.name})
                return redirect("plans")  # the one who handed it over may no longer read it
    else:
        if not plan.is_open or not offered:
            why = _("Det finns ingen annan samordnare att lämna över till.")
            return stopped(request, plan, title, why if plan.is_open else _("Planen är avslutad."))
        form = HandOverForm(offered)
    return form_page(request, "work/hand_over.html", form, plan=plan, title=title)


def _coordinators(plan: Plan) -> list[Membership]:
    """Every other coordinator, once each; those of the child's municipality first, nobody who is protected."""
    rows = (
        Membership.objects.active()
        .filter(role=Role.COORDINATOR, user__is_protected=False)
        .exclude(user=plan.coordinator)
        .select_related("user", "agency__principal")
        .order_by("user__name_key", "id")
    )
    place = protection.municipality_of(plan.child)
    once: dict[UUID, Membership] = {}
    for row in rows:
        once.setdefault(row.user_id, row)
    return sorted(once.values(), key=lambda row: not municipalities.is_of(row.agency.principal, place))
