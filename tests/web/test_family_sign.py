"""Signing in the browser: the version that was shown, once, by who has custody; and every way of not signing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent.models import Child
from consent.services import register_guardian
from sip.documents import services as documents
from sip.documents.models import Document, DocumentKind
from sip.plans.models import Version
from sip.plans.services import contents
from sip.signing.models import Signature, SignatureStatus, SigningCode
from tests.codes import ask_for_code, latest
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSED = 422


def sign(world: World, client: Client, version: Version | None = None, **changes: Any) -> Any:
    """Tick, ask for the code, type it and press."""
    ask_for_code(world, client, version)
    code = latest() if SigningCode.objects.exists() else ""
    form = {"has_read": "on", "sha256": (version or world.version).sha256, "code": code}
    return client.post(reverse("sign", args=[world.plan.pk]), {**form, **changes})


def signed(world: World) -> int:
    """How many have signed."""
    return Signature.objects.filter(version__plan=world.plan, status=SignatureStatus.SIGNED).count()


def test_sign_and_be_told_so() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    page = client.get(reverse("sign", args=[world.plan.pk])).content.decode()
    assert reverse("pdf", args=[world.plan.pk, 1]) in page
    assert world.version.sha256[:4].upper() in page
    assert "Du visar att du har läst just den här versionen." in page
    assert "Ditt lösenord" not in page
    answer = sign(world, client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("family_plan", args=[world.plan.pk]))
    after = client.get(answer["Location"]).content.decode()
    assert "Din underskrift är sparad." in after
    assert "Du skrev under" in after
    assert "Läs och skriv under" not in after
    assert signed(world) == 1
    newest = documents.newest(world.version, DocumentKind.PLAN)
    assert newest is not None
    assert newest.revision == 1


def test_signing_again_or_pressing_twice_makes_one_signature() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    assert sign(world, client).status_code == 302
    again = sign(world, client)
    assert again.status_code == REFUSED
    assert "Du har redan skrivit under" in again.content.decode()
    assert "redan" in client.get(reverse("sign", args=[world.plan.pk])).content.decode()
    assert signed(world) == 1
    assert Document.objects.filter(version=world.version, kind=DocumentKind.PLAN).count() == 2


def test_a_plan_that_was_changed_meanwhile_is_not_signed() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    shown = world.version
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    answer = sign(world, client, shown)
    assert answer.status_code == REFUSED
    assert "Planen har ändrats" in answer.content.decode()
    assert "Din underskrift är inte gjord." in answer.content.decode()
    world.review()
    answer = sign(world, client, shown)
    assert answer.status_code == REFUSED
    assert "Läs den nya planen" in answer.content.decode()
    assert signed(world) == 0
    assert sign(world, client).status_code == 302
    assert signed(world) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"has_read": ""}, "Kryssa i att du har läst planen."),
        ({"sha256": ""}, "Planen har ändrats"),
        ({"sha256": "0" * 64}, "Planen har ändrats"),
        ({"sha256": "å" * 9000}, "Planen har ändrats"),
    ],
)
def test_without_the_tick_or_the_version_nothing_is_signed(changes: dict[str, str], said: str) -> None:
    world = World.build().to("in_review")
    answer = sign(world, world.client(world.sara), **changes)
    assert answer.status_code == REFUSED
    assert said in answer.content.decode()
    assert signed(world) == 0


def test_refusing_is_noted_once_and_may_become_a_signature() -> None:
    world = World.build().to("in_review")
    client = world.client(world.johan)
    refuse = reverse("refuse_to_sign", args=[world.plan.pk])
    assert "Ingen måste skriva under." in client.get(refuse).content.decode()
    page = client.post(refuse, {"sha256": world.version.sha256}, follow=True).content.decode()
    assert "Det är antecknat att du inte vill skriva under." in page
    assert "Du kan ändra dig." in page
    twice = client.post(refuse, {"sha256": world.version.sha256})
    assert twice.status_code == REFUSED
    assert "redan antecknat" in twice.content.decode()
    assert sign(world, client).status_code == 302
    assert [row.status for row in Signature.objects.filter(guardian=world.johan)] == [SignatureStatus.SIGNED]
    assert client.post(refuse, {"sha256": world.version.sha256}).status_code == REFUSED


def test_no_is_said_to_the_version_that_was_shown_or_not_at_all() -> None:
    world = World.build().to("in_review")
    client = world.client(world.sara)
    refuse = reverse("refuse_to_sign", args=[world.plan.pk])
    shown = world.version.sha256
    assert f'value="{shown}"' in client.get(refuse).content.decode()
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    world.review()
    for sent in ({"sha256": shown}, {}):
        answer = client.post(refuse, sent)
        assert (answer.status_code, Signature.objects.count()) == (REFUSED, 0)
        assert "Planen har ändrats sedan du läste den." in answer.content.decode()


def test_a_young_person_with_children_of_their_own_signs_the_own_plan_as_themself() -> None:
    world = World.build().to("in_review")
    user = register_guardian(name="Alva Lind", number="19881224-2397", email="alva@familj.example").user
    Child.objects.filter(pk=world.child.pk).update(user=user)
    assert sign(world, world.client(user)).status_code == 302
    assert [(row.role, row.guardian) for row in Signature.objects.all()] == [("child", None)]
    assert "Du skrev under" in world.client(user).get(reverse("family_plan", args=[world.plan.pk])).content.decode()


def test_before_the_plan_is_done_there_is_nothing_to_sign() -> None:
    world = World.build().to("met")
    client = world.client(world.sara)
    for name in ("sign", "refuse_to_sign"):
        page = client.get(reverse(name, args=[world.plan.pk]))
        assert page.status_code == 200
        assert "Det finns ingen plan att skriva under just nu" in page.content.decode()
    answer = client.post(reverse("sign", args=[world.plan.pk]), {"has_read": "on", "sha256": "0" * 64})
    assert answer.status_code == REFUSED


def test_a_closed_plan_is_not_signed() -> None:
    world = World.build().to("in_review")
    shown = world.version
    world.close()
    client = world.client(world.sara)
    assert sign(world, client, shown).status_code == REFUSED
    assert client.post(reverse("refuse_to_sign", args=[world.plan.pk])).status_code == REFUSED
    assert not Signature.objects.exists()


def test_after_establishment_a_late_signature_brings_a_new_receipt_to_fetch() -> None:
    world = World.build().to("established")
    client = world.client(world.sara)
    before = documents.newest(world.version, DocumentKind.RECEIPT)
    assert sign(world, client).status_code == 302
    after = documents.newest(world.version, DocumentKind.RECEIPT)
    assert before is not None
    assert after is not None
    assert after.revision == before.revision + 1
    fetched = client.get(reverse("receipt", args=[world.plan.pk, 1]))
    assert fetched.content == bytes(after.data)
