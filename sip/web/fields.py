"""Form fields that clean what people type, and say in Swedish what is wrong and what to do."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from common import identity
from common.keys import new_key
from common.text import LINE_MAX, TEXT_MAX, clean_line, clean_text


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Give a form's field what may be chosen. Raises TypeError for a field where nothing is chosen."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is a {type(field).__name__}")
    field.choices = list(choices)


class LineField(forms.CharField):
    """One line of text: a name, a place. The rules decide whether it may be empty, unless `required`."""

    def __init__(self, *, most: int = LINE_MAX, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.validators = _without_null_check(self.validators)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """What is typed runs as its own letters do: Swedish on an Arabic page keeps its full stop at its end."""
        return _own_direction(widget, super().widget_attrs(widget))

    def clean(self, value: Any) -> str:
        """The cleaned line, or a Swedish sentence beside the field."""
        return _cleaned(super().clean(value), clean_line, self.most)


class WordsField(forms.CharField):
    """Text in sentences, line breaks kept."""

    widget = forms.Textarea

    def __init__(self, *, most: int = TEXT_MAX, rows: int = 4, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.validators = _without_null_check(self.validators)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """As a line's."""
        return _own_direction(widget, super().widget_attrs(widget))

    def clean(self, value: Any) -> str:
        """The cleaned text, or a Swedish sentence beside the field."""
        return _cleaned(super().clean(value), clean_text, self.most)


def _own_direction(widget: forms.Widget, attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes if "dir" in widget.attrs else {**attributes, "dir": "auto"}


def _without_null_check(validators: list[Any]) -> list[Any]:
    """Django speaks of "null characters"; common/text.py refuses them too, in words that a person understands."""
    return [check for check in validators if not isinstance(check, ProhibitNullCharactersValidator)]


def _cleaned(value: str, clean: Any, most: int) -> str:
    try:
        cleaned: str = clean(value, most)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    return cleaned


class DayField(forms.DateField):
    """A calendar day, typed or picked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y%m%d", "%d/%m %Y", "%d/%m/%Y"])
        kwargs.setdefault("error_messages", {"invalid": _("Skriv dagen så här: 2026-09-15.")})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        """The day; none before 1900 or after 2199, which nobody means."""
        day: date | None = super().clean(value)
        if day is not None and not 1900 <= day.year <= 2199:
            raise ValidationError(_("Kontrollera årtalet."))
        return day


class ClockField(forms.TimeField):
    """A time of day in Sweden: 14:00, 14.00 or 1400."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        kwargs.setdefault("input_formats", ["%H:%M", "%H.%M", "%H%M", "%H"])
        kwargs.setdefault("error_messages", {"invalid": _("Skriv klockslaget så här: 14.30.")})
        super().__init__(**kwargs)


class IdentityNumberField(forms.CharField):
    """A personnummer, samordningsnummer or reserve number; cleaned to `IdentityNumber`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Skriv personnumret med tolv siffror.")})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The checked number, or a Swedish sentence."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return identity.parse(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class KeyField(forms.UUIDField):
    """The key of a row that the form will make, given when the form is drawn: sent twice, it makes one row."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", new_key)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> UUID:
        """The key, or a new one where somebody removed or changed it."""
        try:
            key: UUID | None = super().clean(value)
        except ValidationError:
            key = None
        return key or new_key()
