"""What happens with the plan now, and what the parent can do: one answer for each state of the process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common import clock
from sip.meetings.models import Meeting
from sip.plans.models import CloseReason, Plan, Version
from sip.plans.states import State
from sip.signing.models import Signature, SignatureStatus
from sip.web.words import as_day, day_words, hour_words, meeting_words


@dataclass(frozen=True)
class Facts:
    """What the words depend on. `in_force` is the newest established version, `open_version` the newest not void."""

    state: State
    coordinator: str
    meeting: Meeting | None = None
    in_force: Version | None = None
    open_version: Version | None = None
    decided_on: date | None = None
    follow_up_on: date | None = None
    my_word: Signature | None = None
    asks_my_consent: bool = False
    signs_on_paper: bool = False
    was_void: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Way:
    """Where the parent can go from here: the words of the link, and its address name or an anchor; and what it asks."""

    label: str
    to: str
    query: str = ""


@dataclass(frozen=True)
class Now:
    """What happens (`lead`, sentences), what is asked of the parent (`ask`, "" when nothing), and the way there."""

    lead: str
    ask: str = ""
    way: Way | None = None


SIGN_ANCHOR = "#stammer"
ASKS_CORRECTION = "?som=rattelse"


def now(facts: Facts) -> Now:
    """The words for where the plan stands."""
    return _WORDS[facts.state](facts)


def _requested(facts: Facts) -> Now:
    return Now(
        _("Önskan om en plan är skickad. En samordnare läser den och svarar. Det brukar ta några dagar."),
        _("Du behöver inte göra något just nu."),
    )


def _declined(facts: Facts) -> Now:
    why = _("Svaret på önskan om en plan blev nej. Skälet: %(reason)s") % {"reason": facts.reason}
    return Now(why, _("Finns behovet kvar? Då kan du önska igen."), Way(_("Önska en plan igen"), "family_request"))


def _preparing(facts: Facts) -> Now:
    lead = _("%(who)s förbereder ett möte. Där bestämmer ni tillsammans vem som gör vad.") % {"who": facts.coordinator}
    return Now(lead, *_prepare(facts))


def _prepare(facts: Facts) -> tuple[str, Way]:
    if facts.asks_my_consent:
        return (
            _("Ditt svar behövs: vilka får läsa planen och skriva i den?"),
            Way(_("Svara om samtycke"), "family_consent"),
        )
    return (
        _("Skriv gärna vad som är viktigast för er, så kommer det med till mötet."),
        Way(_("Skriv till %(who)s") % {"who": facts.coordinator}, "comment"),
    )


def _called(facts: Facts) -> Now:
    meeting = facts.meeting
    if meeting is not None and meeting.opened_at:
        return Now(_("Mötet pågår nu. Planen skrivs på mötet."))
    lead = _("Du är kallad till ett möte.") if facts.in_force is None else _("Ni ska träffas och följa upp planen.")
    if meeting is not None:
        lead += " " + _("%(when)s.") % {"when": meeting_words(meeting.start, meeting.end)}
    if facts.in_force:
        lead += " " + _still_in_force(facts.in_force)
    return Now(lead, *_prepare(facts))


def _met(facts: Facts) -> Now:
    if facts.was_void:
        lead = _("Planen ändras. Den du fick läsa gäller inte längre. Du får en ny att läsa.")
    else:
        lead = _("Mötet är hållet. %(who)s skriver klart planen. Du får läsa den innan den gäller.") % {
            "who": facts.coordinator
        }
    if facts.in_force:
        lead += " " + _still_in_force(facts.in_force)
    return Now(
        lead, _("Ser du något som är fel? Säg till nu."), Way(_("Något stämmer inte"), "comment", ASKS_CORRECTION)
    )


def _in_review(facts: Facts) -> Now:
    lead = _("Planen är klar att läsa. Det här bestämde ni %(day)s.") % {"day": _decided(facts)}
    if facts.in_force:
        lead += " " + _still_in_force(facts.in_force)
    return Now(lead, *_signature(facts))


def _established(facts: Facts) -> Now:
    lead = _("Det här bestämde ni %(day)s.") % {"day": _decided(facts)}
    if facts.follow_up_on:
        lead += " " + _("Planen gäller till uppföljningen %(day)s.") % {"day": day_words(facts.follow_up_on)}
    return Now(lead, *_signature(facts))


def _following_up(facts: Facts) -> Now:
    lead = _("Planen följs upp: vad har blivit gjort, och vad ska ändras?")
    if facts.was_void:
        lead += " " + _("Den nya planen ändras just nu. Du får den att läsa igen.")
    if facts.in_force:
        lead += " " + _still_in_force(facts.in_force)
    way = Way(_("Skriv till %(who)s") % {"who": facts.coordinator}, "comment")
    return Now(lead, _("Säg hur du tycker att det har gått."), way)


def _closed(facts: Facts) -> Now:
    reason = CloseReason(facts.reason).label if facts.reason in CloseReason.values else ""
    lead = _("Planen är avslutad. %(reason)s.") % {"reason": reason} if reason else _("Planen är avslutad.")
    return Now(
        lead,
        _("Kommer behovet tillbaka? Då kan du önska en ny plan."),
        Way(_("Önska en ny plan"), "family_request"),
    )


_WORDS: dict[State, Callable[[Facts], Now]] = {
    State.REQUESTED: _requested,
    State.DECLINED: _declined,
    State.PREPARING: _preparing,
    State.CALLED: _called,
    State.MET: _met,
    State.IN_REVIEW: _in_review,
    State.ESTABLISHED: _established,
    State.FOLLOWING_UP: _following_up,
    State.CLOSED: _closed,
}


def _decided(facts: Facts) -> str:
    return _("den %(day)s") % {"day": day_words(facts.decided_on or clock.today())}


def _still_in_force(version: Version) -> str:
    day = day_words(as_day(version.established_at or version.frozen_at))
    return _("Planen från %(day)s gäller tills den nya är klar.") % {"day": day}


def _signature(facts: Facts) -> tuple[str, Way | None]:
    word = facts.my_word
    if word is None and facts.signs_on_paper:
        return _("Planen skrivs under på papper. %(who)s ordnar det.") % {"who": _capital(facts.coordinator)}, None
    if word is None:
        return _("Du har inte skrivit under än."), Way(_("Gå till underskriften"), SIGN_ANCHOR)
    if word.status == SignatureStatus.SIGNED:
        return signed_words(word), None
    return _("Du har sagt att du inte vill skriva under. Planen kan gälla ändå."), None


def signed_words(word: Signature) -> str:
    """ "Du skrev under 15 september kl. 14.03."; on paper the day alone, which is what was written down."""
    if word.signed_on:
        return _("Du skrev under på papper %(day)s.") % {"day": day_words(word.signed_on)}
    return _("Du skrev under %(day)s %(hour)s.") % {"day": day_words(word.at), "hour": hour_words(word.at)}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def facts_of(
    plan: Plan,
    *,
    my_word: Signature | None,
    asks_my_consent: bool,
    coordinator: str,
    signs_on_paper: bool = False,
) -> Facts:
    """The facts of a plan, read from its meeting, versions and stamps."""
    versions = list(plan.versions.order_by("-number"))
    valid = [version for version in versions if not version.is_void]
    in_force = next((version for version in valid if version.established_at), None)
    newest_is_void = bool(versions) and versions[0].is_void
    meetings = list(plan.meetings.order_by("-number"))
    held = next((meeting for meeting in meetings if meeting.opened_at), None)
    why = plan.stamps.filter(act="decline").order_by("-id").first()
    return Facts(
        state=State(plan.state),
        coordinator=coordinator,
        meeting=next((meeting for meeting in meetings if meeting.closed_at is None), None),
        in_force=in_force,
        open_version=valid[0] if valid else None,
        decided_on=as_day(held.opened_at) if held and held.opened_at else None,
        follow_up_on=plan.follow_up_on,
        my_word=my_word,
        asks_my_consent=asks_my_consent,
        signs_on_paper=signs_on_paper,
        was_void=newest_is_void,
        reason=why.why if why else plan.close_reason,
    )
