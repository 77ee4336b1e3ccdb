"""An outside service as they are: slow, with a picture that moves; it fails, is cancelled, and loses its patience."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from common.errors import Problem
from sip.signing.authority import Authority
from sip.signing.providers.base import Completed, SigningOrder, SigningState, Stage, require_complete
from sip.signing.providers.local import LocalProvider

PATIENCE = timedelta(minutes=3)


@dataclass
class SlowService:
    """Says yes, or what it is told to say, when it has been asked `turns` times. `asked` is what it has heard."""

    turns: int = 2
    answer: Stage = Stage.COMPLETE
    at_start: Stage = Stage.PENDING
    breaks_at: str = ""
    key: str = "prov"
    label: str = "Skriv under med provtjänsten"
    patience: timedelta | None = PATIENCE
    person: str = ""  # whose e-ID it is read with, if not the signer's own
    meanwhile: Callable[[], object] | None = None  # what somebody else does while it is asked to begin
    asked: list[str] = field(default_factory=list)
    orders: list[SigningOrder] = field(default_factory=list)

    def start(self, order: SigningOrder, at: datetime) -> SigningState:
        """An order with a name of its own."""
        self._hear("start", order)
        if self.at_start is Stage.FAILED:
            return SigningState(Stage.FAILED, problem=Problem("busy", "Tjänsten har stängt för natten."))
        number, until = self.asked.count("start"), at + self.patience if self.patience else None
        if self.meanwhile:
            self.meanwhile()
        state = SigningState(self.at_start, f"order-{number}", f"prov.{number}.0", f"token-{number}", until)
        return replace(state, person=self.person or order.person)

    def poll(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        """The picture moves each time; the answer comes in the end."""
        self._hear("poll", order)
        if state.stage is not Stage.PENDING:
            return state
        turn = self.asked.count("poll")
        if turn < self.turns:
            return replace(state, qr=f"{state.reference}.{turn}")
        problem = Problem("userCancel", "Du avbröt i appen.") if self.answer is Stage.FAILED else None
        person = self.person or order.person
        return replace(state, stage=self.answer, problem=problem, evidence=b"<evidence/>", person=person)

    def cancel(self, order: SigningOrder, state: SigningState, at: datetime) -> SigningState:
        """It hears, and gives up."""
        self._hear("cancel", order)
        return replace(state, stage=Stage.CANCELLED)

    def complete(
        self, order: SigningOrder, state: SigningState, pdf: bytes, authority: Authority, at: datetime
    ) -> Completed:
        """Signed by the house, with the service's evidence beside it."""
        require_complete(state)
        self._hear("complete", order)
        signed = LocalProvider().complete(order, SigningState(Stage.COMPLETE), pdf, authority, at)
        return replace(signed, evidence=state.evidence)

    def _hear(self, what: str, order: SigningOrder) -> None:
        if what != "complete":
            with transaction.atomic(durable=True):
                pass  # a RuntimeError where somebody holds a transaction, and its locks, while they ask
        self.asked.append(what)
        self.orders.append(order)
        if self.breaks_at == what:
            raise ConnectionError("the service is away")
