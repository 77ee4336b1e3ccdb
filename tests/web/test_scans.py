"""A signature on paper with its day and its scan: kept clean, handed out to who may read all of the plan, no other."""

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import clock
from common.keys import new_key
from sip.plans.services import consents, contents
from sip.signing import on_paper
from sip.signing.models import Signature, SignatureScan
from sip.web import uploads
from tests.integration.markers import hide
from tests.unit.signing.test_scans import HIDDEN, picture
from tests.world import World

pytestmark = pytest.mark.django_db


def witness(world: World, scan: bytes = b"", **sent: Any) -> Any:
    """Nadja writes that Johan signed."""
    # A browser sends an empty field where no file is chosen.
    files = {"scan": SimpleUploadedFile("IMG_1.jpg.exe", scan) if scan else ""}
    address = reverse("witness", args=[world.plan.pk])
    said = {"signer": f"f-{world.johan.pk}", "mark": on_paper.mark_of(world.plan, world.version, world.johan)}
    return world.client(world.nadja).post(address, {**said, "signed_on": "", **sent, **files})


def test_the_scan_is_kept_clean_and_handed_out_as_a_file() -> None:
    world = World.build().to("in_review")
    assert witness(world, picture()).status_code == 302
    scan = SignatureScan.objects.get()
    assert HIDDEN not in bytes(scan.data)
    address = reverse("scan", args=[world.plan.pk, scan.signature_id])
    answer = world.client(world.nadja).get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="underskrift.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert len(document.pages) == 1
    assert world.client(world.dag).get(address).status_code == 404
    nothing = reverse("scan", args=[world.plan.pk, new_key()])
    assert world.client(world.nadja).get(nothing).status_code == 404


def test_a_file_that_is_no_scan_leaves_nothing() -> None:
    world = World.build().to("in_review")
    answer = witness(world, b"MZ" + b"x" * 999)
    assert answer.status_code == 422
    assert "Välj en bild" in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_scan_that_is_too_large_to_be_read_is_not_passed_over_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("in_review")
    monkeypatch.setattr(uploads, "MOST", 20_000)
    answer = witness(world, b"x" * 20_001)
    assert answer.status_code == 422
    assert "Papperet är för stort." in answer.content.decode()
    assert not Signature.objects.exists()


def test_after_an_error_nobody_is_offered_who_has_signed() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    page = witness(world, mark="").content.decode()
    assert f'value="f-{world.johan.pk}"' in page and f'value="f-{world.sara.pk}"' not in page


def test_the_day_is_kept_and_no_day_before_the_plan_or_to_come_is_taken() -> None:
    world = World.build().to("in_review")
    today = clock.today()
    early = witness(world, signed_on=(today - timedelta(days=1)).isoformat())
    assert early.status_code == 422
    assert "Planen fanns inte att skriva under då." in early.content.decode()
    with clock.set_to(clock.now() + timedelta(days=3)):
        late = witness(world, signed_on=(today + timedelta(days=4)).isoformat())
        assert late.status_code == 422
        assert "Dagen ligger i framtiden." in late.content.decode()
        assert witness(world, signed_on=(today + timedelta(days=1)).isoformat()).status_code == 302
    assert Signature.objects.get().signed_on == today + timedelta(days=1)


def test_the_scan_is_found_among_the_papers_by_who_may_read_all_of_the_plan() -> None:
    world = World.build().to("in_review")
    witness(world, picture())
    address = reverse("scan", args=[world.plan.pk, Signature.objects.get().pk])
    papers = reverse("papers", args=[world.plan.pk])
    hide(world, "voice")
    for who, is_there in ((world.nadja, True), (world.birgit, True), (world.sara, True), (world.johan, False)):
        client = world.client(who)
        assert (address in client.get(papers).content.decode()) is is_there
        assert (client.get(address).status_code == 200) is is_there
    assert f"{world.johan.name} skrev under" in world.client(world.nadja).get(papers).content.decode()


def test_the_scan_of_a_version_that_an_edit_made_void_is_not_handed_out() -> None:
    world = World.build().to("in_review")
    witness(world, picture())
    address = reverse("scan", args=[world.plan.pk, Signature.objects.get().pk])
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    for who in (world.nadja, world.birgit, world.sara):
        assert world.client(who).get(address).status_code == 404


@pytest.mark.parametrize("paper", ["scan", "receipt"])
def test_when_consent_ends_what_was_signed_is_held_as_the_plan_is(paper: str) -> None:
    world = World.build().to("established")
    witness(world, picture())
    which = {"scan": Signature.objects.get().pk, "receipt": 1}[paper]
    address = reverse(paper, args=[world.plan.pk, which])
    birgit, shown = world.client(world.birgit), reverse("papers" if paper == "scan" else "plan", args=[world.plan.pk])
    assert birgit.get(address).status_code == 200
    assert address in birgit.get(shown).content.decode()
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    held = birgit.get(address)
    assert (held.status_code, held["Content-Type"].startswith("text/html")) == (422, True)
    assert "Samtycket gäller inte längre för BUP Ystad" in held.content.decode()
    assert address not in birgit.get(shown).content.decode()
    assert world.client(world.sara).get(address).status_code == 200  # the family's own
