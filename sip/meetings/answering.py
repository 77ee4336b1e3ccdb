""" "Det är inte vi": a called agency says who should be asked instead, and the call is handed on to them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency, Level
from common import clock
from common.errors import Problem, given, refuse
from consent import family
from sip.meetings.models import Invitation, Reply
from sip.meetings.services import invite, to_answer
from sip.notices import services as notices
from sip.plans import access, grants, people
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.call_rules import Ground
from sip.plans.models import Party, Plan


@dataclass(frozen=True)
class HandedOn:
    """What became of it: they are called now, they were already, or consent is missing and the coordinator was told."""

    invitation: Invitation
    is_called: bool = False
    was_asked_already: bool = False


@act
def hand_on(actor: Actor, plan: Plan, agency: Agency, *, instead: Agency | None, reason: str = "") -> HandedOn:
    """Answer for `agency` that it is not them, and hand the call on to `instead`.

    Where the family's consent holds for `instead` they are called there and then, as those who hand on were: the call
    itself tells that there is a plan, so without consent nothing goes out. The plan's coordinator is told either way.
    Specialist care is called on the same grounds, or, where there were none, for its competence (domain.md §5).
    Raises Refused without an agency to ask, or when it is their own.
    """
    plan = access.lock(plan)
    access.require(actor, Do.ANSWER, plan, agency_id=agency.pk)
    invitation = to_answer(plan, agency)
    refuse(_problems(agency, instead))
    to = given(instead)
    invitation.reply, invitation.instead, invitation.reason = Reply.NOT_US, to, reason
    invitation.who = invitation.mandate = ""
    invitation.answered_by, invitation.answered_at = actor.user, clock.now()
    invitation.save()
    done = _ask(plan, invitation, to)
    concerned = [user for user in people.coordinator(plan) if user.pk != actor.user.pk]
    kind = "not_us" if not (done.is_called or done.was_asked_already) else "handed_on"
    notices.queue(kind, concerned, about=plan.pk, occasion=f"{invitation.occasion}:{to.pk}", detail=invitation.pk)
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
    Party.objects.get_or_create(plan=plan, agency=instead, defaults={"since": clock.now()})
    grounds = invitation.grounds or ([Ground.COMPETENCE] if instead.level == Level.SPECIALIST else [])
    invite(plan, meeting, instead, is_call=invitation.is_call, named=(), grounds=grounds)
    grants.sync(plan)
    return HandedOn(invitation, is_called=True)
