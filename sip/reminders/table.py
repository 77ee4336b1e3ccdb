"""When who is reminded of what: one row per reminder. Pure: a plan's facts and the moment in, what is due out.

Somebody is told in time to do something about it, told once more when the day has passed, and then somebody above is
told: never the same thing twice. The family is told only of what it can act on itself. Everything is said at eight in
the morning, Stockholm; what must be done before a day is said on a working day, what is late on the next one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from common import clock
from sip.plans.routine_limits import SIGN_WITHIN
from sip.reminders import spans
from sip.reminders.facts import Facts
from sip.reminders.spans import Span

HOUR = 8  # on Swedish clocks
# What lies further ahead is reckoned when it comes nearer (sip/reminders/tasks.py).
HORIZON = timedelta(days=400)


class Who(StrEnum):
    """Who is told; which people that is today is looked up in whom.py."""

    SUGGESTED = "suggested"  # the coordinators that a wish is routed to
    COORDINATOR = "coordinator"
    COORDINATORS_MANAGER = "coordinators_manager"
    UNIT = "unit"  # those who take part for the span's agency, else those who receive there
    UNIT_MANAGER = "unit_manager"
    CONTACT = "contact"  # whoever the span's action names, else those who take part for its agency
    CONTACTS_MANAGER = "contacts_manager"
    # The coordinator, where there is no manager to tell: somebody always hears of it.
    FOR_UNIT_MANAGER = "for_unit_manager"
    FOR_CONTACTS_MANAGER = "for_contacts_manager"
    FAMILY = "family"
    PERSON = "person"  # the span's own


class Move(StrEnum):
    """What happens to a day when offices are closed."""

    EARLIER = "earlier"  # something is to be done before it
    LATER = "later"
    STAY = "stay"  # families read on Sundays too


@dataclass(frozen=True)
class Rule:
    """One row: `kind` is told to `who` so many `days` after the span's last day (before it: fewer than 0).

    With `share`, instead, when that part of the time from the span's start has passed. `at_least`: so many days after,
    instead, where `days` would be too late. `stage` tells one reminder of the same kind from the next.
    """

    kind: str
    when: Callable[[Facts], Iterable[Span]]
    who: Who
    days: int = 0
    move: Move = Move.EARLIER
    share: float | None = None
    at_least: int | None = None
    stage: str = ""


_LATE = Move.LATER

RULES: tuple[Rule, ...] = (
    # Before the meeting
    Rule("request_waiting", spans.request_answer, Who.SUGGESTED),
    Rule("meeting_deadline", spans.first_meeting, Who.COORDINATOR, share=0.5, stage="50"),
    Rule("meeting_deadline", spans.first_meeting, Who.COORDINATOR, share=0.8, stage="80"),
    Rule("meeting_deadline", spans.first_meeting, Who.COORDINATOR, stage="100"),
    Rule("meeting_overdue", spans.first_meeting, Who.COORDINATOR, 1, _LATE),
    Rule("meeting_overdue", spans.first_meeting, Who.COORDINATORS_MANAGER, 1, _LATE),
    Rule("consent_missing", spans.silent_decider, Who.PERSON, 3, _LATE),
    Rule("consent_waiting", spans.silent_decider, Who.COORDINATOR, 7, _LATE),
    Rule("consent_ends", spans.consent_ends, Who.COORDINATOR, -14, stage="14"),
    Rule("consent_ends", spans.consent_ends, Who.COORDINATOR, -3, stage="3"),
    Rule("consent_ends", spans.consent_ends, Who.FAMILY, -14, Move.STAY, stage="14"),
    # The call and the meeting
    Rule("times_missing", spans.times_of_agency, Who.UNIT, -1),
    Rule("times_missing", spans.times_of_family, Who.PERSON, -1, Move.STAY),
    Rule("times_overdue", spans.times_of_somebody, Who.COORDINATOR, 1, _LATE),
    Rule("answer_missing", spans.last_to_answer, Who.UNIT, -1),
    Rule("answer_overdue", spans.somebody_unanswered, Who.COORDINATOR, 1, _LATE),
    Rule("answer_escalated", spans.unanswered_calls, Who.UNIT_MANAGER, 2, _LATE, at_least=1),
    Rule("answer_unheard", spans.unanswered_calls_at_all, Who.FOR_UNIT_MANAGER, 2, _LATE, at_least=1),
    Rule("expectation_missing", spans.unexpected, Who.UNIT, -3),
    Rule("meeting_soon", spans.meeting_of_agency, Who.UNIT, -1),
    Rule("meeting_soon", spans.meeting, Who.COORDINATOR, -1),
    Rule("meeting_soon", spans.meeting, Who.FAMILY, -1, Move.STAY),
    # The plan
    Rule("plan_late", spans.plan_to_everyone, Who.COORDINATOR),
    Rule("plan_late", spans.plan_to_everyone, Who.COORDINATOR, 1, _LATE, stage="after"),
    Rule("plan_unestablished", spans.readable, Who.COORDINATOR, 7, _LATE),
    Rule("signature_missing", spans.unsigned_by, Who.PERSON, 7, _LATE),
    Rule("plan_unsigned", spans.unsigned, Who.COORDINATOR, SIGN_WITHIN.days, _LATE),
    Rule("correction_waiting", spans.correction, Who.COORDINATOR, -3),
    Rule("correction_overdue", spans.correction, Who.COORDINATOR, 1, _LATE),
    Rule("correction_overdue", spans.correction, Who.COORDINATORS_MANAGER, 8, _LATE),
    # What was agreed
    Rule("action_due", spans.action_of_agency, Who.CONTACT, -7),
    Rule("action_overdue", spans.action_of_agency, Who.CONTACT, 1, _LATE),
    Rule("action_escalated", spans.action_of_agency, Who.CONTACTS_MANAGER, 8, _LATE),
    Rule("action_unheard", spans.action_of_agency, Who.FOR_CONTACTS_MANAGER, 8, _LATE),
    Rule("action_due", spans.action_of_family, Who.FAMILY, -7, Move.STAY),
    Rule("action_due", spans.action_of_others, Who.COORDINATOR, -7),
    Rule("action_overdue", spans.action_of_others, Who.COORDINATOR, 1, _LATE),
    Rule("follow_up_due", spans.follow_up, Who.COORDINATOR, -14, stage="14"),
    Rule("follow_up_due", spans.follow_up, Who.COORDINATOR, stage="0"),
    Rule("follow_up_overdue", spans.follow_up, Who.COORDINATOR, 1, _LATE),
    Rule("follow_up_overdue", spans.follow_up, Who.COORDINATORS_MANAGER, 8, _LATE),
    Rule("follow_up_due", spans.latest_follow_up, Who.COORDINATOR, -14, stage="14"),
    Rule("yearly_review", spans.yearly_review, Who.COORDINATOR, -30, stage="30"),
    Rule("yearly_review", spans.yearly_review, Who.COORDINATOR, stage="0"),
    Rule("deviation_waiting", spans.unanswered_deviation, Who.UNIT_MANAGER, 1, _LATE),
    # The child's age
    Rule("turns_17", spans.becomes_seventeen, Who.COORDINATOR, move=_LATE),
    Rule("named_person", spans.named_person, Who.COORDINATOR, -60),
    # What is aimed at in one kind of agency
    Rule("assessment_due", spans.first_assessment, Who.UNIT, -7, stage="7"),
    Rule("assessment_due", spans.first_assessment, Who.UNIT, stage="0"),
    Rule("assessment_due", spans.deeper_assessment, Who.UNIT, -7, stage="7"),
    Rule("assessment_due", spans.deeper_assessment, Who.UNIT, stage="0"),
)

KINDS = frozenset(rule.kind for rule in RULES)


@dataclass(frozen=True)
class Due:
    """One reminder: `kind` to `who` (of what: `span`) at `at`. `occasion` is what makes it a thing told once."""

    kind: str
    who: Who
    span: Span
    at: datetime
    deadline: datetime | None
    occasion: str


def reckon(facts: Facts, now: datetime) -> list[Due]:
    """What ought to be told about the plan from `now` on, and what ought to have been told last, the earliest first.

    Of the reminders of one thing to one person whose time has passed, only the latest: who was not told that half the
    time was gone need not hear it when all of it is.
    """
    found: list[Due] = []
    latest: dict[tuple[object, ...], Due] = {}
    for rule, span in _spans(facts):
        due = _due(rule, span, facts)
        if due is None or due.at > now + HORIZON or (span.until is not None and span.until <= max(now, due.at)):
            continue
        if due.at > now:
            found.append(due)
            continue
        series = (rule.when, rule.who, span.key, span.of)
        if series not in latest or latest[series].at <= due.at:
            latest[series] = due
    return sorted([*latest.values(), *found], key=lambda due: (due.at, due.kind, due.who, due.occasion))


def _spans(facts: Facts) -> Iterator[tuple[Rule, Span]]:
    known: dict[Callable[[Facts], Iterable[Span]], list[Span]] = {}
    for rule in RULES:
        if rule.when not in known:
            known[rule.when] = list(rule.when(facts))
        for span in known[rule.when]:
            yield rule, span


def _due(rule: Rule, span: Span, facts: Facts) -> Due | None:
    day = _moved(rule, _day(rule, span), facts)
    if rule.at_least is not None and day and span.until and clock.at(day, HOUR) >= span.until:
        day = _moved(rule, span.end + timedelta(days=rule.at_least), facts)
    if day is None or (span.start is not None and day <= span.start):
        return None  # it began today, or is over sooner than anybody could be reminded
    return Due(
        kind=rule.kind,
        who=rule.who,
        span=span,
        at=clock.at(day, HOUR),
        deadline=None if span.is_past else span.deadline or clock.end_of_day(span.end) - timedelta(minutes=1),
        occasion=":".join(filter(None, (span.key, rule.stage))),
    )


def _day(rule: Rule, span: Span) -> date | None:
    if rule.share is None:
        return span.end + timedelta(days=rule.days)
    if span.start is None:
        return None
    return span.start + timedelta(days=round((span.end - span.start).days * rule.share))


def _moved(rule: Rule, day: date | None, facts: Facts) -> date | None:
    if day is None or rule.move is Move.STAY:
        return day
    if rule.move is Move.LATER:
        return facts.rules.next_working_day(day)
    return facts.rules.last_working_day(day)
