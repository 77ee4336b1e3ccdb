"""What a reader of the paper hears comes in the order in which the page shows it."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sip.documents import render as rendering
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.documents.render import render
from sip.documents.sheets import Kind
from tests.integration.markers import hide
from tests.unit.documents import papers, samples
from tests.world import CHILD_WORDS, World


def positions(wanted: list[str], text: str) -> list[int]:
    """Where each of them first stands after the one before; a text that lacks one fails."""
    found: list[int] = []
    for word in wanted:
        at = text.find(word, found[-1] if found else 0)
        assert at >= 0, f"{word!r} does not come after {wanted[: len(found)][-1:]}"
        found.append(at)
    return found


@pytest.mark.django_db
def test_the_paper_is_read_in_the_order_of_the_page(tmp_path: Path) -> None:
    world = World.build().to("in_review")
    content = documents.frozen(world.version)
    wanted = [CHILD_WORDS]
    for goal in content["goals"]:
        if goal["when"] == "now":
            acts = [row for row in content["actions"] if row["goal"] == goal["id"]]
            wanted += [goal["text"], *(row["text"] for row in acts if row["responsible"]["principal_kind"])]
    wanted += [content["lead"]["agency"], content["parties"][0]["agency"], content["copies_to"][0]]
    newest = documents.newest(world.version, DocumentKind.PLAN)
    assert newest is not None
    shown = read(world.client(world.nadja), reverse("review", args=[world.plan.pk]))
    assert len(wanted) > 5
    assert positions(wanted, shown)
    assert positions(wanted, papers.spoken(bytes(newest.data), tmp_path))


@pytest.mark.django_db
def test_who_may_read_less_has_the_rest_in_the_order_of_the_page(tmp_path: Path) -> None:
    world = World.build().to("in_review")
    hide(world, "voice", "action")
    content = documents.frozen(world.version)
    (goal,) = (goal["text"] for goal in content["goals"] if goal["when"] == "now")
    wanted = [goal, world.schedule.text, world.mornings.text, world.need.text, "Vi orkar inte fyra möten i veckan."]
    _version, extract = documents.download_plan(world.actor(world.johan), world.plan)
    for text in (
        read(world.client(world.johan), reverse("family_plan", args=[world.plan.pk])),
        papers.spoken(extract, tmp_path),
    ):
        assert positions(wanted, text)
        assert CHILD_WORDS not in text
        assert world.assessment.text not in text


def read(client: Client, address: str) -> str:
    """The words of a page, in their order."""
    page = client.get(address).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_paper_that_is_help_is_read_in_the_same_order(tmp_path: Path) -> None:
    plan = samples.plan()
    wanted = [
        "Jag vill kunna äta lunch",
        "Alva äter lunch i skolan",
        "Matplan som Alva",
        "Alva orkar hela",
        "Orka hela",
    ]
    looks: list[dict[str, Any]] = [{}, {"language": "en"}, {"language": "ar"}, {"is_large": True}]
    for look in looks:
        assert positions(wanted, papers.spoken(render("sip", plan, **look), tmp_path))


class _Texts(HTMLParser):
    """Every text of a paper's body, in the order of its markup; not what a drawing or a style holds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 1  # until the body begins

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("svg", "style"):
            self._hidden += 1
        elif tag == "body":
            self._hidden = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in ("svg", "style"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        # Where a long sum may break, and where an hour may not: neither is read aloud.
        text = " ".join(data.replace("\u200b", "").replace("\u2060", "").split())
        if not self._hidden and len(text) > 3:
            self.texts.append(text)


@pytest.mark.parametrize("kind", samples.ALL)
def test_every_kind_of_paper_is_read_in_the_order_in_which_it_is_laid_out(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []
    html_of = rendering.html_of
    monkeypatch.setattr(rendering, "html_of", lambda *rest: laid_out.append(html_of(*rest)) or laid_out[-1])
    pdf = render(kind, samples.ALL[kind]())
    page = _Texts()
    page.feed(laid_out[-1])
    assert len(page.texts) > 10
    assert positions(page.texts, papers.spoken(pdf, tmp_path))
