"""The ways to sign: what must be there first, and what comes out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from sip.documents import context_receipt
from sip.signing.authority import Authority
from sip.signing.models import SignedHow
from sip.signing.providers import PROVIDERS
from sip.signing.providers.base import SigningOrder, SigningState, Stage
from sip.signing.verify import Expected, ExpectedSignature, verify
from tests.unit.signing import papers

AT = datetime(2026, 4, 28, 22, 30, tzinfo=UTC)  # half past midnight on the 29th in Stockholm


def order(**more: Any) -> SigningOrder:
    return SigningOrder(signer_id=papers.SARA, title="SIP för Alva Lind", version=3, sha256="ab", **more)


@pytest.mark.parametrize(
    ("key", "done", "code", "words"),
    [
        ("paper", {"signed_on": date(2026, 4, 28)}, "witness", "såg underskriften"),
        ("paper", {"witness": "Nadja Öhman"}, "signed_on", "vilken dag"),
        ("paper", {"witness": "Nadja Öhman", "signed_on": date(2026, 4, 30)}, "signed_on", "framtiden"),
    ],
)
def test_what_is_missing_is_said_in_words(key: str, done: dict[str, Any], code: str, words: str) -> None:
    state = PROVIDERS[key].start(order(**done), AT)
    assert state.stage == Stage.FAILED
    assert state.problem is not None
    assert state.problem.code == code
    assert words in state.problem.message


def test_the_receipt_has_words_for_each_way_to_sign_that_is_switched_on() -> None:
    assert PROVIDERS.keys() == set(SignedHow.values) == context_receipt.HOW.keys() - {""}


def test_local_signs_in_the_pdf(house: Authority) -> None:
    local, wish = PROVIDERS["local"], order()
    state = local.poll(wish, local.start(wish, AT), AT)
    assert state.stage == Stage.COMPLETE
    done = local.complete(wish, state, papers.plan_pdf(), house, AT)
    assert done.pdf is not None
    expected = Expected(signatures=(ExpectedSignature(papers.SARA, done.certificate_fingerprint),), sealed=False)
    assert verify(done.pdf, authority=house, expected=expected).holds


def test_paper_leaves_the_pdf_alone_and_today_in_stockholm_is_no_future(house: Authority) -> None:
    paper, wish = PROVIDERS["paper"], order(witness="Nadja Öhman", signed_on=date(2026, 4, 29))
    done = paper.complete(wish, paper.start(wish, AT), papers.plan_pdf(), house, AT)
    assert (done.pdf, done.certificate_fingerprint) == (None, "")


@pytest.mark.parametrize("key", PROVIDERS)
@pytest.mark.parametrize("stage", [Stage.PENDING, Stage.FAILED, Stage.CANCELLED])
def test_what_is_not_complete_cannot_be_completed(key: str, stage: Stage, house: Authority) -> None:
    with pytest.raises(ValueError, match=stage):
        PROVIDERS[key].complete(order(), SigningState(stage), papers.plan_pdf(), house, AT)


@pytest.mark.parametrize("key", PROVIDERS)
def test_only_what_is_pending_can_be_cancelled(key: str) -> None:
    provider = PROVIDERS[key]
    assert provider.cancel(order(), SigningState(Stage.PENDING), AT).stage == Stage.CANCELLED
    assert provider.cancel(order(), SigningState(Stage.COMPLETE), AT).stage == Stage.COMPLETE
