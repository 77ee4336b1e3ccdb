"""The meeting's kinds of notice, and when each is still true."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from agencies.actor import Actor
from agencies.models import Role
from consent import family
from sip.meetings.models import Invitation, Meeting, Poll, PollAnswer, Reply
from sip.notices.models import Notice
from sip.notices.registry import Group
from sip.plans.notice_kinds import open_and_seen, plain_kind, sees_plan
from sip.plans.states import State


def _own_page(notice: Notice) -> str:
    """For whoever receives a call and may not open the plan: a manager, where the unit has nobody else."""
    return "/min-enhet/" if Actor.of(notice.recipient).has_role(Role.MANAGER) else "/idag/"


def _meeting_to_come(notice: Notice) -> bool:
    return Meeting.objects.filter(pk=notice.detail, closed_at__isnull=True, plan__state=State.CALLED).exists()


def _is_asked_still(notice: Notice, asked: QuerySet[Invitation]) -> bool:
    """Whether the recipient works at one of the agencies asked and consent still holds for it.

    Not `sees_plan`: a call goes to whoever receives for the agency, also where that person may not see the plan.
    """
    rows = asked.filter(agency__in=Actor.of(notice.recipient).agency_ids).select_related("meeting__plan__child")
    return any(family.standing(row.meeting.plan.child, row.agency_id).is_effective for row in rows)


def _is_called(notice: Notice) -> bool:
    return _meeting_to_come(notice) and _is_asked_still(notice, Invitation.objects.filter(meeting=notice.detail))


def _was_asked_to_what_is_cancelled(notice: Notice) -> bool:
    if not Meeting.objects.filter(pk=notice.detail, cancelled_at__isnull=False).exists():
        return False
    return _is_asked_still(notice, Invitation.objects.filter(meeting=notice.detail)) or sees_plan(notice) is not None


def _says_not_us(notice: Notice) -> bool:
    return Invitation.objects.filter(pk=notice.detail, reply=Reply.NOT_US).exists()


def _is_asked_about_times(notice: Notice) -> bool:
    return Poll.objects.filter(pk=notice.detail, closed_at__isnull=True).exists()


def _has_times_to_answer(notice: Notice) -> bool:
    """Whether the question is open and the recipient, or a colleague, has not answered it."""
    agencies = Actor.of(notice.recipient).agency_ids
    answers = PollAnswer.objects.filter(time__poll=notice.detail)
    answered = answers.filter(Q(agency__in=agencies) | Q(agency__isnull=True, by=notice.recipient)).exists()
    return not answered and _is_asked_about_times(notice) and open_and_seen(notice)


CALL = plain_kind(
    "call",
    gettext_lazy("Du är kallad till ett SIP-möte"),
    gettext_lazy("Din verksamhet är kallad till ett möte om en samordnad individuell plan. Svara senast %(day)s."),
    _is_called,
    "/planer/%(plan)s/svara/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
INVITATION = plain_kind(
    "invitation",
    gettext_lazy("Du är inbjuden till ett SIP-möte"),
    gettext_lazy("Din verksamhet är inbjuden till ett möte om en samordnad individuell plan. Svara senast %(day)s."),
    _is_called,
    "/planer/%(plan)s/svara/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
MEETING_SET = plain_kind(
    "meeting_set",
    gettext_lazy("Tid för SIP-möte är bestämd"),
    gettext_lazy("Det är bestämt när SIP-mötet ska vara: %(day)s. Läs mer i tjänsten."),
    lambda notice: _meeting_to_come(notice) and open_and_seen(notice),
    "/planer/%(plan)s/",
    group=Group.MEETINGS,
)
CALL_MOVED = plain_kind(
    "call_moved",
    gettext_lazy("Ett SIP-möte har fått en ny tid"),
    gettext_lazy("Mötet som din verksamhet är kallad till har fått en ny tid. Svara på den nya tiden senast %(day)s."),
    _is_called,
    "/planer/%(plan)s/svara/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
INVITATION_MOVED = plain_kind(
    "invitation_moved",
    gettext_lazy("Ett SIP-möte har fått en ny tid"),
    gettext_lazy(
        "Mötet som din verksamhet är inbjuden till har fått en ny tid. Svara på den nya tiden senast %(day)s."
    ),
    _is_called,
    "/planer/%(plan)s/svara/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
MEETING_MOVED = plain_kind(
    "meeting_moved",
    gettext_lazy("Ett SIP-möte har fått en ny tid"),
    gettext_lazy("SIP-mötet har fått en ny tid: %(day)s. Läs mer i tjänsten."),
    lambda notice: _meeting_to_come(notice) and open_and_seen(notice),
    "/planer/%(plan)s/",
    group=Group.MEETINGS,
    is_compulsory=True,
)
PLACE_CHANGED = plain_kind(
    "place_changed",
    gettext_lazy("Platsen för ett SIP-möte är ändrad"),
    gettext_lazy("SIP-mötet %(day)s har fått en ny plats eller länk. Läs var i tjänsten."),
    lambda notice: _is_called(notice) or (_meeting_to_come(notice) and open_and_seen(notice)),
    "/planer/%(plan)s/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
CALL_CANCELLED = plain_kind(
    "call_cancelled",
    gettext_lazy("Ett SIP-möte är inställt"),
    gettext_lazy("SIP-mötet %(day)s är inställt. Läs mer i tjänsten."),
    _was_asked_to_what_is_cancelled,
    "/planer/%(plan)s/",
    otherwise=_own_page,
    group=Group.MEETINGS,
    is_compulsory=True,
)
ANSWERED = plain_kind(
    "answered",
    gettext_lazy("Ett svar på kallelsen har kommit"),
    gettext_lazy("En verksamhet har svarat på kallelsen till ett SIP-möte som du samordnar."),
    open_and_seen,
    "/planer/%(plan)s/",
    group=Group.MEETINGS,
)
HANDED_ON = plain_kind(
    "handed_on",
    gettext_lazy("En kallelse har lämnats vidare"),
    gettext_lazy("En verksamhet har svarat att någon annan ska frågas. De är kallade till mötet. Läs mer i planen."),
    open_and_seen,
    "/planer/%(plan)s/",
    group=Group.MEETINGS,
)
NOT_US = plain_kind(
    "not_us",
    gettext_lazy("En kallad verksamhet säger att någon annan ska frågas"),
    gettext_lazy("En verksamhet har svarat att någon annan ska frågas. Samtycke saknas för dem. Läs mer i planen."),
    lambda notice: _says_not_us(notice) and open_and_seen(notice),
    "/planer/%(plan)s/",
    group=Group.MEETINGS,
)
TIMES_PROPOSED = plain_kind(
    "times_proposed",
    gettext_lazy("Vilka tider passar för ett SIP-möte?"),
    gettext_lazy("Det finns förslag på tider för ett SIP-möte. Svara vilka som passar senast %(day)s."),
    _has_times_to_answer,
    "/planer/%(plan)s/tider/svara/",
    group=Group.MEETINGS,
)
TIMES_ANSWERED = plain_kind(
    "times_answered",
    gettext_lazy("Alla har svarat på dina tidsförslag"),
    gettext_lazy("Alla som du frågade har svarat vilka tider som passar för SIP-mötet. Välj en och kalla."),
    lambda notice: _is_asked_about_times(notice) and open_and_seen(notice),
    "/planer/%(plan)s/tider/",
    group=Group.MEETINGS,
)
