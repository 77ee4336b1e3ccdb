"""Medarbetare: an agency's intake or coordinator chooses who there takes part in the plan."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actor import WORKS_WITH_CHILDREN
from agencies.models import Agency, Membership, User
from common.text import in_words
from sip.plans import people as around
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services import taking_part
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_plan
from sip.web.work.agency_list import by_keys
from sip.web.work.choosing import RowsField, offer_rows

ASSIGN, UNASSIGN = "assign", "unassign"


class PeopleForm(forms.Form):
    """Colleagues to add, or to let go."""

    people = RowsField(
        required=True,
        error_messages={"required": gettext_lazy("Välj minst en kollega.")},
    )

    def __init__(self, offered: list[User], label: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].label = label
        offer_rows(self, "people", {user.pk: user for user in offered}, lambda user: user.name)


@dataclass
class Desk:
    """One agency that the person answers for: who takes part, who could, and the two forms."""

    agency: Agency
    assigned: list[User]
    colleagues: list[User]
    add: PeopleForm
    remove: PeopleForm


@for_plan(Do.ASSIGN)
def people(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Vilka är med från oss? For a protected child's plan the page tells nothing of the child."""
    desks = [_desk(plan, agency) for agency in by_keys(standing.desk_agency_ids)]
    if request.method == "POST":
        done = _change(request, plan, desks)
        if done is not None:
            return done
    context = {
        "plan": plan,
        "desks": desks,
        "sees_plan": standing.may(Do.SEE_FRAME),
        "is_open": plan.is_open,
    }
    wrong = any(form.is_bound and form.errors for desk in desks for form in (desk.add, desk.remove))
    return render(
        request, "work/people.html", context, status=UNPROCESSABLE if wrong or request.method == "POST" else 200
    )


def _desk(plan: Plan, agency: Agency) -> Desk:
    assigned = around.assigned(plan, agency.pk)
    colleagues = [user for user in _workers(agency) if user not in assigned]
    return Desk(agency, assigned, colleagues, _form(agency, ASSIGN, colleagues), _form(agency, UNASSIGN, assigned))


def _form(agency: Agency, what: str, offered: list[User], data: Any = None) -> PeopleForm:
    label = _("Vilka kollegor ska vara med?") if what == ASSIGN else _("Är med nu")
    return PeopleForm(offered, label, data, prefix=what, auto_id=f"{agency.pk.hex}-%s")


def _workers(agency: Agency) -> list[User]:
    """Everybody who works there today and takes part in plans, by name: managers and log reviewers do not."""
    rows = Membership.objects.active().filter(agency=agency).filter(role__in=WORKS_WITH_CHILDREN).select_related("user")
    return list(dict.fromkeys(row.user for row in rows.order_by("user__name_key", "user_id")))


def _change(request: PageRequest, plan: Plan, desks: list[Desk]) -> HttpResponse | None:
    """Do what was asked for one agency; None when it is to be mended."""
    desk = next((desk for desk in desks if str(desk.agency.pk) == request.POST.get("agency")), None)
    what = request.POST.get("do")
    if desk is None or what not in (ASSIGN, UNASSIGN):
        messages.error(request, _("Välj kollegor i en av listorna."))
        return None
    if what == ASSIGN:
        # Somebody who is in already may be among them: the button was pressed twice.
        form = desk.add = _form(desk.agency, ASSIGN, [*desk.colleagues, *desk.assigned], request.POST)
        verb, said = taking_part.assign, _("%(names)s är med i planen från och med nu.")
    else:
        form = desk.remove = _form(desk.agency, UNASSIGN, [*desk.assigned, *desk.colleagues], request.POST)
        verb, said = taking_part.unassign, _("%(names)s är inte med i planen längre.")
    if not form.is_valid():
        return None
    chosen: list[User] = form.cleaned_data["people"]
    left = [user for user in chosen if what == ASSIGN or user in desk.assigned]
    if left:
        attempt(form, lambda: verb(request.actor, plan, desk.agency, left))
    if form.errors:
        return None
    messages.success(request, said % {"names": in_words([user.name for user in chosen])})
    return redirect("people", plan.pk)
