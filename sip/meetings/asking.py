"""Asking an agency to a meeting: the invitation, who receives it, and the time to answer of who is asked later.

Parts of the verbs that call, hand on and add somebody; each has checked who may and what must hold.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common import clock
from common.errors import Problem
from sip.meetings.models import Invitation, Meeting
from sip.notices import services as notices
from sip.plans import call_rules, grants, people, routine_limits
from sip.plans.models import AssignmentReason, Party, Plan
from sip.plans.services.taking_part import add_assignments


def invite(
    plan: Plan,
    meeting: Meeting,
    agency: Agency,
    *,
    is_call: bool,
    named: Sequence[User],
    grounds: Sequence[str],
    is_late: bool = False,
) -> bool:
    """Write one invitation and its notices. False when nobody is there to receive it: it stands all the same.

    `is_late`: the others were asked before, so that this one has a day to answer of its own. Part of a verb that has
    checked who may and what must hold, and syncs the grants.
    """
    invitation = Invitation(
        meeting=meeting, agency=agency, is_call=is_call, grounds=[str(ground) for ground in grounds]
    )
    if is_late:
        give_own_time(plan, invitation)
    invitation.save()
    invitation.people.set(named)
    add_assignments(plan, agency, named, AssignmentReason.NAMED)
    receivers = list(named) or people.handlers(plan, agency)
    if agency != meeting.caller:
        tell_invited(plan, invitation, receivers)
    return bool(receivers)


def unreceived_problems(
    plan: Plan, agencies: Sequence[Agency], named: Mapping[UUID, Sequence[User]], will_ring: Collection[UUID] | None
) -> list[Problem]:
    """The agencies where a call would reach nobody, though somebody there could be called by name.

    `will_ring`: where whoever calls rings instead; None: they are not asked, and it goes out all the same (domain.md
    §9), as it does where nobody works who could be named.
    """
    if will_ring is None:
        return []
    unnamed = {agency.pk for agency in agencies if not named.get(agency.pk)} - set(will_ring)
    nobody = unnamed - set(people.handlers_of(plan, unnamed))
    could = set(people.may_be_named(nobody).values_list("agency_id", flat=True))
    words = _("Ingen tar emot kallelser hos %(agency)s. Välj någon med namn, eller kryssa i att du ringer dit.")
    return [
        Problem("unreceived", words % {"agency": agency.name}, "people") for agency in agencies if agency.pk in could
    ]


def ask_later(
    plan: Plan,
    meeting: Meeting,
    agency: Agency,
    *,
    is_call: bool,
    grounds: Sequence[str],
    named: Sequence[User] = (),
) -> bool:
    """Ask one more to a meeting that the others are asked to already; it becomes a party. As `invite`."""
    Party.objects.get_or_create(plan=plan, agency=agency, defaults={"since": clock.now()})
    is_received = invite(plan, meeting, agency, is_call=is_call, named=named, grounds=grounds, is_late=True)
    grants.sync(plan)
    return is_received


def give_own_time(plan: Plan, invitation: Invitation) -> None:
    """Let who is asked now, after the others, have time to answer before anybody calls it late. Saves nothing."""
    meeting, rules = invitation.meeting, routine_limits.rules_of(plan)
    day = call_rules.own_answer_by(meeting.answer_by, clock.today(), meeting.start, rules)
    invitation.asked_on, invitation.own_answer_by = clock.today(), None if day == meeting.answer_by else day


def tell_invited(plan: Plan, invitation: Invitation, receivers: Sequence[User], occasion: str = "") -> None:
    """Tell who receives the call. The caller's own agency is not told: it is the one that calls.

    `occasion` tells it from the first time that the same was told.
    """
    notices.queue(
        "call" if invitation.is_call else "invitation",
        receivers,
        about=plan.pk,
        occasion=":".join(filter(None, (str(invitation.pk), occasion))),
        detail=invitation.meeting_id,
        deadline=routine_limits.last_moment(invitation.answer_by),
    )
