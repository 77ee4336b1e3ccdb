"""What of the plan's page only some of its readers have: words to the coordinator, working notes, what is withheld."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency
from sip.plans import audience, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, WorkingNote
from sip.web.words import near_words
from sip.web.work.agency_list import by_keys
from sip.web.work.withhold import Hidden, hidden


@dataclass(frozen=True)
class Words:
    """What the young person let the coordinator read."""

    heading: str
    text: str
    when: str


@dataclass(frozen=True)
class Note:
    """One working note; `href` is "" when it may not be changed any more."""

    text: str
    when: str
    href: str


@dataclass(frozen=True)
class AgencyNotes:
    """One agency's notes, newest first, and where to write another ("" when not now)."""

    agency: str
    notes: tuple[Note, ...]
    href: str


@dataclass(frozen=True)
class PrivatePart:
    """The three, each empty for whoever it is not for."""

    words: Words | None
    notes: tuple[AgencyNotes, ...]
    hidden: tuple[Hidden, ...]


def private_part(plan: Plan, standing: Standing) -> PrivatePart:
    """As much of it as this viewer may read (audience.py)."""
    return PrivatePart(_words(plan, standing), _notes(plan, standing), hidden(plan, standing))


def _words(plan: Plan, standing: Standing) -> Words | None:
    row = audience.private_words(plan, standing)
    if row is None:
        return None
    heading = _("%(name)s har skrivit till dig") % {"name": plan.child.given_name}
    return Words(heading, row.text, near_words(row.changed_at))


def _notes(plan: Plan, standing: Standing) -> tuple[AgencyNotes, ...]:
    if not standing.may(Do.WRITE_NOTE):
        return ()
    rows = audience.notes(plan, standing)
    return tuple(_of_agency(plan, standing, agency, rows) for agency in by_keys(standing.agency_ids))


def _of_agency(plan: Plan, standing: Standing, agency: Agency, rows: list[WorkingNote]) -> AgencyNotes:
    writes = standing.may_now(Do.WRITE_NOTE)
    return AgencyNotes(
        agency.name,
        tuple(
            Note(row.text, _signed(row), reverse("edit_note", args=[plan.pk, row.pk]) if writes else "")
            for row in rows
            if row.agency_id == agency.pk
        ),
        reverse("new_note", args=[plan.pk]) + f"?for={agency.pk}" if writes else "",
    )


def _signed(row: WorkingNote) -> str:
    """Who wrote it when, and who changed it last."""
    said = f"{protection.staff_name(row.by)}, {near_words(row.at)}."
    if row.version == 1:
        return said
    changed = _("Ändrad %(day)s av %(name)s.") % {
        "day": near_words(row.changed_at),
        "name": protection.staff_name(row.changed_by),
    }
    return f"{said} {changed}"
