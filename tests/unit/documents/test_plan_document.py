"""The printed plan: what stands on it, where, and what never does."""

from pathlib import Path
from typing import Any

import pytest

from sip.documents import inspect
from sip.documents.render import render
from tests.unit.documents import papers, samples

LAW = ("Insatser som behövs", "vem som ansvarar", "Åtgärder av andra än region och kommun", "Övergripande ansvar")


def many_actions(count: int) -> dict[str, Any]:
    plan = samples.plan()
    plan["actions"] = [{**plan["actions"][number % 8], "id": f"x{number}"} for number in range(count)]
    return plan


def long_voice(length: int) -> dict[str, Any]:
    plan = samples.plan()
    plan["voice"]["child"] = ("Jag vill sova bättre. " * 1_000)[:length].strip()
    return plan


def nobody_does_anything() -> dict[str, Any]:
    plan = samples.plan()
    for key in ("wheel", "needs", "goals", "actions", "parties", "copies_to", "guardians"):
        plan[key] = []
    plan["call"] = plan["meeting"] = None
    plan["voice"] = dict.fromkeys(plan["voice"], "") | {"no_voice_because": "Alva ville inte prata idag."}
    return plan


@pytest.mark.parametrize(
    "content",
    [samples.plan(), many_actions(2), many_actions(14), many_actions(40), long_voice(3_000), nobody_does_anything()],
    ids=["ordinary", "few actions", "some more", "many actions", "long voice", "nothing"],
)
def test_the_laws_four_contents_stand_together_on_the_first_page(content: dict[str, Any], tmp_path: Path) -> None:
    pdf = render("sip", content)
    first = papers.text_of(pdf, tmp_path, page=1)
    places = [first.find(heading) for heading in LAW]
    assert -1 not in places
    assert places == sorted(places)
    assert "Socialtjänsten Skurup" in first[places[-1] :]
    assert inspect.problems(pdf, attachments=("sip-v3.json",)) == []
    assert papers.qpdf_complaints(pdf, tmp_path) == ""


@pytest.mark.parametrize("content", [many_actions(40), long_voice(3_000)], ids=["actions", "voice"])
def test_what_does_not_fit_on_the_first_page_stands_later_and_nothing_is_lost(
    content: dict[str, Any], tmp_path: Path
) -> None:
    text = papers.text_of(render("sip", content), tmp_path)
    rows = text.count("Samtal om oro, tisdagar") + text.count("Frukost tillsammans före skolan")
    more = "Mer om insatserna" in text and text.split("Mer om insatserna")[1].count("Samtal om oro, tisdagar")
    wanted = [action["text"] for action in content["actions"]]
    assert rows - more == wanted.count("Samtal om oro, tisdagar") + wanted.count("Frukost tillsammans före skolan")
    assert content["voice"]["child"] in text


def test_the_plan_prints_what_the_design_names(tmp_path: Path) -> None:
    text = papers.text_of(render("sip", samples.plan()), tmp_path)
    for wanted in (
        "Alva Lind", "Alvas egna ord", "Fråga mig först. Inte bara mamma.", "HSL 16 kap. 4 §, SoL 10 kap. 8–9 §§",
        "Version 3, 28 april 2026", "Mål 1. Alva äter lunch i skolan tre dagar i veckan",
        "Mål 4, får vänta: Alva börjar på simning igen", "Orka hela skoldagar",
        "Region Exempel, BUP Ystad: Per Lindqvist, psykolog", "5 maj–26 juni", "Tisdag 9 juni 2026.",
        "Vad ska vi börja med, och vad får vänta?", "Tisdag 14 april 2026 kl. 14.00–15.00, Lärkskolan rum 4.",
        "Med på mötet: Alva Lind, hela mötet BUP Ystad, psykolog Lärkskolan, rektor",
        "Inte med: Johan Ek, arbete", "Mötets syfte", "Vi orkar inte fyra möten i veckan.",
        "Alva tycker om slöjd och sin mentor.", "Hög frånvaro sedan mars.", "Sover lite", "Specialistnivå",
        "Per ringer Sara och föreslår en annan tid.",
        "Nadja Öhman, Socialtjänsten Skurup, 040-628 04 12", "Sara Lind, Johan Ek och BUP Ystad",
        "Sara Lind, vårdnadshavare", "Alva Lind, barnet", "Sida 1 av 3", "Kontrollkod",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_headings_without_anything_under_them_are_left_out_but_the_laws_are_not(tmp_path: Path) -> None:
    text = papers.text_of(render("sip", nobody_does_anything()), tmp_path)
    assert "Inga åtgärder av andra" in text
    assert "Inga insatser av region eller kommun." in text
    assert "Barnets ord saknas i den här planen. Skälet: Alva ville inte prata idag." in text
    for gone in ("Behov och mål", "hjulet", "Mötets fråga", "SIP-mötet", "Verksamheter i planen", "Kopia till",
                 "Mer om insatserna", "Det här fungerar bra", "vårdnadshavare"):  # fmt: skip
        assert gone not in text


def test_an_independent_school_stands_with_the_others_not_with_region_and_municipality(tmp_path: Path) -> None:
    plan = samples.plan()
    school = samples.agency("Lärka Friskola AB", "independent", "Friskolan Lärkan", "larande")
    plan["actions"] = [samples.action(1, "g1", "Läxhjälp på torsdagar", school, "Moa Sandell")]
    first = papers.text_of(render("sip", plan), tmp_path, page=1)
    before, after = first.split("Åtgärder av andra än region och kommun")
    assert "Läxhjälp på torsdagar" in after
    assert "Läxhjälp på torsdagar" not in before
    assert "Lärka Friskola AB, Friskolan Lärkan: Moa Sandell" in after


def test_outcomes_of_an_earlier_version_are_told(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["actions"][0] |= {"outcome": "partly", "outcome_why": "Två besök ställdes in"}
    text = papers.text_of(render("sip", plan), tmp_path)
    assert "Så har det gått" in text
    assert "Delvis genomfört: Två besök ställdes in" in text


def test_words_are_never_hyphenated(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["voice"]["situation"] = (
        "Skolsköterskemottagningen samordnar barnhälsovårdspsykologernas uppföljningssamtal. " * 9
    )
    text = papers.text_of(render("sip", plan), tmp_path)
    assert text.count("Skolsköterskemottagningen samordnar barnhälsovårdspsykologernas uppföljningssamtal.") == 9


def test_only_the_shipped_fonts_are_used_and_they_are_embedded(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["child"]["name"] = "ليلى Юлія Ó"
    plan["guardians"][0]["name"] = "漢字 Ιωάννης 😀"
    rows = papers.fonts_of(render("sip", plan), tmp_path)
    assert rows
    for row in rows:
        assert any(family in row for family in ("Source-Sans-3", "Source-Serif-4", "Noto-Sans-Arabic")), row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row


@pytest.mark.parametrize(
    "name", ["Null", "Ó", "Å", "B" * 80, "ليلى الحسن", "Юлія", "O'Brien & <b>Söner</b>", "{{ x }}"]
)
def test_odd_names_are_printed_as_they_are(name: str, tmp_path: Path) -> None:
    plan = samples.plan()
    plan["child"] |= {"name": name, "given_name": name.split()[0]}
    plan["guardians"][0]["name"] = name
    plan["actions"][0]["contact"] = name
    pdf = render("sip", plan)
    text = papers.text_of(pdf, tmp_path)
    # pdftotext gives right-to-left names with their direction marked, and breaks the longest one in two.
    plain = "".join(character for character in text if character not in "\u202a\u202b\u202c ")
    assert plain.count(name.replace(" ", "")) >= 3
    assert inspect.problems(pdf, attachments=("sip-v3.json",)) == []


def test_what_no_font_can_draw_becomes_one_sign_and_says_so(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["voice"]["child"] = "Jag är glad 😀👨‍👩‍👧 idag"
    text = papers.text_of(render("sip", plan), tmp_path)
    assert "Jag är glad □ idag" in text
    assert "□ står för ett tecken som inte kan skrivas ut." in text
    assert "□" not in papers.text_of(render("sip", samples.plan()), tmp_path)


def test_a_protected_childs_document_tells_no_place_and_cannot_be_made_to(tmp_path: Path) -> None:
    plan = samples.plan()
    plan["child"] |= {"protected": True, "school": "", "municipality": ""}
    plan["call"] |= {"place": "", "link": ""}
    text = papers.text_of(render("sip", plan), tmp_path)
    assert "Kommun:" not in text
    assert "rum 4" not in text
    for section, key in (("child", "school"), ("call", "place"), ("call", "link")):
        told = samples.plan()
        told["child"] |= {"protected": True, "school": "", "municipality": ""}
        told["call"] |= {"place": "", "link": ""}
        told[section][key] = "Lärkskolan"
        with pytest.raises(ValueError, match="protected"):
            render("sip", told)


@pytest.mark.parametrize("key", ["number", "phone", "address", "email"])
def test_more_of_a_guardian_than_the_name_makes_no_document(key: str) -> None:
    plan = samples.plan()
    plan["guardians"][1][key] = "hemligt"
    with pytest.raises(ValueError, match="guardians"):
        render("sip", plan)
