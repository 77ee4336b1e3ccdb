"""Papper: what there is to fetch, who has a copy, and everything as one archive; played as users."""

import io
import json
import re
import zipfile
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.urls import reverse

from consent.models import Custody
from sip.documents import papers as waiting
from sip.documents import services as documents
from sip.documents.extracts import content_of_receipt
from sip.documents.models import Copy, CopyHow, Document, DocumentKind
from sip.plans.services import consents, contents, frame, registry
from sip.plans.spokes import SPOKES
from sip.signing import services as signing
from tests.integration.markers import hide, paper_text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World.build().to("established")


def page(world: World, who: object) -> str:
    return world.client(who).get(reverse("papers", args=[world.plan.pk])).content.decode()  # type: ignore[arg-type]


def test_every_link_leads_to_a_file(world: World) -> None:
    for who in (world.sara, world.nadja, world.per):
        client = world.client(who)
        links = re.findall(r'href="(/planer/[^"]+\.pdf[^"]*|[^"]+\.zip)"', page(world, who))
        looks = {link for link in links if "?" in link}
        assert len([link for link in looks if "?stor=ja" in link]) == 4  # plan, child's page, receipt, call
        for link in links if who == world.sara else set(links) - looks:
            answer = client.get(link.replace("&amp;", "&"))
            assert answer.status_code == 200, link
            assert answer["Content-Type"] in ("application/pdf", "application/zip"), link


def test_the_receipt_comes_in_large_print_and_as_help_and_only_the_binding_one_is_sealed(world: World) -> None:
    words = "Du tillfrågades för sent, tycker jag."
    signing.dissent(world.actor(world.sara), world.plan, text=words)
    href = reverse("receipt", args=[world.plan.pk, 1])
    client = world.client(world.sara)
    made = {look: client.get(f"{href}{look}").content for look in ("", "?stor=ja", "?sprak=fi")}
    assert [b"/ByteRange" in data for data in made.values()] == [True, False, False]
    told = {look: paper_text(data) for look, data in made.items()}
    assert all(words in text and "Sara Lind" in text for text in told.values())
    assert "Har inte skrivit under än" in told["?stor=ja"] and "Har inte skrivit under än" not in told["?sprak=fi"]
    assert len({content_of_receipt(data)["made_at"] for data in made.values()}) == 1


def test_before_there_is_any_paper_it_says_so() -> None:
    early = World.build().to("consented")
    assert "Det finns inget papper än" in page(early, early.nadja)
    answer = early.client(early.nadja).get(reverse("archive", args=[early.plan.pk]), follow=True)
    assert "Det finns inga papper att hämta än." in answer.content.decode()


def test_who_has_a_copy_is_told_and_the_one_who_leads_has_the_original(world: World) -> None:
    rows = Copy.objects.filter(version=world.version)
    original = rows.get(is_original=True)
    assert original.agency_id == world.plan.lead_agency_id
    plan = documents.newest(world.version, DocumentKind.PLAN)
    assert plan is not None
    assert {row.sha256 for row in rows} == {plan.sha256}
    assert rows.filter(guardian__isnull=False, how=CopyHow.SERVICE).count() == 2
    text = page(world, world.sara)
    assert "har originalet" in text
    assert text.count("Har den i tjänsten sedan") == rows.count()
    assert "Lämnad" not in text


def test_who_has_left_reads_it_no_longer_and_who_came_has_it_when_it_is_fetched(world: World) -> None:
    registry.transfer_custody(world.child, world.johan, Custody.NONE)
    rows = Copy.objects.filter(version=world.version)
    rows.filter(agency=world.school).delete()  # as if it had come after the plan was established
    text = page(world, world.sara)
    assert (text.count("Kan inte läsa den där längre."), text.count("Kan läsa den i tjänsten")) == (1, 1)
    for _time in range(2):
        assert world.client(world.birgit).get(reverse("archive", args=[world.plan.pk])).status_code == 200
    newest, taken = documents.newest(world.version, DocumentKind.PLAN), rows.get(agency=world.school)
    assert newest and (taken.sha256, taken.by) == (newest.sha256, world.birgit)
    assert "Kan läsa den i tjänsten" not in page(world, world.sara)
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    rows.filter(agency=world.soc).delete()
    text = page(world, world.sara)  # nobody but the family is handed what holds BUP's actions
    left = rows.filter(agency__isnull=False).count() + 1
    assert (text.count("Kan inte läsa den där längre."), text.count("Har inte fått den")) == (left, 1)


def test_who_reads_less_has_an_extract_and_not_that_file() -> None:
    world = World.build().to("in_review")
    hide(world, "voice")
    world.establish()
    assert Copy.objects.get(guardian=world.johan).sha256 == ""


def test_a_copy_on_paper_waits_until_the_coordinator_has_handed_it_over_once(world: World) -> None:
    row = Copy.objects.get(guardian=world.sara)
    Copy.objects.filter(pk=row.pk).update(how=CopyHow.PAPER, at=None)
    address = reverse("hand_over_copy", args=[world.plan.pk])
    assert "Ska få planen på papper" in page(world, world.johan)
    assert world.client(world.per).post(address, {"copy": row.pk}).status_code == 403
    client = world.client(world.nadja)
    exemplar = f"{reverse('exemplar', args=[world.plan.pk, world.sara.pk])}?version=1"
    assert "Lämnad" in page(world, world.nadja) and exemplar in page(world, world.nadja)
    assert exemplar not in page(world, world.johan)
    assert client.get(exemplar)["Content-Type"] == "application/pdf"
    for other in (uuid4(), "x"):
        assert "finns inte längre" in client.post(address, {"copy": other}, follow=True).content.decode()
    assert client.post(address, {"copy": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.at is not None
    assert row.by == world.nadja
    assert "redan lämnad" in client.post(address, {"copy": row.pk}, follow=True).content.decode()


def test_the_archive_holds_the_papers_their_data_and_sums_that_hold(world: World) -> None:
    client = world.client(world.per)
    first = client.get(reverse("archive", args=[world.plan.pk]))
    assert first["Content-Disposition"] == 'attachment; filename="sip-arkiv.zip"'
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(reversed(line.split("  ")) for line in held.pop("SHA256SUMS").decode().splitlines())
    assert set(held) == set(sums) == {"sip-v1.pdf", "sip-v1.json", "kvittens-v1.pdf"}
    assert all(sha256(data).hexdigest() == sums[name] for name, data in held.items())
    assert sha256(held["sip-v1.json"]).hexdigest() == world.version.sha256
    newest = Document.objects.filter(version=world.version, kind=DocumentKind.PLAN).latest("revision")
    assert held["sip-v1.pdf"] == bytes(newest.data)
    assert client.get(reverse("archive", args=[world.plan.pk])).content == first.content


def test_an_archive_has_nothing_that_is_withheld(world: World) -> None:
    hide(world, "voice")
    answer = world.client(world.johan).get(reverse("archive", args=[world.plan.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "gympan" not in archive.read("sip-v1.json").decode()
    assert world.client(world.dag).get(reverse("archive", args=[world.plan.pk])).status_code == 404


def test_who_reads_less_waits_for_the_archive_as_others_wait_for_a_paper(world: World, settings: Any) -> None:
    """An extract is made by the worker: an error page instead would tell that something is withheld."""
    hide(world, "voice")
    settings.RENDER_AT_ONCE = False
    client, address = world.client(world.johan), reverse("archive", args=[world.plan.pk])
    assert client.get(address).status_code == 202
    while (answer := client.get(address)).status_code == 202:  # one paper after the other
        assert waiting.make_all() > 0
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "gympan" not in archive.read("sip-v1.json").decode()


def test_each_follow_up_has_its_paper_and_an_older_one_tells_what_was_told_then() -> None:
    world = World.build().to("following_up")
    actor, spoke = world.actor(world.nadja), next(iter(SPOKES))
    contents.set_wheel(actor, world.plan, marks={spoke: 2}, works={}, hard={})
    frame.tell_outcome(actor, world.plan, world.goal, result="partly", why="Tre dagar av fem.")
    world.review()
    world.establish()
    world.follow_up()
    frame.tell_outcome(actor, world.plan, world.goal, result="fully", why="Alla dagar nu.")
    contents.set_wheel(actor, world.plan, marks={spoke: 5}, works={}, hard={})
    assert page(world, world.nadja).count("<h3>Uppföljning</h3>") == 2
    told = []
    for number in (1, 2):
        data = world.client(world.nadja).get(reverse("follow_up_pdf", args=[world.plan.pk, number])).content
        with pikepdf.open(io.BytesIO(data)) as pdf:
            (attached,) = pdf.attachments.values()
            told.append(json.loads(attached.get_file().read_bytes()))
    first, second = told
    assert [one["goals"][0]["outcome_why"] for one in told] == ["Tre dagar av fem.", "Alla dagar nu."]
    assert [one["wheel"][0]["now"] for one in told] == [2, 5]
    assert (first["plan"]["version"], second["plan"]["version"]) == (1, 2)
    assert first["next"] == {"date": second["held_on"], "called_by": ""}
    for number in (0, 3):
        assert world.client(world.nadja).get(reverse("follow_up_pdf", args=[world.plan.pk, number])).status_code == 404


@pytest.mark.parametrize("key", ["\x00", "x", "0" * 63, "0" * 64, "٠" * 64, "a" * 9000])
def test_a_page_that_waits_for_what_is_no_paper_finds_nothing_or_that_it_is_made(world: World, key: str) -> None:
    for name in ("pdf", "child_pdf", "receipt", "call_pdf"):
        answer = world.client(world.sara).get(reverse(name, args=[world.plan.pk, 1]), {"vantar": key})
        assert answer.status_code == (200 if key == "0" * 64 else 404), name
    assert world.client(world.sara).get(reverse("archive", args=[world.plan.pk]), {"vantar": key}).status_code in (
        200,
        404,
    )


def test_a_language_that_there_is_not_is_not_there(world: World) -> None:
    client = world.client(world.sara)
    for look in ("sprak=xx", "sprak=", "sprak=../en"):
        assert client.get(reverse("pdf", args=[world.plan.pk, 1]) + f"?{look}").status_code == 404
