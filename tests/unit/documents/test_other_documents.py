"""Kallelse and underskriftskvittens."""

from pathlib import Path

import pytest

from sip.documents import inspect
from sip.documents.render import render
from tests.unit.documents import papers, samples


def test_a_call_says_why_when_where_who_and_by_when_to_answer(tmp_path: Path) -> None:
    pdf = render("kallelse", samples.call())
    text = papers.text_of(pdf, tmp_path)
    for wanted in (
        "Kallelse till SIP-möte", "HSL 16 kap. 4 §, SoL 10 kap. 8–9 §§", "Alva Lind",
        "Enas om vad som är viktigast för Alva i vår", "Vad ska vi börja med, och vad får vänta?",
        "Tisdag 14 april 2026 kl. 14.00–15.00", "Lärkskolan rum 4", "Svara senast fredag 10 april 2026",
        "Remiss är skickad till er. Barnet är känt hos er.", "Per Lindqvist", "Kallas", "Bjuds in",
        "Det här behöver barnet för att kunna vara med", "En paus mitt i, och någon som ritar.",
        "Den som tar emot kallelser",
        "Birgit Åkesson", "Sara Lind, Johan Ek och Alva Lind", "Nadja Öhman, Socialtjänsten Skurup, 040-628 04 12",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert inspect.problems(pdf, attachments=("kallelse-1.json",)) == []
    assert papers.qpdf_complaints(pdf, tmp_path) == ""


def test_a_protected_childs_call_sends_the_reader_to_the_service_for_the_place(tmp_path: Path) -> None:
    call = samples.call() | {"child_protected": True, "place": "", "link": ""}
    text = papers.text_of(render("kallelse", call), tmp_path)
    assert "Platsen står i tjänsten. Du ser den när du har loggat in." in text
    with pytest.raises(ValueError, match="protected"):
        render("kallelse", call | {"place": "Lärkskolan rum 4"})


def test_a_call_without_grounds_has_no_column_for_them(tmp_path: Path) -> None:
    call = samples.call()
    call["called"] = [call["called"][1]]
    assert "Därför kallas ni" not in papers.text_of(render("kallelse", call), tmp_path)


def test_a_receipt_says_who_signed_how_who_has_not_and_what_they_think_word_by_word(tmp_path: Path) -> None:
    receipt = samples.receipt()
    receipt["signatures"].append(
        {"name": "Null", "role": "vårdnadshavare", "status": "refused", "how": "", "at": "2026-04-30T06:00:00Z",
         "witness": ""}
    )  # fmt: skip
    pdf = render("kvittens", receipt)
    text = papers.text_of(pdf, tmp_path)
    for wanted in (
        "Underskriftskvittens", "2 av 4 som har tillfrågats har skrivit under.", "Version 3, fastställd 30 april 2026",
        "Elektronisk underskrift i tjänsten", "29 april 2026 kl. 19.12", "På papper, intygas av Nadja Öhman",
        "Har inte skrivit under än", "Har sagt nej till att skriva under", "30 april 2026 kl. 08.00",
        "Jag tycker att simningen ska börja nu. <b>Inte sen.</b>", "Kontrollkod 7F3A 91C2 0B5E",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert receipt["plan"]["sha256"] in text.replace(" ", "")
    assert "avancerad" not in text
    assert inspect.problems(pdf, attachments=("kvittens-v3.json",)) == []


def test_a_receipt_where_all_have_signed_or_nobody_was_asked_says_so(tmp_path: Path) -> None:
    receipt = samples.receipt()
    receipt["signatures"] = receipt["signatures"][:2]
    receipt["dissent"] = []
    text = papers.text_of(render("kvittens", receipt), tmp_path)
    assert "Alla som har tillfrågats har skrivit under." in text
    assert "Avvikande uppfattning" not in text
    receipt["signatures"] = []
    assert "Ingen har tillfrågats om underskrift." in papers.text_of(render("kvittens", receipt), tmp_path)
