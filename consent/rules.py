"""Effective consent: what the family's decisions amount to for one agency on one day. Pure; no database.

Consent is specific, time-limited and revocable; guardians with custody decide together (FB 6:13); a child who has been
assessed as mature decides as the region's routine says (OSL 12:3). Some agencies may share without consent where a
child needs it (OSL 25:12, 26:9). See domain.md §3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

CHILD = "child"
# Who "said" that consent is not required: no decider, so that it never counts as somebody's yes.
NOBODY = ""


class Kind(StrEnum):
    """What was decided. The first three are the family's own words; the last two are recorded by the coordinator."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_REQUIRED = "not_required"
    REQUIRED_AGAIN = "required_again"


EXEMPTING = (Kind.NOT_REQUIRED, Kind.REQUIRED_AGAIN)


class Held(StrEnum):
    """Vårdnad, as the register has it."""

    JOINT = "joint"
    SOLE = "sole"
    APPOINTED = "appointed"
    NONE = "none"


class Practice(StrEnum):
    """Who consents for a child who has been assessed as mature: a region's routine."""

    GUARDIANS = "guardians"
    TOGETHER = "together"
    ALONE = "alone"


@dataclass(frozen=True)
class Decision:
    """What a decider last said. `decider` is a guardian's key, CHILD or NOBODY. `until` is the last day it holds."""

    decider: str
    kind: str
    until: date | None = None
    reason: str = ""


class Status(StrEnum):
    """Where consent towards one agency stands."""

    NEVER_ASKED = "never_asked"
    WAITING = "waiting"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True)
class Standing:
    """Computed consent towards one agency: its status, the last day it holds, and who has still to answer.

    With NOT_REQUIRED: `reason` says why, and `beside` where the family's own consent stands, which ends nothing.
    """

    status: Status
    until: date | None = None
    waiting_for: tuple[str, ...] = ()
    reason: str = ""
    beside: Status | None = None

    @property
    def is_effective(self) -> bool:
        """Whether information may be shared with the agency today."""
        return self.status in (Status.EFFECTIVE, Status.NOT_REQUIRED)

    @property
    def has_ended(self) -> bool:
        """Whether somebody said no, or a yes ran out; never having been asked is not an end."""
        return self.status in (Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED)


def standing(
    deciders: Iterable[str], decisions: Sequence[Decision], today: date, *, may_share_by_need: bool = False
) -> Standing:
    """Weigh `decisions` (oldest first): the family's, and whether the coordinator recorded that none is required.

    `may_share_by_need`: the agency is of health or social services and the child is under 18 (OSL 25:12, 26:9). Then
    a recorded "not required" holds to its last day whatever anybody says. Where the family's consent holds as long
    or longer, that is what counts.
    """
    own = _family(deciders, decisions, today)
    exempt = _exemption(decisions, today) if may_share_by_need else None
    if exempt is None or (own.status is Status.EFFECTIVE and _lasts(own.until, exempt.until)):
        return own
    return replace(exempt, waiting_for=own.waiting_for, beside=own.status)


def _family(deciders: Iterable[str], decisions: Sequence[Decision], today: date) -> Standing:
    """What those who decide today have said.

    One no from anybody who decides ends consent; everybody's yes makes it effective until the first of them
    runs out. Decisions by people who decide no more (custody ended) do not count, in either direction.
    """
    deciding = tuple(dict.fromkeys(deciders))
    own = (decision for decision in decisions if decision.kind not in EXEMPTING)
    last = {decision.decider: decision for decision in own if decision.decider in deciding}
    for status, kind in ((Status.WITHDRAWN, Kind.WITHDRAWN), (Status.REFUSED, Kind.REFUSED)):
        if any(decision.kind == kind for decision in last.values()):
            return Standing(status)
    if any(decision.until is not None and decision.until < today for decision in last.values()):
        return Standing(Status.EXPIRED)
    waiting = tuple(decider for decider in deciding if decider not in last)
    if not last:
        return Standing(Status.NEVER_ASKED, waiting_for=waiting)
    ends = [decision.until for decision in last.values() if decision.until is not None]
    until = min(ends) if ends else None
    if waiting:
        return Standing(Status.WAITING, until, waiting)  # a grant that rests on it runs out with the first yes
    return Standing(Status.EFFECTIVE, until)


def _exemption(decisions: Sequence[Decision], today: date) -> Standing | None:
    """The newest word on whether consent is required: "not required" while it holds, else None."""
    newest = next((decision for decision in reversed(decisions) if decision.kind in EXEMPTING), None)
    if newest is None or newest.kind == Kind.REQUIRED_AGAIN:
        return None
    if newest.until is not None and newest.until < today:
        return None
    return Standing(Status.NOT_REQUIRED, newest.until, reason=newest.reason)


def _lasts(one: date | None, other: date | None) -> bool:
    """Whether the first holds as long as the second. Without a last day it holds until further notice."""
    return one is None or (other is not None and one >= other)


def holders(custodies: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Of (guardian, custody): those who have custody today.

    Somebody appointed (särskilt förordnad vårdnadshavare, god man) stands in the parents' place while registered.
    """
    rows = tuple(custodies)
    appointed = tuple(guardian for guardian, held in rows if held == Held.APPOINTED)
    return appointed or tuple(guardian for guardian, held in rows if held in (Held.JOINT, Held.SOLE))


def deciders(
    custody_holders: Iterable[str], *, is_adult: bool, is_mature: bool = False, practice: str = Practice.TOGETHER
) -> tuple[str, ...]:
    """Who decides: every guardian with custody, together; from 18 the young person alone.

    Under 18 a child assessed as mature decides as `practice` says. Together with nobody is not alone: where no
    guardian is registered, there is nobody who can say yes.
    """
    guardians = tuple(custody_holders)
    if is_adult or (is_mature and practice == Practice.ALONE):
        return (CHILD,)
    if is_mature and practice == Practice.TOGETHER and guardians:
        return (*guardians, CHILD)
    return guardians
