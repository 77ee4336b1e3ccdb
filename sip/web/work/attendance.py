"""Närvaro: one short form for each who was expected at the meeting, and what they amount to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.text import in_words
from consent import family
from consent.models import Guardian
from sip.meetings.models import Invitation, Meeting, Reply
from sip.meetings.services import Attendee
from sip.plans.models import Plan
from sip.plans.sharing import effective_agencies
from sip.web.fields import LineField, offer
from sip.web.work.choosing import OneField

HERE, AWAY, GONE = "here", "away", "no_show"
WHOLE, PART, THROUGH, LETTER, NOT = "whole", "part", "through", "letter", "not"

CHILD_HOW = (
    (WHOLE, gettext_lazy("Hela mötet")),
    (PART, gettext_lazy("En del av mötet")),
    (THROUGH, gettext_lazy("Genom någon annan")),
    (LETTER, gettext_lazy("Genom ett brev eller en film")),
    (NOT, gettext_lazy("Inte alls")),
)
# As it stands in the plan's list of who was there, and who was not.
CHILD_SAID = {
    WHOLE: gettext_lazy("hela mötet"),
    PART: gettext_lazy("en del av mötet"),
    THROUGH: gettext_lazy("genom någon annan"),
    LETTER: gettext_lazy("genom ett brev eller en film"),
    NOT: gettext_lazy("var inte med"),
}


@dataclass(frozen=True)
class Expected:
    """Somebody expected: an agency, a guardian, or the child. `area` is the agency's."""

    key: str
    name: str
    agency: Agency | None = None
    guardian: Guardian | None = None
    is_called: bool = False
    here: str = ""
    note: str = ""

    @property
    def is_child(self) -> bool:
        """Whether it is the child, whose answers are others."""
        return self.agency is None and self.guardian is None

    @property
    def area(self) -> str:
        """The area of the agency; the family's own for the family."""
        return self.agency.kind.area if self.agency else "familj"


class AttendeeForm(forms.Form):
    """Whether one of those expected was there, in which role, or why not."""

    here = OneField(required=True)
    note = LineField()

    def __init__(self, expected: Expected, *args: Any, **kwargs: Any) -> None:
        kwargs.update(prefix=expected.key, initial={"here": expected.here, "note": expected.note})
        super().__init__(*args, **kwargs)
        self.expected = expected
        offer(self, "here", _choices(expected))
        self.fields["here"].label = expected.name
        missing = _("Välj ett av svaren för %(name)s.") % {"name": expected.name}
        self.fields["here"].error_messages["required"] = missing
        self.fields["note"].label = (
            _("Hur, eller varför inte?") if expected.is_child else _("Vem och vilken roll, eller varför inte")
        )

    def clean(self) -> dict[str, Any]:
        """Why somebody was not there is always said; an agency that simply stayed away has said nothing."""
        values = self.cleaned_data
        if values.get("here") in (AWAY, NOT) and not values.get("note") and "note" not in self.errors:
            message = _("Skriv varför %(name)s inte var med.") % {"name": self.expected.name}
            self.add_error("note", ValidationError(message))
        return values

    @property
    def is_no_show(self) -> bool:
        """Whether a called agency neither came nor said anything."""
        return bool(self.cleaned_data["here"] == GONE)

    @property
    def attendee(self) -> Attendee:
        """The row that is written."""
        who, values = self.expected, self.cleaned_data
        if who.is_child:
            said = ", ".join(text for text in (str(CHILD_SAID[values["here"]]), values["note"]) if text)
            # Who took part in another way than by sitting there took part.
            return Attendee(values["here"] != NOT, said, is_child=True)
        note = _("uteblev") if self.is_no_show else values["note"]
        return Attendee(
            values["here"] == HERE, note, agency=who.agency, guardian=who.guardian, is_no_show=self.is_no_show
        )


def _choices(expected: Expected) -> list[tuple[str, Any]]:
    if expected.is_child:
        return list(CHILD_HOW)
    choices: list[tuple[str, Any]] = [(HERE, _("Var med")), (AWAY, _("Kunde inte komma"))]
    return [*choices, (GONE, _("Uteblev"))] if expected.is_called else choices


def forms_for(plan: Plan, meeting: Meeting, data: Any = None) -> list[AttendeeForm]:
    """A form for each who was expected: the child, the guardians, the caller, the called and the invited."""
    return [AttendeeForm(one, data) for one in expected_at(plan, meeting)]


def expected_at(plan: Plan, meeting: Meeting) -> list[Expected]:
    """Those expected, with what they have answered. Agencies that consent does not hold for are not expected, nor those
    that have said that somebody else should be asked: nobody waits for them, and nothing is asked about them."""
    shown = effective_agencies(plan)
    rows = meeting.invitations.filter(agency__in=shown).exclude(reply=Reply.NOT_US)
    rows = rows.select_related("agency__kind").prefetch_related("people")
    asked = sorted(rows, key=lambda row: (row.agency.name_key, str(row.agency_id)))
    return [
        Expected("barnet", plan.child.name),
        *(
            Expected(f"f-{guardian.pk}", guardian.name, guardian=guardian, here=HERE, note=_("vårdnadshavare"))
            for guardian in family.custody_holders(plan.child)
        ),
        *_caller(plan, meeting, asked, shown),
        *(_agency(row) for row in asked),
    ]


def _caller(plan: Plan, meeting: Meeting, asked: Iterable[Invitation], shown: set[Any]) -> list[Expected]:
    """The caller's own agency, unless it is among the called."""
    caller = meeting.caller
    if caller.pk in {row.agency_id for row in asked} or caller.pk not in shown:
        return []
    name = plan.coordinator.name if plan.coordinator else ""
    note = _("%(name)s, samordnare") % {"name": name}
    return [Expected(f"v-{caller.pk}", caller.name, agency=caller, here=HERE, note=note)]


def _agency(row: Invitation) -> Expected:
    return Expected(
        f"v-{row.agency_id}",
        row.agency.name,
        agency=row.agency,
        is_called=row.is_call,
        here={Reply.COME: HERE, Reply.SUBSTITUTE: HERE, Reply.DECLINE: AWAY}[Reply(row.reply)] if row.reply else "",
        note=_answered(row),
    )


def _answered(row: Invitation) -> str:
    if row.reply == Reply.DECLINE:
        return row.reason[:200]
    if row.reply == Reply.SUBSTITUTE:
        return _("%(who)s, ersättare") % {"who": row.who}
    return row.who or in_words(sorted(user.name for user in row.people.all()))
