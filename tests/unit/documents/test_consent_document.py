"""Samtycke on paper: what is recorded, room by hand for the rest, and nothing that it may not tell."""

from pathlib import Path

import pytest

from sip.documents import inspect
from sip.documents.render import render
from tests.unit.documents import papers, samples


def test_it_says_what_is_asked_what_is_answered_and_how_one_changes_ones_mind(tmp_path: Path) -> None:
    pdf = render("samtycke", samples.consent())
    text = papers.text_of(pdf, tmp_path)
    for wanted in (
        "Samtycke för Alva Lind", "Sara Lind, vårdnadshavare", "HSL 16 kap. 4 §, SoL 10 kap. 8–9 §§",
        "BUP Ystad", "Region Exempel", "Ja, 12 november 2026, muntligt",
        "Skola och hälsa, till och med 11 november 2027",
        "Inget om min egen sjukskrivning.", "Ett ja gäller när alla har sagt ja",
        "Du kan ta tillbaka ditt ja när du vill",
        "Nadja Öhman, Socialtjänsten Skurup, 0411-55 01 02",
        "Annat:", "Gäller till och med", "Underskrift", "Datum", "Namn: Sara Lind",  # one agency is not answered for
    ):  # fmt: skip
        assert wanted in text, wanted
    assert inspect.problems(pdf, attachments=("samtycke.json",)) == []
    assert papers.qpdf_complaints(pdf, tmp_path) == ""
    assert inspect.page_count(pdf) == 1


def test_when_all_is_answered_nobody_is_asked_to_write_and_it_says_who_took_it_down(tmp_path: Path) -> None:
    pdf = render("samtycke", samples.consent(all_answered=True))
    text = papers.text_of(pdf, tmp_path)
    assert "Nadja Öhman tog emot svaren och antecknade dem." in text
    assert "Underskrift" not in text and "Annat:" not in text
    assert inspect.problems(pdf, attachments=("samtycke.json",)) == []


def test_a_no_a_withdrawal_and_an_exception_stand_there_with_the_law_in_words(tmp_path: Path) -> None:
    content = samples.consent(all_answered=True)
    content["answers"][0] |= {"said": "refused", "not_required": True, "not_required_until": "2027-01-31"}
    content["answers"][1]["said"] = "withdrawn"
    text = papers.text_of(render("samtycke", content), tmp_path)
    assert "Nej, 12 november 2026" in text
    assert "Samtycke behövs inte till och med 31 januari 2027." in text
    assert "Tog tillbaka sitt ja 12 november 2026" in text
    assert "25 kap. 12 § och 26 kap. 9 § offentlighets- och sekretesslagen" in text
    assert "Skolan får det inte." in text


def test_the_young_person_is_spoken_to(tmp_path: Path) -> None:
    content = samples.consent() | {"decider": {"name": "Alva Lind", "is_child": True}, "how_many_decide": 1}
    text = papers.text_of(render("samtycke", content), tmp_path)
    assert "Får de här verksamheterna läsa din plan" in text
    assert "vårdnadshavare" not in text and "Ni är fler" not in text


def test_different_limits_are_told_apart(tmp_path: Path) -> None:
    content = samples.consent(all_answered=True)
    content["answers"][1] |= {"covers": ["fritid"], "carve_out": ""}
    text = papers.text_of(render("samtycke", content), tmp_path)
    assert "BUP Ystad och Socialtjänsten Skurup: Skola och hälsa" in text
    assert "Lärkskolan: Fritid" in text
    assert "Lärkskolan: Inget är undantaget." in text


@pytest.mark.parametrize("hostile", ["<img src=http://x.example/a.png>", "{{ law }}", "\u202eevil", "A" * 900])
def test_what_somebody_typed_is_text(tmp_path: Path, hostile: str) -> None:
    content = samples.consent()
    content["answers"][0]["carve_out"] = hostile
    content["answers"][0]["covers"] = [hostile]
    assert inspect.problems(render("samtycke", content), attachments=("samtycke.json",)) == []
