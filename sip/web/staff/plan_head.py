"""The top of the plan's page: where the plan stands in one sentence, and the six steps with their days."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from common.text import in_words
from sip.meetings.models import Meeting
from sip.plans import protection
from sip.plans.models import CloseReason, Plan, Stamp, Version
from sip.plans.states import Act, State
from sip.signing import receipt
from sip.signing.models import SignatureStatus
from sip.web.parts import Step, steps
from sip.web.words import as_day, day_words, hour_words, meeting_words

PREPARE, CALL, MEET, FOLLOW_UP, ALL_DONE = 2, 3, 4, 5, 7


@dataclass(frozen=True)
class Course:
    """What the head of the page is made from: the acts so far, the meetings, the versions that are not void."""

    stamps: tuple[Stamp, ...]
    meetings: tuple[Meeting, ...]
    versions: tuple[Version, ...]
    cancelled: Meeting | None = None  # the newest call, when it was cancelled and nothing has come instead
    words: list[dict[str, object]] = field(default_factory=list)
    asked: frozenset[UUID] = frozenset()  # who is asked to sign for an agency, and has said nothing

    @classmethod
    def of(cls, plan: Plan) -> "Course":
        """Read it, in at most seven queries."""
        versions = tuple(plan.versions.filter(void_at__isnull=True).order_by("-number"))
        meetings = tuple(plan.meetings.select_related("caller").order_by("number"))
        signers = receipt.signer_rows(plan, versions[0]) if versions else []
        return cls(
            stamps=tuple(Stamp.objects.filter(plan=plan).select_related("by").order_by("id")),
            meetings=tuple(row for row in meetings if not row.cancelled_at),
            versions=versions,
            cancelled=meetings[-1] if meetings and meetings[-1].cancelled_at else None,
            words=[row.told for row in signers],
            asked=frozenset(row.user.pk for row in signers if row.asked and row.user),
        )

    @property
    def current(self) -> Version | None:
        """The newest version that no edit made void."""
        return self.versions[0] if self.versions else None

    @property
    def in_force(self) -> Version | None:
        """The newest version that is established."""
        return next((version for version in self.versions if version.established_at), None)

    @property
    def meeting(self) -> Meeting | None:
        """The newest meeting, called or held."""
        return self.meetings[-1] if self.meetings else None

    def first(self, *acts: str) -> datetime | None:
        """When one of these acts was first done."""
        return next((stamp.at for stamp in self.stamps if stamp.act in acts), None)

    def last(self, act: str) -> Stamp | None:
        """The newest stamp of this act."""
        return next((stamp for stamp in reversed(self.stamps) if stamp.act == act), None)


def step_bar(plan: Plan, course: Course) -> tuple[Step, ...]:
    """The steps, with the day that each was or will be taken."""
    first_meeting = course.meetings[0] if course.meetings else None
    moments = (
        course.first("request"),
        course.first(Act.ACCEPT),
        course.first(Act.CALL) if course.meetings else None,
        (first_meeting.opened_at or first_meeting.start) if first_meeting else None,
        _followed_up(plan, course),
        course.first(Act.CLOSE),
    )
    return steps(_current_step(plan, course), tuple(day_words(moment) if moment else "" for moment in moments))


def _followed_up(plan: Plan, course: Course) -> date | None:
    """The day of the follow-up: the one that was held; before that, the one that is decided."""
    held = course.last(Act.FOLLOW_UP)
    if plan.state in (State.FOLLOWING_UP, State.CLOSED):
        return held.at if held else None
    return plan.follow_up_on


def _current_step(plan: Plan, course: Course) -> int:
    if plan.state == State.CLOSED:
        return ALL_DONE
    if course.in_force or plan.state == State.FOLLOWING_UP:
        return FOLLOW_UP
    meeting = course.meeting
    if plan.state == State.CALLED and meeting and meeting.opened_at:
        return MEET
    by_state = {State.PREPARING: PREPARE, State.CALLED: CALL, State.MET: MEET, State.IN_REVIEW: MEET}
    return by_state.get(State(plan.state), 1)


def lead(plan: Plan, course: Course) -> str:
    """Where the plan stands, in a sentence or two."""
    return {
        State.REQUESTED: _requested,
        State.DECLINED: _declined,
        State.PREPARING: _preparing,
        State.CALLED: _called,
        State.MET: _met,
        State.IN_REVIEW: _in_review,
        State.ESTABLISHED: _established,
        State.FOLLOWING_UP: _following_up,
        State.CLOSED: _closed,
    }[State(plan.state)](plan, course)


def _day(moment: datetime | None) -> str:
    return day_words(moment) if moment else ""


def _requested(_plan: Plan, course: Course) -> str:
    return _("Önskan kom %(day)s. Ingen samordnare har svarat än.") % {"day": _day(course.first("request"))}


def _declined(_plan: Plan, course: Course) -> str:
    stamp = course.last(Act.DECLINE)
    day = _day(stamp.at if stamp else None)
    return _("Önskan avböjdes %(day)s. Skälet: %(why)s") % {"day": day, "why": stamp.why if stamp else ""}


def _preparing(plan: Plan, _course: Course) -> str:
    name = protection.coordinator_name(plan)
    return _("%(name)s förbereder mötet.") % {"name": name}


def _called(_plan: Plan, course: Course) -> str:
    meeting = course.meeting
    if meeting is None:
        return ""
    if meeting.opened_at:
        return _("Mötet pågår sedan %(hour)s.") % {"hour": hour_words(meeting.opened_at)}
    when = meeting_words(meeting.start, meeting.end)
    return _("Möte %(when)s.") % {"when": when[:1].lower() + when[1:]} + _still_in_force(course)


def _met(_plan: Plan, course: Course) -> str:
    meeting = course.meeting
    held = (meeting.opened_at or meeting.start) if meeting else None
    return _("Mötet hölls %(day)s. Planen skrivs klart.") % {"day": _day(held)} + _still_in_force(course)


def _in_review(_plan: Plan, course: Course) -> str:
    version = course.current
    number = version.number if version else 1
    said = _("Familjen läser version %(number)s.") % {"number": number}
    return f"{said} {signatures(course)}" + _still_in_force(course)


def _established(_plan: Plan, course: Course) -> str:
    version = course.in_force
    if version is None:
        return ""
    said = _("Fastställd %(day)s, version %(number)s.") % {
        "day": _day(version.established_at),
        "number": version.number,
    }
    return f"{said} {signatures(course)}"


def _following_up(_plan: Plan, course: Course) -> str:
    stamp = course.last(Act.FOLLOW_UP)
    return _("Följs upp sedan %(day)s.") % {"day": _day(stamp.at if stamp else None)} + _still_in_force(course)


def _closed(plan: Plan, course: Course) -> str:
    stamp = course.last(Act.CLOSE)
    why = CloseReason(plan.close_reason).label if plan.close_reason else ""
    return _("Avslutad %(day)s. %(why)s.") % {"day": _day(stamp.at if stamp else None), "why": why}


def _still_in_force(course: Course) -> str:
    version = course.in_force
    if version is None or version.established_at is None:
        return ""
    return " " + _("Version %(number)s från %(day)s gäller tills den nya är fastställd.") % {
        "number": version.number,
        "day": day_words(as_day(version.established_at)),
    }


def signatures(course: Course) -> str:
    """ "Johan Ek har skrivit under. Sara Lind har inte gjort det." """
    by_status: dict[object, list[str]] = {}
    for row in course.words:
        by_status.setdefault(row["status"], []).append(str(row["name"]))
    signed = by_status.get(SignatureStatus.SIGNED, [])
    refused = by_status.get(SignatureStatus.REFUSED, [])
    waiting = by_status.get("waiting", [])
    said = []
    if signed:
        said.append(_("%(names)s har skrivit under.") % {"names": in_words(signed)})
    if refused:
        said.append(_("%(names)s vill inte skriva under.") % {"names": in_words(refused)})
    if waiting and signed:
        said.append(_("%(names)s har inte gjort det.") % {"names": in_words(waiting)})
    elif waiting:
        said.append(_("%(names)s har inte skrivit under.") % {"names": in_words(waiting)})
    return " ".join(said)
