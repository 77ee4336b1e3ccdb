"""Underskrifter in the browser: reminded with one press, asked and signing for an agency, each button pressed twice."""

from typing import Any

import pytest
from django.urls import reverse

from sip.notices.models import Notice
from sip.plans.services import contents
from sip.signing import on_paper
from sip.signing.models import AskedSigner, Signature
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build().to("in_review")


def press(world: World, name: str, user: Any, **sent: Any) -> Any:
    return world.client(user).post(reverse(name, args=[world.plan.pk]), sent)


def page(world: World, name: str, user: Any) -> str:
    return world.client(user).get(reverse(name, args=[world.plan.pk])).content.decode()


def test_one_press_reminds_and_the_next_says_so(world: World) -> None:
    johan = f"f-{world.johan.pk}"
    assert page(world, "signers", world.nadja).count('value="paminn"') == 2
    assert press(world, "signers", world.nadja, do="paminn", who=johan).status_code == 302
    shown = page(world, "signers", world.nadja)
    assert "Påmind idag." in shown
    assert shown.count('value="paminn"') == 1
    press(world, "signers", world.nadja, do="paminn", who=johan)
    assert Notice.objects.filter(kind="signature_reminded").count() == 1
    for wrong in ("", "x" * 100, "f-", "m-1", "barnet", "\x00"):
        assert press(world, "signers", world.nadja, do="paminn", who=wrong).status_code in (302, 400)
        assert press(world, "signers", world.nadja, do="sluta-vanta", who=wrong).status_code in (302, 400)


def test_asked_and_signed_and_each_pressed_twice(world: World) -> None:
    per = f"{world.per.pk}:{world.bup.pk}"
    assert "Per Lindqvist, BUP Ystad" in page(world, "signers", world.nadja)
    for _press in range(2):
        assert press(world, "signers", world.nadja, do="be", people=[per]).status_code == 302
    assert AskedSigner.objects.count() == 1
    assert "Läs och skriv under för din verksamhet" in page(world, "plan", world.per)
    shown = page(world, "sign_for", world.per)
    assert "BUP Ystad" in shown
    assert press(world, "sign_for", world.per, sha256=world.version.sha256).status_code == 422
    said = {"sha256": world.version.sha256, "has_read": "on"}
    assert press(world, "sign_for", world.per, **{**said, "sha256": "0" * 64}).status_code == 422
    assert not Signature.objects.exists()
    assert press(world, "sign_for", world.per, **said).status_code == 302
    again = press(world, "sign_for", world.per, **said)
    assert "En underskrift räcker." in again.content.decode()
    assert Signature.objects.count() == 1
    assert "Läs och skriv under för din verksamhet" not in page(world, "plan", world.per)
    assert "Skrev under i tjänsten" in page(world, "signers", world.nadja)


def test_what_a_colleague_signed_is_told_as_theirs_on_every_page(world: World) -> None:
    press(world, "signers", world.nadja, do="be", people=[f"{world.per.pk}:{world.bup.pk}"])
    press(world, "sign_for", world.per, sha256=world.version.sha256, has_read="on")
    for name, reader in (("family_plan", world.sara), ("plan", world.birgit), ("history", world.nadja)):
        shown = page(world, name, reader)
        assert "Per Lindqvist, BUP Ystad skrev under planen." in shown, name
        assert "Alva Lind skrev under" not in shown, name


def test_no_is_said_to_the_version_that_was_shown_or_not_at_all(world: World) -> None:
    per, shown = f"{world.per.pk}:{world.bup.pk}", world.version.sha256
    press(world, "signers", world.nadja, do="be", people=[per])
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    world.review()
    press(world, "signers", world.nadja, do="be", people=[per])
    for sent in ({"sha256": shown}, {}):
        answer = press(world, "sign_for", world.per, step="nej", **sent)
        assert (answer.status_code, Signature.objects.count()) == (422, 0)
        assert "Planen har ändrats sedan du läste den." in answer.content.decode()


def test_saying_no_needs_no_tick_and_somebody_else_is_asked(world: World) -> None:
    press(world, "signers", world.nadja, do="be", people=[f"{world.per.pk}:{world.bup.pk}"])
    assert press(world, "sign_for", world.per, step="nej", sha256=world.version.sha256).status_code == 302
    assert Signature.objects.get().status == "refused"
    row = AskedSigner.objects.get()
    assert press(world, "signers", world.nadja, do="sluta-vanta", who=f"m-{row.pk}").status_code == 302
    assert "inte ombedd" in page(world, "sign_for", world.per)


def test_who_is_not_asked_is_told_so_and_the_page_is_nobody_elses(world: World) -> None:
    assert "inte ombedd" in page(world, "sign_for", world.hanna)
    said = {"sha256": world.version.sha256, "has_read": "on"}
    assert press(world, "sign_for", world.hanna, **said).status_code in (403, 422)
    assert press(world, "sign_for", world.dag, **said).status_code == 404
    assert press(world, "signers", world.per, do="be", people=[]).status_code == 403
    assert press(world, "signers", world.nadja, do="be", people=["x"]).status_code == 422
    assert not Signature.objects.exists()


def test_the_witness_page_offers_who_is_asked(world: World) -> None:
    press(world, "signers", world.nadja, do="be", people=[f"{world.per.pk}:{world.bup.pk}"])
    row = AskedSigner.objects.get()
    assert "Per Lindqvist, BUP Ystad" in page(world, "witness", world.nadja)
    mark = on_paper.mark_of(world.plan, world.version, row)
    for _press in range(2):
        assert press(world, "witness", world.nadja, signer=f"m-{row.pk}", mark=mark).status_code == 302
    assert Signature.objects.get().how == "paper"
