"""The verbs of the meeting: call, answer, open, close."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.actor import WORKS_WITH_CHILDREN, Actor
from agencies.models import Agency, Level, Membership, Role, User
from common import clock
from common.errors import Problem, Refused, given, refuse
from common.text import LINE_MAX, folded
from consent import family
from consent.models import Guardian
from consent.rules import CHILD, Standing
from sip.meetings.asking import invite, unreceived_problems
from sip.meetings.models import Attendance, Invitation, Meeting, Reply
from sip.meetings.times import close_poll
from sip.notices import services as notices
from sip.plans import access, call_rules, grants, people, routine_limits
from sip.plans.access import Do
from sip.plans.acting import act, move
from sip.plans.models import Deviation, DeviationKind, Party, Plan
from sip.plans.services import deviations
from sip.plans.states import Act


@dataclass(frozen=True)
class NewCall:
    """A call as the coordinator writes it. `named`: who is called by name; `grounds`: why specialist care is called.

    `will_ring`: where the coordinator rings since nobody receives it; None: nobody is asked whether they will.
    """

    purpose: str
    question: str
    start: datetime | None
    end: datetime | None
    answer_by: date | None
    called: Sequence[Agency]
    invited: Sequence[Agency] = ()
    place: str = ""
    link: str = ""
    adaptations: str = ""
    named: Mapping[UUID, Sequence[User]] = field(default_factory=dict)
    grounds: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    will_ring: Collection[UUID] | None = None

    @property
    def agencies(self) -> list[Agency]:
        """Everybody who is asked, called first."""
        return [*self.called, *self.invited]


@dataclass(frozen=True)
class Called:
    """A call that went out, and the agencies where nobody is there to receive it."""

    meeting: Meeting
    unreceived: list[Agency]


@act
def call(actor: Actor, plan: Plan, new: NewCall) -> Called:
    """Call to a meeting: kallelse to those who must come, inbjudan to others. The agencies become parties.

    Cannot be sent without purpose, question, start, end, place or link, grounds for specialist care, and effective
    consent for everybody asked. Raises Refused with all that is missing.
    """
    plan = access.lock(plan)
    access.require(actor, Do.CALL, plan)
    refuse(_call_problems(plan, new))
    caller = given(plan.coordinator_agency)  # a plan that may be called has a coordinator
    meeting = Meeting.objects.create(
        plan=plan,
        number=plan.meetings.count() + 1,
        caller=caller,
        called_by=actor.user,
        called_at=clock.now(),
        purpose=new.purpose,
        question=new.question,
        start=given(new.start),
        end=given(new.end),
        place=new.place,
        link=new.link,
        adaptations=new.adaptations,
        answer_by=given(new.answer_by),
    )
    close_poll(plan)  # the call answers it
    _make_parties(plan, caller, new)
    move(actor, plan, Act.CALL)
    unreceived = [
        agency
        for agency in new.agencies
        if not invite(
            plan,
            meeting,
            agency,
            is_call=agency in new.called,
            named=new.named.get(agency.pk, ()),
            grounds=new.grounds.get(agency.pk, ()),
        )
    ]
    grants.sync(plan)
    notices.queue(
        "meeting_set", people.family_users(plan), about=plan.pk, occasion=meeting.pk, detail=meeting.pk,
        deadline=meeting.start,
    )  # fmt: skip
    return Called(meeting, unreceived)


def _call_problems(plan: Plan, new: NewCall) -> list[Problem]:
    consents = family.standings(plan.child, [agency.pk for agency in new.agencies])
    facts = call_rules.CallFacts(
        purpose=new.purpose,
        question=new.question,
        start=new.start,
        end=new.end,
        place=new.place,
        link=new.link,
        answer_by=new.answer_by,
        called=tuple(agency_facts(plan, one, consents[one.pk], new.grounds.get(one.pk, ())) for one in new.called),
        invited=tuple(agency_facts(plan, one, consents[one.pk], new.grounds.get(one.pk, ())) for one in new.invited),
    )
    problems = call_rules.call_problems(facts, clock.now(), clock.today())
    problems += unreceived_problems(plan, new.agencies, new.named, new.will_ring)
    return problems + _caller_problems(plan, new) + named_problems(new.agencies, new.named)


def _caller_problems(plan: Plan, new: NewCall) -> list[Problem]:
    """The caller is a party too: without consent for the own agency the coordinator sees no contents after the call."""
    caller = plan.coordinator_agency
    if caller is None or caller in new.agencies or family.standing(plan.child, caller.pk).is_effective:
        return []
    message = _("Samtycke saknas för %(agency)s, som kallar. Utan det kan du inte läsa planen efter kallelsen.")
    return [Problem("consent", message % {"agency": caller.name}, "called")]


def agency_facts(plan: Plan, agency: Agency, consent: Standing, grounds: Sequence[str] = ()) -> call_rules.AgencyFacts:
    """What the rules must know of an agency that somebody wants to ask."""
    names = {str(guardian.pk): guardian.name for guardian in family.custody_holders(plan.child)}
    names[CHILD] = plan.child.name
    return call_rules.AgencyFacts(
        name=agency.name,
        is_specialist=agency.level == Level.SPECIALIST,
        consent=consent,
        waiting_names=tuple(names[key] for key in consent.waiting_for),
        decider_count=1 if CHILD in consent.waiting_for else max(len(names) - 1, 1),
        grounds=tuple(grounds),
    )


def named_problems(agencies: Sequence[Agency], named_at: Mapping[UUID, Sequence[User]]) -> list[Problem]:
    """What is wrong with those called by name: each works at one of the `agencies`, with children or as manager."""
    asked = {agency.pk: agency for agency in agencies}
    problems = []
    for agency_id, named in named_at.items():
        agency = asked.get(agency_id)
        if agency is None:
            problems.append(Problem("to", _("Den som nämns arbetar på en verksamhet som inte kallas."), "to"))
            continue
        # A manager may be called by name and come; who reviews the log or keeps the routine has no part in any plan.
        working = Membership.objects.active().filter(role__in=(*WORKS_WITH_CHILDREN, Role.MANAGER))
        there = set(working.filter(agency=agency, user__in=named).values_list("user_id", flat=True))
        problems += [
            Problem(
                "to",
                _("%(name)s arbetar inte på %(agency)s.") % {"name": user.name, "agency": agency.name},
                "to",
            )
            for user in named
            if user.pk not in there
        ]
    return problems


def _make_parties(plan: Plan, caller: Agency, new: NewCall) -> None:
    Party.objects.update_or_create(
        plan=plan,
        agency=caller,
        defaults={"is_caller": True},
        create_defaults={"is_caller": True, "since": clock.now()},
    )
    for agency in new.agencies:
        Party.objects.get_or_create(plan=plan, agency=agency, defaults={"since": clock.now()})


@dataclass(frozen=True)
class Answer:
    """What a called agency answers. `mandate`: what a substitute may decide, in words."""

    reply: str
    who: str = ""
    mandate: str = ""
    reason: str = ""
    # The meeting's, as it was read: a time that has been moved since is not answered unseen.
    sequence: int | None = None


@act
def answer_call(actor: Actor, plan: Plan, agency: Agency, answer: Answer) -> Invitation:
    """Record what a called agency answers: come, send a substitute with mandate, or decline with a reason.

    The coordinator is told of each change, and once of the same answer sent again. Raises Refused also when the
    meeting was moved since it was read, and when the substitute is somebody who was called by name.
    """
    plan = access.lock(plan)
    access.require(actor, Do.ANSWER, plan, agency_id=agency.pk)
    invitation = to_answer(plan, agency, answer.sequence)
    refuse(_answer_problems(answer, [user.name for user in invitation.people.all()]))
    said = (answer.reply, answer.who, answer.mandate, answer.reason)
    if said == (invitation.reply, invitation.who, invitation.mandate, invitation.reason):
        return invitation
    invitation.reply, invitation.who = answer.reply, answer.who
    invitation.mandate, invitation.reason = answer.mandate, answer.reason
    invitation.instead = None
    invitation.answered_by, invitation.answered_at = actor.user, clock.now()
    invitation.save()
    concerned = [user for user in people.coordinator(plan) if user.pk != actor.user.pk]
    notices.queue("answered", concerned, about=plan.pk, occasion=this_answer(invitation))
    return invitation


def this_answer(invitation: Invitation) -> str:
    """Tells one answer of an agency from its next, in what the coordinator is told of them."""
    return f"{invitation.occasion}:{given(invitation.answered_at):%Y%m%dT%H%M%S%f}"


def to_answer(plan: Plan, agency: Agency, sequence: int | None = None) -> Invitation:
    """The invitation of the agency to the meeting that is to come, locked. `sequence`: the meeting's that was read.

    Raises Refused where there is none, when the meeting has begun, and when it was moved since it was read.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("meeting")
        .filter(meeting__plan=plan, agency=agency, meeting__closed_at__isnull=True)
        .first()
    )
    if invitation is None:
        raise Refused(Problem("state", _("Det finns ingen kallelse att svara på.")))
    if invitation.meeting.opened_at:
        raise Refused(Problem("state", _("Mötet har redan börjat. Skriv till samordnaren i stället.")))
    check_unmoved(invitation.meeting, sequence)
    return invitation


def check_unmoved(meeting: Meeting, sequence: int | None) -> None:
    """Raise Refused when the meeting is not as it was read (`sequence`; None: nobody says what was read)."""
    if sequence is not None and sequence != meeting.sequence:
        raise Refused(Problem("sequence", _("Mötet har flyttats sedan du öppnade sidan. Läs den nya tiden först.")))


def _answer_problems(answer: Answer, called: Sequence[str]) -> list[Problem]:
    if answer.reply not in (Reply.COME, Reply.SUBSTITUTE, Reply.DECLINE):
        return [Problem("answer", _("Välj ett svar: kommer, skickar en ersättare eller kan inte komma."), "answer")]
    problems = []
    if answer.reply == Reply.DECLINE and not answer.reason:
        problems.append(Problem("reason", _("Skriv skälet till att ni inte kan komma."), "reason"))
    if answer.reply == Reply.SUBSTITUTE:
        if not answer.who:
            problems.append(Problem("who", _("Skriv vem som kommer i stället."), "substitute"))
        elif _name_in(answer.who) in map(_name_in, called):
            message = _("Den som är kallad kan inte vara sin egen ersättare. Skriv någon annan, eller välj Vi kommer.")
            problems.append(Problem("who", message, "substitute"))
        if not answer.mandate:
            problems.append(Problem("mandate", _("Skriv vilket mandat ersättaren har."), "mandate"))
    return problems


def _name_in(who: str) -> str:
    """The name in "Namn och yrke", as it is compared: what stands before the comma or the bracket."""
    return " ".join(folded(re.split(r"[,(]", who)[0]).split())


@act
def open_meeting(actor: Actor, plan: Plan) -> Meeting:
    """Open the called meeting: from now on who is here is written down, and answers are late."""
    plan = access.lock(plan)
    access.require(actor, Do.RUN_MEETING, plan)
    meeting = current_meeting(plan)
    if meeting is None:
        raise Refused(Problem("state", _("Det finns inget kallat möte att öppna. Skicka en kallelse först.")))
    if meeting.opened_at:
        raise Refused(Problem("state", _("Mötet är redan öppnat.")))
    meeting.opened_at = clock.now()
    meeting.save(update_fields=["opened_at"])
    return meeting


@dataclass(frozen=True)
class Attendee:
    """Somebody who came or did not. `note` is the role when present and the reason when absent.

    `is_no_show`: neither came nor said anything; what `note` says of it decides nothing.
    """

    is_present: bool
    note: str
    agency: Agency | None = None
    user: User | None = None
    guardian: Guardian | None = None
    is_child: bool = False
    is_no_show: bool = False


@act
def close_meeting(actor: Actor, plan: Plan, attendance: Sequence[Attendee]) -> Meeting:
    """Close the meeting and write who came. A called agency that stayed away becomes a deviation to its manager.

    Only one that neither came nor said anything: who told beforehand that nobody can come, and why, or that somebody
    else should be asked, has done what the call asks for. Where that is a failing all the same, somebody tells of it
    by hand (plans/services/deviations.py).
    """
    plan = access.lock(plan)
    access.require(actor, Do.RUN_MEETING, plan)
    meeting = current_meeting(plan)
    if meeting is None or meeting.opened_at is None:
        raise Refused(Problem("state", _("Det finns inget öppet möte att avsluta. Öppna mötet först.")))
    calls = {row.agency_id for row in meeting.invitations.all() if row.is_call and not row.is_handed_on}
    refuse(_attendance_problems(attendance))
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            agency=row.agency,
            user=row.user,
            guardian=row.guardian,
            is_child=row.is_child,
            is_present=row.is_present,
            is_no_show=row.is_no_show and not row.is_present,
            note=row.note,
        )
        for row in attendance
    )
    for row in attendance:
        if row.agency and row.agency.pk in calls and row.is_no_show and not row.is_present:
            _report_no_show(meeting, row.agency)
    meeting.closed_at = clock.now()
    meeting.save(update_fields=["closed_at"])
    move(actor, plan, Act.CLOSE_MEETING)
    return meeting


def _attendance_problems(attendance: Sequence[Attendee]) -> list[Problem]:
    if not any(row.is_present for row in attendance):
        return [Problem("attended", _("Skriv vilka som var med på mötet."), "attended")]
    if any(len(row.note) > LINE_MAX for row in attendance):
        message = _("Det som står om var och en får vara högst %(most)s tecken. Korta det.") % {"most": LINE_MAX}
        return [Problem("attended", message, "attended")]
    keys = [(row.agency, row.user, row.guardian, row.is_child) for row in attendance]
    if len(set(keys)) != len(keys):
        return [Problem("attended", _("Någon står både som närvarande och frånvarande."), "attended")]
    return [
        Problem("absent", _("Skriv varför den som uteblev inte kom."), "absent")
        for row in attendance
        if not row.is_present and not row.note
    ][:1]


def _report_no_show(meeting: Meeting, agency: Agency) -> None:
    deviation = Deviation.objects.create(
        plan=meeting.plan,
        agency=agency,
        kind=DeviationKind.NO_SHOW,
        happened_on=clock.local(meeting.start).date(),
        at=clock.now(),
    )
    deviations.tell_managers(deviation)


def current_meeting(plan: Plan) -> Meeting | None:
    """The called meeting that is not closed; None when there is none."""
    return Meeting.objects.filter(plan=plan, closed_at__isnull=True).order_by("-number").first()


def last_meeting(plan: Plan) -> Meeting | None:
    """The newest meeting of the plan, called or held; a cancelled one never was."""
    return Meeting.objects.filter(plan=plan, cancelled_at__isnull=True).order_by("-number").first()


def first_meeting_in_time(plan: Plan) -> bool:
    """Whether the first meeting was held within the routine's number of calendar days.

    Only reminders wait for the next working day (domain.md §4): what was held a day too late was late.
    """
    found = routine_limits.meeting_limit(plan)
    first = Meeting.objects.filter(plan=plan, opened_at__isnull=False).order_by("number").first()
    if first is None or first.opened_at is None or found is None:
        return False
    return clock.local(first.opened_at).date() <= found.falls_on
