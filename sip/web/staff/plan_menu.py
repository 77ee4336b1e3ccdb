"""The verbs of the plan's page: only those that the viewer may do, and that the plan's state lets them do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.states import State
from sip.web.staff.plan_goals import may_write


@dataclass(frozen=True)
class Entry:
    """One line of the menu "Mer"."""

    label: str
    href: str


CALLABLE = (State.PREPARING, State.FOLLOWING_UP)
SIGNABLE = (State.IN_REVIEW, State.ESTABLISHED, State.FOLLOWING_UP)


def menu(plan: Plan, standing: Standing) -> tuple[Entry, ...]:
    """The menu for this viewer, in the order of the process."""
    found = [*_process(plan, standing), *_reading(standing)] if plan.is_open else list(_reading(standing))
    return tuple(Entry(label, reverse(name, args=[plan.pk])) for label, name in found)


def _process(plan: Plan, standing: Standing) -> Iterator[tuple[str, str]]:
    state = plan.state
    if standing.may(Do.DECIDE_REQUEST):
        yield _("Svara på önskan"), "request"
    if standing.may(Do.RECORD_CONSENT) and state != State.REQUESTED:
        yield _("Samtycke"), "consents"
    if standing.may(Do.CALL) and state in CALLABLE:
        yield _("Kalla till möte"), "call"
    if standing.may(Do.ASSIGN):
        yield _("Kollegor i planen"), "people"
    if standing.may(Do.RUN_MEETING) and state == State.CALLED:
        yield _("Mötet"), "meeting"
    if may_write(plan):
        yield from _writing(standing)
    if standing.may(Do.REVIEW) and state in (State.MET, State.FOLLOWING_UP):
        yield _("Låt familjen läsa"), "review"
    if standing.may(Do.WITNESS) and state in SIGNABLE:
        yield _("Underskrift på papper"), "witness"
    if standing.may(Do.ESTABLISH) and state == State.IN_REVIEW:
        yield _("Fastställ planen"), "establish"
    if standing.may(Do.FOLLOW_UP) and state == State.ESTABLISHED:
        yield _("Uppföljning"), "follow_up"
    if standing.may(Do.EDIT_FRAME) and state != State.REQUESTED:
        yield _("Lämna över till en annan samordnare"), "hand_over"
    if standing.may(Do.CLOSE) and state != State.REQUESTED:
        yield _("Avsluta planen"), "close"


def _writing(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.may(Do.EDIT_CONTENTS):
        yield _("Barnets egna ord"), "voice"
        yield _("Barnets bästa-hjulet"), "wheel"
    if standing.may(Do.EDIT_FRAME):
        yield _("Övergripande ansvar"), "lead"
        yield _("Uppföljningens dag"), "follow_up_date"


def _reading(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.may(Do.READ_LOG):
        yield _("Vem har läst?"), "access_log"
        yield _("Vem kan se planen?"), "who_can_see_staff"
