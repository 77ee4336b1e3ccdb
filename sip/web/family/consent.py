"""Samtycke: a parent says yes or no per agency, with limits, and takes a yes back; the consequences are said first."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from common import clock
from common.text import in_words
from consent.kinds import KINDS
from consent.models import How
from sip.documents import statutes
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services.consents import give_consent, refuse_consent, withdraw_consent
from sip.plans.states import CLOSED_STATES, State
from sip.web.family import consent_page
from sip.web.family.gate import for_family
from sip.web.family.names import coordinator_of, plan_name
from sip.web.family.proof import ProofForm
from sip.web.fields import DayField, KeyField, WordsField, offer
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, form_page

SEARCH = "sok"
WITHDRAW = "ta-tillbaka"
NO = "no"


class ConsentForm(ProofForm):
    """A yes or a no: to whom; and for a yes about what, with which exception, until when."""

    field_order = ("key", "to", "covers", "carve_out", "until", "password")

    key = KeyField()
    to = forms.MultipleChoiceField(
        label=gettext_lazy("Vilka gäller ditt svar?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Välj minst en verksamhet."),
            "invalid_choice": gettext_lazy("Välj bland verksamheterna i listan."),
        },
    )
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("Vad får ni prata om?"),
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Välj minst en sak som ni får prata om."),
            "invalid_choice": gettext_lazy("Välj bland det som står i listan."),
        },
    )
    carve_out = WordsField(
        label=gettext_lazy("Är det något du inte vill att vi delar?"),
        help_text=gettext_lazy("Det läser bara du och samordnaren. Det skrivs aldrig i planen."),
        rows=2,
    )
    until = DayField(
        label=gettext_lazy("Till vilken dag gäller ditt ja?"),
        help_text=gettext_lazy("Du kan ta tillbaka det tidigare."),
        error_messages={
            "required": gettext_lazy("Skriv till vilken dag ditt ja gäller."),
            "invalid": gettext_lazy("Skriv dagen så här: 2026-09-15."),
        },
    )

    def __init__(
        self, request: PageRequest, agencies: Sequence[Agency], offered: Sequence[Agency], data: Any = None
    ) -> None:
        """`agencies` may be answered about, also by a button pressed twice; `offered` of them stand in the list."""
        super().__init__(request, data, initial={"until": consent_page.a_year_on(clock.today())})
        is_no = self.is_bound and self.data.get("answer") == NO
        for name in ("covers", "until"):
            self.fields[name].required = not is_no  # a no needs no limits
        self.agencies = {str(agency.pk): agency for agency in agencies}
        offer(self, "to", [(key, agency.name) for key, agency in self.agencies.items()])
        self.fields["to"].widget.choices = [(str(agency.pk), agency.name) for agency in offered]

    @property
    def chosen(self) -> list[Agency]:
        """The agencies that were ticked."""
        return [self.agencies[key] for key in self.cleaned_data["to"]]


@for_family(Do.DECIDE_CONSENT)
@require_http_methods(["GET", "HEAD", "POST"])
def family_consent(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Where consent stands, and the parent's own answer."""
    if WITHDRAW in request.GET:
        return _withdraw(request, plan)
    rows = consent_page.answers(plan, request.actor)
    sought = request.GET.get(SEARCH, "")[:100]
    found = consent_page.find(sought, [row.agency.pk for row in rows])
    open_to = [row.agency for row in rows if not row.may_withdraw or row.soon] + found
    known = [row.agency for row in rows] + found
    form = ConsentForm(request, known, open_to, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _answer(request, plan, form):
        return redirect("family_consent", plan.pk)
    decides = consent_page.decides(plan, request.actor)
    is_open = plan.state not in CLOSED_STATES
    return form_page(
        request,
        "family/consent.html",
        form,
        plan=plan,
        plan_name=plan_name(plan.child, request.actor),
        coordinator=coordinator_of(plan),
        rows=rows,
        carve_out=consent_page.shared_carve_out(rows),
        may_answer=decides and is_open and bool(open_to),
        may_search=decides and is_open,
        decides=decides,
        together=consent_page.together(plan, request.actor),
        has_exempt=any(row.is_exempt for row in rows),
        by_need=statutes.BY_NEED,
        sought=sought,
        found=found,
        action=request.get_full_path(),
    )


def _answer(request: PageRequest, plan: Plan, form: ConsentForm) -> bool:
    """Record the yes or the no. False when a rule says that something lacks; it then stands beside its field."""
    actor, user, key = form.proven(), request.actor.user, form.cleaned_data["key"]
    names = in_words([agency.name for agency in form.chosen])
    if request.POST.get("answer") == NO:
        done = attempt(form, lambda: refuse_consent(actor, plan, user, form.chosen, key=key))
        words = _("Ditt nej är sparat. Det gäller %(names)s.")
    else:
        done = attempt(
            form,
            lambda: give_consent(
                actor,
                plan,
                user,
                form.chosen,
                covers=form.cleaned_data["covers"],
                carve_out=form.cleaned_data["carve_out"],
                how=How.ELECTRONIC,
                until=form.cleaned_data["until"],
                key=key,
            ),
        )
        words = _("Ditt ja är sparat. Det gäller %(names)s.")
    if done is None:
        return False
    messages.success(request, words % {"names": names})
    return True


def _withdraw(request: PageRequest, plan: Plan) -> HttpResponse:
    """Say what follows from taking a yes back, ask once, and do it."""
    wanted = request.GET[WITHDRAW]
    row = next((r for r in consent_page.answers(plan, request.actor) if r.key == wanted and r.may_withdraw), None)
    if row is None:
        messages.info(request, _("Det finns inget ja att ta tillbaka. Så här är det nu."))
        return redirect("family_consent", plan.pk)
    form = ProofForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = attempt(form, lambda: withdraw_consent(form.proven(), plan, request.actor.user, [row.agency]))
        if done is not None:
            words = _("Ditt ja är taget tillbaka. %(name)s kan inte läsa planen längre.")
            messages.success(request, words % {"name": row.agency.name})
            return redirect("family_consent", plan.pk)
    context = {
        "form": form,
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "coordinator": coordinator_of(plan),
        "agency": row.agency,
        "is_being_read": plan.state == State.IN_REVIEW,
        "action": request.get_full_path(),
    }
    return render(request, "family/withdraw.html", context, status=UNPROCESSABLE if form.errors else 200)
