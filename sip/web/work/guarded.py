"""Writing where others may be writing too: nobody's words are lost, and the second one sees both texts (409)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from sip.web.fields import WordsField
from sip.web.pages import CONFLICT, attempt
from sip.web.work.merging import merge

# Somebody saves again between our reading and our saving: read and merge anew, this many times at most.
ATTEMPTS = 5


@dataclass(frozen=True)
class Stored:
    """The texts as they are stored now, their version, and who saved them when."""

    values: Mapping[str, Any]
    version: int
    by: str = ""
    at: datetime | None = None


class GuardedForm(forms.Form):
    """A form that carries along what its texts were when they were read, and in which version."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard()

    def guard(self) -> None:
        """Let every field with a text carry what it was when it was read; for forms that make their fields too."""
        for name in self.guarded:
            self.fields[name].show_hidden_initial = True

    @property
    def guarded(self) -> list[str]:
        """The names of the fields with texts."""
        return [name for name in self.fields if name != "version"]

    @property
    def carried(self) -> SafeString:
        """The hidden inputs: the version, and each text as it was read."""
        hidden = [self["version"].as_widget(), *(self[name].as_hidden(only_initial=True) for name in self.guarded)]
        return format_html_join("", "{}", ((each,) for each in hidden))

    def read_before(self) -> dict[str, Any]:
        """Each text as it was when this form was drawn; a text that has been tampered with is left out."""
        values: dict[str, Any] = {}
        for name in self.guarded:
            raw = self.data.get(self[name].html_initial_name)
            try:
                if raw is not None:
                    values[name] = self.fields[name].clean(raw)
            except ValidationError:
                continue
        return values

    def written(self) -> dict[str, Any]:
        """The cleaned texts; one that was not sent at all stays as it is stored."""
        return {name: self.cleaned_data[name] for name in self.guarded if self[name].html_name in self.data}


@dataclass(frozen=True)
class Writing:
    """One page where somebody writes: how the texts are read and saved, and what comes before and after.

    `save` gets what is changed and what it was read as; `show` says a value in words for the conflict view. Texts that
    no history keeps (`has_history`) are gone when they are not chosen. `frame`: the template around the conflict.
    """

    form: Callable[..., GuardedForm]
    read: Callable[[], Stored]
    save: Callable[[Mapping[str, Any], Stored], object]
    page: Callable[[GuardedForm], HttpResponse]
    done: Callable[[], HttpResponse]
    show: Callable[[str, Any], str] = lambda _name, value: typed(value)
    has_history: bool = True
    frame: str = "base.html"


def write(request: HttpRequest, writing: Writing) -> HttpResponse:
    """Show the form, or save what is written in it; 422 when something is wrong, 409 when both wrote in one field."""
    if request.method != "POST":
        stored = writing.read()
        return writing.page(writing.form(initial={**stored.values, "version": stored.version}))
    data = request.POST.copy()
    if data.get("choice"):
        kept = _choose(data, writing)
        if kept is not None:
            return writing.page(kept)
    return _save(request, data, writing, ATTEMPTS)


def _save(request: HttpRequest, data: QueryDict, writing: Writing, attempts: int) -> HttpResponse:
    stored = writing.read()
    form = writing.form(data)
    if not form.is_valid():
        return writing.page(form)
    values = form.written()
    if form.cleaned_data["version"] != stored.version:
        values, in_doubt = merge(form.read_before(), values, stored.values)
        if in_doubt:
            return _both_texts(request, form, in_doubt[0], stored, writing)
    changed = {name: value for name, value in values.items() if value != stored.values[name]}
    if not changed:
        return writing.done()
    try:
        attempt(form, lambda: writing.save(changed, stored))
    except Conflict:
        if attempts > 1:
            return _save(request, data, writing, attempts - 1)
        form.add_error(None, _("Flera sparar i samma ögonblick. Tryck på Spara en gång till."))
    return writing.page(form) if form.errors else writing.done()


def _both_texts(request: HttpRequest, form: GuardedForm, name: str, stored: Stored, writing: Writing) -> HttpResponse:
    data = cast("QueryDict", form.data)
    hidden = [(key, value) for key in data for value in data.getlist(key) if key not in _ASKED]
    context = {
        "label": form.fields[name].label,
        "name": name,
        "seen": stored.version,
        "mine": writing.show(name, form.cleaned_data[name]),
        "theirs": writing.show(name, stored.values[name]),
        "stored": stored,
        "hidden": hidden,
        "has_history": writing.has_history,
        "frame": writing.frame,
    }
    return render(request, "work/conflict.html", context, status=CONFLICT)


_ASKED = ("choice", "field", "seen", "csrfmiddlewaretoken")


def _choose(data: QueryDict, writing: Writing) -> GuardedForm | None:
    """Take in which text was chosen, by changing what the form says. Gives the form itself to keep both and edit.

    A choice made on a text that has changed again is no choice: both texts are shown anew.
    """
    stored = writing.read()
    choice, name = data.pop("choice")[-1], data.get("field", "")
    form = writing.form(data)
    is_valid = form.is_valid() and name in form.written()
    if not is_valid or data.get("seen") != str(stored.version):
        return None
    initial_name = form[name].html_initial_name
    if choice == "theirs":
        if writing.has_history:
            _keep_in_history(writing, stored, {name: form.cleaned_data[name]})
        data[name] = typed(stored.values[name])
    if choice in ("mine", "theirs"):
        data[initial_name] = typed(stored.values[name])
    if choice != "both":
        return None
    values, _in_doubt = merge(form.read_before(), form.written(), stored.values)
    values[name] = _joined(form.fields[name], form.cleaned_data[name], stored.values[name])
    for each in form.guarded:
        data[each] = typed(values.get(each, stored.values[each]))
        data[form[each].html_initial_name] = typed(stored.values[each])
    data["version"] = str(stored.version)
    return writing.form(data)


def _keep_in_history(writing: Writing, stored: Stored, mine: Mapping[str, Any]) -> None:
    """Save the text that was not chosen and put the other back: both stand in the history, one of them in the plan."""

    try:
        with transaction.atomic():
            writing.save(mine, stored)
            again = writing.read()
            writing.save({name: stored.values[name] for name in mine}, again)
    except Refused:
        return  # a text that the rules refuse was never one to keep


def _joined(field: forms.Field, mine: Any, theirs: Any) -> Any:
    """Both texts, one after the other; a day or a choice can only be one of them."""
    if not (isinstance(mine, str) and isinstance(theirs, str)) or isinstance(field, forms.ChoiceField):
        return mine
    return ("\n\n" if isinstance(field, WordsField) else " ").join(text for text in (mine, theirs) if text)


def typed(value: Any) -> str:
    """A stored value as somebody would have typed it in the form."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
