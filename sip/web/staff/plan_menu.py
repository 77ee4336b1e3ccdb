"""The verbs of the plan's page: only those that the viewer may do, and that the plan's state lets them do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sip.plans.access import Do, Standing
from sip.plans.help_texts import languages_of_family
from sip.plans.models import Plan
from sip.plans.states import State


@dataclass(frozen=True)
class Entry:
    """One line of the menu "Mer"."""

    label: str
    href: str


# Where there is something on paper to sign; before the next review there is a version in force only in these.
SIGNABLE = (State.IN_REVIEW, State.ESTABLISHED, State.FOLLOWING_UP)


def menu(plan: Plan, standing: Standing) -> tuple[Entry, ...]:
    """The menu for this viewer, in the order of the process."""
    found = [*_process(plan, standing), *_reading(standing)] if plan.is_open else list(_reading(standing))
    return tuple(Entry(label, reverse(name, args=[plan.pk])) for label, name in found)


def _process(plan: Plan, standing: Standing) -> Iterator[tuple[str, str]]:
    now = standing.may_now
    taken_up = plan.state != State.REQUESTED
    if now(Do.DECIDE_REQUEST):
        yield _("Svara på önskan"), "request"
    if now(Do.RECORD_CONSENT) and taken_up:
        yield _("Samtycke"), "consents"
    if now(Do.CALL):
        yield _("Kalla till möte"), "call"
    if now(Do.CHANGE_CALL):
        yield _("Tolk och gäster"), "call_guests"
        yield _("Kalla fler"), "call_more"
        yield _("Flytta mötet"), "move_call"
        yield _("Ställ in mötet"), "cancel_call"
    if now(Do.ASSIGN):
        yield _("Kollegor i planen"), "people"
    if now(Do.RUN_MEETING):
        yield _("Mötet"), "meeting"
    if now(Do.EDIT_CONTENTS):
        yield _("Barnets egna ord"), "voice"
        yield _("Barnets bästa-hjulet"), "wheel"
    if now(Do.EDIT_FRAME):
        yield _("Övergripande ansvar"), "lead"
        yield _("Dag för uppföljning"), "follow_up_date"
    if now(Do.EDIT_RELATIVES) and taken_up:
        yield _("Närstående och stödpersoner"), "relatives"
    if now(Do.PROTECT) and taken_up:
        yield _("Skyddade personuppgifter"), "protected"
    if now(Do.WRITE_NOTE) and taken_up:
        yield _("Ny arbetsanteckning"), "new_note"
    if now(Do.TRANSLATE) and languages_of_family(plan):
        yield _("Översätt för familjen"), "translate"
    if now(Do.WITHHOLD) and taken_up:
        yield _("Dölj för en vårdnadshavare"), "withhold"
    if now(Do.REVIEW):
        yield _("Låt familjen läsa"), "review"
    if now(Do.WITNESS) and plan.state in SIGNABLE:
        yield _("Underskrift på papper"), "witness"
    if now(Do.ESTABLISH):
        yield _("Fastställ planen"), "establish"
    if now(Do.FOLLOW_UP):
        yield _("Uppföljning"), "follow_up"
    if now(Do.HAND_OVER) and taken_up:
        yield _("Lämna över till en annan samordnare"), "hand_over"
    if now(Do.CLOSE) and taken_up:
        yield _("Avsluta planen"), "close"


def _reading(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.may(Do.REPORT_DEVIATION):
        yield _("Säg till om en avvikelse"), "report_deviation"
    if standing.may(Do.READ_LOG):
        yield _("Vem har läst?"), "access_log"
        yield _("Vem kan se planen?"), "who_can_see_staff"
