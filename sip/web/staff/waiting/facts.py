"""What the rows of many plans are made from, for whoever coordinates them: loaded in a fixed number of questions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, OuterRef, Subquery

from agencies.routines import Rules
from common.prepared import AnyTold, Prepared
from common.text import in_words
from consent.models import Guardian
from consent.rules import Standing
from sip.documents.models import Paper, PaperState
from sip.meetings.models import Invitation, Meeting
from sip.meetings.of_plan import held_or_to_come
from sip.plans import corrections, people, routine_limits
from sip.plans.models import Comment, FollowUp, Plan, Version
from sip.plans.routine_limits import Opened
from sip.plans.states import State
from sip.web.staff.waiting.item import What
from sip.web.words import as_day


@dataclass(frozen=True)
class Readable:
    """The version that is out to be read and signed, and the guardians who have signed or refused.

    `failed`: which of its own papers could not be made, "" while none.
    """

    key: UUID
    number: int
    frozen_on: date
    heard: Collection[UUID]
    failed: str = ""


@dataclass
class Facts:
    """The facts; each by plan or child key."""

    rules: Mapping[UUID | None, Rules] = field(default_factory=dict)
    holders: dict[UUID, list[Guardian]] = field(default_factory=dict)
    standings: dict[UUID, dict[UUID, Standing]] = field(default_factory=dict)
    meetings: Mapping[UUID, Meeting] = field(default_factory=dict)
    unanswered: dict[UUID, list[Invitation]] = field(default_factory=dict)
    versions: dict[UUID, Readable] = field(default_factory=dict)
    followed_up: dict[UUID, date] = field(default_factory=dict)
    opened: dict[UUID, Opened] = field(default_factory=dict)
    corrections: dict[UUID, list[Comment]] = field(default_factory=dict)

    def rules_of(self, plan: Plan) -> Rules:
        """The routine that the plan is kept by."""
        agency = plan.coordinator_agency
        return self.rules[agency.principal_id if agency else None]

    def last_day(self, plan: Plan, day: date, what: str) -> date:
        """The last day of the limit `what` when it began on `day`; the same day where the routine has none."""
        return self.rules_of(plan).last_day(what, day) or day

    def names(self, guardians: list[Guardian]) -> str:
        """The guardians in words."""
        return in_words([guardian.name for guardian in guardians])

    def silent(self, plan: Plan, version: Readable) -> list[Guardian]:
        """Those asked to sign who have said neither yes nor no."""
        return [guardian for guardian in self.holders[plan.child_id] if guardian.pk not in version.heard]


def load(
    plans: Sequence[Plan],
    rules: Callable[[], Mapping[UUID | None, Rules]],
    only: Collection[What],
    meetings: Mapping[UUID, Meeting] | None,
) -> Facts:
    """⚡ Asked of the plans that need it: most stand where little is to be known."""
    preparing = [plan for plan in plans if plan.state == State.PREPARING]
    before_end = [plan.pk for plan in plans if plan.state in (State.CALLED, State.MET)]
    is_asked = not {What.SIGNATURES, What.PAPER}.isdisjoint(only)
    to_sign = (State.IN_REVIEW, State.ESTABLISHED) if is_asked else (State.IN_REVIEW,)
    signing = [plan for plan in plans if plan.state in to_sign]
    followed = [plan.pk for plan in plans if plan.state == State.FOLLOWING_UP]
    facts = Facts()
    kept_by = [plan.coordinator_agency for plan in plans if plan.coordinator_agency]
    if any(plan.state not in (State.CALLED, State.ESTABLISHED) for plan in plans):  # those know their own days
        facts.rules = rules()
        if not {agency.principal_id for agency in kept_by} <= set(facts.rules):
            facts.rules = routine_limits.rules_of_principals([agency.principal for agency in kept_by])
    if before_end:
        facts.meetings = newest_meetings(before_end) if meetings is None else meetings
    coming = _coming(facts, before_end) if What.UNANSWERED in only else []
    children = [plan.child for plan in (*preparing, *signing)]
    weighed = [plan.child for plan in preparing]
    signed, corrected = [plan.pk for plan in signing], [plan.pk for plan in plans] if What.CORRECTION in only else []
    if children:
        facts.holders = people.holders_of(children)
    if weighed:
        facts.standings = people.standings_of(weighed, facts.holders)
    if coming:
        _load_unanswered(facts, coming)
    if signed:
        _load_words(facts, signed)
    for correction in _CORRECTIONS(plans=corrected) if corrected else ():
        facts.corrections.setdefault(correction.plan_id, []).append(correction)
    if followed:
        facts.followed_up = dict(_FOLLOWED_UP(plans=followed))
    return facts


_FOLLOWED_UP = Prepared(
    lambda: FollowUp.objects.filter(plan=AnyTold("plans")).order_by("held_on").values_list("plan_id", "held_on")
)
_CORRECTIONS = Prepared(lambda: corrections.unanswered().filter(plan=AnyTold("plans")).only("plan_id", "at"))
_MEETINGS = Prepared(
    lambda: Meeting.objects.filter(plan=AnyTold("plans"), cancelled_at__isnull=True).order_by("number")
)
_SILENT = Prepared(
    lambda: (
        Invitation.objects.filter(meeting=AnyTold("meetings"), reply="")
        .exclude(agency=F("meeting__caller"))
        .select_related("agency")
        .order_by("agency__name_key", "pk")
    )
)
_FAILED = Paper.objects.filter(version=OuterRef("pk"), state=PaperState.FAILED).order_by("-kind").values("kind")[:1]
_VERSIONS = Prepared(
    lambda: (
        Version.objects.filter(plan=AnyTold("plans"), void_at__isnull=True)
        .order_by("number")
        .annotate(heard=ArrayAgg("signatures__guardian_id"), failed=Subquery(_FAILED))
        .values_list("plan_id", "pk", "number", "frozen_at", "heard", "failed")
    )
)


def meetings_of(ids: Collection[UUID]) -> dict[UUID, Meeting]:
    """The newest meeting of each plan, but those that were cancelled."""
    return {meeting.plan_id: meeting for meeting in _MEETINGS(plans=sorted(ids))} if ids else {}


def newest_meetings(ids: Collection[UUID]) -> dict[UUID, Meeting]:
    """The same; of a single plan asked once in a moment."""
    if len(ids) != 1:
        return meetings_of(ids)
    return {meeting.plan_id: meeting for meeting in held_or_to_come(next(iter(ids)))}


def _coming(facts: Facts, ids: list[UUID]) -> list[UUID]:
    """The meetings of these plans that are not opened yet."""
    found = (facts.meetings[key] for key in ids if key in facts.meetings)
    return [meeting.pk for meeting in found if not meeting.opened_at]


def _load_unanswered(facts: Facts, coming: list[UUID]) -> None:
    for invitation in _SILENT(meetings=coming):
        facts.unanswered.setdefault(invitation.meeting_id, []).append(invitation)


def _load_words(facts: Facts, ids: list[UUID]) -> None:
    for plan_id, key, number, frozen_at, heard, failed in _VERSIONS(plans=ids):
        facts.versions[plan_id] = Readable(key, number, as_day(frozen_at), heard or (), failed or "")
