"""Förväntningar: two lines from each party, side by side before the meeting. SIPs fail on those that are unspoken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.history import history_of
from sip.meetings.of_plan import without_handed_on
from sip.plans.access import Do, Standing
from sip.plans.models import Party, Plan
from sip.plans.services import taking_part
from sip.plans.sharing import effective_agencies
from sip.plans.states import EDITABLE_DIRECTLY
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, for_plan, form_page
from sip.web.work.guarded import GuardedForm, Stored, Writing, write
from sip.web.work.own_agency import chosen, others, own_parties
from sip.web.work.ways import onward, stopped

LINES = 500  # characters: two lines each


class ExpectationForm(GuardedForm):
    """What the agency expects, and what it can do."""

    expects = WordsField(
        most=LINES,
        rows=2,
        label=gettext_lazy("Vad förväntar ni er av de andra?"),
        help_text=gettext_lazy("Ett par rader räcker. Alla som är med läser dem före mötet."),
    )
    can_do = WordsField(most=LINES, rows=2, label=gettext_lazy("Vad kan ni bidra med?"))


@dataclass(frozen=True)
class Expectation:
    """One party's two lines, for the table."""

    agency: str
    area: str
    expects: str
    can_do: str
    is_own: bool


@for_plan(Do.EXPECT)
def expectation(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Skriv den egna verksamhetens förväntan, med alla parters bredvid."""
    parties = own_parties(plan, standing)
    party = chosen(request, parties)
    if party is None:
        why = _("Din verksamhet är inte kallad till planen än.")
        return stopped(request, plan, _("Vad ni förväntar er"), why)
    if plan.state not in EDITABLE_DIRECTLY and request.method != "POST":
        why = _("Förväntningar skriver ni före mötet.")
        return stopped(request, plan, _("Vad ni förväntar er"), why)

    def save(changed: Mapping[str, Any], stored: Stored) -> Party:
        said = {**stored.values, **changed}
        return taking_part.set_expectation(request.actor, plan, party.agency, **said, version=stored.version)

    def page(form: GuardedForm) -> HttpResponse:
        return form_page(
            request,
            "work/expectation.html",
            form,
            plan=plan,
            agency=party.agency,
            others=others(parties, party),
            table=side_by_side(plan, party),
        )

    def done() -> HttpResponse:
        messages.success(request, _("Tack. De andra ser era rader före mötet."))
        return onward(request, plan)

    return write(request, Writing(ExpectationForm, lambda: _stored(plan, party), save, page, done))


def _stored(plan: Plan, party: Party) -> Stored:
    now = plan.parties.select_related("agency").get(pk=party.pk)
    last = history_of(now).order_by("-pgh_id").first()
    return Stored(
        {"expects": now.expects, "can_do": now.can_do},
        now.version,
        now.agency.name,
        last.pgh_created_at if last else None,
    )


def side_by_side(plan: Plan, own: Party) -> list[Expectation]:
    """Every party's lines; only those that consent holds for, the same ones that the plan's page shows."""
    shown = effective_agencies(plan)
    rows = plan.parties.filter(agency_id__in=shown).select_related("agency__kind")
    asked = without_handed_on(plan.parties.all()).values("pk")
    rows = rows.filter(Q(pk__in=asked) | Q(pk=own.pk) | ~Q(expects="", can_do=""))
    return [
        Expectation(row.agency.name, row.agency.kind.area, row.expects, row.can_do, is_own=row.pk == own.pk)
        for row in rows.order_by("agency__name_key", "agency_id")
    ]
