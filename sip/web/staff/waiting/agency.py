"""The own agency's part: calls to answer, expectations to write, meetings today, outcomes to tell."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from sip.meetings.models import Invitation, Meeting
from sip.plans import held
from sip.plans.models import Action, Assignment, Party, Plan
from sip.plans.states import TELLING_OUTCOMES, State
from sip.web.staff.waiting.item import MOST, Item, Kind, about, detail
from sip.web.words import hour_words, near_words, weekday_words

SOON = timedelta(days=7)


def items(actor: Actor, plans: QuerySet[Plan], states: Collection[State]) -> Iterator[Item]:
    """What the actor has to do for the agencies that they take part for, in plans in these `states`."""
    if State.CALLED in states:
        yield from _calls_to_answer(actor, plans)
        yield from _expectations(actor, plans)
        yield from _meetings_today(actor, plans)
    if set(states) & set(TELLING_OUTCOMES.states):
        yield from _outcomes(actor, plans)


def _mine(actor: Actor, *, plan: str, agency: str) -> Q:
    """Rows that are the actor's to do: named or assigned; or at the desk, while nobody is named or assigned there."""
    somebody = Assignment.objects.filter(plan=OuterRef(plan), agency=OuterRef(agency), ended_at__isnull=True)
    at_desk = held.takes_part_at_desk(actor, plan=plan, agency=agency) & ~Q(Exists(somebody))
    return held.takes_part_in_person(actor, plan=plan, agency=agency) | at_desk


def _calls_to_answer(actor: Actor, plans: QuerySet[Plan]) -> Iterator[Item]:
    rows = (
        Invitation.objects.filter(
            _mine(actor, plan="meeting__plan_id", agency="agency_id"),
            reply="",
            meeting__plan__in=plans,
            meeting__plan__state=State.CALLED,
            meeting__opened_at__isnull=True,
            meeting__closed_at__isnull=True,
        )
        .exclude(agency=F("meeting__caller"))
        .select_related("meeting__plan__child", "meeting__caller")
    )
    for row in rows.order_by("meeting__answer_by", "pk")[:MOST]:
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
        yield Item(
            kind=Kind.CALL,
            what=_("Svara på en kallelse") if row.is_call else _("Svara på en inbjudan"),
            person=about(child),
            detail=detail(child, text % when),
            due=meeting.answer_by,
            href=reverse("answer", args=[meeting.plan_id]),
            label=_("Svara"),
            plan_id=meeting.plan_id,
        )


def to_choose_for(actor: Actor) -> Iterator[Item]:
    """Calls about protected children, where nobody is named: the desk chooses who, and is told nothing else."""
    named = Assignment.objects.filter(
        plan=OuterRef("meeting__plan_id"), agency=OuterRef("agency_id"), ended_at__isnull=True
    )
    rows = Invitation.objects.filter(
        held.chooses_at_desk(actor, plan="meeting__plan_id", agency="agency_id"),
        ~Q(Exists(named)),
        meeting__plan__state=State.CALLED,
        meeting__closed_at__isnull=True,
    ).select_related("meeting__plan__child")
    for row in rows.order_by("meeting__answer_by", "pk")[:MOST]:
        yield Item(
            kind=Kind.CALL,
            what=_("Utse vem som ska svara på en kallelse"),
            person=about(row.meeting.plan.child),
            detail="",
            due=row.meeting.answer_by,
            href=reverse("people", args=[row.meeting.plan_id]),
            label=_("Utse"),
        )


def _expectations(actor: Actor, plans: QuerySet[Plan]) -> Iterator[Item]:
    coming = Meeting.objects.filter(plan=OuterRef("plan_id"), closed_at__isnull=True, opened_at__isnull=True)
    rows = (
        Party.objects.filter(
            _mine(actor, plan="plan_id", agency="agency_id"),
            expects="",
            can_do="",
            plan__in=plans,
            plan__state=State.CALLED,
        )
        .annotate(meeting_at=coming.values("start")[:1])
        .filter(meeting_at__isnull=False)
        .select_related("plan__child", "agency")
    )
    for row in rows.order_by("meeting_at", "pk")[:MOST]:
        text = _("Mötet är %(day)s. Två rader räcker: vad ni hoppas på och vad ni kan göra.")
        yield Item(
            kind=Kind.MEETING,
            what=_("Skriv vad ni förväntar er av mötet"),
            person=about(row.plan.child),
            detail=detail(row.plan.child, text % {"day": weekday_words(row.meeting_at)}),
            due=row.meeting_at,
            href=reverse("expectation", args=[row.plan_id]),
            label=_("Skriv två rader"),
            plan_id=row.plan_id,
        )


def _meetings_today(actor: Actor, plans: QuerySet[Plan]) -> Iterator[Item]:
    """Meetings of today, for those who take part; the coordinator has a row of their own."""
    today = clock.today()
    own = Party.objects.filter(
        held.takes_part_in_person(actor, plan="plan_id", agency="agency_id"), plan=OuterRef("plan_id")
    )
    rows = (
        Meeting.objects.filter(
            Exists(own),
            plan__in=plans,
            plan__state=State.CALLED,
            closed_at__isnull=True,
            start__gte=clock.at(today),
            start__lt=clock.end_of_day(today),
        )
        .exclude(plan__coordinator=actor.user)
        .select_related("plan__child")
    )
    for row in rows.order_by("start", "pk")[:MOST]:
        place = row.place or _("Länk till mötet finns i planen")
        yield Item(
            kind=Kind.MEETING,
            what=_("Gå på SIP-möte %(hour)s") % {"hour": hour_words(row.start)},
            person=about(row.plan.child),
            detail=detail(row.plan.child, f"{place}."),
            due=row.end,
            href=f"{reverse('plan', args=[row.plan_id])}#motet",
            label=_("Se mötet"),
            plan_id=row.plan_id,
        )


def _outcomes(actor: Actor, plans: QuerySet[Plan]) -> Iterator[Item]:
    """Actions due within a week or past it: the own agency's; the family's and others' for who coordinates."""
    own = Q(agency__isnull=False) & _mine(actor, plan="plan_id", agency="agency_id")
    coordinated = Q(agency__isnull=True, plan__coordinator=actor.user)
    runs = coordinated & held.takes_part_in_person(actor, plan="plan_id", agency="plan__coordinator_agency_id")
    rows = Action.objects.filter(
        own | runs,
        plan__in=plans,
        plan__state__in=TELLING_OUTCOMES.states,
        outcome="",
        due__lte=clock.today() + SOON,
    ).select_related("plan__child")
    for row in rows.order_by("due", "pk")[:MOST]:
        assert row.due  # noqa: S101 — filtered above
        text = _("%(what)s, klar %(day)s.") % {"what": row.text, "day": near_words(row.due)}
        yield Item(
            kind=Kind.ACTION,
            what=_("Skriv hur insatsen gick"),
            person=about(row.plan.child),
            detail=detail(row.plan.child, text),
            due=row.due,
            href=reverse("outcome", args=[row.plan_id, row.pk]),
            label=_("Skriv hur det gick"),
            plan_id=row.plan_id,
        )
