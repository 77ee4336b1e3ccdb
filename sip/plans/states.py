"""The process: its states and the one table of transitions (domain.md §5). Pure; nothing else moves a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Problem, Refused


class State(TextChoices):
    """Where a plan stands."""

    REQUESTED = "requested", gettext_lazy("Önskad")
    DECLINED = "declined", gettext_lazy("Avböjd")
    PREPARING = "preparing", gettext_lazy("Förbereds")
    CALLED = "called", gettext_lazy("Kallad")
    MET = "met", gettext_lazy("Möte hållet")
    IN_REVIEW = "in_review", gettext_lazy("Läses och skrivs under")
    ESTABLISHED = "established", gettext_lazy("Fastställd")
    FOLLOWING_UP = "following_up", gettext_lazy("Följs upp")
    CLOSED = "closed", gettext_lazy("Avslutad")


class Act(StrEnum):
    """What moves a plan from one state to the next."""

    DECLINE = "decline"
    ACCEPT = "accept"
    CALL = "call"
    CANCEL_CALL = "cancel_call"
    CLOSE_MEETING = "close_meeting"
    REVIEW = "review"
    REOPEN = "reopen"
    ESTABLISH = "establish"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"


CLOSED_STATES = (State.DECLINED, State.CLOSED)
OPEN_STATES = tuple(state for state in State if state not in CLOSED_STATES)

# act → {from: to}. REOPEN leads back to where the review came from, CANCEL_CALL to where the call was made.
TRANSITIONS: dict[Act, dict[State, State]] = {
    Act.DECLINE: {State.REQUESTED: State.DECLINED},
    Act.ACCEPT: {State.REQUESTED: State.PREPARING},
    Act.CALL: {State.PREPARING: State.CALLED, State.FOLLOWING_UP: State.CALLED},
    Act.CANCEL_CALL: {State.CALLED: State.PREPARING},
    Act.CLOSE_MEETING: {State.CALLED: State.MET},
    Act.REVIEW: {State.MET: State.IN_REVIEW, State.FOLLOWING_UP: State.IN_REVIEW},
    Act.REOPEN: {State.IN_REVIEW: State.MET},
    Act.ESTABLISH: {State.IN_REVIEW: State.ESTABLISHED},
    Act.FOLLOW_UP: {State.ESTABLISHED: State.FOLLOWING_UP},
    Act.CLOSE: dict.fromkeys(OPEN_STATES, State.CLOSED),
}

LEADS_BACK = (Act.REOPEN, Act.CANCEL_CALL)

# Contents are edited here as they stand; in EDITABLE_BY_REOPENING the edit reopens the plan and voids the version.
EDITABLE_DIRECTLY = (State.PREPARING, State.CALLED, State.MET, State.FOLLOWING_UP)
EDITABLE_BY_REOPENING = (State.IN_REVIEW,)


def after(act: Act, state: str, *, came_from: str = "") -> State:
    """The state that `act` leads to from `state`; what leads back goes to where it `came_from`.

    Raises Refused with what stands in the way, in plain Swedish.
    """
    target = TRANSITIONS[act].get(State(state))
    if target is None:
        raise Refused(Problem("state", _blocked(act, State(state))))
    return State(came_from) if act in LEADS_BACK and came_from else target


@dataclass(frozen=True)
class Window:
    """When something may be done: in these states. In the others `otherwise` says why not, in plain Swedish."""

    states: tuple[State, ...]
    otherwise: Callable[[State], str]

    def check(self, state: str) -> None:
        """Raise Refused in any other state."""
        if state not in self.states:
            raise Refused(Problem("state", self.otherwise(State(state))))


def _blocked(act: Act, state: State) -> str:
    if state in CLOSED_STATES:
        return _IS_OVER[state]()
    if act in (Act.ACCEPT, Act.DECLINE):
        return _("Önskan är redan besvarad.")
    if act is Act.CALL:
        return _CALL_BLOCKED.get(state, _no_call_now)()
    if act is Act.CANCEL_CALL:
        return _("Det finns inget kallat möte att flytta eller ställa in.")
    if act is Act.CLOSE_MEETING:
        return _("Det finns inget kallat möte att öppna eller avsluta. Skicka en kallelse först.")
    if act is Act.REVIEW:
        if state is State.IN_REVIEW:
            return _("Planen är redan klar att läsa och skriva under.")
        if state is State.ESTABLISHED:
            return _("Planen är fastställd. Starta en uppföljning om något ska ändras.")
        return _("Håll mötet först. Sedan kan planen läsas och skrivas under.")
    if act is Act.ESTABLISH:
        if state is State.ESTABLISHED:
            return _("Planen är redan fastställd.")
        return _("Låt familjen läsa planen först. Sedan kan den fastställas.")
    if act is Act.FOLLOW_UP:
        if state is State.FOLLOWING_UP:
            return _("Uppföljningen är redan påbörjad.")
        return _("Planen måste vara fastställd innan den följs upp.")
    return _("Det går inte att göra nu.")


def _no_call_now() -> str:
    return _("Det går inte att kalla till möte nu.")


_CALL_BLOCKED = {
    State.REQUESTED: lambda: _("En samordnare måste ta emot önskan innan ni kan kalla till möte."),
    State.CALLED: lambda: _("Ni har redan kallat till ett möte som inte är hållet."),
    State.MET: lambda: _("Mötet är hållet. Skriv klart planen, nästa möte kallar ni till vid uppföljningen."),
    State.IN_REVIEW: lambda: _("Planen läses och skrivs under. Nästa möte kallar ni till vid uppföljningen."),
    State.ESTABLISHED: lambda: _("Planen är fastställd. Starta en uppföljning, sedan kan ni kalla till möte."),
}
_IS_OVER = {
    State.DECLINED: lambda: _("Önskan om SIP är avböjd. Skriv en ny önskan om behovet finns kvar."),
    State.CLOSED: lambda: _("Planen är avslutad. Skriv en ny önskan om behovet kommer tillbaka."),
}
_NOT_EDITABLE = {
    State.REQUESTED: lambda: _("En samordnare måste ta emot önskan innan något kan skrivas i planen."),
    State.ESTABLISHED: lambda: _("Planen är fastställd. Starta en uppföljning om något ska ändras."),
    **_IS_OVER,
}


def _step(act: Act) -> Window:
    return Window(tuple(TRANSITIONS[act]), partial(_blocked, act))


def _saying(words: Callable[[], str]) -> Callable[[State], str]:
    return lambda _state: words()


# The windows of the access table, by name.
ALWAYS = Window(tuple(State), _saying(lambda: ""))
WHILE_ASKED = _step(Act.ACCEPT)
WHILE_OPEN = Window(OPEN_STATES, lambda state: _IS_OVER[state]())
ONCE_TAKEN_UP = Window(
    tuple(state for state in OPEN_STATES if state is not State.REQUESTED),
    _saying(lambda: _("Det finns ingen plan att skriva om just nu.")),
)
# A help text is written beside what stands in the plan, also once that is fixed.
WHILE_READ_AS_IT_STANDS = Window(
    ONCE_TAKEN_UP.states,
    lambda state: _IS_OVER[state]() if state in _IS_OVER else _("Det finns ingen plan att översätta än."),
)
TO_CALL = _step(Act.CALL)
WHILE_CALLED = Window((State.CALLED,), _saying(lambda: _("Det finns ingen kallelse att svara på.")))
BEFORE_CLOSING_MEETING = _step(Act.CLOSE_MEETING)
BEFORE_REVIEW = Window(EDITABLE_DIRECTLY, _saying(lambda: _("Förväntningar skriver ni före mötet.")))
WHILE_EDITABLE = Window(EDITABLE_DIRECTLY + EDITABLE_BY_REOPENING, lambda state: _NOT_EDITABLE[state]())
TO_CHANGE_CALL = _step(Act.CANCEL_CALL)
TO_REVIEW = _step(Act.REVIEW)
TO_ESTABLISH = _step(Act.ESTABLISH)
TO_FOLLOW_UP = _step(Act.FOLLOW_UP)
TO_CLOSE = _step(Act.CLOSE)
TELLING_OUTCOMES = Window(
    (State.ESTABLISHED, State.FOLLOWING_UP), _saying(lambda: _("Hur det gick skriver du när planen är fastställd."))
)
# From review on, whatever version is current: until the plan is closed or the version void (signing.md).
WHILE_SIGNABLE = Window(
    (State.IN_REVIEW, State.ESTABLISHED, State.FOLLOWING_UP, State.CALLED, State.MET),
    _saying(lambda: _("Det finns ingen plan att skriva under just nu.")),
)
