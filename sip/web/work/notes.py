"""Arbetsanteckningar: one agency's own, for those who take part for it; nobody else ever reads them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotThere
from sip.plans import audience, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, WorkingNote
from sip.plans.services import private
from sip.plans.states import CLOSED_STATES
from sip.web.fields import KeyField, WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work.agency_list import by_keys
from sip.web.work.guarded import GuardedForm, Stored, Writing, write
from sip.web.work.ways import onward, stopped

PART = "anteckningar"


class NoteForm(forms.Form):
    """A new note."""

    key = KeyField()
    text = WordsField(rows=6, label=gettext_lazy("Anteckning"))


class EditNote(GuardedForm):
    """A note that may be changed by a colleague at the same time."""

    text = WordsField(rows=6, label=gettext_lazy("Anteckning"))


@for_plan(Do.WRITE_NOTE)
def new_note(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Ny arbetsanteckning, for the agency that the address names (?for=…), else for the first one."""
    title = _("Ny arbetsanteckning")
    own = by_keys(standing.agency_ids)
    wanted = request.GET.get("for", "")
    agency = next((each for each in own if str(each.pk) == wanted), own[0])
    if plan.state in CLOSED_STATES and request.method != "POST":
        return stopped(request, plan, title, _("Planen är avslutad."))
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        if attempt(form, lambda: private.write_note(request.actor, plan, agency, text=said["text"], key=said["key"])):
            messages.success(request, _("Anteckningen är sparad."))
            return onward(request, plan, PART)
    others = [each for each in own if each != agency]
    return form_page(request, "work/note.html", form, plan=plan, title=title, agency=agency, others=others)


@for_plan(Do.WRITE_NOTE)
def edit_note(request: PageRequest, plan: Plan, standing: Standing, note_id: UUID) -> HttpResponse:
    """Ändra en arbetsanteckning."""
    title = _("Ändra arbetsanteckningen")
    note = _note(plan, standing, note_id)
    if plan.state in CLOSED_STATES and request.method != "POST":
        return stopped(request, plan, title, _("Planen är avslutad."))

    def save(changed: Mapping[str, Any], stored: Stored) -> WorkingNote:
        return private.edit_note(request.actor, plan, note, **changed, version=stored.version)

    def page(form: GuardedForm) -> HttpResponse:
        return form_page(request, "work/note.html", form, plan=plan, title=title, agency=note.agency, others=[])

    def done() -> HttpResponse:
        messages.success(request, _("Ändringen är sparad."))
        return onward(request, plan, PART)

    def read() -> Stored:
        now = _note(plan, standing, note_id)
        return Stored({"text": now.text}, now.version, protection.staff_name(now.changed_by), now.changed_at)

    return write(request, Writing(EditNote, read, save, page, done, has_history=False))


def _note(plan: Plan, standing: Standing, note_id: UUID) -> WorkingNote:
    """A note of one's own agency. Raises NotThere for any other key."""
    note = next((row for row in audience.notes(plan, standing) if row.pk == note_id), None)
    if note is None:
        raise NotThere
    return note
