"""Attacks 10–13 of the design's list: scripts, fetches, bombs, and signs that turn the reading direction."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from common.errors import Refused
from sip.documents import inspect, limits, render
from sip.documents.render import ForbiddenFetch
from sip.documents.sheets import Kind
from tests.unit.documents import papers, samples

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=http://127.0.0.1:9/x.png>",
    "<style>@import url(file:///etc/passwd);</style>",
    "</style><link rel=stylesheet href=file:///etc/passwd>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<svg><image href='http://127.0.0.1:9/'/></svg>",
    "\"><object data='file:///etc/passwd'></object>",
    "url(file:///etc/passwd)",
    "{% include 'base.html' %}{{ settings.SECRET_KEY }}",
    "<a href='javascript:alert(1)'>x</a>",
    "<base href='http://127.0.0.1:9/'>",
]
# Texts that the program itself chooses among, or that are dates or ids: no user can write these.
OURS = {
    "schema", "id", "kind", "principal_kind", "area", "custody", "when", "level", "outcome", "spoke", "need", "goal",
    "frozen_at", "frozen_on", "start", "end", "date", "held_on", "due", "status", "how", "at", "sha256", "grounds",
    "established_on", "made_at", "called_at", "answer_by", "said", "until", "not_required_until", "stands",
    "happened_on", "told_at", "answered_at", "closed_at",
}  # fmt: skip

NAMES: dict[Kind, str] = {
    "sip": "sip-v3.json",
    "kallelse": "kallelse-1.json",
    "kvittens": "kvittens-v3.json",
    "samtycke": "samtycke.json",
    "uppfoljning": "uppfoljning-1.json",
    "avvikelse": "avvikelse.json",
    "barnets-sida": "barnets-sida.json",
}


def poisoned(value: Any, poison: Iterator[str], key: str = "") -> Any:
    """A copy of the content with the next poison in every text that somebody could have written."""
    match value:
        case str() if key not in OURS:
            return next(poison)
        case dict():
            return {name: poisoned(inner, poison, name) for name, inner in value.items()}
        case list():
            return [poisoned(inner, poison, key) for inner in value]
        case _:
            return value


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a document asked its fetcher for."""
    addresses: list[str] = []
    fetch = render._NothingFromOutside.fetch

    def listening(self: Any, url: str, headers: dict[str, str] | None = None) -> Any:
        addresses.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(render._NothingFromOutside, "fetch", listening)
    return addresses


@pytest.mark.parametrize("turn", [0, 4, 8])
def test_hostile_text_is_only_text(turn: int, asked: list[str], tmp_path: Path) -> None:
    """Each text gets another poison; in each turn another one."""
    for kind, name in NAMES.items():
        content = samples.ALL[kind]()
        pdf = render.render(kind, poisoned(content, cycle(HOSTILE[turn:] + HOSTILE[:turn])))
        # Our own icons are the only thing that was ever asked for.
        assert all(address.startswith("data:image/svg+xml,") for address in asked)
        assert inspect.problems(pdf, attachments=(name,)) == []
        printed = papers.text_of(pdf, tmp_path).replace(" ", "")
        assert sum(poison.replace(" ", "") in printed for poison in HOSTILE) >= 4
        assert "root:x:0" not in printed


@pytest.mark.parametrize(
    ("kind", "language"), [("uppfoljning", "en"), ("avvikelse", "so"), ("barnets-sida", "ar"), ("kallelse", "uk")]
)
def test_hostile_text_in_a_help_language_is_only_text(
    kind: Any, language: str, asked: list[str], tmp_path: Path
) -> None:
    """The Swedish is poisoned, and what somebody has written of it in the reader's language is poisoned too."""
    content = poisoned(samples.ALL[kind](), cycle(HOSTILE))
    texts = dict(zip(HOSTILE, HOSTILE[1:] + HOSTILE[:1], strict=True))
    pdf = render.render(kind, content, language=language, texts=texts)
    assert all(address.startswith("data:image/svg+xml,") for address in asked)
    assert inspect.problems(pdf, attachments=(NAMES[kind],), language=language) == []
    printed = papers.text_of(pdf, tmp_path).replace(" ", "")
    assert sum(poison.replace(" ", "") in printed for poison in HOSTILE) >= 2
    assert "root:x:0" not in printed


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='file:///etc/passwd'>",
        "<style>@import url('file:///etc/passwd');</style>",
        "<link rel='stylesheet' href='file:///etc/passwd'>",
        "<link rel='attachment' href='file:///etc/passwd'>",
        "<style>@font-face {font-family: x; src: url('http://127.0.0.1:9/f.ttf')} p {font-family: x}</style><p>x</p>",
        "<p style='background: url(ftp://127.0.0.1/x)'>x</p>",
    ],
)
def test_a_document_that_asks_for_anything_outside_itself_is_no_document(
    markup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even were a template to hold such markup, there would be an error and no PDF."""
    template = render._engine.get_template("documents/kvittens.html")
    monkeypatch.setattr(template.__class__, "render", lambda self, context: f"<html lang='sv'>{markup}</html>")
    with pytest.raises(ForbiddenFetch):
        render.render("kvittens", samples.receipt())


def test_a_template_that_names_what_its_context_lacks_is_an_error() -> None:
    from django.template import Context

    with pytest.raises(LookupError, match="nobody"):
        render._engine.from_string("{{ child.nobody }}").render(Context({"child": {}}))


def test_signs_that_turn_the_reading_direction_do_not_reach_the_paper(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["actions"][0]["text"] = "Betala \u202e\u2066\u200f\u061c\u202b001 kronor"
    assert "Betala 001 kronor" in papers.text_of(render.render("sip", plan), tmp_path)


def bomb(rows: int) -> dict[str, Any]:
    plan = samples.plan()
    plan["actions"] = [plan["actions"][0]] * rows
    return plan


def test_a_thousand_rows_are_refused_in_swedish() -> None:
    with pytest.raises(Refused, match=r"rader\. Ett dokument rymmer högst") as refused:
        render.render("sip", bomb(1_000))
    assert refused.value.problems[0].code == "too_many_rows"


def test_ten_megabytes_of_text_are_refused_in_swedish() -> None:
    plan = samples.plan()
    plan["voice"]["situation"] = "x" * 10_000_000
    with pytest.raises(Refused, match="Texten är för lång"):
        render.render("sip", plan)


def test_many_texts_that_are_each_short_enough_are_refused_together() -> None:
    plan = samples.plan()
    plan["actions"] = [{**plan["actions"][0], "text": "y" * 4_900} for _number in range(21)]
    with pytest.raises(Refused, match="alla tillsammans"):
        render.render("sip", plan)


def test_the_largest_plan_that_is_let_in_is_made(tmp_path: Path) -> None:
    plan = samples.plan()
    left = limits.MAX_ROWS - limits._count_rows(plan) + len(plan["actions"])
    plan["actions"] = [{**plan["actions"][number % 8], "id": f"x{number}"} for number in range(left)]
    pdf = render.render("sip", plan)
    assert "Övergripande ansvar" in papers.text_of(pdf, tmp_path, page=1)


def test_one_text_as_long_as_is_let_in_without_any_space_is_made(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["actions"][0]["text"] = "x" * limits.MAX_TEXT
    pdf = render.render("sip", plan)
    assert "Övergripande ansvar" in papers.text_of(pdf, tmp_path, page=1)
