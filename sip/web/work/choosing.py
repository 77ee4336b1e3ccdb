"""Fields for choosing rows by their keys, from a list that the page draws: only what is offered can be chosen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 500  # ticks in one list
T = TypeVar("T")


def keys_of(values: Iterable[object]) -> list[UUID]:
    """The keys that somebody sent. Raises ValidationError for what is none."""
    try:
        return [UUID(str(value)) for value in values]
    except ValueError as error:
        raise ValidationError(_("Välj i listan.")) from error


def _nothing(_keys: list[UUID]) -> Sequence[Any]:
    return ()


class RowsField(forms.Field):
    """Any number of rows; `find` gives those of the keys that may be chosen."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, find: Callable[[list[UUID]], Sequence[Any]] = _nothing, **kwargs: Any) -> None:
        self.find = find
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Any]:
        """The chosen rows, in the order that `find` gives them."""
        values = list(dict.fromkeys(value or ()))
        if len(values) > MOST:
            raise ValidationError(_("Välj färre åt gången."))
        keys = keys_of(values)
        rows = list(self.find(keys)) if keys else []
        if len(rows) != len(set(keys)):
            raise ValidationError(_("Något av det du valde finns inte längre i listan. Välj på nytt."))
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        return rows


def offer_rows(form: forms.BaseForm, name: str, rows: Mapping[UUID, T], words: Callable[[T], str]) -> None:
    """Give a form's RowsField the rows that may be chosen, by key, and what each is called on the page.

    Raises TypeError for a field of another kind.
    """
    field = form.fields[name]
    if not isinstance(field, RowsField):
        raise TypeError(f"{name} is a {type(field).__name__}")
    field.find = lambda keys: [rows[key] for key in keys if key in rows]
    field.widget.choices = [(str(key), words(row)) for key, row in rows.items()]


class OneField(forms.ChoiceField):
    """One of the choices, as radio buttons or in a list; the sentences say what to do."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.RadioSelect)
        kwargs["error_messages"] = {
            "invalid_choice": _("Välj i listan."),
            "required": _("Välj ett av svaren."),
            **kwargs.get("error_messages", {}),
        }
        super().__init__(**kwargs)


class ManyField(forms.MultipleChoiceField):
    """Any number of the choices, as ticks."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs["error_messages"] = {"invalid_choice": _("Välj i listan."), "invalid_list": _("Välj i listan.")}
        super().__init__(**kwargs)
