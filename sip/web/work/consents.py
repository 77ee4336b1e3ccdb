"""Samtycke: where it stands, and what a guardian said to the coordinator, written down."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common import clock
from consent import family
from consent.kinds import KINDS
from consent.models import DecisionKind, How
from consent.rules import Status
from sip.meetings.usual import usual_agencies
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services import consents as verbs
from sip.plans.states import CLOSED_STATES, State
from sip.web.fields import DayField, KeyField, LineField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work import agency_list, consents_page
from sip.web.work.choosing import ManyField, OneField, RowsField
from sip.web.work.ways import pressed_again

USUAL_LENGTH = timedelta(days=365)
STILL_ASKED = (Status.NEVER_ASKED, Status.WAITING)
ONLY_FOR_YES = ("covers", "other", "carve_out", "how", "until")

SAID = (
    (DecisionKind.GIVEN, gettext_lazy("Ja")),
    (DecisionKind.REFUSED, gettext_lazy("Nej")),
    (DecisionKind.WITHDRAWN, gettext_lazy("Tar tillbaka ett ja")),
)
HEARD_HOW = ((How.ORAL, gettext_lazy("Muntligt")), (How.WRITTEN, gettext_lazy("Skriftligt")))


class ConsentForm(forms.Form):
    """What one decider said. What belongs to a yes alone is not asked of a no."""

    key = KeyField()
    by = OneField(
        label=gettext_lazy("Vem har svarat?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som har svarat.")},
    )
    said = OneField(
        label=gettext_lazy("Vad är svaret?"),
        choices=SAID,
        required=True,
        error_messages={"required": gettext_lazy("Välj ja, nej eller tar tillbaka.")},
    )
    to = RowsField(
        find=agency_list.by_keys,
        label=gettext_lazy("Vilka verksamheter gäller svaret?"),
        required=True,
        error_messages={"required": gettext_lazy("Välj vilka verksamheter svaret gäller.")},
    )
    sought = LineField(
        most=100, label=gettext_lazy("Sök verksamhet"), help_text=gettext_lazy("Till exempel BUP eller Sjöbo.")
    )
    covers = ManyField(
        label=gettext_lazy("Vilka uppgifter får delas?"),
        choices=list(KINDS.items()),
    )
    other = LineField(most=60, label=gettext_lazy("Något annat som får delas"))
    carve_out = WordsField(
        most=1000,
        rows=3,
        label=gettext_lazy("Det här vill familjen inte ska delas"),
        help_text=gettext_lazy("Med familjens egna ord. Bara du och den som svarat ser det."),
    )
    how = OneField(label=gettext_lazy("Hur fick du svaret?"), choices=HEARD_HOW)
    until = DayField(
        label=gettext_lazy("Samtycket gäller till och med"),
        help_text=gettext_lazy("Ett samtycke har alltid ett slut. Ett år är vanligt."),
    )

    def __init__(self, deciders: list[consents_page.Decider], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "by", [(decider.value, decider.name) for decider in deciders])

    def clean(self) -> dict[str, Any]:
        """A no needs none of what limits a yes; whatever stands there is not asked about."""
        if self.cleaned_data.get("said") != DecisionKind.GIVEN:
            for name in ONLY_FOR_YES:
                self.errors.pop(name, None)
            return self.cleaned_data
        if not self.cleaned_data.get("covers") and not self.cleaned_data.get("other") and "other" not in self.errors:
            self.add_error("covers", ValidationError(_("Välj vilka slags uppgifter som får delas.")))
        if not self.cleaned_data.get("how") and "how" not in self.errors:
            self.add_error("how", ValidationError(_("Välj om svaret var muntligt eller skriftligt.")))
        return self.cleaned_data

    @property
    def kinds(self) -> list[str]:
        """Every kind of information that the yes covers."""
        other = self.cleaned_data.get("other", "")
        return [*self.cleaned_data.get("covers", []), *([other] if other else [])]


@for_plan(Do.RECORD_CONSENT)
def consents(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Samtycke: the table, and beneath it the form for one answer."""
    deciding = consents_page.deciders(plan)
    if request.method != "POST":
        return _page(request, plan, ConsentForm(deciding, initial=_usual(plan, deciding)), deciding)
    form = ConsentForm(deciding, request.POST)
    if "search" in request.POST:  # only looks for agencies; what is typed stays
        return _page(request, plan, _unanswered(form), deciding)
    if form.is_valid():
        answer = dict(form.cleaned_data)
        kinds = form.kinds
        attempt(form, lambda: _record(request, plan, answer, kinds, deciding))
        if not form.errors or _took_back_twice(request, plan, answer):
            messages.success(request, _("Svaret är antecknat. Så här ser samtycket ut nu."))
            return redirect("consents", plan.pk)
    return _page(request, plan, form, deciding)


def _usual(plan: Plan, deciding: list[consents_page.Decider]) -> dict[str, Any]:
    usual: dict[str, Any] = {"until": clock.today() + USUAL_LENGTH, "said": DecisionKind.GIVEN, "to": _own(plan)}
    return {**usual, "by": deciding[0].value} if len(deciding) == 1 else usual


def _own(plan: Plan) -> list[UUID]:
    """The agency of the one who asks, until it has its answer: it calls, and is forgotten since it is not called."""
    agency_id = plan.coordinator_agency_id
    if agency_id is None:
        return []
    return [agency_id] if family.standing(plan.child, agency_id).status in STILL_ASKED else []


def _unanswered(form: ConsentForm) -> ConsentForm:
    """The form as it was sent, with nothing said about it yet."""
    form.full_clean()
    form.errors.clear()
    return form


def _record(
    request: PageRequest,
    plan: Plan,
    answer: dict[str, Any],
    kinds: list[str],
    deciding: list[consents_page.Decider],
) -> None:
    decider = next(one.user or plan.child for one in deciding if one.value == answer["by"])
    if answer["said"] == DecisionKind.GIVEN:
        verbs.give_consent(
            request.actor,
            plan,
            decider,
            answer["to"],
            covers=kinds,
            carve_out=answer["carve_out"],
            how=answer["how"],
            until=answer["until"],
            key=answer["key"],
        )
    elif answer["said"] == DecisionKind.REFUSED:
        verbs.refuse_consent(request.actor, plan, decider, answer["to"], key=answer["key"])
    else:
        verbs.withdraw_consent(request.actor, plan, decider, answer["to"])


def _took_back_twice(request: PageRequest, plan: Plan, answer: dict[str, Any]) -> bool:
    """Whether the same person just wrote down the same withdrawal: the button was pressed twice."""
    if answer["said"] != DecisionKind.WITHDRAWN:
        return False
    wanted = {agency.pk for agency in answer["to"]}
    recent = plan.child.consent_decisions.filter(kind=DecisionKind.WITHDRAWN, recorded_by=request.actor.user)
    return wanted <= {row.agency_id for row in recent if pressed_again(row.at)}


def _page(request: PageRequest, plan: Plan, form: ConsentForm, deciding: list[consents_page.Decider]) -> HttpResponse:
    table = consents_page.rows(plan)
    ticked = _ticked(form)
    found = agency_list.offered(plan.child, _sought(form))
    offered = {agency.pk: agency for agency in [*(row.agency for row in table), *ticked, *found]}
    return form_page(
        request,
        "work/consents.html",
        form,
        plan=plan,
        rows=table,
        deciders=deciding,
        who_decides=consents_page.who_decides(plan),
        may_assess=plan.state not in CLOSED_STATES and not family.is_adult(plan.child),
        own_agency=_own_agency_waits(plan, table),
        groups=agency_list.grouped(offered.values(), plan.child),
        ticked={agency.pk for agency in ticked},
        sought=_sought(form),
        usual=[agency for agency in usual_agencies(plan) if agency.pk not in {row.agency.pk for row in table}],
        found_none=bool(_sought(form)) and not found,
        is_open=plan.state not in CLOSED_STATES,
        may_call=plan.state in (State.PREPARING, State.FOLLOWING_UP) and any(row.is_effective for row in table),
    )


def _own_agency_waits(plan: Plan, table: list[consents_page.ConsentRow]) -> Agency | None:
    """The coordinator's agency, when others have a yes and it has none: without one nothing can be called."""
    agency = plan.coordinator_agency
    missing = any(row.agency == agency and not row.is_effective for row in table)
    return agency if missing and any(row.is_effective for row in table) else None


def _sought(form: ConsentForm) -> str:
    try:
        return str(form.fields["sought"].clean(form["sought"].value()))
    except ValidationError:
        return ""


def _ticked(form: ConsentForm) -> list[Agency]:
    """The agencies that are ticked, also in a form that is shown again; none when the ticks are no agencies."""
    try:
        return list(RowsField(find=agency_list.by_keys).clean(form["to"].value()))
    except ValidationError:
        return []
