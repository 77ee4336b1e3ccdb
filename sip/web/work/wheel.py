"""Hjulet: the child's own mark for each of the eight spokes, what works and what is hard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, WheelMark
from sip.plans.services import contents
from sip.plans.spokes import SPOKES
from sip.plans.states import WHILE_EDITABLE
from sip.web.fields import LineField
from sip.web.pages import PageRequest, for_plan, form_page
from sip.web.work.guarded import GuardedForm, Stored, Writing, write
from sip.web.work.naming import own_mark
from sip.web.work.ways import obstacle, onward, stopped

PARTS = ("mark", "works", "hard")
NO_MARK = ""
MARKS = ((NO_MARK, gettext_lazy("Ingen")), *((str(mark), str(mark)) for mark in range(1, 6)))


@dataclass(frozen=True)
class Spoke:
    """One spoke as the page draws it."""

    name: str
    mark: BoundField
    works: BoundField
    hard: BoundField


class WheelForm(GuardedForm):
    """Three fields for each spoke, named spoke-part. A mark is the figure that was chosen, "" for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_spoke_fields())
        self.guard()

    @property
    def spokes(self) -> list[Spoke]:
        """Each spoke's name and fields, in the wheel's order."""
        return [Spoke(str(name), *(self[f"{spoke}-{part}"] for part in PARTS)) for spoke, name in SPOKES.items()]


def _spoke_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for spoke, name in SPOKES.items():
        fields[f"{spoke}-mark"] = forms.ChoiceField(
            label=_("Siffra för %(spoke)s") % {"spoke": str(name).lower()},
            choices=MARKS,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("Siffran ska vara 1 till 5.")},
        )
        fields[f"{spoke}-works"] = LineField(most=500, label=_("Fungerar bra"))
        fields[f"{spoke}-hard"] = LineField(most=500, label=_("Är svårt"))
    return fields


@for_plan(Do.EDIT_CONTENTS)
def wheel(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Fyll i hjulet tillsammans med barnet."""
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, _("Hjulet"), blocked)
    read_as: dict[str, int] = {}

    def read() -> Stored:
        marks = {row.spoke: row for row in WheelMark.objects.filter(plan=plan).select_related("changed_by")}
        read_as.clear()
        read_as.update({spoke: row.version for spoke, row in marks.items()})
        return _stored(marks)

    def save(changed: Mapping[str, Any], stored: Stored) -> None:
        said = {**stored.values, **changed}
        spokes = [spoke for spoke in SPOKES if any(f"{spoke}-{part}" in changed for part in PARTS)]
        contents.set_wheel(
            request.actor,
            plan,
            marks={spoke: int(said[f"{spoke}-mark"]) for spoke in spokes if said[f"{spoke}-mark"] != NO_MARK},
            works={spoke: said[f"{spoke}-works"] for spoke in spokes},
            hard={spoke: said[f"{spoke}-hard"] for spoke in spokes},
            versions=read_as,
        )

    def page(form: GuardedForm) -> HttpResponse:
        return form_page(request, "work/wheel.html", form, plan=plan, whose=own_mark(plan))

    def done() -> HttpResponse:
        messages.success(request, _("Hjulet är sparat."))
        return onward(request, plan, "hjulet")

    return write(request, Writing(WheelForm, read, save, page, done, _show))


def _stored(marks: Mapping[str, WheelMark]) -> Stored:
    """The wheel as one text with one version, which every save of any spoke raises."""
    values: dict[str, str] = {}
    for spoke in SPOKES:
        row = marks.get(spoke)
        values[f"{spoke}-mark"] = str(row.mark) if row and row.mark else NO_MARK
        values[f"{spoke}-works"] = row.works if row else ""
        values[f"{spoke}-hard"] = row.hard if row else ""
    newest = max(marks.values(), key=lambda row: row.changed_at, default=None)
    version = sum(row.version for row in marks.values())
    return Stored(
        values,
        version,
        protection.staff_name(newest.changed_by) if newest else "",
        newest.changed_at if newest else None,
    )


def _show(name: str, value: Any) -> str:
    return _("ingen siffra") if name.endswith("-mark") and value == NO_MARK else str(value)
