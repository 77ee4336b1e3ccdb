"""What has a last day in a plan: each a function of its facts. Pure; what is reminded of when stands in table.py.

A span is reckoned anew at every change, so that what is answered, done or called off is gone from here by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from agencies.models import LimitName
from agencies.routines import Limit
from common import clock
from consent.models import birthday
from sip.plans.corrections import ANSWER_WITHIN
from sip.plans.routine_limits import ASK_ABOUT_SIGNATURES, start_of
from sip.plans.states import State
from sip.reminders.facts import Asked, Called, Facts, Polled, Readable

# Before a meeting has been held; and where outcomes are told.
BEFORE_MEETING = (State.PREPARING, State.CALLED)
IN_FORCE = (State.ESTABLISHED, State.FOLLOWING_UP)
TAKEN_UP = tuple(state for state in State if state not in (State.REQUESTED, State.DECLINED, State.CLOSED))
# The autumn term begins in the middle of August: then the named person is another (domain.md §7).
TERM_BEGINS = (8, 15)
PRESCHOOL_CLASS, UPPER_SECONDARY, HAND_OVER, ADULT = 6, 16, 17, 18  # years


@dataclass(frozen=True)
class Span:
    """Something with a last day, `end`, as it is told to people.

    `start`: the day it began, on which nothing is reminded of yet. `until`: from this moment it is too late to remind
    of it. `key` tells it from the next of its sort, in the occasion; `of` is the agency, person or action concerned.
    """

    end: date
    start: date | None = None
    until: datetime | None = None
    key: str = ""
    of: UUID | None = None
    detail: UUID | None = None
    # The moment that the text names; the end of the last day where nothing else is said. `is_past`: `end` is only what
    # the days are counted from, and no deadline.
    deadline: datetime | None = None
    is_past: bool = False


def request_answer(facts: Facts) -> Iterator[Span]:
    """A wish for a SIP that nobody has answered."""
    if facts.state == State.REQUESTED:
        yield from _limit(facts, LimitName.FIRST_CONTACT, "request")


def first_meeting(facts: Facts) -> Iterator[Span]:
    """The routine's limit for the first meeting; not where one is held, or called to a day within it."""
    if facts.state not in BEFORE_MEETING or facts.first_meeting_on:
        return
    for span in _limit(facts, LimitName.MEETING_HELD, "meeting"):
        if facts.called is None or clock.local(facts.called.start).date() > span.end:
            yield span


def unanswered(facts: Facts) -> Iterator[Span]:
    """Each agency that has not answered, until the meeting begins."""
    for called, asked in _asked(facts):
        if not asked.has_answered:
            yield Span(
                end=asked.answer_by or called.answer_by,
                start=asked.asked_on or called.called_on,
                until=called.start,
                key=_time_of(asked.key, called),
                of=asked.agency,
                detail=asked.key,
            )


def somebody_unanswered(facts: Facts) -> Iterator[Span]:
    """The same, once a day however many they are: for the coordinator, who sees in the plan which."""
    called = facts.called
    if called is None:
        return
    for span in {span.end: span for span in reversed(list(unanswered(facts)))}.values():
        key = _time_of(called.key, called)
        own = "" if span.end == called.answer_by else f":{span.end}"  # who was asked later answers later
        yield replace(span, key=key + own, of=None, detail=called.key)


def unanswered_calls_at_all(facts: Facts) -> Iterator[Span]:
    """The same, told as one thing however many they are: for the coordinator, of units that have no manager."""
    called = facts.called
    if called is None:
        return
    for span in unanswered_calls(facts):
        own = "" if span.end == called.answer_by else f":{span.end}"  # who was asked later answers later
        yield replace(span, key=_time_of(called.key, called) + own, detail=called.key)


def unanswered_calls(facts: Facts) -> Iterator[Span]:
    """The same of those that must come: for their manager."""
    must_come = {asked.key for _called, asked in _asked(facts) if asked.is_call}
    yield from (span for span in unanswered(facts) if span.detail in must_come)


def last_to_answer(facts: Facts) -> Iterator[Span]:
    """The same, as long as it is in time to answer."""
    for span in unanswered(facts):
        yield replace(span, until=clock.end_of_day(span.end))


def unexpected(facts: Facts) -> Iterator[Span]:
    """Each agency that will come and has not written what it expects and can do."""
    for called, asked in _asked(facts):
        if not asked.has_expectation and not asked.has_declined:
            yield _meeting(called, key=_time_of(asked.key, called), of=asked.agency, asked=asked)


def meeting(facts: Facts) -> Iterator[Span]:
    """The called meeting itself."""
    if facts.state == State.CALLED and facts.called:
        yield _meeting(facts.called, key=_time_of(facts.called.key, facts.called))


def meeting_of_agency(facts: Facts) -> Iterator[Span]:
    """The called meeting, once for each agency that has not declined."""
    for called, asked in _asked(facts):
        if not asked.has_declined:
            yield _meeting(called, key=_time_of(called.key, called), of=asked.agency, asked=asked)


def times_of_agency(facts: Facts) -> Iterator[Span]:
    """Each agency that has not said which of the proposed times work."""
    if facts.polled:
        yield from (_times(facts.polled, agency) for agency in facts.polled.agencies)


def times_of_family(facts: Facts) -> Iterator[Span]:
    """Each of the family who has not."""
    if facts.polled:
        yield from (_times(facts.polled, user) for user in facts.polled.users)


def times_of_somebody(facts: Facts) -> Iterator[Span]:
    """The same, once however many they are: for the coordinator, when the day has passed."""
    if facts.polled and (facts.polled.agencies or facts.polled.users):
        yield replace(_times(facts.polled, None), until=None)


def unanswered_deviation(facts: Facts) -> Iterator[Span]:
    """Each deviation that its unit has not answered; also when the plan is over."""
    for row in facts.reported:
        yield Span(end=row.answer_by, start=row.on, key=str(row.key), of=row.agency, detail=row.key)


def silent_decider(facts: Facts) -> Iterator[Span]:
    """Each who decides and has not answered, from the day somebody else said yes."""
    if facts.state in TAKEN_UP:
        for silent in facts.silent:
            yield Span(end=silent.since, key=f"{silent.user}:{silent.since}", of=silent.user, is_past=True)


def consent_ends(facts: Facts) -> Iterator[Span]:
    """Each last day of consent that somebody reads by."""
    if facts.state in TAKEN_UP:
        for day in facts.consent_ends:
            yield Span(end=day, until=clock.end_of_day(day), key=str(day))


def action_of_agency(facts: Facts) -> Iterator[Span]:
    """Actions of agencies whose outcome nobody has told."""
    yield from (span for span, deed_agency, _familys in _actions(facts) if deed_agency)


def action_of_family(facts: Facts) -> Iterator[Span]:
    """The family's own."""
    yield from (span for span, _agency, is_familys in _actions(facts) if is_familys)


def action_of_others(facts: Facts) -> Iterator[Span]:
    """Those of somebody who has no log-in here: the coordinator asks."""
    yield from (span for span, agency, is_familys in _actions(facts) if not agency and not is_familys)


def plan_to_everyone(facts: Facts) -> Iterator[Span]:
    """From the meeting until the family can read the plan."""
    if facts.state == State.MET and facts.last_meeting_on:
        yield from _limit(facts, LimitName.PLAN_TO_EVERYONE, f"meeting:{facts.last_meeting}")


def readable(facts: Facts) -> Iterator[Span]:
    """The plan is out to be read, and nobody has established it."""
    if facts.state == State.IN_REVIEW and facts.readable:
        yield Span(end=facts.readable.since, key=str(facts.readable.key), detail=facts.readable.key, is_past=True)


def unsigned(facts: Facts) -> Iterator[Span]:
    """Somebody asked to sign has said neither yes nor no. Asked about for a month, then left in peace."""
    if _is_signed_here(facts) and facts.readable and facts.readable.unsigned:
        yield _unsigned_since(facts.readable, min(map(facts.readable.asked_on, facts.readable.unsigned)))


def unsigned_by(facts: Facts) -> Iterator[Span]:
    """The same, once for each of them."""
    if _is_signed_here(facts) and facts.readable:
        for user in facts.readable.unsigned:
            yield replace(_unsigned_since(facts.readable, facts.readable.asked_on(user)), of=user)


def _unsigned_since(out: Readable, day: date) -> Span:
    until = clock.end_of_day(day + ASK_ABOUT_SIGNATURES)
    return Span(end=day, until=until, key=str(out.key), detail=out.key, is_past=True)


def correction(facts: Facts) -> Iterator[Span]:
    """The family has asked for a correction and has no answer: once however many there are, from the oldest."""
    if facts.state in TAKEN_UP:
        for row in facts.corrections[:1]:
            yield Span(end=row.since + ANSWER_WITHIN, start=row.since, key=str(row.key), detail=row.key)


def follow_up(facts: Facts) -> Iterator[Span]:
    """The day that was agreed for the follow-up."""
    if facts.state == State.ESTABLISHED and facts.follow_up_on:
        yield Span(end=facts.follow_up_on, start=facts.established_on, key=str(facts.follow_up_on))


def latest_follow_up(facts: Facts) -> Iterator[Span]:
    """The routine's last day for a follow-up, where a later one was agreed."""
    if facts.state == State.ESTABLISHED:
        for span in _limit(facts, LimitName.LATEST_FOLLOW_UP, f"latest:{facts.established_on}"):
            if facts.follow_up_on is None or facts.follow_up_on > span.end:
                yield span


def yearly_review(facts: Facts) -> Iterator[Span]:
    """A year since the plan was established or followed up. By law where somebody has support under LSS."""
    if facts.state not in TAKEN_UP or facts.established_on is None:
        return
    looked_at = max(filter(None, (facts.established_on, facts.followed_up_on)))
    spans = [
        span
        for name in (LimitName.YEARLY_REVIEW, LimitName.LSS_REVIEW)
        for span in _limit(facts, name, f"year:{looked_at}", start=looked_at)
    ]
    if spans:
        yield min(spans, key=lambda span: span.end)


def becomes_seventeen(facts: Facts) -> Iterator[Span]:
    """From 17 the hand-over to adult services is planned; at 18 it is too late."""
    if facts.state in TAKEN_UP:
        yield Span(end=birthday(facts.born, HAND_OVER), until=clock.at(birthday(facts.born, ADULT)), key=str(HAND_OVER))


def named_person(facts: Facts) -> Iterator[Span]:
    """The named person changes with the child's age: to the headmaster, after upper secondary begins, at 18."""
    if facts.state not in TAKEN_UP:
        return
    days = [(age, date(facts.born.year + age, *TERM_BEGINS)) for age in (PRESCHOOL_CLASS, UPPER_SECONDARY)]
    for age, day in [*days, (ADULT, birthday(facts.born, ADULT))]:
        yield Span(end=day, until=clock.at(day), key=str(age))


def first_assessment(facts: Facts) -> Iterator[Span]:
    """The first assessment of each agency that a referral went to."""
    for agency, _kind, span in _assessments(facts):
        yield replace(span, key=f"first:{agency}", of=agency)


def deeper_assessment(facts: Facts) -> Iterator[Span]:
    """What follows on it: counted from the day the first one was to be done."""
    for agency, kind, span in _assessments(facts):
        for next_span in _limit(facts, LimitName.BUP_DEEPER_OR_TREATMENT, f"next:{agency}", start=span.end, kind=kind):
            yield replace(next_span, of=agency)


# What the limits are counted from


def _limit(facts: Facts, name: str, key: str, *, start: date | None = None, kind: str | None = None) -> Iterator[Span]:
    """The routine's limit as a span; none where the routine has no such limit, or what it counts from is to come."""
    limit = facts.rules.limits.get(name)
    if limit is None or not _applies(limit, facts, kind):
        return
    start = start or start_of(limit, facts)
    end = facts.rules.last_day(name, start)
    if end:
        yield Span(end=end, start=start, key=key)


def _applies(limit: Limit, facts: Facts, kind: str | None) -> bool:
    return not limit.kind or (limit.kind in facts.kinds if kind is None else limit.kind == kind)


def _assessments(facts: Facts) -> Iterator[tuple[UUID, str, Span]]:
    if facts.state not in TAKEN_UP:
        return
    for row in facts.referred:
        for span in _limit(facts, LimitName.BUP_FIRST_ASSESSMENT, "", start=row.since, kind=row.kind):
            yield row.agency, row.kind, span


def _asked(facts: Facts) -> Iterator[tuple[Called, Asked]]:
    if facts.state == State.CALLED and facts.called:
        for asked in facts.called.asked:
            yield facts.called, asked


def _meeting(called: Called, *, key: str, of: UUID | None = None, asked: Asked | None = None) -> Span:
    return Span(
        end=clock.local(called.start).date(),
        start=(asked and asked.asked_on) or called.called_on,
        until=called.start,
        key=key,
        of=of,
        detail=called.key,
        deadline=called.start,
    )


def _times(polled: Polled, of: UUID | None) -> Span:
    return Span(
        end=polled.answer_by,
        start=polled.asked_on,
        until=clock.end_of_day(polled.answer_by),
        key=str(polled.key),
        of=of,
        detail=polled.key,
    )


def _time_of(key: UUID, called: Called) -> str:
    """Tells a moved meeting from what it was before. Another place alone is nothing to be reminded of anew."""
    return f"{key}:{called.round}" if called.round else str(key)


def _actions(facts: Facts) -> Iterator[tuple[Span, UUID | None, bool]]:
    if facts.state in IN_FORCE:
        for deed in facts.deeds:
            # By day: whoever has several to do by the same one is told of them once.
            span = Span(end=deed.due, key=f"action:{deed.due}", of=deed.key)
            yield span, deed.agency, deed.is_familys


def _is_signed_here(facts: Facts) -> bool:
    return facts.state in (State.IN_REVIEW, *IN_FORCE)
