"""What reminders are reckoned from: plain days of one plan, with no row and no query behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from agencies.routines import Rules


@dataclass(frozen=True)
class Asked:
    """An agency asked to the meeting. `key` is the invitation's. `is_call`: it must come (kallelse)."""

    key: UUID
    agency: UUID
    is_call: bool
    has_answered: bool = False
    has_declined: bool = False
    has_expectation: bool = False
    # Asked after the others: when, and by when it answers. None: as the meeting says.
    asked_on: date | None = None
    answer_by: date | None = None


@dataclass(frozen=True)
class Called:
    """The meeting that is called and not yet open. `round` rises when all are asked anew, about another time."""

    key: UUID
    called_on: date
    start: datetime
    answer_by: date
    round: int = 0
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Silent:
    """Somebody who decides and has not said anything, though somebody else said yes on the day `since`, or before.

    Then the day is the one when this person became one who decides.
    """

    user: UUID
    since: date


@dataclass(frozen=True)
class Readable:
    """The version that is out to be read and signed, and the users asked to sign who have not said anything.

    `asked_later`: the day, for those of them who have got custody, or a log-in of their own, since it came out.
    """

    key: UUID
    since: date
    unsigned: tuple[UUID, ...] = ()
    asked_later: Mapping[UUID, date] = field(default_factory=dict)

    def asked_on(self, user: UUID) -> date:
        """From which day the user could have signed."""
        return self.asked_later.get(user, self.since)


@dataclass(frozen=True)
class Deed:
    """An action with a last day and no outcome told. `agency` does it, else (`is_familys`) the family, else others."""

    key: UUID
    due: date
    agency: UUID | None = None
    is_familys: bool = False


@dataclass(frozen=True)
class Referred:
    """An agency that was called because a referral is sent, and has told of nothing yet. `kind` is its slug."""

    agency: UUID
    kind: str
    since: date


@dataclass(frozen=True)
class Polled:
    """Times that are proposed for the meeting, and who has not said which work: agencies, and users of the family."""

    key: UUID
    asked_on: date
    answer_by: date
    agencies: tuple[UUID, ...] = ()
    users: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Reported:
    """A deviation that its unit has not answered. `answer_by` is the last day to do so."""

    key: UUID
    agency: UUID
    on: date
    answer_by: date


@dataclass(frozen=True)
class Correction:
    """A correction that the family has asked for and nobody has answered. `since`: the day it was written."""

    key: UUID
    since: date


@dataclass(frozen=True)
class Facts:
    """One plan, as its reminders need it. `state` is a code of sip/plans/states.py; what has not happened is None."""

    state: str
    rules: Rules
    born: date
    need_seen: date
    requested_on: date
    consent_complete: date | None = None
    first_meeting_on: date | None = None
    last_meeting: UUID | None = None
    last_meeting_on: date | None = None
    polled: Polled | None = None
    called: Called | None = None
    silent: tuple[Silent, ...] = ()
    consent_ends: tuple[date, ...] = ()
    readable: Readable | None = None
    established_on: date | None = None
    followed_up_on: date | None = None
    follow_up_on: date | None = None
    deeds: tuple[Deed, ...] = ()
    referred: tuple[Referred, ...] = ()
    reported: tuple[Reported, ...] = ()
    corrections: tuple[Correction, ...] = ()
    # The kinds of agency that take part, with effective consent.
    kinds: frozenset[str] = field(default_factory=frozenset)
