"""Mognadsbedömning: whether the young person has a say of their own; what follows stands beside the choice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import family
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services.maturity import assess_maturity
from sip.plans.states import CLOSED_STATES
from sip.web.fields import KeyField, LineField, WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work import consents_page
from sip.web.work.choosing import OneField

MATURE, NOT_YET = "mature", "not_yet"


class MaturityForm(forms.Form):
    """The assessment; and how the young person is reached, when there is to be a log-in."""

    key = KeyField()
    result = OneField(
        label=gettext_lazy("Vad är din bedömning?"),
        choices=(
            (MATURE, gettext_lazy("Mogen att ha ett eget ord om samtycke")),
            (NOT_YET, gettext_lazy("Inte mogen för det än")),
        ),
        required=True,
        error_messages={"required": gettext_lazy("Välj vad din bedömning är.")},
    )
    why = WordsField(
        rows=4,
        label=gettext_lazy("Hur har du bedömt det?"),
        help_text=gettext_lazy("Vad förstår den unga av vad ett samtycke är, och vad som händer vid ja och nej?"),
        required=True,
        error_messages={"required": gettext_lazy("Skriv hur du har bedömt mognaden.")},
    )
    email = LineField(
        most=254,
        label=gettext_lazy("Den ungas e-post"),
        help_text=gettext_lazy("Inte en vårdnadshavares. Dit skickas att det finns något att läsa, aldrig vad."),
        validators=[validate_email],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = LineField(
        most=40, label=gettext_lazy("Den ungas mobilnummer"), widget=forms.TextInput(attrs={"type": "tel"})
    )


@for_plan(Do.RECORD_CONSENT)
def maturity(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Bedöm mognaden. Changing the newest assessment is made by a new one; all of them are kept."""
    form = MaturityForm(request.POST or None)
    is_sent = form.is_bound and form.is_valid()
    if family.is_adult(plan.child) or plan.state in CLOSED_STATES:
        messages.info(request, _("Ingen bedömning behövs nu."))
        return redirect("consents", plan.pk)
    if is_sent and _assess(request, plan, form) is not None:
        words = _("Bedömningen är antecknad. Så här ser samtycket ut nu.")
        messages.success(request, words)
        return redirect("consents", plan.pk)
    context: dict[str, Any] = {
        "plan": plan,
        "who_decides": consents_page.who_decides(plan),
        "is_protected": plan.child.is_protected,
        "has_log_in": plan.child.user_id is not None,
    }
    return form_page(request, "work/maturity.html", form, **context)


def _assess(request: PageRequest, plan: Plan, form: MaturityForm) -> object:
    said = form.cleaned_data
    return attempt(
        form,
        lambda: assess_maturity(
            request.actor,
            plan,
            is_mature=said["result"] == MATURE,
            why=said["why"],
            email=said["email"],
            phone=said["phone"],
            key=said["key"],
        ),
    )
