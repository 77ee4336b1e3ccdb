"""What must hold before a call is sent. Pure: facts in, problems out, in plain Swedish.

All that is missing is returned, so that a person mends it once. An empty list means that nothing is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from agencies.routines import Rules
from common import clock
from common.errors import Problem
from common.text import in_words
from consent.rules import Standing, Status


class Ground(StrEnum):
    """Why specialist care is called. At least one is chosen; the child need not be known there (domain.md §5)."""

    COMPETENCE = "competence"
    REFERRAL = "referral"
    KNOWN = "known"


LONGEST_MEETING = timedelta(hours=8)
LATE_NOTICE = 2  # working days, for who is asked after the others


@dataclass(frozen=True)
class AgencyFacts:
    """An agency that somebody wants to call or invite. `waiting_names`: guardians who have still to answer."""

    name: str
    is_specialist: bool
    consent: Standing
    waiting_names: tuple[str, ...] = ()
    decider_count: int = 1
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhenAndWhere:
    """The time and the place of a meeting, and by when it is answered."""

    start: datetime | None
    end: datetime | None
    place: str
    link: str
    answer_by: date | None


@dataclass(frozen=True)
class CallFacts:
    """A call that is about to be sent."""

    purpose: str
    question: str
    start: datetime | None
    end: datetime | None
    place: str
    link: str
    answer_by: date | None
    called: tuple[AgencyFacts, ...]
    invited: tuple[AgencyFacts, ...] = ()

    @property
    def when(self) -> WhenAndWhere:
        """The part of it that is checked anew when the meeting is moved."""
        return WhenAndWhere(self.start, self.end, self.place, self.link, self.answer_by)


def call_problems(call: CallFacts, now: datetime, today: date) -> list[Problem]:
    """What a call lacks: purpose, question, start, **end**, place or link, answer-by day, grounds, consent."""
    problems = []
    if not call.purpose:
        problems.append(Problem("purpose", _("Skriv mötets syfte."), "purpose"))
    if not call.question:
        problems.append(Problem("question", _("Skriv frågan som mötet ska svara på."), "question"))
    problems += when_and_where_problems(call.when, now, today)
    if not call.called:
        problems.append(Problem("called", _("Välj minst en verksamhet att kalla."), "called"))
    twice = sorted({a.name for a in call.called} & {a.name for a in call.invited})
    for name in twice:
        problems.append(
            Problem("twice", _("%(agency)s kan inte både kallas och bjudas in.") % {"agency": name}, "invited")
        )
    problems += ground_problems(call.called)
    return problems + consent_problems((*call.called, *call.invited))


def when_and_where_problems(when: WhenAndWhere, now: datetime, today: date) -> list[Problem]:
    """What the time and the place of a called meeting lack; the same when it is moved."""
    problems = _start_and_end_problems(when, now)
    if not when.place and not when.link:
        problems.append(Problem("place", _("Skriv en plats eller en länk till mötet."), "place"))
    if when.link and not when.link.startswith(("https://", "http://")):
        problems.append(Problem("link", _("Skriv hela länken, med https:// först."), "link"))
    return problems + _answer_by_problems(when, today)


def _start_and_end_problems(call: WhenAndWhere, now: datetime) -> list[Problem]:
    problems = []
    if call.start is None:
        problems.append(Problem("start", _("Skriv när mötet börjar."), "start"))
    elif call.start < now:
        problems.append(Problem("start", _("Mötets början har redan varit. Välj en tid som kommer."), "start"))
    if call.end is None:
        problems.append(Problem("end", _("Skriv när mötet slutar."), "end"))
    elif call.start is not None and call.end <= call.start:
        problems.append(Problem("end", _("Mötet måste sluta efter att det börjar."), "end"))
    elif call.start is not None and call.end - call.start > LONGEST_MEETING:
        problems.append(Problem("end", _("Mötet är längre än åtta timmar. Kontrollera när det slutar."), "end"))
    return problems


def _answer_by_problems(call: WhenAndWhere, today: date) -> list[Problem]:
    if call.answer_by is None:
        return [Problem("answer_by", _("Skriv senast vilken dag de som kallas ska svara."), "answer_by")]
    if call.answer_by < today:
        return [Problem("answer_by", _("Sista dagen att svara har redan varit."), "answer_by")]
    if call.start is not None and is_after(call.answer_by, call.start):
        return [Problem("answer_by", _("Sista dagen att svara är efter mötet."), "answer_by")]
    return []


def is_after(answer_by: date, start: datetime) -> bool:
    """Whether the last day to answer comes after the day that the meeting begins, on Swedish clocks."""
    return answer_by > clock.local(start).date()


def own_answer_by(answer_by: date, today: date, start: datetime, rules: Rules) -> date:
    """The last day to answer for who is asked `today`, after the others, who answer by `answer_by`.

    Two working days at least, but never later than the day of the meeting.
    """
    day = today
    for _each in range(LATE_NOTICE):
        day = rules.next_working_day(day + timedelta(days=1))
    return min(max(answer_by, day), clock.local(start).date())


def ground_problems(called: Iterable[AgencyFacts]) -> list[Problem]:
    """Calling specialist care asks for a ground: competence asked for, referral sent, or the child known there."""
    problems = []
    for agency in called:
        if agency.is_specialist and not agency.grounds:
            problems.append(
                Problem(
                    "grounds",
                    _("Välj minst en grund för att kalla %(agency)s: kompetens efterfrågas, remiss är skickad eller "
                      "barnet är känt där.") % {"agency": agency.name},
                    "grounds",
                )
            )  # fmt: skip
        elif set(agency.grounds) - set(Ground):
            problems.append(
                Problem(
                    "grounds",
                    _("Välj en grund i listan för %(agency)s.") % {"agency": agency.name},
                    "grounds",
                )
            )
    return problems


def consent_problems(agencies: Sequence[AgencyFacts]) -> list[Problem]:
    """Nobody is called or invited without effective consent: the invitation itself tells that there is a plan."""
    sentences: dict[str, list[str]] = {}
    for agency in agencies:
        if not agency.consent.is_effective:
            sentences.setdefault(_why_no_consent(agency), []).append(agency.name)
    return [
        Problem("consent", sentence % {"agencies": in_words(names)}, "called") for sentence, names in sentences.items()
    ]


def _why_no_consent(agency: AgencyFacts) -> str:
    status = agency.consent.status
    if status is Status.REFUSED:
        return _("Familjen har sagt nej till samtycke för %(agencies)s.")
    if status is Status.WITHDRAWN:
        return _("Samtycket är återkallat för %(agencies)s.")
    if status is Status.EXPIRED:
        return _("Samtycket har gått ut för %(agencies)s. Fråga familjen igen.")
    if not agency.waiting_names:
        return _("Ingen som kan samtycka är registrerad. Därför saknas samtycke för %(agencies)s.")
    if len(agency.waiting_names) == 1 and agency.decider_count > 1:
        return _("Den andra vårdnadshavaren, %(name)s, har inte samtyckt till %%(agencies)s.") % {
            "name": _escaped(agency.waiting_names[0])
        }
    return _("Samtycke saknas från %(names)s för %%(agencies)s.") % {"names": _escaped(in_words(agency.waiting_names))}


def _escaped(name: str) -> str:
    return name.replace("%", "%%")
