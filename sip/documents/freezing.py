"""A plan as it stands, turned into frozen content: plain values, only what may be shared, nothing that may not be told.

The schema (`sip-plan/2`) is what the PDF is made of and what travels inside it. An agency stands there with its key, so
that it is the same one whatever it is called later; versions from before (`sip-plan/1`) tell it by its names alone.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import override

from agencies.models import User
from common import clock
from consent import family
from sip.meetings.models import Attendance, Invitation, Meeting
from sip.plans import people, protection
from sip.plans.models import Action, Goal, Need, Party, Plan, WheelMark, When
from sip.plans.models.contents import Responsible
from sip.plans.sharing import effective_agencies, shared_actions
from sip.plans.spokes import SPOKES


def plan_content(plan: Plan, number: int) -> dict[str, Any]:
    """The frozen content of version `number` of the plan, as of now; in Swedish, whoever freezes it.

    Actions, parties and attendance without effective consent are left out; so are carve-outs, working notes, identity
    numbers and contact details; and what sip/plans/protection.py lets no paper tell: everybody gets the same one.
    """
    with override(None):
        return _plan_content(plan, number)


def _plan_content(plan: Plan, number: int) -> dict[str, Any]:
    effective = effective_agencies(plan)
    guardians = [] if family.is_adult(plan.child) else family.all_guardians(plan.child)
    parties = [party for party in _parties(plan) if party.agency_id in effective]
    return {
        "schema": "sip-plan/2",
        "plan": {
            "id": str(plan.pk),
            "version": number,
            "frozen_at": clock.written(clock.now()),
            "frozen_on": _day(clock.today()),
            "held_by": plan.lead_agency.name if plan.lead_agency else "",
        },
        "child": _child(plan),
        "guardians": [
            {"name": row.guardian.name, "custody": row.custody} for row in guardians if row.custody != "none"
        ],
        **_meeting_parts(plan, effective),
        "voice": _voice(plan),
        "wheel": _wheel(plan),
        "needs": [{"id": str(row.pk), "text": row.text} for row in Need.objects.filter(plan=plan).order_by("id")],
        "goals": _goals(plan),
        "actions": [_action(row) for row in shared_actions(plan, effective)],
        "lead": _lead(plan),
        "coordinator": _coordinator(plan),
        "parties": [
            {
                "agency": party.agency.name,
                "agency_id": str(party.agency_id),
                "principal": party.agency.principal.name,
                "area": party.agency.kind.area,
                "called": not party.is_caller,
            }
            for party in parties
        ],
        "follow_up": {
            "date": _day(plan.follow_up_on),
            "called_by": protection.coordinator_name(plan),
        },
        "copies_to": [row.guardian.name for row in guardians if row.custody != "none"]
        + [party.agency.name for party in parties],
        "original_at": plan.lead_agency.name if plan.lead_agency else "",
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _child(plan: Plan) -> dict[str, Any]:
    child = plan.child
    return {
        "name": child.name,
        "given_name": child.given_name,
        "birth_year": child.born.year,
        "municipality": protection.municipality_of(child),
        "school": protection.school_of(child),
        "protected": child.is_protected,
    }


def _parties(plan: Plan) -> list[Party]:
    rows = Party.objects.filter(plan=plan).select_related("agency__principal", "agency__kind")
    return list(rows.order_by("agency__name_key", "agency_id"))


def _meeting_parts(plan: Plan, effective: set[UUID]) -> dict[str, Any]:
    meeting = Meeting.objects.filter(plan=plan, cancelled_at__isnull=True).order_by("-number").first()
    if meeting is None:
        return {"call": None, "meeting": None}
    guardians = family.custody_holders(plan.child)
    with_place = protection.place_may_stand_on_paper(None, plan.child, guardians)
    call = {
        "purpose": meeting.purpose,
        "question": meeting.question,
        "adaptations": meeting.adaptations,
        "start": clock.written(meeting.start),
        "end": clock.written(meeting.end),
        "place": meeting.place if with_place else "",
        "link": meeting.link if with_place else "",
    }
    if meeting.opened_at is None:
        return {"call": call, "meeting": None}
    said = meeting.attendance.select_related("agency", "user", "guardian").order_by("id")
    elsewhere = {guardian.pk for guardian in protection.others_protected(None, guardians)}
    rows = [
        row
        for row in said
        if (row.agency_id is None or row.agency_id in effective) and row.guardian_id not in elsewhere
    ]
    return {
        "call": call,
        "meeting": {
            "held_on": _day(clock.local(meeting.opened_at).date()),
            "present": [{"name": attendee_name(plan, row), "role": row.note} for row in rows if row.is_present],
            "absent": [{"name": attendee_name(plan, row), "reason": row.note} for row in rows if not row.is_present],
        },
    }


def attendee_name(plan: Plan, row: Attendance) -> str:
    """Who a row of attendance is about, as others know them."""
    if row.is_child:
        return plan.child.name
    if row.user and not (row.agency or row.guardian):
        return protection.staff_name(row.user)
    somebody = row.agency or row.guardian
    return somebody.name if somebody else ""


def _voice(plan: Plan) -> dict[str, str]:
    voice = getattr(plan, "voice", None)
    return {
        "child": voice.child_words if voice else "",
        "no_voice_because": voice.no_voice_because if voice else "",
        "guardians": voice.guardians_view if voice else "",
        "works_well": voice.works_well if voice else "",
        "situation": voice.situation if voice else "",
    }


def _wheel(plan: Plan) -> list[dict[str, Any]]:
    marks = {row.spoke: row for row in WheelMark.objects.filter(plan=plan)}
    return [
        {
            "spoke": spoke,
            "label": str(label),
            "mark": marks[spoke].mark,
            "works": marks[spoke].works,
            "hard": marks[spoke].hard,
        }
        for spoke, label in SPOKES.items()
        if spoke in marks
    ]


def _goals(plan: Plan) -> list[dict[str, Any]]:
    rows = Goal.objects.filter(plan=plan).order_by("order", "id")
    ordered = sorted(rows, key=lambda row: row.when != When.NOW)
    return [
        {
            "id": str(row.pk),
            "text": row.text,
            "when": row.when,
            "order": row.order,
            "need": str(row.need_id) if row.need_id else None,
        }
        for row in ordered
    ]


def _action(row: Action) -> dict[str, Any]:
    agency = row.agency if row.responsible == Responsible.AGENCY else None
    return {
        "id": str(row.pk),
        "goal": str(row.goal_id) if row.goal_id else None,
        "need": str(row.need_id) if row.need_id else None,
        "text": row.text,
        "responsible": {
            "kind": row.responsible,
            "principal": agency.principal.name if agency else "",
            "principal_kind": agency.principal.kind if agency else "",
            "agency": agency.name if agency else "",
            "agency_id": str(agency.pk) if agency else "",
            "area": row.area,
            "name": row.other_name,
        },
        "contact": row.whom_to_ask,
        "level": row.level,
        "start": _day(row.start),
        "due": _day(row.due),
        "if_not": row.if_not,
        "outcome": row.outcome,
        "outcome_why": row.outcome_why,
    }


def _lead(plan: Plan) -> dict[str, str]:
    return {
        "principal": plan.lead_principal.name if plan.lead_principal else "",
        "agency": plan.lead_agency.name if plan.lead_agency else "",
        "person": protection.name_beside_agency(plan.lead_person),
    }


def _coordinator(plan: Plan) -> dict[str, str]:
    agency = plan.coordinator_agency
    return {
        "name": protection.name_beside_agency(plan.coordinator),
        "agency": agency.name if agency else "",
        "phone": protection.staff_phone(plan.coordinator, agency),
    }


def call_content(plan: Plan, meeting: Meeting, reader: User | None = None) -> dict[str, Any]:
    """The content of a Kallelse (`sip-call/1`) for `reader`: the agencies that consent still holds for.

    Where the meeting is stands there when that reader may carry it away (sip/plans/protection.py).
    """
    with override(None):
        return _call_content(plan, meeting, reader)


def _to(plan: Plan, row: Invitation) -> Iterable[User]:
    """Who the call goes to: those named, else those who take part for the agency or receive what is sent there."""
    return row.people.all() or people.handlers(plan, row.agency)


def _call_content(plan: Plan, meeting: Meeting, reader: User | None) -> dict[str, Any]:
    guardians = family.custody_holders(plan.child)
    with_place = protection.place_may_stand_on_paper(reader, plan.child, guardians)
    invited = meeting.invitations.filter(agency__in=effective_agencies(plan))
    asked = invited.select_related("agency__principal").prefetch_related("people")
    by_kind: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for row in asked.order_by("agency__name_key", "id"):
        by_kind[row.is_call].append(
            {
                "agency": row.agency.name,
                "principal": row.agency.principal.name,
                "people": sorted(filter(None, (protection.name_beside_agency(user) for user in _to(plan, row)))),
            }
        )
    return {
        "schema": "sip-call/1",
        "number": meeting.number,
        "child": {"name": plan.child.name},
        "child_protected": plan.child.is_protected,
        "place_withheld": not with_place,
        "caller": {
            "agency": meeting.caller.name,
            "person": protection.name_beside_agency(meeting.called_by),
            "phone": protection.staff_phone(meeting.called_by, meeting.caller),
        },
        "purpose": meeting.purpose,
        "question": meeting.question,
        "start": clock.written(meeting.start),
        "end": clock.written(meeting.end),
        "place": meeting.place if with_place else "",
        "link": meeting.link if with_place else "",
        "answer_by": _day(meeting.answer_by),
        "called": by_kind[True],
        "invited": by_kind[False],
        "family": [guardian.name for guardian in guardians]
        + [row.name for row in protection.invited_relatives(plan.child.relatives.order_by("id"))],
        "called_at": clock.written(meeting.called_at),
    }
