"""Planer: the plans that I may know of, filtered and searched."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms.utils import flatatt
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sip.plans.services.children import search_hits
from sip.plans.states import State
from sip.web.fields import LineField
from sip.web.pages import UNPROCESSABLE, PageRequest, for_staff
from sip.web.staff.plan_list import OPEN, OVER, Wanted, page, sees_place

STATES = [(OPEN, _("Alla pågående")), *State.choices, (OVER, _("Alla avslutade"))]
_INPUT = {"class": "ds-input"}


_OPTION = '<option value="{}">{}</option>'
_CHOSEN = '<option value="{}" selected>{}</option>'


class PlainSelect(forms.Select):
    """A select whose options are written at once: Django draws a template for each, and there may be 290 of them.

    ⚡ A quarter of the page's time.
    """

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The whole element, everything escaped."""
        said = "" if value is None else str(value)
        options = _options(tuple((str(key), str(label)) for key, label in self.choices), said)
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})), options
        )


@lru_cache(maxsize=100)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Written once for the same words: who comes back to the list has the same municipalities to choose from."""
    return format_html_join(
        "", "{}", ((format_html(_CHOSEN if key == chosen else _OPTION, key, label),) for key, label in choices)
    )


class FilterForm(forms.Form):
    """The beginning of a name, a state, a municipality."""

    namn = LineField(label=_("Barnets namn"), most=80, widget=forms.TextInput(attrs={"autocomplete": "off", **_INPUT}))
    lage = forms.ChoiceField(label=_("Läge"), choices=STATES, required=False, widget=PlainSelect(attrs=_INPUT))
    kommun = LineField(label=_("Kommun"), most=100, widget=PlainSelect(attrs=_INPUT))


@for_staff
@require_safe
def plans(request: PageRequest) -> HttpResponse:
    """The list. A name that is searched for leaves an event for each child that was found."""
    form = FilterForm(request.GET if set(request.GET) & set(FilterForm.base_fields) else {"lage": OPEN})
    is_read = form.is_valid()
    said = form.cleaned_data
    wanted = Wanted(
        said.get("lage") or OPEN, said.get("kommun", ""), said.get("namn", ""), request.GET.get("efter", "")
    )
    found = page(request.actor, wanted if is_read else Wanted(wanted.state))
    places = found.places
    if wanted.municipality and wanted.municipality not in places:
        if sees_place(request.actor, wanted.municipality):
            places = (*places, wanted.municipality)  # none in this state
        else:
            form.add_error("kommun", _("Välj en kommun i listan."))
    form.fields["kommun"].widget.choices = [("", _("Alla kommuner")), *((name, name) for name in places)]
    if not form.is_valid():
        nothing = {"form": form, "page": None, "next": "", "is_filtered": True, "has_places": len(places) > 1}
        return render(request, "staff/plans.html", nothing, status=UNPROCESSABLE)
    if wanted.name and found.plans:
        search_hits(request.actor, found.plans)
    same = {"namn": wanted.name, "lage": wanted.state, "kommun": wanted.municipality}
    context = {
        "form": form,
        "page": found,
        "next": urlencode({**same, "efter": found.after}) if found.after else "",
        "is_filtered": bool(wanted.name or wanted.municipality or wanted.state != OPEN),
        "has_places": len(places) > 1,
        "may_export": bool(request.actor.desk_group_ids),
    }
    return render(request, "staff/plans.html", context)
