"""The own agency's part: calls to answer, expectations to write, meetings today, outcomes to tell.

Each function asks for some rows and says what each of them waits for. Whose it is to do: `index.holders`. `which`: of
which rows, as the index is kept by; or their keys, which the index holds (⚡ prepared, for a page).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import given
from common.prepared import AnyTold, Prepared
from sip.meetings.models import Invitation, Meeting, PollAnswer, PollAsked
from sip.meetings.of_plan import coming_parties, without_handed_on
from sip.plans.models import Action, Party
from sip.plans.states import TELLING_OUTCOMES, TO_CALL, State
from sip.web.staff.waiting.item import Kind, PlanItem, What, about, detail
from sip.web.words import as_day, hour_words, near_words, weekday_words

SOON = timedelta(days=7)
Meetings = Mapping[UUID, Meeting]  # by plan
NONE: Meetings = {}
CHILD = ("child__name", "child__born", "child__is_protected")
Which = Q | Sequence[UUID]
Row = TypeVar("Row", Invitation, PollAsked, Party, Action)
_MEETING = ("plan_id", "start", "answer_by", "caller__name", *(f"plan__{field}" for field in CHILD))


class Rows(Generic[Row]):
    """A kind of rows that something waits of: of which ones, is said each time."""

    def __init__(self, ask: Callable[[Q], QuerySet[Any, Row]]) -> None:
        self._ask: Callable[[Q], QuerySet[Any, Row]] = ask
        self._by_key: Prepared[Row] = Prepared(lambda: ask(Q(pk=AnyTold("keys"))))

    def __call__(self, which: Which) -> list[Row]:
        """The rows."""
        return list(self._ask(which)) if isinstance(which, Q) else self._by_key(keys=list(which))


def calls_to_answer(which: Which, _meetings: Meetings = NONE) -> Iterator[PlanItem]:
    """Calls without an answer to a meeting that is to come."""
    for row in unanswered(which):
        meeting, child = row.meeting, row.meeting.plan.child
        when = {
            "agency": meeting.caller.name,
            "day": weekday_words(meeting.start),
            "hour": hour_words(meeting.start),
        }
        text = (
            _("%(agency)s kallar till möte %(day)s %(hour)s.")
            if row.is_call
            else _("%(agency)s bjuder in till möte %(day)s %(hour)s.")
        )
        yield PlanItem(
            what_to_do=What.ANSWER,
            about=row.pk,
            kind=Kind.CALL,
            what=_("Svara på en kallelse") if row.is_call else _("Svara på en inbjudan"),
            person=about(child),
            detail=detail(child, text % when),
            due=row.answer_by,
            href=reverse("answer", args=[meeting.plan_id]),
            label=_("Svara"),
            plan_id=meeting.plan_id,
            agency_id=row.agency_id,
            hides=as_day(meeting.start),
        )


def to_choose_for(which: Which, _meetings: Meetings = NONE) -> Iterator[PlanItem]:
    """The same about protected children, where nobody is named: the desk chooses who, and is told nothing else."""
    for row in unanswered(which):
        if not row.meeting.plan.child.is_protected:
            continue
        yield PlanItem(
            what_to_do=What.CHOOSE,
            about=row.pk,
            kind=Kind.CALL,
            what=_("Utse vem som ska svara på en kallelse"),
            person=about(row.meeting.plan.child),
            detail="",
            due=row.answer_by,
            href=reverse("people", args=[row.meeting.plan_id]),
            label=_("Utse"),
            plan_id=row.meeting.plan_id,
            agency_id=row.agency_id,
            hides=as_day(row.meeting.start),
        )


@Rows
def unanswered(which: Q) -> QuerySet[Invitation]:
    rows = (
        Invitation.objects.filter(
            which,
            reply="",
            meeting__plan__state=State.CALLED,
            meeting__opened_at__isnull=True,
            meeting__closed_at__isnull=True,
        )
        .exclude(agency=F("meeting__caller"))
        .select_related("meeting__plan__child", "meeting__caller")
    )
    return rows.only("is_call", "agency_id", "own_answer_by", *(f"meeting__{field}" for field in _MEETING))


@Rows
def to_say_when(which: Q) -> QuerySet[PollAsked]:
    answered = PollAnswer.objects.filter(time__poll=OuterRef("poll"), agency=OuterRef("agency"))
    rows = PollAsked.objects.filter(which, ~Exists(answered), poll__closed_at__isnull=True)
    rows = rows.filter(poll__plan__state__in=TO_CALL.states).select_related("poll__plan__child")
    fields = (f"poll__{field}" for field in ("plan_id", "answer_by", *(f"plan__{field}" for field in CHILD)))
    return rows.only("agency_id", *fields)


def times_to_answer(which: Which, _meetings: Meetings = NONE) -> Iterator[PlanItem]:
    """Times proposed for a meeting that the agency has not answered."""
    for row in to_say_when(which):
        yield PlanItem(
            what_to_do=What.TIMES,
            about=row.pk,
            kind=Kind.MEETING,
            what=_("Säg vilka tider som passar"),
            person=about(row.poll.plan.child),
            detail=detail(row.poll.plan.child, _("Samordnaren föreslår tider för ett SIP-möte.")),
            due=row.poll.answer_by,
            href=reverse("answer_times", args=[row.poll.plan_id]),
            label=_("Svara"),
            plan_id=row.poll.plan_id,
            agency_id=row.agency_id,
        )


def _parties(which: Q) -> QuerySet[Party]:
    rows = Party.objects.filter(which, plan__state=State.CALLED).select_related("plan__child")
    return rows.only("agency_id", *(f"plan__{field}" for field in CHILD))


invited = Rows(lambda which: coming_parties(_parties(which)))
silent = Rows(lambda which: without_handed_on(_parties(which & Q(expects="", can_do=""))))


def expectations(which: Which, meetings: Meetings) -> Iterator[PlanItem]:
    """Two lines that are not written, before a meeting that is to come; not of who says that others should be asked.

    `meetings`: the newest of each plan.
    """
    for row, meeting in _before_meeting(silent(which), meetings):
        if meeting.opened_at:
            continue
        text = _("Mötet är %(day)s. Två rader räcker: vad ni förväntar er och vad ni kan bidra med.")
        yield PlanItem(
            what_to_do=What.EXPECT,
            about=row.pk,
            kind=Kind.MEETING,
            what=_("Skriv vad ni förväntar er"),
            person=about(row.plan.child),
            detail=detail(row.plan.child, text % {"day": weekday_words(meeting.start)}),
            due=meeting.start,
            href=reverse("expectation", args=[row.plan_id]),
            label=_("Skriv två rader"),
            plan_id=row.plan_id,
            agency_id=row.agency_id,
            hides=as_day(meeting.start),
        )


def meetings_today(which: Which, meetings: Meetings) -> Iterator[PlanItem]:
    """The meeting on its day, for each who takes part for a party that comes. `meetings`: as in `expectations`."""
    for row, meeting in _before_meeting(invited(which), meetings):
        place = meeting.place or _("Länk till mötet finns i planen")
        day = as_day(meeting.start)
        yield PlanItem(
            what_to_do=What.ATTEND,
            about=row.pk,
            kind=Kind.MEETING,
            what=_("Gå på SIP-möte %(hour)s") % {"hour": hour_words(meeting.start)},
            person=about(row.plan.child),
            detail=detail(row.plan.child, f"{place}."),
            due=meeting.end,
            href=f"{reverse('plan', args=[row.plan_id])}#motet",
            label=_("Se mötet"),
            plan_id=row.plan_id,
            agency_id=row.agency_id,
            shows=day,
            hides=day,
        )


def _before_meeting(parties: list[Party], meetings: Meetings) -> list[tuple[Party, Meeting]]:
    found = [(row, meetings[row.plan_id]) for row in parties if row.plan_id in meetings]
    return [(row, meeting) for row, meeting in found if meeting.closed_at is None]


@Rows
def without_outcome(which: Q) -> QuerySet[Action]:
    rows = Action.objects.filter(which, plan__state__in=TELLING_OUTCOMES.states, outcome="", due__isnull=False)
    return rows.select_related("plan__child").only("text", "due", "agency_id", *(f"plan__{f}" for f in CHILD))


def outcomes(which: Which, _meetings: Meetings = NONE) -> Iterator[PlanItem]:
    """Actions without an outcome, from a week before they are due.

    The family's and other people's are asked of who coordinates.
    """
    for row in without_outcome(which):
        due = given(row.due)  # filtered above
        text = _("%(what)s, klar %(day)s.") % {"what": row.text, "day": near_words(due)}
        yield PlanItem(
            what_to_do=What.OUTCOME if row.agency_id else What.OTHERS_OUTCOME,
            about=row.pk,
            kind=Kind.ACTION,
            what=_("Skriv hur insatsen gick"),
            person=about(row.plan.child),
            detail=detail(row.plan.child, text),
            due=due,
            href=reverse("outcome", args=[row.plan_id, row.pk]),
            label=_("Skriv hur det gick"),
            plan_id=row.plan_id,
            agency_id=row.agency_id,
            shows=due - SOON,
        )
