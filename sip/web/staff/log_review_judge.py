"""The log reviewer's decision about one event or one emergency opening: opened in place, beneath its row."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agencies.models import Agency, Role
from common import clock
from common.errors import NotThere, given
from consent.log.models import Judgement
from sip.plans.models import EmergencyDecision
from sip.plans.services import log_review as service
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.staff.log_review import event_part, opening_part, said_words

NOTE_MAX = 2_000
_CHOOSE = gettext_lazy("Välj vad du kom fram till.")


class JudgeForm(forms.Form):
    """What the reviewer says of an event."""

    judgement = forms.ChoiceField(
        label=gettext_lazy("Vad kom du fram till?"),
        choices=Judgement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
    note = WordsField(
        label=gettext_lazy("Vad såg du, och vad händer nu?"),
        help_text=gettext_lazy("Behövs när något ska utredas eller var obehörigt. Skriv inget om barnet."),
        most=NOTE_MAX,
    )


class OpeningForm(forms.Form):
    """What the reviewer says of an emergency opening."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Var nödöppningen befogad?"),
        choices=EmergencyDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )
    note = WordsField(
        label=gettext_lazy("Vad såg du, och vad händer nu?"),
        help_text=gettext_lazy("Behövs när den inte var befogad. Skriv inget om barnet."),
        most=NOTE_MAX,
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def log_review_event(request: PageRequest, event_id: UUID) -> HttpResponse:
    """One event: what is known of it, what has been said of it, and the decision."""
    _reviewers_only(request)
    reviewed, said = service.open_event(request.actor, event_id)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        if attempt(form, lambda: service.judge(request.actor, event_id, values["judgement"], values["note"])):
            messages.success(request, _("Bedömningen är sparad."))
            agency = given(reviewed.event.agency)  # found among the reviewer's units
            return redirect(_back(agency, f"{clock.local(reviewed.event.at):%Y-%m}", event_id))
    context = {
        "event": event_part(reviewed),
        "agency": reviewed.event.agency,
        "said": [(said_words(row.get_judgement_display(), row.by.name, row.at), row.note) for row in said],
        "is_own": reviewed.event.user_id == request.actor.user.pk,
    }
    return form_page(request, "staff/log_review_event.html", form, **context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def log_review_opening(request: PageRequest, opening_id: UUID) -> HttpResponse:
    """One emergency opening: who, when, why, and whether it was right."""
    _reviewers_only(request)
    opening = service.open_opening(request.actor, opening_id)
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        if attempt(form, lambda: service.judge_opening(request.actor, opening_id, values["decision"], values["note"])):
            messages.success(request, _("Bedömningen är sparad."))
            return redirect(_back(opening.agency, f"{clock.local(opening.at):%Y-%m}", opening_id))
    context = {
        "opening": opening_part(opening),
        "agency": opening.agency,
        "note": opening.note,
        "is_own": opening.user_id == request.actor.user.pk,
    }
    return form_page(request, "staff/log_review_opening.html", form, **context)


def _reviewers_only(request: PageRequest) -> None:
    if not request.actor.has_role(Role.LOG_REVIEWER):
        raise NotThere


def _back(agency: Agency, month: str, key: UUID) -> str:
    return f"{reverse('log_review')}?enhet={agency.pk}&manad={month}#rad-{key}"
