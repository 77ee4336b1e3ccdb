"""The young person with a log-in is asked to sign like a guardian, and dissent always reaches the receipt."""

import io
import json
from functools import partial

import pikepdf
import pytest
from django.urls import reverse

from agencies.models import User
from common.errors import NotThere, Refused
from common.text import TEXT_MAX
from consent.models import Child, Guardian
from sip.documents import services as documents
from sip.documents.models import Copy, Document, DocumentKind
from sip.plans.models import Version
from sip.plans.services import contents
from sip.signing import services as signing
from sip.signing.models import SignerRole
from sip.signing.receipt import signature_rows
from tests.world import World

pytestmark = pytest.mark.django_db


def told_in_receipt(version: Version) -> dict[str, object]:
    """What travels inside the newest receipt."""
    receipt = documents.newest(version, DocumentKind.RECEIPT)
    assert receipt is not None
    with pikepdf.open(io.BytesIO(bytes(receipt.data))) as pdf:
        (attached,) = pdf.attachments.values()
        content: dict[str, object] = json.loads(attached.get_file().read_bytes())
    return content


def with_log_in(world: World) -> User:
    """Alva gets her own log-in."""
    user = User.objects.create_user("alva@familj.example", world.child.name)
    Child.objects.filter(pk=world.child.pk).update(user=user)
    world.child.refresh_from_db()
    return user


def test_the_seal_waits_for_the_young_persons_own_signature() -> None:
    world = World.build()
    alva = with_log_in(world)
    world.to("met")
    version = world.review()
    world.sign(world.sara, world.johan)
    world.establish()
    version.refresh_from_db()
    assert version.sealed_at is None
    assert ("Alva Lind", "waiting") in {(row["name"], row["status"]) for row in signature_rows(world.plan, version)}
    signing.sign(world.actor(alva), world.plan)
    version.refresh_from_db()
    assert version.sealed_at is not None


def test_who_has_children_of_their_own_signs_the_own_plan_as_its_child() -> None:
    world = World.build()
    alva = with_log_in(world)
    Guardian.objects.create(user=alva, name=alva.name, number="19870219-2389", number_index="of her own child")
    world.to("in_review")
    alva = User.objects.get(pk=alva.pk)
    signed = signing.sign(world.actor(alva), world.plan)
    assert (signed.role, signed.guardian) == (SignerRole.CHILD, None)
    world.sign(world.sara, world.johan)
    world.establish()
    documents.download_plan(world.actor(alva), world.plan)
    assert not Copy.objects.filter(guardian__user=alva).exists()


def test_a_dissenting_view_after_establishing_stands_in_a_new_receipt() -> None:
    world = World.build().to("established")
    signing.dissent(world.actor(world.johan), world.plan, text="Jag vill ha växelvis boende i stället.")
    dissent = told_in_receipt(world.version)["dissent"]
    assert [row["text"] for row in dissent] == ["Jag vill ha växelvis boende i stället."]  # type: ignore[attr-defined]


def test_each_speaks_for_themself_alone() -> None:
    """Delegation to nobody: a guardian for the child or the other guardian, the child for them, staff for anybody."""
    world = World.build()
    alva = with_log_in(world)
    world.to("met")
    world.review()
    signing.sign(world.actor(world.sara), world.plan)
    signing.refuse_to_sign(world.actor(alva), world.plan)
    stood = {"Sara Lind": "signed", "Johan Ek": "waiting", "Alva Lind": "refused"}
    assert {row["name"]: row["status"] for row in signature_rows(world.plan, world.version)} == stood
    for stranger in (world.nadja, world.per, world.dag, world.chef):
        actor = world.actor(stranger)
        for verb in (signing.sign, signing.refuse_to_sign, partial(signing.dissent, text="I deras ställe.")):
            with pytest.raises((NotThere, Refused)):
                verb(actor, world.plan)  # type: ignore[operator]
    sara = world.client(world.sara)
    for field, value in (("signer", "barnet"), ("guardian", str(world.johan.pk)), ("user", str(alva.pk))):
        said = {"has_read": "on", "sha256": world.version.sha256, "code": "000000", field: value}
        assert sara.post(reverse("sign", args=[world.plan.pk]), said).status_code == 400
        assert sara.post(reverse("dissent", args=[world.plan.pk]), {"text": "x", field: value}).status_code == 400
    assert {row["name"]: row["status"] for row in signature_rows(world.plan, world.version)} == stood


def test_the_same_view_sent_twice_is_one_view_and_one_receipt() -> None:
    world = World.build().to("established")
    receipts = Document.objects.filter(version=world.version, kind=DocumentKind.RECEIPT)
    before = receipts.count()
    for _press in range(2):
        signing.dissent(world.actor(world.johan), world.plan, text="Jag ser det annorlunda.")
    assert receipts.count() == before + 1


def test_what_one_parent_writes_stops_neither_the_plan_nor_the_other_parent() -> None:
    world = World.build().to("in_review")
    sara = world.actor(world.sara)
    for letter in "abc":
        signing.dissent(sara, world.plan, text=letter * TEXT_MAX)
    with pytest.raises(Refused, match="skrivit så mycket som ryms") as refused:
        signing.dissent(sara, world.plan, text="Och så en sak till.")
    assert refused.value.problems[0].field == "text"
    world.establish()
    world.sign(world.johan)
    signing.dissent(world.actor(world.johan), world.plan, text="Jag håller inte med.")
    told = told_in_receipt(world.version)
    assert [len(row["text"]) for row in told["dissent"]] == [TEXT_MAX] * 3 + [20]  # type: ignore[attr-defined]


def test_short_views_are_few_too_and_the_next_version_has_room_again() -> None:
    world = World.build().to("in_review")
    sara = world.actor(world.sara)
    for number in range(10):
        signing.dissent(sara, world.plan, text=f"Nej {number}.")
    with pytest.raises(Refused, match="skrivit så mycket"):
        signing.dissent(sara, world.plan, text="Nej.")
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", "Alva är i skolan tre dagar av fem")
    world.review()
    signing.dissent(sara, world.plan, text="Nej.")
