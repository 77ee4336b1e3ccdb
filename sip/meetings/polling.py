"""Tidsförslag: when no time is fixed the coordinator proposes some, and those who are to come say which work.

Being asked tells that there is a plan, as a call does: an agency is asked only where the family's consent holds for it,
and is a party from then on. The family is always asked. The call closes the question, whichever time it takes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, User
from common import clock
from common.errors import Problem, Refused, given, refuse
from consent import family
from sip.meetings.models import Poll, PollAnswer, PollAsked, PollTime
from sip.meetings.services import agency_facts
from sip.meetings.times import close_poll
from sip.notices import services as notices
from sip.plans import access, call_rules, grants, people, routine_limits
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Party, Plan

FEWEST, MOST = 2, 4  # times in one poll

Span = tuple[datetime | None, datetime | None]


@act
def propose_times(
    actor: Actor, plan: Plan, times: Sequence[Span], agencies: Sequence[Agency], answer_by: date | None
) -> Poll:
    """Ask which of some times work. A problem with one of them has the field `t-<its number>`.

    Raises Refused when a time is not one to come, when they are too few or too many, without effective consent for
    everybody asked, and when an earlier question is still open.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CALL, plan)
    if open_poll(plan):
        raise Refused(Problem("open", _("Det finns redan tidsförslag. Ta bort dem innan du föreslår nya.")))
    refuse([*_time_problems(times), *_asked_problems(plan, times, agencies, answer_by)])
    poll = Poll.objects.create(plan=plan, made_by=actor.user, answer_by=given(answer_by))
    PollTime.objects.bulk_create(PollTime(poll=poll, start=start, end=end) for start, end in times if start and end)
    PollAsked.objects.bulk_create(PollAsked(poll=poll, agency=agency) for agency in agencies)
    for agency in agencies:
        Party.objects.get_or_create(plan=plan, agency=agency, defaults={"since": clock.now()})
    grants.sync(plan)
    told = {user for agency in agencies for user in people.handlers(plan, agency)} | set(people.family_users(plan))
    notices.queue(
        "times_proposed",
        told - {actor.user},
        about=plan.pk,
        occasion=poll.pk,
        detail=poll.pk,
        deadline=routine_limits.last_moment(poll.answer_by),
    )
    return poll


def _time_problems(times: Sequence[Span]) -> list[Problem]:
    problems = []
    for number, (start, end) in enumerate(times):
        when = call_rules.WhenAndWhere(start, end, "-", "", clock.today())
        found = call_rules.when_and_where_problems(when, clock.now(), clock.today())
        problems += [Problem(one.code, one.message, f"t-{number}") for one in found]
        if (start, end) in times[:number]:
            problems.append(Problem("twice", _("Den här tiden står redan. Skriv en annan."), f"t-{number}"))
    return problems


def _asked_problems(
    plan: Plan, times: Sequence[Span], agencies: Sequence[Agency], answer_by: date | None
) -> list[Problem]:
    problems = []
    if not FEWEST <= len(times) <= MOST:
        problems.append(Problem("times", _("Föreslå minst två och högst fyra tider."), "t-0"))
    if answer_by is None:
        problems.append(Problem("answer_by", _("Skriv senast vilken dag de ska svara."), "answer_by"))
    elif answer_by < clock.today():
        problems.append(Problem("answer_by", _("Sista dagen att svara har redan varit."), "answer_by"))
    elif any(start and call_rules.is_after(answer_by, start) for start, _end in times):
        problems.append(Problem("answer_by", _("Sista dagen att svara är efter en av tiderna."), "answer_by"))
    if not agencies:
        problems.append(Problem("agencies", _("Välj vilka som ska svara."), "agencies"))
    standings = family.standings(plan.child, [agency.pk for agency in agencies])
    facts = [agency_facts(plan, agency, standings[agency.pk]) for agency in agencies]
    return problems + [Problem("consent", one.message, "agencies") for one in call_rules.consent_problems(facts)]


@act
def withdraw_times(actor: Actor, plan: Plan) -> None:
    """Take the question back; nobody is asked any more. Done twice it is done once."""
    plan = access.lock(plan)
    access.require(actor, Do.CALL, plan)
    close_poll(plan)


@act
def answer_times(actor: Actor, plan: Plan, agency: Agency | None, works: Collection[UUID]) -> Poll:
    """Say which of the times work: for an agency, or, with none, for oneself in the family. The others do not.

    Raises Refused when the question is closed, when the agency was not asked, and for a time that is not in it.
    """
    plan = access.lock(plan)
    standing = access.require(actor, Do.ANSWER_TIMES, plan, agency_id=agency.pk if agency else None)
    poll = open_poll(plan)
    if poll is None:
        raise Refused(Problem("state", _("Det finns inga tidsförslag att svara på.")))
    if agency is None and not standing.is_family:
        raise Refused(Problem("agency", _("Välj vilken verksamhet du svarar för.")))
    if agency is not None and not poll.asked.filter(agency=agency).exists():
        raise Refused(Problem("agency", _("Din verksamhet är inte tillfrågad om tider.")))
    times = list(poll.times.all())
    if set(works) - {time.pk for time in times}:
        raise Refused(Problem("works", _("Tiderna har ändrats. Läs dem på nytt."), "works"))
    for time in times:
        key = {"time": time, "agency": agency} if agency else {"time": time, "agency": None, "by": actor.user}
        said = {"works": time.pk in works, "by": actor.user, "at": clock.now()}
        PollAnswer.objects.update_or_create(**key, defaults=said)
    if not _silent(plan, poll):
        notices.queue("times_answered", people.coordinator(plan), about=plan.pk, occasion=poll.pk, detail=poll.pk)
    return poll


def _silent(plan: Plan, poll: Poll) -> bool:
    """Whether somebody who is asked has still to answer."""
    rows = rows_of(plan, poll)
    return any(row.waiting for row in rows)


def open_poll(plan: Plan) -> Poll | None:
    """The question that is open; None when there is none."""
    return Poll.objects.filter(plan=plan, closed_at__isnull=True).first()


@dataclass(frozen=True)
class TimeRow:
    """One time, and for whom it works; the best first in `rows_of`."""

    time: PollTime
    works: tuple[str, ...]
    does_not: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def suits_all(self) -> bool:
        """Whether everybody has answered that it works."""
        return not self.does_not and not self.waiting


def rows_of(plan: Plan, poll: Poll) -> list[TimeRow]:
    """The times, the one that works for most first: agencies whose consent still holds, and the family, by name."""
    asked = {row.agency_id: row.agency.name for row in poll.asked.select_related("agency").order_by("agency__name_key")}
    standings = family.standings(plan.child, list(asked))
    names = {key: name for key, name in asked.items() if standings[key].is_effective}
    kin = {user.pk: user.name for user in people.family_users(plan)}
    rows = []
    for time in poll.times.prefetch_related("answers").order_by("start"):
        said = {row.agency_id or row.by_id: row.works for row in time.answers.all()}
        everybody = names | kin
        rows.append(
            TimeRow(
                time,
                works=tuple(name for key, name in everybody.items() if said.get(key) is True),
                does_not=tuple(name for key, name in everybody.items() if said.get(key) is False),
                waiting=tuple(name for key, name in everybody.items() if key not in said),
            )
        )
    return sorted(rows, key=lambda row: (len(row.does_not), -len(row.works), row.time.start))


def said_by(poll: Poll, agency: Agency | None, user: User) -> set[UUID] | None:
    """The times that were said to work, for the agency or the person; None when nothing has been said."""
    rows = PollAnswer.objects.filter(time__poll=poll, agency=agency)
    if agency is None:
        rows = rows.filter(by=user)
    answers = list(rows)
    return {row.time_id for row in answers if row.works} if answers else None
