"""Loggkontroll: the log reviewer's list for a unit and a month. Nothing of a plan, and no child's name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.models import Agency, Role
from common import clock
from common.errors import NotThere
from consent.log.flags import MANY_CHILDREN, MANY_DENIALS, Flag
from sip.plans.models import EmergencyOpening
from sip.plans.services import log_review as service
from sip.plans.services.log_review import Month, Reviewed
from sip.web.fields import offer
from sip.web.log_words import act_words
from sip.web.pages import PageRequest, for_staff, form_page
from sip.web.parts import Verb
from sip.web.words import day_words, hour_words

ON_A_PAGE = 25

WHY = {
    Flag.EMERGENCY: gettext_lazy("Nödöppning"),
    Flag.NO_ASSIGNMENT: gettext_lazy("Inget uppdrag då"),
    Flag.SAME_NAME: gettext_lazy("Samma efternamn"),
    Flag.SAME_ADDRESS: gettext_lazy("Samma adress eller telefon"),
    Flag.PROTECTED: gettext_lazy("Skyddade uppgifter"),
    Flag.MANY_CHILDREN: gettext_lazy("Många barn på en timme"),
    Flag.MANY_DENIALS: gettext_lazy("Nekad många gånger"),
    Flag.NIGHT: gettext_lazy("På natten"),
}


class MonthForm(forms.Form):
    """Which unit and which month."""

    enhet = forms.ModelChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Enhet"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Välj en enhet."),
            "invalid_choice": gettext_lazy("Välj en enhet i listan."),
        },
    )
    manad = forms.ChoiceField(
        label=gettext_lazy("Månad"),
        error_messages={
            "required": gettext_lazy("Välj en månad."),
            "invalid_choice": gettext_lazy("Välj en månad i listan."),
        },
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enhet"].queryset = units  # type: ignore[attr-defined]
        months = [(f"{first:%Y-%m}", month_words(first)) for first in service.months(clock.today())]
        offer(self, "manad", months)


@dataclass(frozen=True)
class EventPart:
    """One event as it is drawn."""

    key: UUID
    who: str
    child: str
    when: str
    what: str
    part: str
    reason: str
    why: tuple[str, ...]
    said: str
    verb: Verb


@dataclass(frozen=True)
class OpeningPart:
    """One emergency opening as it is drawn."""

    key: UUID
    who: str
    child: str
    when: str
    reason: str
    said: str
    verb: Verb


@for_staff
@require_safe
def log_review(request: PageRequest) -> HttpResponse:
    """Choose a unit and a month, and see what to look at. To others than log reviewers there is no such page."""
    if not request.actor.has_role(Role.LOG_REVIEWER):
        raise NotThere
    units = service.units(request.actor)
    asked = {name: request.GET.get(name, "") for name in ("enhet", "manad")}
    own = next(row.agency_id for row in request.actor.memberships if row.role == Role.LOG_REVIEWER)
    start = {"enhet": str(own), "manad": f"{service.months(clock.today())[0]:%Y-%m}"}
    form = MonthForm(asked if any(asked.values()) else start, units=units)
    if not form.is_valid():
        return form_page(request, "staff/log_review.html", form, month=None)
    first = date.fromisoformat(f"{form.cleaned_data['manad']}-01")
    month = service.open_month(request.actor, form.cleaned_data["enhet"], first)
    return render(request, "staff/log_review.html", {"form": form, **_context(request, month)})


def _context(request: PageRequest, month: Month) -> dict[str, Any]:
    page = Paginator(month.flagged, ON_A_PAGE).get_page(request.GET.get("sida"))
    sample = [(event, ()) for event in month.sample or []]
    on_page = list(page.object_list)
    shown = service.show(request.actor, month, [*on_page, *sample])
    query = urlencode({"enhet": month.agency.pk, "manad": f"{month.first:%Y-%m}"})
    return {
        "month": month,
        "month_words": month_words(month.first),
        "drawn_on": day_words(service.when_drawn(month.first)),
        "openings": [opening_part(row) for row in month.openings],
        "flagged": [event_part(row) for row in shown[: len(on_page)]],
        "sample": [event_part(row) for row in shown[len(on_page) :]],
        "waiting": sum(1 for event, _why in month.flagged if event.id not in month.judged),
        "page": page,
        "query": query,
        "many_children": MANY_CHILDREN,
        "many_denials": MANY_DENIALS,
    }


def event_part(row: Reviewed) -> EventPart:
    """An event in words: who, about whom, when, what, with which part, and why to look."""
    event = row.event
    label = _("Ändra bedömningen") if row.review else _("Bedöm")
    about = f"{event.user.name if event.user else ''}, {moment_words(event.at)}"
    return EventPart(
        key=event.pk,
        who=event.user.name if event.user else _("Okänd"),
        child=event.child.masked_number if event.child else "",
        when=moment_words(event.at),
        what=act_words(event),
        part=row.part or _("Inget uppdrag i planen"),
        reason=event.reason,
        why=tuple(str(WHY[flag]) for flag in row.flags),
        said=said_words(row.review.get_judgement_display(), row.review.by.name, row.review.at) if row.review else "",
        verb=Verb(label, reverse("log_review_event", args=[event.pk]), about=about, panel=f"bedom-{event.pk}"),
    )


def opening_part(row: EmergencyOpening) -> OpeningPart:
    """An emergency opening in words."""
    by = row.decided_by.name if row.decided_by else ""
    return OpeningPart(
        key=row.pk,
        who=row.user.name,
        child=row.plan.child.masked_number,
        when=moment_words(row.at),
        reason=row.reason,
        said=said_words(row.get_decision_display(), by, row.decided_at) if row.decision and row.decided_at else "",
        verb=Verb(_("Bedöm"), reverse("log_review_opening", args=[row.pk]), row.user.name, panel=f"bedom-{row.pk}"),
    )


def said_words(what: str, by: str, at: datetime) -> str:
    """ "Befogad. Vera Granskare, 3 maj"."""
    return _("%(what)s. %(by)s, %(day)s") % {"what": what, "by": by, "day": day_words(at)}


def moment_words(at: datetime) -> str:
    """ "3 maj kl. 23.10"."""
    return f"{day_words(at)} {hour_words(at)}"


def month_words(first: date) -> str:
    """ "Maj 2026"."""
    return capfirst(date_format(first, "F Y"))
