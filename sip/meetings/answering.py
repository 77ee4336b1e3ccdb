""" "Det är inte vi": a called agency says who should be asked instead, and the call is handed on to them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, Level
from common import clock
from common.errors import Problem, given, refuse
from consent import family
from sip.meetings.asking import ask_later
from sip.meetings.models import Invitation, Reply
from sip.meetings.services import this_answer, to_answer
from sip.notices import services as notices
from sip.plans import access, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.call_rules import Ground
from sip.plans.models import Plan


@dataclass(frozen=True)
class HandedOn:
    """What became of it: they are called now, they were already, or consent is missing and the coordinator was told."""

    invitation: Invitation
    is_called: bool = False
    was_asked_already: bool = False


@act
def hand_on(
    actor: Actor,
    plan: Plan,
    agency: Agency,
    *,
    instead: Agency | None,
    reason: str = "",
    sequence: int | None = None,
) -> HandedOn:
    """Answer for `agency` that it is not them, and hand the call on to `instead`.

    Where the family's consent holds for `instead` they are called there and then, as those who hand on were: the call
    itself tells that there is a plan, so without consent nothing goes out. The plan's coordinator is told either way.
    Specialist care is called on the same grounds, or, where there were none, for its competence (domain.md §5).
    Raises Refused without an agency to ask, when it is their own, and when the meeting was moved since it was read
    (`sequence`).
    """
    plan = access.lock(plan)
    access.require(actor, Do.ANSWER, plan, agency_id=agency.pk)
    invitation = to_answer(plan, agency, sequence)
    refuse(_problems(agency, instead))
    to = given(instead)
    is_again = invitation.is_handed_on and invitation.instead_id == to.pk
    invitation.reply, invitation.instead, invitation.reason = Reply.NOT_US, to, reason
    invitation.who = invitation.mandate = ""
    invitation.answered_by, invitation.answered_at = actor.user, clock.now()
    invitation.save()
    done = _ask(plan, invitation, to)
    concerned = [user for user in people.coordinator(plan) if user.pk != actor.user.pk]
    kind = "not_us" if not (done.is_called or done.was_asked_already) else "handed_on"
    if done.is_called or not is_again:
        notices.queue(kind, concerned, about=plan.pk, occasion=this_answer(invitation), detail=invitation.pk)
    return done


def _problems(agency: Agency, instead: Agency | None) -> list[Problem]:
    if instead is None:
        return [Problem("instead", _("Välj vilka som ska frågas i stället."), "instead")]
    if instead == agency:
        return [Problem("instead", _("Välj en annan verksamhet än er egen."), "instead")]
    return []


def _ask(plan: Plan, invitation: Invitation, instead: Agency) -> HandedOn:
    meeting = invitation.meeting
    if instead == meeting.caller or meeting.invitations.filter(agency=instead).exists():
        return HandedOn(invitation, was_asked_already=True)
    if not family.standing(plan.child, instead.pk).is_effective:
        return HandedOn(invitation)
    grounds = invitation.grounds or ([Ground.COMPETENCE] if instead.level == Level.SPECIALIST else [])
    ask_later(plan, meeting, instead, is_call=invitation.is_call, grounds=grounds)
    return HandedOn(invitation, is_called=True)
