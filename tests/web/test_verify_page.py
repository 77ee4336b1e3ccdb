"""Verifiera: anybody may ask, nothing is kept, nothing is told of what is in the file or of what plans there are."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.web import uploads
from sip.web.doors import verify as door
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked() -> None:
    cache.clear()


def ask(pdf: bytes, name: str = "plan.pdf") -> Any:
    """Send a file, without having logged in."""
    return Client().post(reverse("verify"), {"pdf": SimpleUploadedFile(name, pdf, "application/pdf")})


def test_a_signed_plan_holds_and_nothing_in_it_is_shown() -> None:
    world = World.build().to("in_review")
    world.sign(world.sara)
    newest = documents.newest(world.version, DocumentKind.PLAN)
    assert newest is not None
    answer = ask(bytes(newest.data))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Underskrifterna stämmer." in page
    assert page.count('class="check"') == 12
    for told in ("Alva", "Sara", "Skurup", str(world.plan.pk), world.version.sha256):
        assert told not in page
    changed = ask(bytes(newest.data) + b" ")
    assert "Filen kan inte verifieras." in changed.content.decode()


def test_every_file_that_is_not_ours_gets_the_same_page() -> None:
    World.build().to("established")
    pages = {
        ask(junk, name).content.split(b"csrfmiddlewaretoken")[0]
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


def test_without_a_file_or_with_too_large_a_one_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().post(reverse("verify"))
    assert answer.status_code == 422
    assert "Välj en fil." in answer.content.decode()
    monkeypatch.setattr(uploads, "MOST", 5_000)
    assert ask(b"x" * 5_001).status_code == 422


def test_nothing_is_written_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def no(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no)
    assert ask(b"x" * 4_000_000).status_code == 200


def test_who_asks_for_many_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_FROM_ONE", 1)
    assert ask(b"x").status_code == 200
    again = ask(b"x")
    assert again.status_code == 429
    assert "Vänta några minuter" in again.content.decode()


def test_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0)
    with door._turn:
        assert ask(b"x").status_code == 429
    assert ask(b"x").status_code == 200


def test_the_page_is_for_anybody() -> None:
    page = Client().get(reverse("verify"))
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("max-age=0")
