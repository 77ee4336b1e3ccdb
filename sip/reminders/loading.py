"""A plan's facts, from its rows: in so many queries however long the plan's life, and fewer the earlier it stands."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Max

from agencies.models import StartEvent
from common import clock
from common.once import once
from consent import family, rules
from consent.models import ConsentDecision, DecisionKind
from consent.rules import Standing, Status
from sip.meetings.models import Invitation, Meeting, Poll, PollAnswer, PollAsked, Reply
from sip.meetings.of_plan import held_or_to_come
from sip.plans import corrections, people, routine_limits
from sip.plans.call_rules import Ground
from sip.plans.models import Action, Deviation, FollowUp, Party, Plan, Request, Version
from sip.plans.models.contents import Responsible
from sip.plans.routine_limits import ANSWER_DEVIATION_WITHIN
from sip.plans.states import TO_CALL, State
from sip.reminders import spans
from sip.reminders.facts import Asked, Called, Correction, Deed, Facts, Polled, Readable, Referred, Reported, Silent
from sip.signing.models import Signature


def facts_of(request: Request) -> Facts:
    """What the reminders of the plan that a request opened are reckoned from. Nothing of it may be hidden here."""
    return _Loading(request).facts()


class _Loading:
    """One plan being read: what several facts need is fetched once."""

    def __init__(self, request: Request) -> None:
        self.request, plan = request, request.plan
        self.plan = plan
        self.rules = routine_limits.rules_of(plan)

    def facts(self) -> Facts:
        """Everything; of what the plan's state rules out only that it is not there."""
        plan = self.plan
        first = Facts(
            state=plan.state,
            rules=self.rules,
            born=plan.child.born,
            need_seen=self.request.seen_on,
            requested_on=_day(self.request.at),
            reported=self._reported(),
        )
        return first if plan.state not in spans.TAKEN_UP else self._whole(first)

    def _whole(self, first: Facts) -> Facts:
        plan = self.plan
        self.holders = people.holders_of([plan.child])[plan.child_id]
        self.standings = people.standings_of([plan.child])[plan.child_id]
        self.users = {str(row.pk): row.user_id for row in self.holders}
        if plan.child.user_id:
            self.users[rules.CHILD] = plan.child.user_id
        meetings = held_or_to_come(plan.pk)
        held = [(row.pk, _day(row.opened_at)) for row in meetings if row.opened_at]
        parties = list(Party.objects.filter(plan=plan).select_related("agency"))
        version, established = self._versions()
        return replace(
            first,
            consent_complete=self._consent_complete(),
            first_meeting_on=held[0][1] if held else None,
            last_meeting=held[-1][0] if held else None,
            last_meeting_on=held[-1][1] if held else None,
            polled=self._polled(),
            called=self._called(meetings, parties),
            silent=self._silent(),
            consent_ends=self._consent_ends(parties),
            readable=self._readable(version),
            established_on=established,
            followed_up_on=self._followed_up() if established else None,
            follow_up_on=plan.follow_up_on,
            deeds=self._deeds(),
            referred=self._referred(parties, is_established=established is not None),
            corrections=self._corrections(),
            kinds=frozenset(row.agency.kind_id for row in parties if self._reads(row.agency_id)),
        )

    def _reads(self, agency_id: UUID) -> bool:
        found = self.standings.get(agency_id)
        return found is not None and found.is_effective

    def _consent_complete(self) -> date | None:
        """Asked for only where a limit is counted from it."""
        if any(limit.start_event == StartEvent.CONSENT_COMPLETE for limit in self.rules.limits.values()):
            return family.consent_complete(self.plan.child)
        return None

    def _called(self, meetings: list[Meeting], parties: list[Party]) -> Called | None:
        if self.plan.state != State.CALLED or not meetings or meetings[-1].opened_at or meetings[-1].closed_at:
            return None
        meeting = meetings[-1]
        wrote = {row.agency_id for row in parties if row.expects or row.can_do}
        rows = Invitation.objects.filter(meeting=meeting).exclude(agency=meeting.caller_id).order_by("pk")
        asked = tuple(
            Asked(
                key=row.pk,
                agency=row.agency_id,
                is_call=row.is_call,
                has_answered=bool(row.reply),
                has_declined=row.reply not in ("", Reply.COME, Reply.SUBSTITUTE),
                has_expectation=row.agency_id in wrote,
                asked_on=row.asked_on,
                answer_by=row.own_answer_by,
            )
            for row in rows
            if self._reads(row.agency_id)
        )
        return Called(
            key=meeting.pk,
            called_on=_day(meeting.called_at),
            start=meeting.start,
            answer_by=meeting.answer_by,
            round=meeting.round,
            asked=asked,
        )

    def _polled(self) -> Polled | None:
        """The times that are proposed, and who has not answered: asked where a meeting can be called."""
        if self.plan.state not in TO_CALL.states:
            return None
        poll = Poll.objects.filter(plan=self.plan, closed_at__isnull=True).first()
        if poll is None:
            return None
        said = set(PollAnswer.objects.filter(time__poll=poll).values_list("agency_id", "by_id"))
        answered = {agency or user for agency, user in said}
        asked = PollAsked.objects.filter(poll=poll).order_by("pk").values_list("agency_id", flat=True)
        return Polled(
            key=poll.pk,
            asked_on=_day(poll.made_at),
            answer_by=poll.answer_by,
            agencies=tuple(key for key in asked if key not in answered and self._reads(key)),
            users=tuple(sorted(key for key in self.users.values() if key not in answered)),
        )

    def _reported(self) -> tuple[Reported, ...]:
        """Deviations without an answer: they are to have one whatever becomes of the plan."""
        rows = Deviation.objects.filter(plan=self.plan, answered_at__isnull=True, closed_at__isnull=True)
        return tuple(
            Reported(key, agency_id, _day(at), _day(at) + ANSWER_DEVIATION_WITHIN)
            for key, agency_id, at in rows.order_by("pk").values_list("pk", "agency_id", "at")
        )

    def _silent(self) -> tuple[Silent, ...]:
        """Those who have a log-in and have not answered, and when the first of the others said yes."""
        waiting = {key: found for key, found in self.standings.items() if found.status is Status.WAITING}
        if not waiting:
            return ()
        since = self._yes_since(waiting)
        days: dict[UUID, date] = {}
        for agency_id, found in waiting.items():
            for user in self._users(found):
                days[user] = min(days.get(user, date.max), since[agency_id])
        held = self._decides_since
        days = {user: max(day, held.get(user, day)) for user, day in days.items()}
        return tuple(Silent(user, day) for user, day in sorted(days.items()))

    def _yes_since(self, agencies: Collection[UUID]) -> dict[UUID, date]:
        """For each agency, from when there is a yes that counts now: of who decides now, and without a break.

        What somebody said before it ran out, or was taken back, belongs to a time that is over.
        """
        deciding = set(family.deciders(self.plan.child, self.holders))
        rows = ConsentDecision.objects.filter(child=self.plan.child_id, agency__in=agencies)
        said: dict[tuple[UUID, str], tuple[date, date | None] | None] = {}
        for row in rows.order_by("at", "id"):
            decision, day = family.as_rules_know(row), _day(row.at)
            if decision.decider not in deciding:
                continue
            before = said.get((row.agency_id, decision.decider))
            goes_on = before is not None and (before[1] is None or before[1] >= day)
            first = before[0] if before is not None and goes_on else day
            said[row.agency_id, decision.decider] = (first, row.until) if row.kind == DecisionKind.GIVEN else None
        since: dict[UUID, date] = {}
        for (agency_id, _decider), found in said.items():
            if found is not None:
                since[agency_id] = min(since.get(agency_id, date.max), found[0])
        return since

    def _users(self, found: Standing) -> list[UUID]:
        return [self.users[key] for key in found.waiting_for if key in self.users]

    def _consent_ends(self, parties: list[Party]) -> tuple[date, ...]:
        found = (self.standings[row.agency_id] for row in parties if self._reads(row.agency_id))
        return tuple(sorted({standing.until for standing in found if standing.until is not None}))

    def _versions(self) -> tuple[Version | None, date | None]:
        """The version that is out to be read, and the day when the newest one that holds was established."""
        rows = list(Version.objects.filter(plan=self.plan, void_at__isnull=True).order_by("number").defer("content"))
        established = [row.established_at for row in rows if row.established_at]
        return (rows[-1] if rows else None), (_day(max(established)) if established else None)

    def _followed_up(self) -> date | None:
        day: date | None = FollowUp.objects.filter(plan=self.plan).aggregate(day=Max("held_on"))["day"]
        return day

    def _readable(self, version: Version | None) -> Readable | None:
        if version is None or self.plan.state not in (State.IN_REVIEW, *spans.IN_FORCE):
            return None
        said = Signature.objects.filter(version=version).of_family().values_list("guardian_id", flat=True)
        heard = {rules.CHILD if key is None else str(key) for key in said}
        unsigned = {user for key, user in self.users.items() if key not in heard}  # as people.asked_to_sign
        since = _day(version.frozen_at)
        later = {user: day for user, day in self._decides_since.items() if user in unsigned and day > since}
        return Readable(version.pk, since, tuple(sorted(unsigned)), later)

    @cached_property
    def _decides_since(self) -> dict[UUID, date]:
        """From when each of the family decides and signs: custody, or the young person's own log-in."""
        child = self.plan.child
        since = {user: _day(moment) for user, moment in family.custody_since(child).items()}
        assessed = family.newest_assessment(child) if child.user_id else None
        return since | ({child.user_id: _day(assessed.at)} if assessed and child.user_id else {})

    def _deeds(self) -> tuple[Deed, ...]:
        if self.plan.state not in spans.IN_FORCE:
            return ()
        return tuple(
            Deed(row.pk, row.due, row.agency_id, row.responsible == Responsible.FAMILY)
            for row in actions_of(self.plan)
            if row.due and not row.outcome and (row.agency_id is None or self._reads(row.agency_id))
        )

    def _corrections(self) -> tuple[Correction, ...]:
        rows = corrections.unanswered().filter(plan=self.plan).values_list("pk", "at")
        return tuple(Correction(key, _day(at)) for key, at in rows)

    def _referred(self, parties: list[Party], *, is_established: bool) -> tuple[Referred, ...]:
        """Agencies of a kind with limits of its own, called since a referral is sent, until they tell of anything."""
        kinds = {limit.kind for limit in self.rules.limits.values() if limit.kind}
        there = {row.agency_id: row.agency.kind_id for row in parties if row.agency.kind_id in kinds}
        there = {key: kind for key, kind in there.items() if self._reads(key)}
        if not there:
            return ()
        rows = Invitation.objects.filter(meeting__plan=self.plan, agency__in=there, grounds__contains=Ground.REFERRAL)
        rows = rows.exclude(reply=Reply.NOT_US)  # the referral is somebody else's to take up
        since: dict[UUID, date] = {}
        for agency_id, at in rows.order_by("-meeting__called_at").values_list("agency_id", "meeting__called_at"):
            since[agency_id] = _day(at)
        if not since or not is_established:  # until then nothing can have been told
            return tuple(Referred(key, there[key], day) for key, day in sorted(since.items()))
        done = {row.agency_id for row in actions_of(self.plan) if row.outcome}
        return tuple(Referred(key, there[key], day) for key, day in sorted(since.items()) if key not in done)


def actions_of(plan: Plan) -> list[Action]:
    """The plan's actions, in a stable order, without their long texts; asked once in a moment."""
    rows = Action.objects.filter(plan=plan).order_by("pk")
    rows = rows.only("plan_id", "due", "agency_id", "responsible", "outcome", "contact")
    return once(("actions", plan.pk), lambda: list(rows))


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
