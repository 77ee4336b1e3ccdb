"""Samtycke behövs inte: the exception for health care and social services, with its reason; and the way back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common import clock
from common.text import in_words
from sip.documents import statutes
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services import consents as verbs
from sip.web.fields import DayField, KeyField, WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work import consents_page
from sip.web.work.choosing import RowsField

WHICH = "verksamhet"
REASON = gettext_lazy("Skäl")


class ExemptForm(forms.Form):
    """For which agencies, why, and to which day."""

    key = KeyField()
    reason = WordsField(
        most=1000,
        rows=3,
        label=REASON,
        help_text=gettext_lazy("Vad behöver barnet, och varför kan ni inte vänta på ett ja? Familjen kan läsa skälet."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv skälet, så att familjen och andra förstår varför.")},
    )
    until = DayField(
        label=gettext_lazy("Gäller till och med"),
        help_text=gettext_lazy("Välj en kort tid. Du kan skriva en ny dag senare."),
        required=True,
        error_messages={
            "required": gettext_lazy("Skriv till vilken dag det gäller."),
            "invalid": gettext_lazy("Skriv dagen så här: 2026-09-15."),
        },
    )

    def __init__(self, choices: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {agency.pk: agency for agency in choices}
        self.fields["to"] = RowsField(
            find=lambda keys: [known[key] for key in keys if key in known],
            label=_("Vilka verksamheter gäller det?"),
            required=True,
            error_messages={"required": _("Välj minst en verksamhet.")},
        )
        self.fields["to"].widget.choices = [(str(agency.pk), agency.name) for agency in choices]
        self.order_fields(["key", "to", "reason", "until"])


class RequiredAgainForm(forms.Form):
    """Why consent is required again."""

    key = KeyField()
    reason = WordsField(
        most=1000,
        rows=3,
        label=REASON,
        help_text=gettext_lazy("Varför behövs samtycke igen? Familjen kan läsa skälet."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv varför samtycke behövs igen.")},
    )


@for_plan(Do.RECORD_CONSENT)
def not_required(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Say what the law lets these agencies do, ask why, and record it."""
    table = consents_page.rows(plan)
    agencies = [row.agency for row in table if row.may_exempt]
    form = ExemptForm(agencies, request.POST or None, initial={"to": [request.GET.get(WHICH, "")]})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: verbs.consent_not_required(
                request.actor, plan, said["to"], reason=said["reason"], until=said["until"], key=said["key"]
            ),
        )
        if done is not None:
            words = _("Antecknat. Samtycke behövs inte för %(names)s.")
            messages.success(request, words % {"names": in_words([agency.name for agency in said["to"]])})
            return redirect("consents", plan.pk)
    context = {"plan": plan, "agencies": agencies, "law": statutes.BY_NEED, "today": clock.today()}
    return form_page(request, "work/consent_not_required.html", form, **context)


@for_plan(Do.RECORD_CONSENT)
def required_again(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Say what follows when the exception ends, ask why, and end it."""
    wanted = request.GET.get(WHICH, "")
    row = next((row for row in consents_page.rows(plan) if row.is_exempt and str(row.agency.pk) == wanted), None)
    form = RequiredAgainForm(request.POST or None)
    is_sent = form.is_bound and form.is_valid()
    if row is None:  # also when the button is pressed twice
        messages.info(request, _("Samtycke behövs redan. Så här ser det ut nu."))
        return redirect("consents", plan.pk)
    if is_sent:
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: verbs.consent_required_again(
                request.actor, plan, [row.agency], reason=said["reason"], key=said["key"]
            ),
        )
        if done is not None:
            messages.success(request, _("Antecknat. %(name)s behöver samtycke igen.") % {"name": row.agency.name})
            return redirect("consents", plan.pk)
    action = request.get_full_path()
    return form_page(request, "work/consent_required_again.html", form, plan=plan, row=row, action=action)
