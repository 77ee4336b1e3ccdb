"""What stands on the meeting's page: agenda, clock, who is expected, the plan as it is written. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from sip.meetings.models import Invitation, Meeting, Reply
from sip.plans import completeness, people, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Request, Voice
from sip.plans.sharing import effective_agencies
from sip.plans.spokes import SPOKES
from sip.web.parts import Verb
from sip.web.staff import plan_goals
from sip.web.staff.plan_meeting import suggestion
from sip.web.words import day_words, meeting_words, stamp
from sip.web.work import new_rows
from sip.web.work.naming import own_words

# The usual agenda and its minutes; a meeting of another length gets the same points in proportion.
USUAL_MINUTES = (5, 10, 15, 30, 20, 10)
STEP = 5  # minutes


@dataclass(frozen=True)
class Point:
    """One point of the agenda: where on the page it is done, how long it may take, whether something is written."""

    name: str
    part: str
    minutes: int
    is_done: bool


@dataclass(frozen=True)
class Expectant:
    """One agency that was asked, and what it answered. Who says that others should be asked `is_expected` no more."""

    agency: str
    words: str
    note: str
    is_expected: bool = True


@dataclass(frozen=True)
class WheelRow:
    """One spoke with something written."""

    name: str
    mark: int | None
    works: str
    hard: str


def with_way_back(verbs: Iterable[Verb], till: str) -> tuple[Verb, ...]:
    """The verbs, leading back here when they are done."""
    return tuple(replace(verb, href=f"{verb.href}?till={till}") for verb in verbs)


def written(plan: Plan, standing: Standing, till: str) -> plan_goals.Contents:
    """The plan's goals, actions and needs, each with the way to change it and back again."""
    found = plan_goals.contents(plan, standing)

    def part(goal: plan_goals.GoalPart) -> plan_goals.GoalPart:
        rows = tuple(replace(row, verbs=with_way_back(row.verbs, till)) for row in goal.rows)
        return replace(goal, rows=rows, verbs=with_way_back(goal.verbs, till))

    return replace(
        found,
        now=tuple(part(goal) for goal in found.now),
        later=tuple(part(goal) for goal in found.later),
        loose=part(found.loose) if found.loose else None,
        needs=tuple(replace(need, verbs=with_way_back(need.verbs, till)) for need in found.needs),
    )


def writing(plan: Plan, standing: Standing, actor: Actor) -> dict[str, Any]:
    """Everything that is written at the meeting, and the forms to write more with."""
    voice: Voice | None = getattr(plan, "voice", None)
    contents = written(plan, standing, "mote")
    is_heard = voice is not None and bool(voice.child_words or voice.no_voice_because)
    return {
        "contents": contents,
        "words_heading": own_words(plan),
        "words": voice.child_words if voice else "",
        "wished": "" if is_heard else words_of_the_wish(plan),
        "why_none": voice.no_voice_because if voice else "",
        "voice": voice,
        "wheel": wheel_rows(plan),
        "need_form": new_rows.NeedForm(auto_id="behov-%s") if contents.may_add_goal else None,
        "goal_form": new_rows.goal_form(plan, auto_id="mal-%s") if contents.may_add_goal else None,
        "action_form": new_rows.action_form(plan, standing, actor, auto_id="insats-%s")
        if contents.may_add_action
        else None,
        "may_frame": standing.may(Do.EDIT_FRAME) and plan_goals.may_write(plan),
        "follow_up": day_words(plan.follow_up_on) if plan.follow_up_on else "",
        "saved_at": last_saved(plan),
        "missing": completeness.missing(plan) if standing.may(Do.REVIEW) else [],
    }


def words_of_the_wish(plan: Plan) -> str:
    """What the wish that opened the plan says is important to the child: shown until the own words are written."""
    rows = Request.objects.filter(plan=plan, opened_plan=True).order_by("id")
    return rows.values_list("important", flat=True).first() or ""


def wheel_rows(plan: Plan) -> list[WheelRow]:
    """The spokes where something is written, in the wheel's order."""
    marks = {row.spoke: row for row in plan.wheel.all()}
    rows = [(str(name), marks[spoke]) for spoke, name in SPOKES.items() if spoke in marks]
    return [WheelRow(name, row.mark, row.works, row.hard) for name, row in rows if row.mark or row.works or row.hard]


def last_saved(plan: Plan) -> datetime | None:
    """When anything in the plan was last saved."""
    written_in = (plan.needs, plan.goals, plan.actions, plan.wheel)
    moments = [rows.order_by("-changed_at").values_list("changed_at", flat=True).first() for rows in written_in]
    voice: Voice | None = getattr(plan, "voice", None)
    return max([moment for moment in (*moments, voice.changed_at if voice else None) if moment], default=None)


def agenda(plan: Plan, meeting: Meeting) -> list[Point]:
    """The agenda in proportion to the meeting's length; a point is ticked when something of it is written."""
    voice: Voice | None = getattr(plan, "voice", None)
    length = (meeting.end - meeting.start) / timedelta(minutes=1)
    done = (
        meeting.opened_at is not None,
        bool(voice and (voice.child_words or voice.no_voice_because)),
        bool(voice and (voice.works_well or voice.situation)),
        plan.goals.filter(when="now").exists(),
        plan.actions.exists(),
        plan.follow_up_on is not None and plan.lead_person_id is not None,
    )
    names = (
        (_("Vilka är här"), "narvaro"),
        (own_words(plan), "egna-ord"),
        (_("Fungerar bra, är svårt"), "laget"),
        (_("Mål just nu"), "mal"),
        (_("Vem gör vad, till när"), "mal"),
        (_("Nästa datum och tack"), "ansvar"),
    )
    minutes = _shared_out(length)
    return [
        Point(name, part, share, is_done) for (name, part), share, is_done in zip(names, minutes, done, strict=True)
    ]


def _shared_out(length: float) -> list[int]:
    """The usual minutes scaled to `length`, in steps of five where there is room for it."""
    scale = length / sum(USUAL_MINUTES)
    step = STEP if scale >= 1 else 1
    return [max(step, round(share * scale / step) * step) for share in USUAL_MINUTES]


def clock_words(meeting: Meeting) -> dict[str, str]:
    """The time now and when the meeting ends, as the clock of a projector says them."""
    return {"now": stamp(clock.now()), "end": stamp(meeting.end), "when": meeting_words(meeting.start, meeting.end)}


def answers(plan: Plan, meeting: Meeting) -> list[Expectant]:
    """What each agency has answered; those that consent holds for."""
    rows = meeting.invitations.filter(agency__in=effective_agencies(plan)).select_related("agency", "instead")
    hidden = protection.hidden_names(people.protected_staff(plan))
    return [
        Expectant(
            row.agency.name,
            str(Reply(row.reply).label) if row.reply else _("Har inte svarat"),
            _note(row, hidden),
            is_expected=not row.is_handed_on,
        )
        for row in rows.order_by("-is_call", "agency__name_key", "id")
    ]


def _note(row: Invitation, hidden: tuple[str, ...]) -> str:
    if row.reply == Reply.NOT_US:
        return suggestion(row)
    if row.reply == Reply.DECLINE:
        return row.reason
    return ", ".join(text for text in (protection.typed_name(row.who, hidden), row.mandate) if text)
