"""Regionens rutin, for its administrator: how many days, from when, how binding and by what source."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import LegalStatus, LimitName, MatureChild, StartEvent
from agencies.routines import Limit
from common.errors import NotThere
from sip.plans.services import routines as service
from sip.plans.services.routines import STATUSES, RegionsRoutine
from sip.web.fields import LineField, offer
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.parts import Verb


class VersionForm(forms.Form):
    """What was read; somebody else's change meanwhile is told of and not overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    @property
    def read(self) -> int:
        """The version that was read; -1, which nobody has, where somebody took it away."""
        found = self.cleaned_data.get("version")
        return -1 if found is None else found


class WaysForm(VersionForm):
    """What is not counted in days."""

    mature_child = forms.ChoiceField(
        label=gettext_lazy("Vem bestämmer om samtycke när barnet är moget nog?"),
        choices=MatureChild.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    squeeze_days_off = forms.BooleanField(
        label=gettext_lazy("Räkna klämdagar som lediga"),
        help_text=gettext_lazy("En klämdag är en ensam arbetsdag mellan två lediga dagar."),
        required=False,
    )


class LimitForm(VersionForm):
    """One limit."""

    days = forms.IntegerField(
        label=gettext_lazy("Antal dagar"),
        help_text=gettext_lazy("Alla dagar räknas, också lördagar och söndagar."),
        required=False,
        error_messages={"invalid": gettext_lazy("Skriv antalet dagar med siffror, till exempel 21.")},
    )
    start_event = forms.ChoiceField(
        label=gettext_lazy("Räknas från när?"),
        choices=StartEvent.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Hur bindande är det?"),
        choices=[(status.value, capfirst(status.label)) for status in STATUSES],
        widget=forms.RadioSelect,
        required=False,
    )
    source = LineField(
        label=gettext_lazy("Var står det?"),
        help_text=gettext_lazy("Står bredvid dagen i planen, till exempel ”Regionens överenskommelse”."),
    )

    def choose_starts(self, what: str) -> None:
        """Offer what this limit may be counted from; nothing where there is one thing alone."""
        starts = service.starts_of(what)
        if starts:
            offer(self, "start_event", [(start.value, capfirst(start.label)) for start in starts])
        else:
            del self.fields["start_event"]


# What nobody tells the service of: such a limit is shown, and nothing is counted from it.
NOT_KNOWN = (StartEvent.READY_FOR_DISCHARGE,)


@dataclass(frozen=True)
class LimitRow:
    """One limit as the page draws it. `verb` is None where nobody here may change it. `note`: what we do not do."""

    what: str
    days: str
    start: str
    status: str
    source: str
    is_own: bool
    note: str
    verb: Verb | None


@for_staff
def routine(request: PageRequest) -> HttpResponse:
    """The region's routine. To others than its administrator there is no such page."""
    found = _opened(request)
    form = WaysForm(request.POST if request.method == "POST" else None, initial=_ways(found))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        attempt(
            form,
            lambda: service.set_ways(
                request.actor,
                mature_child=said["mature_child"],
                squeeze_days_off=said["squeeze_days_off"],
                version=form.read,
            ),
        )
        if not form.errors:
            messages.success(request, _("Rutinen är ändrad. Planer som är i gång följer med inom några minuter."))
            return redirect("routine")
    rows = [_row(name, limit, found) for name in LimitName if (limit := found.rules.limits.get(name))]
    return form_page(request, "staff/routine.html", form, region=found.region, rows=rows)


@for_staff
def routine_limit(request: PageRequest, limit: str) -> HttpResponse:
    """Change one limit, or go back to the default one."""
    found = _opened(request)
    known = found.rules.limits.get(limit)
    if known is None or limit not in LimitName.values:
        raise NotThere
    form = LimitForm(request.POST if request.method == "POST" else None, initial={**vars(known), **_ways(found)})
    form.choose_starts(limit)
    if form.is_bound and form.is_valid():
        attempt(form, lambda: _save(request, form, limit))
        if not form.errors:
            messages.success(request, _("Tiden är ändrad. Planer som är i gång följer med inom några minuter."))
            return redirect("routine")
    title = LimitName(limit).label
    return form_page(
        request,
        "staff/routine_limit.html",
        form,
        title=title,
        region=found.region,
        is_own=limit in found.own,
        is_law=known.is_law,
        law=_law_words(known),
        start=StartEvent(known.start_event).label,
    )


def _save(request: PageRequest, form: LimitForm, limit: str) -> bool:
    if "reset" in request.POST:
        service.reset_limit(request.actor, limit, version=form.read)
        return True
    said = form.cleaned_data
    service.set_limit(
        request.actor,
        limit,
        days=said["days"],
        start_event=said.get("start_event", ""),
        status=said["status"],
        source=said["source"],
        version=form.read,
    )
    return True


def _opened(request: PageRequest) -> RegionsRoutine:
    if request.actor.administered_region is None:
        raise NotThere
    return service.open_routine(request.actor)


def _ways(found: RegionsRoutine) -> dict[str, object]:
    return {
        "mature_child": found.rules.mature_child,
        "squeeze_days_off": found.rules.squeeze_days_off,
        "version": found.version,
    }


def _row(name: LimitName, limit: Limit, found: RegionsRoutine) -> LimitRow:
    href = reverse("routine_limit", args=[str(name)])
    status = str(LegalStatus(limit.status).label)
    is_unknown = limit.start_event in NOT_KNOWN
    return LimitRow(
        what=str(name.label),
        days=days_words(limit.days),
        start=str(StartEvent(limit.start_event).label),
        status=status,
        source=_("Inget beslut än") if limit.source.casefold() == status.casefold() else limit.source,
        is_own=name in found.own,
        note=_("Tjänsten vet inte när det blir så, och påminner inte om den här tiden.") if is_unknown else "",
        verb=None if limit.is_law else Verb(_("Ändra"), href, about=str(name.label)),
    )


def days_words(days: int) -> str:
    """ "21 dagar"."""
    return ngettext("%(count)s dag", "%(count)s dagar", days) % {"count": days}


def _law_words(limit: Limit) -> str:
    return _("%(days)s, enligt %(source)s.") % {"days": days_words(limit.days), "source": limit.source}
