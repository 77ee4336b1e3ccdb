"""Whose e-ID it must be when an outside service is asked, and who may be offered one."""

import pytest
from django.urls import reverse

from agencies.models import User
from consent.log.models import AccessEvent
from sip.plans.access import Do
from sip.signing import attempts
from sip.signing.models import AttemptStage, Signature, SigningAttempt, SigningCode
from tests.integration.test_attempts import connect, poll, start
from tests.integration.test_young_person import with_log_in
from tests.unit.signing.slow import SlowService
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build().to("in_review")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowService:
    return connect(monkeypatch, SlowService())


@pytest.mark.parametrize("whose", ["Johan", "nobody"])
def test_a_yes_of_somebody_elses_e_id_is_no_signature(
    world: World, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """The link, or the picture, was passed on (attack 18)."""
    slow = connect(monkeypatch, SlowService(turns=1, person=world.johan.number if whose == "Johan" else "-"))
    attempt = start(world)
    assert slow.orders[0].person == world.sara.number
    assert world.sara.number not in f"{slow.orders[0]}"
    attempt = poll(world, attempt)
    assert (attempt.stage, attempt.problem_code) == (AttemptStage.FAILED, attempts.SOMEBODY_ELSE)
    assert not Signature.objects.exists()
    assert AccessEvent.objects.filter(act=Do.SIGN, user=world.sara.user, is_denied=True).count() == 1
    page = world.client(world.sara).get(reverse("signing", args=[attempt.pk])).content.decode()
    assert "Använd din egen e-legitimation." in page
    stored = str(SigningAttempt.objects.filter(pk=attempt.pk).values().get())
    assert world.sara.number not in stored and world.johan.number not in stored


def test_the_young_person_is_asked_for_by_the_childs_own_number(slow: SlowService) -> None:
    world = World.build()
    alva = world.actor(with_log_in(world))
    world.to("in_review")
    said = {"provider": "prov", "sha256": world.version.sha256, "has_read": True, "nonce": "n"}
    attempts.poll_signing(alva, attempts.start_signing(alva, world.plan, **said).pk)
    assert slow.orders[0].person == world.child.number


def test_whom_no_code_reaches_may_sign_with_an_e_id(world: World, slow: SlowService) -> None:
    """And who has asked for a code may still choose it."""
    client, address = world.client(world.sara), reverse("sign", args=[world.plan.pk])
    client.post(address, {"has_read": "on", "sha256": world.version.sha256, "step": "skicka-kod"})
    page = client.get(address).content.decode()
    assert "Din kod" in page and 'value="med-prov"' in page
    SigningCode.objects.all().delete()
    User.objects.filter(pk=world.sara.user_id).update(phone="", email=None)
    page = client.get(address).content.decode()
    assert 'value="med-prov"' in page and 'value="skicka-kod"' not in page
    sent = {"has_read": "on", "sha256": world.version.sha256, "step": "med-prov", "nonce": "n"}
    assert client.post(address, sent)["Location"].startswith("/underskrift/")
