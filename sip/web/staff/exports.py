"""Arkiv: the papers of many plans in one file, for the record of the agency. Ordered, made meanwhile, fetched."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency
from common.errors import NotThere, Refused
from sip.documents import exports
from sip.documents.models import Export, ExportState
from sip.web import proving
from sip.web.fields import DayField, WordsField, offer
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.words import day_words, hour_words, near_words
from sip.web.work.choosing import OneField

PART = "del"  # in the address: only how far it has come
STATES = {"alla": None, "pagaende": True, "avslutade": False}


class ExportForm(forms.Form):
    """Whose record, which plans, and why."""

    agency = OneField(label=gettext_lazy("Vilken verksamhets journal eller akt?"))
    which = OneField(
        label=gettext_lazy("Vilka planer?"),
        required=True,
        initial="alla",
        choices=[
            ("alla", gettext_lazy("Alla som är fastställda")),
            ("pagaende", gettext_lazy("De som pågår")),
            ("avslutade", gettext_lazy("De som är avslutade")),
        ],
    )
    since = DayField(label=gettext_lazy("Fastställda från och med"))
    until = DayField(label=gettext_lazy("Fastställda till och med"))
    reason = WordsField(
        label=gettext_lazy("Varför behöver du arkivet?"),
        required=True,
        most=500,
        rows=2,
        help_text=gettext_lazy("Till exempel: för in planerna i akten. Det står kvar i loggen."),
        error_messages={"required": gettext_lazy("Skriv varför du behöver arkivet. Det står kvar i loggen.")},
    )

    def __init__(self, desks: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desks = {str(desk.pk): desk for desk in desks}
        offer(self, "agency", [(key, desk.name) for key, desk in self.desks.items()])
        self.fields["agency"].required = len(desks) > 1
        if len(desks) == 1:
            self.fields["agency"].widget = forms.HiddenInput()

    @property
    def desk(self) -> Agency:
        """The agency that was chosen; the only one where there is no choice."""
        return self.desks[self.cleaned_data["agency"] or next(iter(self.desks))]

    @property
    def scope(self) -> exports.Scope:
        """Which plans are meant."""
        said = self.cleaned_data
        return exports.Scope(STATES[said["which"]], said["since"], said["until"])


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def all_exports(request: PageRequest) -> HttpResponse:
    """The form, and the archives that I have; for whoever sits at an agency's desk."""
    desks = exports.desks(request.actor)
    if not desks:
        raise NotThere
    form = ExportForm(desks, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = attempt(form, lambda: _order(request, form))
        if asked:
            return redirect("export", asked.pk)
    rows = [_row(row) for row in exports.own(request.actor)]
    return form_page(request, "staff/exports.html", form, rows=rows, has_choice=len(desks) > 1)


def _order(request: PageRequest, form: ExportForm) -> Export:
    return exports.order(request.actor, form.desk, form.scope, reason=form.cleaned_data["reason"])


def _row(row: Export) -> dict[str, object]:
    is_made = row.state == ExportState.MADE
    return {"key": row.pk, "agency": row.agency.name, "asked": near_words(row.asked_at), "is_made": is_made}


@for_staff
@require_safe
def export(request: PageRequest, export_id: UUID) -> HttpResponse:
    """How far it has come; when it is made, what is in it and where it is fetched."""
    found = exports.find(request.actor, export_id)
    is_made = found.state == ExportState.MADE
    context = {
        "export": found,
        "is_made": is_made,
        "until": f"{day_words(found.expires_at)} {hour_words(found.expires_at)}",
        "contents": exports.contents(request.actor, found) if is_made else None,
        "asks": f"{request.path}?{PART}=1",
    }
    template = "components/export_progress.html" if PART in request.GET else "staff/export.html"
    return render(request, template, context)


@for_staff
@require_safe
def export_file(request: PageRequest, export_id: UUID) -> StreamingHttpResponse:
    """The archive itself. No name in the file's name."""
    return StreamingHttpResponse(
        exports.take(request.actor, export_id),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="sip-arkiv.zip"'},
    )


@for_staff
@require_http_methods(["POST"])
def export_again(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Have the plans tried once more that could not be made."""
    try:
        exports.again(request.actor, export_id)
    except Refused as refused:
        if proving.is_called_for(refused):
            raise
        messages.error(request, refused.message)
    return redirect("export", export_id)


@for_staff
@require_http_methods(["POST"])
def remove_export(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Take it away before its day is over."""
    exports.remove(request.actor, export_id)
    messages.success(request, _("Arkivet är borttaget här. Det du har hämtat finns kvar hos er."))
    return redirect("exports")
