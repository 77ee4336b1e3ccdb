"""Säg till om en avvikelse: family and staff tell that unit's manager, and read the answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.errors import given
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Deviation, DeviationKind, Plan
from sip.plans.services import deviations
from sip.web.fields import DayField, KeyField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.staff.deviations import stands
from sip.web.words import near_words
from sip.web.work.choosing import OneField


class DeviationForm(forms.Form):
    """Where, what, when and how."""

    key = KeyField()
    agency = OneField(label=gettext_lazy("Vilken verksamhet gäller det?"))
    kind = OneField(
        label=gettext_lazy("Vad handlar det om?"),
        choices=[(kind, kind.label) for kind in deviations.BY_HAND],
    )
    happened_on = DayField(label=gettext_lazy("Vilken dag hände det?"))
    text = WordsField(
        rows=6,
        most=2000,
        label=gettext_lazy("Vad hände?"),
        help_text=gettext_lazy("Chefen ser inte planen. Skriv vad som hände, och inte mer om barnet än som behövs."),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(row.pk): row for row in deviations.agencies_to_report(plan)}
        offer(self, "agency", [(key, row.name) for key, row in self.agencies.items()])


@for_plan(Do.REPORT_DEVIATION)
def report_deviation(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """What I have told, with the answers; and a form to tell of something."""
    form = DeviationForm(request.POST if request.method == "POST" else None, plan=plan)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        new = deviations.NewDeviation(
            agency=form.agencies.get(said["agency"]),
            kind=said["kind"],
            text=said["text"],
            happened_on=said["happened_on"],
            key=said["key"],
        )
        if attempt(form, lambda: deviations.report_deviation(request.actor, plan, new)):
            _say_who_is_told(request, given(new.agency))
            return redirect("report_deviation", plan.pk)
    is_family = standing.is_family
    return form_page(
        request,
        "work/report_deviation.html",
        form,
        plan=plan,
        frame="base_family.html" if is_family else "base.html",
        plan_page="family_plan" if is_family else "plan",
        name=plan.child.name if is_family or protection.may_stand_in_lists(plan.child) else _("Planen"),
        told=[_told(row) for row in deviations.told_about(request.actor, plan)],
    )


def _say_who_is_told(request: PageRequest, agency: Agency) -> None:
    if deviations.has_manager(agency):
        messages.success(request, _("Tack. Chefen för verksamheten får veta det. Svaret ser du här."))
        return
    said = _("Det är sparat, men %(agency)s har ingen chef här som kan läsa det. Ring dem och berätta.")
    phones = _("Telefon: %(phones)s.") % {"phones": agency.phone} if agency.phone else ""
    messages.warning(request, " ".join(filter(None, (said % {"agency": agency.name}, phones))))


def _told(row: Deviation) -> dict[str, str]:
    return {
        "what": str(DeviationKind(row.kind).label),
        "agency": row.agency.name,
        "when": near_words(row.at),
        "text": row.text,
        "stands": stands(row),
        "answer": row.answer,
        "answered": near_words(row.answered_at) if row.answered_at else "",
    }
