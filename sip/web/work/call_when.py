"""When and where a meeting is: the fields that a call, a move and a suggestion of a time have in common."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common import clock
from sip.plans import routine_limits
from sip.plans.models import Plan
from sip.web.fields import ClockField, DayField, LineField
from sip.web.work import call_page


class SequenceField(forms.IntegerField):
    """Which of the meeting's times was read (Meeting.sequence): carried by the form, so that none is changed unseen."""

    def __init__(self, **kwargs: Any) -> None:
        again = gettext_lazy("Öppna sidan på nytt, så att du ser mötet som det är nu.")
        codes = ("required", "invalid", "min_value", "max_value")
        super().__init__(
            min_value=0,
            max_value=32000,
            widget=forms.HiddenInput,
            error_messages=dict.fromkeys(codes, again),
            **kwargs,
        )


class WhenForm(forms.Form):
    """A day with a start and an end on Swedish clocks, a place, a link, and the last day to answer."""

    day = DayField(
        label=gettext_lazy("Dag"),
        required=True,
        error_messages={
            "required": gettext_lazy("Skriv vilken dag mötet är."),
            "invalid": gettext_lazy("Skriv dagen så här: 2026-09-15."),
        },
    )
    start = ClockField(label=gettext_lazy("Börjar kl."))
    end = ClockField(label=gettext_lazy("Slutar kl."))
    place = LineField(label=gettext_lazy("Plats"))
    link = LineField(most=500, label=gettext_lazy("Länk, om någon deltar digitalt"))
    answer_by = DayField(
        label=gettext_lazy("Svara senast"),
        help_text=gettext_lazy("Lämnar du rutan tom blir det fem dagar före mötet, eller arbetsdagen innan."),
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self) -> dict[str, Any]:
        """The moments that the day and the clock times make; both ends are on Swedish clocks."""
        values = self.cleaned_data
        day: date | None = values.get("day")
        values["starts"] = moment(day, values.get("start"))
        values["ends"] = moment(day, values.get("end"))
        if day and not values.get("answer_by") and "answer_by" not in self.errors:
            values["answer_by"] = call_page.answer_by(day, routine_limits.rules_of(self.plan))
        return values


def moment(day: date | None, hour: time | None) -> datetime | None:
    """That hour of the day on Swedish clocks; None where either is missing."""
    return clock.at(day, hour.hour, hour.minute) if day and hour else None
