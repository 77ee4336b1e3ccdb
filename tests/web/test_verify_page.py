"""Verifiera: anybody may ask, nothing is kept, nothing is told of what is in the file or of what plans there are."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from common.errors import Refused
from common.files import LARGEST, LARGEST_SCAN
from common.keys import new_key
from sip.documents import services as documents
from sip.documents.models import Document, DocumentKind
from sip.signing import scans, verify
from sip.web import uploads
from sip.web.doors import verify as door
from sip.web.proxy import ClientAddressMiddleware
from sip.web.work.witness import WitnessForm
from tests.database import Database
from tests.world import World

ROOT = Path(__file__).parents[2]


def ask(pdf: bytes, name: str = "plan.pdf", **headers: str) -> Any:
    """Send a file, without having logged in."""
    sent = {"pdf": SimpleUploadedFile(name, pdf, "application/pdf")}
    # Nobody has asked from that address before.
    return Client(**{"REMOTE_ADDR": str(new_key()), **headers}).post(reverse("verify"), sent)


@pytest.mark.django_db
def test_a_signed_plan_holds_and_nothing_in_it_is_shown() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    newest = documents.newest(world.version, DocumentKind.PLAN)
    assert newest is not None
    answer = ask(bytes(newest.data))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Filen är äkta och oförändrad." in page
    assert page.count('class="check"') == 12
    for told in ("Alva", "Sara", "Skurup", str(world.plan.pk), world.version.sha256):
        assert told not in page
    changed = ask(bytes(newest.data) + b" ")
    assert "Filen kan inte verifieras." in changed.content.decode()


@pytest.mark.django_db
def test_every_file_that_is_not_ours_gets_the_same_page() -> None:
    World.build().to("established")
    pages = {
        re.sub(rb'csrfmiddlewaretoken" value="[^"]+"', b"", ask(junk, name).content)
        for junk, name in [
            (b"", "a.pdf"),
            (b"%PDF-1.7", "b.pdf"),
            (b"PK\x03\x04", "plan.docx"),
            (b"\x00" * 999, "../../etc/passwd"),
            (b"<script>", "x" * 400),
        ]
    }
    assert len(pages) == 1
    assert b"Filen kan inte verifieras." in pages.pop()


@pytest.mark.django_db
def test_without_a_file_or_with_too_large_a_one_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().post(reverse("verify"))
    assert answer.status_code == 422
    assert "Välj en fil." in answer.content.decode()
    monkeypatch.setattr(uploads, "MOST", 5_000)
    large = ask(b"x" * 5_001)
    assert large.status_code == 422
    assert "Filen är större än 12 MB." in large.content.decode()


@pytest.mark.django_db
def test_a_file_without_signatures_or_seal_is_not_said_to_have_them() -> None:
    world = World.build().to("in_review")
    unsigned = documents.newest(world.version, DocumentKind.PLAN)
    assert unsigned is not None
    page = ask(bytes(unsigned.data)).content.decode()
    assert "Filen är äkta och oförändrad." in page and "Filen är en PDF, utan underskrifter." in page
    assert "Filen ska inte ha något sigill, och har inget." in page and "Filen har tjänstens sigill." not in page
    assert "Underskrifterna är de som tjänsten har antecknat." not in page and "0 underskrifter" not in page
    world.sign(world.sara, world.johan)
    world.establish()
    sealed = documents.newest(world.version, DocumentKind.PLAN)
    assert sealed is not None
    assert "Filen har tjänstens sigill." in ask(bytes(sealed.data)).content.decode()


@pytest.mark.django_db
def test_nothing_is_written_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def no(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no)
    assert ask(b"x" * 4_000_000).status_code == 200


@pytest.mark.django_db
def test_who_asks_for_many_waits_and_nobody_else(monkeypatch: pytest.MonkeyPatch, broker: str) -> None:
    monkeypatch.setattr(door, "MOST_FROM_ONE", 1)
    asks = {"REMOTE_ADDR": str(new_key())}
    assert ask(b"x", **asks).status_code == 200
    again = ask(b"x", **asks)
    assert again.status_code == 429
    assert "Vänta tio minuter" in again.content.decode()
    assert ask(b"x").status_code == 200


@pytest.mark.django_db
def test_without_a_broker_it_is_verified_all_the_same(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert ask(b"x").status_code == 200


def test_behind_the_proxy_it_is_the_client_that_asks() -> None:
    """The proxy writes the last address; what stands before it anybody may have written."""
    heard: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        heard.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    behind = ClientAddressMiddleware(page)
    for told in ("10.0.0.9, 192.0.2.7", "2001:db8::1", "nonsense", ""):
        behind(RequestFactory(REMOTE_ADDR="172.18.0.5").get("/", headers={"x-forwarded-for": told}))
    assert heard == ["192.0.2.7", "2001:db8::1", "172.18.0.5", "172.18.0.5"]


def test_one_at_a_time_in_the_whole_service(committed_db: Database) -> None:
    """Somebody else's process reads a file: this one says so at once, and does not stand in line."""
    with psycopg.connect(committed_db.app_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [door._TURN])
        waits = ask(b"x")
        assert waits.status_code == 429
        assert "En annan fil verifieras just nu" in waits.content.decode()
    assert ask(b"x").status_code == 200


@pytest.mark.django_db
def test_the_page_is_for_anybody() -> None:
    page = Client().get(reverse("verify"))
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("max-age=0")


def test_a_file_is_found_by_its_hash_without_reading_all_papers() -> None:
    assert ["sha256"] in [index.fields for index in Document._meta.indexes]


def test_one_largest_file_and_all_say_so() -> None:
    megabytes = {f"{size // 1_000_000} MB" for size in (LARGEST, LARGEST_SCAN)}
    told = {str(door.VerifyForm().fields["pdf"].help_text), str(WitnessForm({}).fields["scan"].help_text)}
    told |= {str(text) for text in door.VerifyForm().fields["pdf"].error_messages.values()}
    assert {found for text in told for found in re.findall(r"\d+ MB", text)} == megabytes
    with pytest.raises(Refused, match="10 MB"):
        scans.painted_anew(b"0" * (LARGEST_SCAN + 1))
    through = re.search(r"client_max_body_size (\d+)m;", (ROOT / "deploy/proxy.conf").read_text())
    assert through and int(through[1]) * 2**20 > LARGEST > LARGEST_SCAN
    assert uploads.MOST == verify.MAX_BYTES == LARGEST
