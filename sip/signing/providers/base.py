"""What a way to sign has to do: start → poll → complete, or fail, or cancel.

Every real service (BankID, OpenID Connect approval) is asynchronous and outside the house: it is asked, it is asked
again, and meanwhile the signer looks at a moving QR code or another app. So are `local` and `paper` here, only that
they know their answer at once. No database in here: the services keep the state and hold the lock, and hold none while
they ask (attempts.py).
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext_lazy

from common.errors import Problem
from sip.signing.authority import Authority

ANSWER_WITHIN = 10  # seconds: a page waits for the answer, and the web server for the page
READ_FIRST = gettext_lazy("Kryssa i att du har läst planen. Sedan kan du skriva under.")


class Stage(StrEnum):
    """How far a signing has come. Only PENDING may change."""

    PENDING = "pending"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SigningOrder:
    """What somebody is about to sign, and what they have done for it.

    `title`, `version` and `sha256` (of the frozen content) are what an outside service shows the signer and binds
    into its evidence. `person` is the identity number of who is to sign: an outside service insists on it, and keeps
    it to itself. `witness` and `signed_on` are what somebody records of a signature on paper. That the plan is read has
    been asked before there is an order.
    """

    signer_id: str
    title: str
    version: int
    sha256: str
    witness: str = ""
    signed_on: date | None = None
    person: str = field(default="", repr=False)


@dataclass(frozen=True)
class SigningState:
    """Where a signing stands. Kept by the caller between polls; everything in it may be shown to the signer.

    `reference` is the outside service's name for the order; `qr` the text of the picture as of this poll (it moves);
    `autostart_token` opens the app on the same device; after `expires_at` the order is dead. `problem` says in
    Swedish why it failed. With a yes come `evidence`, what the service gave with it, and `person`, the identity number
    that it proved: a link and a picture can be passed on, so a yes of anybody else's is none.
    """

    stage: Stage
    reference: str = ""
    qr: str = ""
    autostart_token: str = ""
    expires_at: datetime | None = None
    problem: Problem | None = None
    evidence: bytes = field(default=b"", repr=False)
    person: str = field(default="", repr=False)


@dataclass(frozen=True)
class Completed:
    """What a completed signing leaves behind: the PDF with the signature in it, or None where the PDF has none."""

    pdf: bytes | None = None
    certificate_fingerprint: str = ""
    evidence: bytes = field(default=b"", repr=False)


class SignatureProvider(Protocol):
    """A way to sign. `at` is always the program's clock, aware.

    `label` is what the button of an outside service says, "" for what is not offered on the family's page as such.
    Three of the four may go out on the network: each gives up within `ANSWER_WITHIN` and raises, whatever it likes,
    when nobody answers; the signer is told in words. An order that goes on always has a `reference`.
    """

    key: str
    label: str

    def start(self, order: SigningOrder, at: datetime) -> SigningState:
        """Ask for a signature. FAILED with a problem where something is missing; never raises for that."""

    def poll(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        """Where the signing stands now. A state that is no longer PENDING comes back as it is."""

    def cancel(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        """Give up a PENDING signing; any other comes back as it is."""

    def complete(
        self, order: SigningOrder, state: SigningState, pdf: bytes, authority: Authority, at: datetime
    ) -> Completed:
        """Put the signature in place on `pdf`, the newest revision; the caller holds the version's lock: ask nobody.

        Raises ValueError unless `state` is COMPLETE.
        """


class AtOnce:
    """What the ways to sign have in common that need no waiting."""

    label = ""

    def poll(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        return state

    def cancel(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        return replace(state, stage=Stage.CANCELLED) if state.stage == Stage.PENDING else state


def require_complete(state: SigningState) -> None:
    """Raise ValueError unless the signer has said yes."""
    if state.stage != Stage.COMPLETE:
        raise ValueError(f"a {state.stage} signing cannot be completed")


def failed(code: str, message: str, name: str = "") -> SigningState:
    """A signing that could not start, and why, in Swedish; `name` is the field that the reason stands beside."""
    return SigningState(Stage.FAILED, problem=Problem(code, message, name))
