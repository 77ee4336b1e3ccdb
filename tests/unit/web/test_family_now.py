"""What stands at the top of the family's page: something in every state, and what is asked of the parent."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from common import clock
from sip.meetings.models import Meeting
from sip.plans.models import Version
from sip.plans.states import State
from sip.signing.models import Signature, SignatureStatus
from sip.web.family.now import SIGN_ANCHOR, Facts, now

NOON = datetime(2026, 9, 20, 10, tzinfo=UTC)
FACTS = Facts(State.PREPARING, "Nadja", decided_on=date(2026, 9, 15), follow_up_on=date(2026, 12, 10))
MEETING = Meeting(start=datetime(2026, 9, 22, 12, tzinfo=UTC), end=datetime(2026, 9, 22, 13, tzinfo=UTC))
IN_FORCE = Version(number=1, established_at=datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_happens(state: State) -> None:
    with clock.set_to(NOON):
        said = now(replace(FACTS, state=state, meeting=MEETING if state == State.CALLED else None))
    assert said.lead.endswith((".", "?")) or state == State.DECLINED
    assert said.ask


def test_an_answer_about_consent_is_asked_for_before_anything_else() -> None:
    for state in (State.PREPARING, State.CALLED):
        said = now(replace(FACTS, state=state, meeting=MEETING, asks_my_consent=True))
        assert said.way is not None
        assert said.way.to == "family_consent"


def test_the_call_says_when_and_the_meeting_that_it_goes_on() -> None:
    with clock.set_to(NOON):
        assert (
            "Tisdag 22 september kl.\N{NO-BREAK SPACE}14.00\N{WORD JOINER}–\N{WORD JOINER}15.00."
            in now(replace(FACTS, state=State.CALLED, meeting=MEETING)).lead
        )
        opened = Meeting(start=MEETING.start, end=MEETING.end, opened_at=NOON)
        assert now(replace(FACTS, state=State.CALLED, meeting=opened)).lead == "Mötet pågår nu. Planen skrivs på mötet."


def test_signing_is_asked_for_once_and_then_remembered() -> None:
    facts = replace(FACTS, state=State.IN_REVIEW)
    with clock.set_to(NOON):
        waiting = now(facts)
        assert waiting.ask == "Du har inte skrivit under än."
        assert waiting.way is not None
        assert waiting.way.to == SIGN_ANCHOR
        signed = now(replace(facts, my_word=Signature(status=SignatureStatus.SIGNED, at=NOON)))
        assert signed.ask == "Du skrev under 20 september kl.\N{NO-BREAK SPACE}12.00."
        assert signed.way is None
        refused = now(replace(facts, my_word=Signature(status=SignatureStatus.REFUSED, at=NOON)))
        assert "inte vill skriva under" in refused.ask


@pytest.mark.parametrize("state", [State.CALLED, State.MET, State.IN_REVIEW, State.FOLLOWING_UP])
def test_the_plan_in_force_is_named_until_the_next_is_done(state: State) -> None:
    with clock.set_to(NOON):
        said = now(replace(FACTS, state=state, meeting=MEETING, in_force=IN_FORCE))
    assert "Planen från 1 mars gäller tills den nya är klar." in said.lead


def test_a_version_that_is_void_is_told_so() -> None:
    said = now(replace(FACTS, state=State.MET, was_void=True))
    assert "Den du fick läsa gäller inte längre." in said.lead


def test_why_a_wish_was_declined_and_why_a_plan_was_closed() -> None:
    assert "Skälet: Vården klarar det." in now(replace(FACTS, state=State.DECLINED, reason="Vården klarar det.")).lead
    assert now(replace(FACTS, state=State.CLOSED, reason="moved")).lead == "Planen är avslutad. Barnet har flyttat."
    assert now(replace(FACTS, state=State.CLOSED, reason="")).lead == "Planen är avslutad."
