"""Those who sign for an agency: asked by the coordinator, signing as themself alone, waited for, asked no longer."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Membership, User
from common import clock
from common.errors import NotThere, Refused
from consent.log.models import AccessEvent
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.services import consents, contents
from sip.signing import asked, expecting
from sip.signing import services as signing
from sip.signing.models import AskedSigner, Signature, SignatureStatus
from sip.signing.receipt import content, signature_rows
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build().to("in_review")


def key(user: User, world: World) -> str:
    """What the form calls a colleague of BUP."""
    return f"{user.pk}:{world.bup.pk}"


def ask(world: World, *keys: str) -> list[AskedSigner]:
    return asked.ask_to_sign(world.actor(world.nadja), world.plan, keys or [key(world.per, world)])


def sign(world: World, user: User, **changes: Any) -> Signature:
    said: dict[str, Any] = {"sha256": world.version.sha256, "has_read": True, **changes}
    return asked.sign_for_agency(world.actor(user), world.plan, **said)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_asked_told_and_signed_in_the_same_file_as_the_family(world: World) -> None:
    ask(world)
    ask(world)  # pressed twice
    assert told("agency_signature_asked") == ["Per Lindqvist"]
    world.sign(world.sara)
    signature = sign(world, world.per)
    row = next(row for row in signature_rows(world.plan, world.version) if row["name"] == "Per Lindqvist")
    assert (row["role"], row["status"]) == ("företräder BUP Ystad", "signed")
    newest = documents.newest(world.version, DocumentKind.PLAN)
    assert newest is not None
    verdict = expecting.examine(bytes(newest.data)).verdict
    assert verdict.holds
    assert [mark.signer_id for mark in verdict.signatures][-1] == str(signature.pk)
    with pytest.raises(Refused, match="redan underskriven"):
        sign(world, world.per)
    assert Signature.objects.count() == 2


def test_the_seal_waits_for_all_who_are_asked(world: World) -> None:
    ask(world)
    world.sign(world.sara, world.johan)
    world.establish()
    assert world.version.sealed_at is None
    assert {"Per Lindqvist": "waiting"}.items() <= _standing(world).items()
    sign(world, world.per)
    assert world.version.sealed_at is not None
    with pytest.raises(Refused, match="förseglad"):
        ask(world, f"{world.hanna.pk}:{world.clinic.pk}")


def test_who_says_no_is_told_of_and_somebody_else_can_be_asked(world: World) -> None:
    (row,) = ask(world)
    world.sign(world.sara, world.johan)
    world.establish()
    asked.refuse_for_agency(world.actor(world.per), world.plan, sha256=world.version.sha256)
    assert world.version.sealed_at is None
    (other,) = ask(world, f"{world.hanna.pk}:{world.clinic.pk}")
    asked.take_back(world.actor(world.nadja), world.plan, row.pk)
    assert world.version.sealed_at is None
    sign(world, world.hanna)
    assert world.version.sealed_at is not None
    assert _standing(world)["Per Lindqvist"] == "refused"  # what was said stays said
    with pytest.raises(Refused, match="redan underskriven"):
        asked.take_back(world.actor(world.nadja), world.plan, other.pk)


def test_when_the_one_who_is_left_is_asked_no_longer_the_seal_closes(world: World) -> None:
    (row,) = ask(world)
    world.sign(world.sara, world.johan)
    world.establish()
    Membership.objects.filter(user=world.per).update(ends=clock.today() - timedelta(days=1))
    with pytest.raises(NotThere):
        sign(world, world.per)
    asked.take_back(world.actor(world.nadja), world.plan, row.pk)
    assert world.version.sealed_at is not None
    assert "Per Lindqvist" not in _standing(world)


def test_nobody_signs_for_another_and_nobody_who_is_not_asked(world: World) -> None:
    ask(world)
    for other in (world.hanna, world.birgit, world.nadja):
        with pytest.raises(Refused, match="inte ombedd"):
            sign(world, other)
    for stranger in (world.dag, world.sara.user):
        with pytest.raises((NotThere, Refused)):
            sign(world, stranger)
    with pytest.raises(Refused, match="vårdnadshavare"):
        signing.sign(world.actor(world.per), world.plan)
    with pytest.raises(Refused, match="ändrats"):
        sign(world, world.per, sha256="0" * 64)
    with pytest.raises(Refused, match="läst"):
        sign(world, world.per, has_read=False)
    assert not Signature.objects.exists()


def test_only_who_takes_part_can_be_asked_and_only_by_the_coordinator(world: World) -> None:
    for wrong in (key(world.dag, world), f"{world.per.pk}:{world.clinic.pk}", f"{world.sara.user_id}:{world.bup.pk}"):
        with pytest.raises(Refused, match="med i planen"):
            ask(world, wrong)
    with pytest.raises(Refused):
        asked.ask_to_sign(world.actor(world.per), world.plan, [key(world.per, world)])
    assert not AskedSigner.objects.exists()


def test_without_consent_nobody_signs_for_the_agency(world: World) -> None:
    ask(world)
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    with pytest.raises((NotThere, Refused)):
        sign(world, world.per)
    (row,) = AskedSigner.objects.all()
    assert not asked.still_signs(world.plan, row)


def test_an_edit_ends_it_and_they_are_told(world: World) -> None:
    ask(world)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    assert "Per Lindqvist" in told("version_void")
    world.review()
    with pytest.raises(Refused, match="inte ombedd"):
        sign(world, world.per)
    notices.recheck(world.plan.pk)
    assert Notice.objects.get(kind="agency_signature_asked").dropped_at


def test_reminded_once_a_day_each_and_it_is_logged(world: World) -> None:
    ask(world)
    nadja = world.actor(world.nadja)
    keys = {row["name"]: row for row in signature_rows(world.plan, world.version)}
    assert set(keys) == {"Sara Lind", "Johan Ek", "Per Lindqvist"}
    (row,) = AskedSigner.objects.all()
    for who in (f"f-{world.johan.pk}", f"m-{row.pk}"):
        asked.remind(nadja, world.plan, who)
        with pytest.raises(Refused, match="redan påmind idag"):
            asked.remind(nadja, world.plan, who)
    assert told("signature_reminded") == ["Johan Ek", "Per Lindqvist"]
    assert AccessEvent.objects.filter(act=asked.REMIND_TO_SIGN, user=world.nadja).count() >= 2
    with clock.set_to(clock.now() + timedelta(days=1)):
        asked.remind(nadja, world.plan, f"f-{world.johan.pk}")
    assert told("signature_reminded") == ["Johan Ek", "Johan Ek", "Per Lindqvist"]
    world.sign(world.sara)
    for who in (f"f-{world.sara.pk}", "barnet", "f-nobody", ""):
        with pytest.raises(Refused, match="redan svarat"):
            asked.remind(nadja, world.plan, who)


def test_who_answers_before_it_is_sent_hears_nothing(world: World) -> None:
    asked.remind(world.actor(world.nadja), world.plan, f"f-{world.johan.pk}")
    signing.refuse_to_sign(world.actor(world.johan), world.plan)
    notices.recheck(world.plan.pk)
    assert Notice.objects.get(kind="signature_reminded").dropped_at


def test_a_protected_childs_family_signs_on_paper_and_is_not_reminded_and_the_named_may_be_asked() -> None:
    world = World.build(is_protected=True).to("in_review")
    with pytest.raises(Refused, match="på papper"):
        asked.remind(world.actor(world.nadja), world.plan, f"f-{world.sara.pk}")
    offered = {one.user.name for one in asked.candidates(world.plan, world.version)}
    assert "Per Lindqvist" in offered
    assert "Inga Mottagare" not in offered
    ask(world)
    sign(world, world.per)


def test_a_protected_signer_is_reminded_and_signs_and_is_not_named(world: World) -> None:
    world.per.is_protected = True
    world.per.save()
    (row,) = ask(world)
    assert asked.remind(world.actor(world.nadja), world.plan, f"m-{row.pk}") == "En medarbetare"
    sign(world, world.per)
    assert "Per Lindqvist" not in str(content(world.plan, world.version))


def test_on_paper_too_and_not_twice(world: World) -> None:
    (row,) = ask(world)
    signature = world.sign_on_paper(row)
    assert (signature.asked, signature.status) == (row, SignatureStatus.SIGNED)
    with pytest.raises(Refused, match="redan underskriven"):
        sign(world, world.per)


def _standing(world: World) -> dict[str, str]:
    return {row["name"]: row["status"] for row in signature_rows(world.plan, world.version)}
