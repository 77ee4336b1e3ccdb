"""Every reminder against a table written by hand and a calendar worked out by itself, over two years of random plans.

The years hold a leap day, two turns of the year and four nights when the clock is moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.routines import Limit, Rules
from common import clock
from sip.plans.states import State
from sip.reminders import table
from sip.reminders.facts import Asked, Called, Correction, Deed, Facts, Polled, Readable, Referred, Reported, Silent
from tests.swedish_days import open_from, open_until

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)

# kind, who, counted from, days, and what happens to a day when offices are closed.
BY_HAND = """
request_waiting      suggested             answer to the wish     0   before
meeting_deadline     coordinator           first meeting        50%   before
meeting_deadline     coordinator           first meeting        80%   before
meeting_deadline     coordinator           first meeting          0   before
meeting_overdue      coordinator           first meeting         +1   after
meeting_overdue      coordinators_manager  first meeting         +1   after
consent_missing      person                silent                +3   after
consent_waiting      coordinator           silent                +7   after
consent_ends         coordinator           consent              -14   before
consent_ends         coordinator           consent               -3   before
consent_ends         family                consent              -14   stays
times_missing        unit                  times                 -1   before
times_missing        person                times, of each        -1   stays
times_overdue        coordinator           times, of anybody     +1   after
answer_missing       unit                  answer, in time       -1   before
answer_overdue       coordinator           any answer            +1   after
answer_escalated     unit_manager          answer to a kallelse  +2/+1  after
answer_unheard       for_unit_manager      answer to a kallelse  +2/+1  after
expectation_missing  unit                  expectation           -3   before
meeting_soon         unit                  meeting, of agency    -1   before
meeting_soon         coordinator           meeting               -1   before
meeting_soon         family                meeting               -1   stays
plan_late            coordinator           plan to everyone       0   before
plan_late            coordinator           plan to everyone      +1   after
plan_unestablished   coordinator           readable              +7   after
signature_missing    person                signature, of each    +7   after
plan_unsigned        coordinator           signature            +14   after
correction_waiting   coordinator           correction            -3   before
correction_overdue   coordinator           correction            +1   after
correction_overdue   coordinators_manager  correction            +8   after
action_due           contact               agency's action       -7   before
action_overdue       contact               agency's action       +1   after
action_escalated     contacts_manager      agency's action       +8   after
action_unheard       for_contacts_manager  agency's action       +8   after
action_due           family                family's action       -7   stays
action_due           coordinator           other's action        -7   before
action_overdue       coordinator           other's action        +1   after
follow_up_due        coordinator           follow-up            -14   before
follow_up_due        coordinator           follow-up              0   before
follow_up_overdue    coordinator           follow-up             +1   after
follow_up_overdue    coordinators_manager  follow-up             +8   after
follow_up_due        coordinator           latest follow-up     -14   before
yearly_review        coordinator           year                 -30   before
yearly_review        coordinator           year                   0   before
deviation_waiting    unit_manager          deviation            +1   after
turns_17             coordinator           17                     0   after
named_person         coordinator           named person         -60   before
assessment_due       unit                  first assessment      -7   before
assessment_due       unit                  first assessment       0   before
assessment_due       unit                  next step             -7   before
assessment_due       unit                  next step              0   before
"""
TAKEN_UP = set(State) - {State.REQUESTED, State.DECLINED, State.CLOSED}
LIMITS = {
    "first_contact": (3, "request_received", "guidance", ""),
    "meeting_held": (21, "need_seen", "agreement", ""),
    "plan_to_everyone": (7, "meeting_held", "default", ""),
    "latest_follow_up": (182, "plan_established", "default", ""),
    "yearly_review": (365, "plan_established", "default", ""),
    "lss_review": (365, "plan_established", "law", "lss"),
    "bup_first_assessment": (30, "referral_received", "target", "bup"),
    "bup_deeper_or_treatment": (30, "first_assessment", "target", "bup"),
}


@dataclass(frozen=True)
class Thing:
    """Something with a last day, as the hand-written table counts from it."""

    what: str
    day: date
    began: date | None = None
    over: datetime | None = None
    of: object = None


def rules(**changes: object) -> Rules:
    values = {name: Limit(name, *rest[:1], *rest[1:3], "källa", rest[3]) for name, rest in LIMITS.items()}
    return Rules(values, **changes)  # type: ignore[arg-type]


def wall(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=STOCKHOLM).astimezone(UTC)


def years(born: date, age: int) -> date:
    """A birthday; of one born on a leap day 1 March."""
    day = (born.month, born.day)
    leap = (born.year + age) % 4 == 0 and ((born.year + age) % 100 != 0 or (born.year + age) % 400 == 0)
    return date(born.year + age, 3, 1) if day == (2, 29) and not leap else date(born.year + age, *day)


def things(f: Facts) -> Iterator[Thing]:
    """What has a last day in the plan, by the domain's own words."""
    squeeze = f.rules.squeeze_days_off

    def told(day: date) -> date:
        return open_from(day, squeeze=squeeze)

    if f.state == "requested":
        yield Thing("answer to the wish", told(f.requested_on + timedelta(3)), f.requested_on)
    start_of_meeting = f.called.start.astimezone(STOCKHOLM).date() if f.called else None
    if f.state in ("preparing", "called") and f.first_meeting_on is None:
        by = told(f.need_seen + timedelta(21))
        if start_of_meeting is None or start_of_meeting > by:
            yield Thing("first meeting", by, f.need_seen)
    if f.state == "called" and f.called and start_of_meeting:
        yield from _called(f.called, start_of_meeting)
    if f.state == "met" and f.last_meeting_on:
        yield Thing("plan to everyone", told(f.last_meeting_on + timedelta(7)), f.last_meeting_on)
    if f.state in TAKEN_UP:
        yield from (Thing("silent", s.since, of=s.user) for s in f.silent)
        yield from (Thing("consent", d, over=wall(d + timedelta(1)), of=d) for d in f.consent_ends)
        yield Thing("17", years(f.born, 17), over=wall(years(f.born, 18)))
        for day in (date(f.born.year + 6, 8, 15), date(f.born.year + 16, 8, 15), years(f.born, 18)):
            yield Thing("named person", day, over=wall(day), of=day)
        if f.corrections:
            oldest = f.corrections[0]
            yield Thing("correction", oldest.since + timedelta(7), oldest.since)
        for ref in f.referred:
            first = told(ref.since + timedelta(30))
            yield Thing("first assessment", first, ref.since, of=ref.agency)
            yield Thing("next step", told(first + timedelta(30)), first, of=ref.agency)
        if f.established_on:
            looked = max(f.established_on, f.followed_up_on or f.established_on)
            a_year = looked + timedelta(365)
            yield Thing("year", a_year if "lss" in f.kinds else told(a_year), looked)
    yield from _in_force(f, told)
    for row in f.reported:
        yield Thing("deviation", row.answer_by, row.on, of=row.key)
    if f.polled:
        p, end = f.polled, wall(f.polled.answer_by + timedelta(1))
        yield from (Thing("times", p.answer_by, p.asked_on, end, agency) for agency in p.agencies)
        yield from (Thing("times, of each", p.answer_by, p.asked_on, end, user) for user in p.users)
        if p.agencies or p.users:
            yield Thing("times, of anybody", p.answer_by, p.asked_on)


def _called(called: Called, day: date) -> Iterator[Thing]:
    yield Thing("meeting", day, called.called_on, called.start)
    if any(not a.has_answered for a in called.asked):
        yield Thing("any answer", called.answer_by, called.called_on, called.start)
    for a in called.asked:
        if not a.has_answered:
            end = wall(called.answer_by + timedelta(1))
            yield Thing("answer, in time", called.answer_by, called.called_on, end, a.agency)
            if a.is_call:
                yield Thing("answer to a kallelse", called.answer_by, called.called_on, called.start, a.agency)
        if not a.has_declined:
            yield Thing("meeting, of agency", day, called.called_on, called.start, a.agency)
            if not a.has_expectation:
                yield Thing("expectation", day, called.called_on, called.start, a.agency)


def _in_force(f: Facts, told: object) -> Iterator[Thing]:
    if f.state in ("in_review", "established", "following_up") and f.readable:
        out = f.readable
        if f.state == "in_review":
            yield Thing("readable", out.since)
        if out.unsigned:
            yield Thing("signature", out.since, over=wall(out.since + timedelta(31)))
        yield from (
            Thing("signature, of each", out.since, over=wall(out.since + timedelta(31)), of=u) for u in out.unsigned
        )
    if f.state in ("established", "following_up"):
        for deed in f.deeds:
            whose = "agency's action" if deed.agency else "family's action" if deed.is_familys else "other's action"
            yield Thing(whose, deed.due, of=deed.key)
    if f.state == "established":
        if f.follow_up_on:
            yield Thing("follow-up", f.follow_up_on, f.established_on)
        if f.established_on:
            latest = told(f.established_on + timedelta(182))  # type: ignore[operator]
            if f.follow_up_on is None or f.follow_up_on > latest:
                yield Thing("latest follow-up", latest, f.established_on)


def by_hand(f: Facts, now: datetime) -> set[tuple[object, ...]]:
    """What the hand-written table says is to be told from `now` on: kind, who, of what, and when."""
    squeeze = f.rules.squeeze_days_off
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in BY_HAND.strip().splitlines()]
    to_come, passed = set(), {}
    for number, (kind, who, what, count, move) in enumerate(lines):
        for thing in things(f):
            if thing.what != what:
                continue
            if count.endswith("%"):
                assert thing.began
                whole = (thing.day - thing.began).days
                day = thing.began + timedelta(round(whole * int(count[:-1]) / 100))
            else:
                day = thing.day + timedelta(int(count.partition("/")[0]))
            on = {"before": open_until, "after": open_from}.get(move, lambda d, squeeze: d)
            day = on(day, squeeze=squeeze)
            if "/" in count and thing.over and wall(day, 8) >= thing.over:  # too late: then the sooner day
                day = on(thing.day + timedelta(int(count.partition("/")[2])), squeeze=squeeze)
            at = wall(day, 8)
            if (thing.began and day <= thing.began) or at > now + timedelta(400):
                continue
            if thing.over and (at >= thing.over or now >= thing.over):
                continue
            if at > now:
                to_come.add((kind, who, thing.of, at))
            else:
                one = (what, who, thing.of, thing.day)
                passed[one] = max(passed.get(one, (at, number, kind)), (at, number, kind))
    return to_come | {(kind, who, of, at) for (_what, who, of, _day), (at, _n, kind) in passed.items()}


def reckoned(f: Facts, now: datetime) -> set[tuple[object, ...]]:
    by_key = {deed.key: deed.key for deed in f.deeds}
    found = set()
    for due in table.reckon(f, now):
        of: object = by_key.get(due.span.of, due.span.of)  # type: ignore[arg-type]
        if due.kind == "deviation_waiting":
            of = due.span.detail
        if due.kind == "consent_ends" or due.kind == "named_person":
            of = due.span.end
        found.add((due.kind, str(due.who), of, due.at))
    return found


keys = st.uuids(version=4)
SOON = st.sampled_from([0, 1, 2, 3, 4, 6, 9, 14])


@st.composite
def cases(draw: st.DrawFn, state: State | None = None) -> tuple[Facts, datetime]:
    """A plan in some state, whatever has happened in it around a day of the two years, and a moment near that."""
    base = draw(st.dates(FIRST, LAST))
    days = st.integers(0, 40).map(lambda number: base + timedelta(number))
    now = wall(base + timedelta(draw(st.integers(-30, 90))), draw(st.integers(0, 23)))
    return _facts(draw, days, state or draw(st.sampled_from(list(State))), base), now


def _facts(draw: st.DrawFn, days: st.SearchStrategy[date], state: State, base: date) -> Facts:
    agencies = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    called_on = draw(days)
    answer_by = called_on + timedelta(draw(SOON))
    start = wall(answer_by + timedelta(draw(SOON)), draw(st.integers(0, 23)))
    asked = []
    for agency in agencies:
        answered = draw(st.booleans())
        asked.append(
            Asked(uuid4(), agency, draw(st.booleans()), answered, answered and draw(st.booleans()), draw(st.booleans()))
        )
    called = Called(uuid4(), called_on, start, answer_by, draw(st.integers(0, 2)), tuple(asked))
    # Often the last days before the routine's limit: then one day more or less counts.
    seen = draw(st.one_of(days, SOON.map(lambda more: clock.local(start).date() - timedelta(18 + more))))
    maybe = st.none() | days
    return Facts(
        state=state,
        rules=rules(squeeze_days_off=draw(st.booleans())),
        born=years(base, -draw(st.sampled_from([1, 5, 6, 12, 15, 16, 17]))) + timedelta(draw(st.integers(-90, 90))),
        need_seen=seen,
        requested_on=seen + timedelta(draw(st.integers(0, 30))),
        first_meeting_on=draw(maybe) if draw(st.booleans()) else None,
        last_meeting=draw(keys),
        last_meeting_on=draw(maybe),
        polled=draw(st.none() | st.just(_polled(draw, days, agencies))),
        reported=tuple(_reported(draw(days), agency) for agency in draw(st.lists(keys, max_size=2, unique=True))),
        called=called if state == State.CALLED or draw(st.booleans()) else None,
        silent=tuple(Silent(key, draw(days)) for key in draw(st.lists(keys, max_size=2, unique=True))),
        consent_ends=tuple(draw(st.lists(days, max_size=2, unique=True))),
        readable=draw(
            st.none() | st.just(Readable(uuid4(), draw(days), tuple(draw(st.lists(keys, max_size=2, unique=True)))))
        ),
        established_on=draw(maybe),
        followed_up_on=draw(maybe),
        follow_up_on=draw(maybe),
        deeds=tuple(_deed(draw, days, agencies) for _n in range(draw(st.integers(0, 2)))),
        referred=tuple(Referred(key, draw(st.sampled_from(["bup", "lss"])), draw(days)) for key in agencies[:1]),
        corrections=tuple(Correction(key, draw(days)) for key in draw(st.lists(keys, max_size=2, unique=True))),
        kinds=draw(st.sampled_from([frozenset(), frozenset({"lss"}), frozenset({"bup"})])),
    )


def _polled(draw: st.DrawFn, days: st.SearchStrategy[date], agencies: list[UUID]) -> Polled:
    asked_on = draw(days)
    users = draw(st.lists(keys, max_size=2, unique=True))
    return Polled(uuid4(), asked_on, asked_on + timedelta(draw(SOON)), tuple(agencies[1:]), tuple(users))


def _reported(on: date, agency: UUID) -> Reported:
    return Reported(uuid4(), agency, on, on + timedelta(7))


def _deed(draw: st.DrawFn, days: st.SearchStrategy[date], agencies: list[UUID]) -> Deed:
    agency = draw(st.none() | st.sampled_from(agencies))
    return Deed(uuid4(), draw(days), agency, agency is None and draw(st.booleans()))


@pytest.mark.proof
@pytest.mark.parametrize("state", list(State))
@given(st.data())
def test_every_reminder_is_what_the_hand_written_table_says(state: State, data: st.DataObject) -> None:
    f, now = data.draw(cases(state))
    f = replace(f, referred=tuple(row for row in f.referred if row.kind == "bup"))
    assert reckoned(f, now) == by_hand(f, now)


@pytest.mark.proof
@given(cases())
def test_everything_is_said_at_eight_and_to_staff_on_working_days(case: tuple[Facts, datetime]) -> None:
    f, now = case
    for due in table.reckon(f, now):
        local = due.at.astimezone(STOCKHOLM)
        assert (local.hour, local.minute) == (8, 0)
        is_family = due.who is table.Who.FAMILY or (due.kind, due.who) == ("times_missing", table.Who.PERSON)
        if not is_family:
            assert open_from(local.date(), squeeze=f.rules.squeeze_days_off) == local.date()


@pytest.mark.proof
@given(cases(), st.integers(1, 60))
def test_time_that_passes_takes_nothing_back_but_what_is_over(case: tuple[Facts, datetime], later: int) -> None:
    """What is to come stays as it was said until its moment: nothing waiting is moved about for no reason."""
    f, now = case
    then = now + timedelta(days=later)
    before = {(due.kind, due.who, due.occasion, due.at) for due in table.reckon(f, now) if due.at > then}
    after = {(due.kind, due.who, due.occasion, due.at) for due in table.reckon(f, then)}
    over = {
        (due.kind, due.who, due.occasion, due.at)
        for due in table.reckon(f, now)
        if due.span.until and due.span.until <= then
    }
    assert before - over <= after


@pytest.mark.proof
@given(cases())
def test_an_occasion_tells_one_time_from_the_next_and_fits_its_column(case: tuple[Facts, datetime]) -> None:
    f, now = case
    dues = table.reckon(f, now)
    for due in dues:
        assert len(due.occasion) <= 80
    once = [(due.kind, due.who, due.span.of, due.occasion) for due in dues]
    assert len(once) == len(set(once))


def test_a_closed_or_declined_plan_reminds_of_nothing() -> None:
    for state in (State.CLOSED, State.DECLINED):
        f = Facts(state, rules(), date(2015, 1, 1), FIRST, FIRST, consent_ends=(LAST,), follow_up_on=LAST)
        assert table.reckon(f, clock.at(FIRST)) == []
