"""A paper in another language, and in large print: marked as help on every page, whole as a file, never signed."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils.translation import trans_real

from sip.documents import inspect, words
from sip.documents.help_text import as_help, directed
from sip.documents.month_names import NAMES
from sip.documents.render import render
from sip.documents.sheets import Kind
from sip.documents.structure import elements
from tests.unit.documents import papers, samples

ARABIC = "مساعدة"
BAND = "Hjälp att läsa. Den svenska texten gäller."
KINDS = tuple(samples.ALL)


class _Arabic(trans_real.DjangoTranslation):
    """A catalogue where every sentence is the same Arabic word, with what stands in the sentence kept."""

    def gettext(self, message: str) -> str:
        kept = "".join(part for part in message.split() if "%(" in part or "<" in part)
        return f"{ARABIC} {kept}".strip()

    def ngettext(self, singular: str, _plural: str, _number: int) -> str:
        return self.gettext(singular)


@pytest.fixture
def arabic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(trans_real._translations, "ar", _Arabic("ar"))
    yield


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_that_runs_from_right_to_left_is_whole_and_says_on_each_page_that_it_is_help(
    kind: Kind, tmp_path: Path
) -> None:
    pdf = render(kind, samples.ALL[kind](), language="ar")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names, pages = tuple(document.attachments), len(document.pages)
        swedish = [str(element.Lang) for element in elements(document) if "/Lang" in element]
    assert inspect.problems(pdf, attachments=names, language="ar") == []
    assert papers.qpdf_complaints(pdf, tmp_path) == ""
    for page in range(1, pages + 1):
        assert BAND.split(". ")[0] in papers.text_of(pdf, tmp_path, page=page)
    assert "sv" in swedish
    assert "Underskrift" not in papers.text_of(pdf, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_large_print_is_whole_and_has_nothing_small(kind: Kind, tmp_path: Path) -> None:
    pdf = render(kind, samples.ALL[kind](), is_large=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = tuple(document.attachments)
    assert inspect.problems(pdf, attachments=names) == []
    assert papers.smallest_type(pdf, tmp_path) >= 14  # the foot of the page; the text is 16


def test_the_childs_page_in_large_print_is_larger_than_it_is_otherwise(tmp_path: Path) -> None:
    page = samples.child_page()
    ordinary, large = (render("barnets-sida", page, is_large=is_large) for is_large in (False, True))
    for word in ("Alvas", "tittar.", "simning", "kompis"):  # heading, the child's words, a goal, what somebody does
        assert papers.type_of(word, large, tmp_path) > 1.15 * papers.type_of(word, ordinary, tmp_path), word


@pytest.mark.parametrize("look", [{}, {"language": "ar"}, {"is_large": True}, {"language": "ar", "is_large": True}])
@pytest.mark.usefixtures("arabic")
def test_no_line_ends_inside_a_span_of_hours(look: dict[str, Any], tmp_path: Path) -> None:
    """Wherever the line that it stands on happens to end."""
    plan = samples.plan()
    plan["needs"] = [{"id": f"n{at}", "text": f"{'m' * at} {'tid ' * 20}kl. 14.00–15.00"} for at in range(1, 24)]
    shown = lines(render("sip", plan, **look), tmp_path)
    assert sum("14.00–15.00" in row for row in shown) >= 23


@pytest.mark.parametrize("kind", KINDS)
def test_large_print_is_larger_for_every_word(kind: Kind, tmp_path: Path) -> None:
    plain = _extremes(render(kind, samples.ALL[kind]()), tmp_path)
    large = _extremes(render(kind, samples.ALL[kind](), is_large=True), tmp_path)
    shared = plain.keys() & large.keys()
    assert len(shared) > 10
    # The words on top of each page, which say that it is large print, stand at 15 points.
    assert not {word for word in shared if large[word][0] < plain[word][0] or large[word][1] <= plain[word][1]}


def _extremes(pdf: bytes, folder: Path) -> dict[str, tuple[float, float]]:
    """Each word, with the smallest and the largest size that it stands in."""
    found: dict[str, list[float]] = {}
    for word, size in papers.sizes(pdf, folder):
        found.setdefault(word, []).append(size)
    return {word: (min(sizes), max(sizes)) for word, sizes in found.items()}


@pytest.mark.usefixtures("arabic")
def test_the_laws_paragraphs_keep_their_own_direction(tmp_path: Path) -> None:
    kinds: tuple[Kind, ...] = ("sip", "kallelse", "samtycke")
    for kind in kinds:
        pdf = render(kind, samples.ALL[kind](), language="ar")
        assert papers.first_place(pdf, tmp_path, "HSL") < papers.first_place(pdf, tmp_path, "§§")


@pytest.mark.parametrize("look", [{"language": "en"}, {"is_large": True}])
def test_only_the_binding_paper_has_lines_to_sign_on(look: dict[str, Any], tmp_path: Path) -> None:
    assert "Namnteckning" in papers.text_of(render("sip", samples.plan()), tmp_path)
    assert "Namnteckning" not in papers.text_of(render("sip", samples.plan(), **look), tmp_path)


def test_what_somebody_wrote_in_the_readers_language_stands_beneath_the_swedish(tmp_path: Path) -> None:
    texts = {"Lugnt rum vid lunchen, med en kompis": "A quiet room at lunch, with a friend <b>"}
    text = papers.text_of(render("sip", samples.plan(), language="en", texts=texts), tmp_path)
    assert "A quiet room at lunch" in text
    assert "friend <b>" in text


def test_swedish_is_marked_as_swedish_and_markup_in_a_text_stays_text() -> None:
    html = '<p><bdi>Lugnt rum</bdi> <bdi>&lt;b&gt;</bdi><bdi>سارة</bdi></p><p dir="ltr">Rad ett</p>'
    shown = as_help(html, "en", {"Lugnt rum": "<i>Quiet</i>", "Rad ett\nRad två": "One\nTwo"})
    beneath = '<span class="told" lang="en" dir="ltr">&lt;i&gt;Quiet&lt;/i&gt;</span>'
    assert f'<bdi dir="ltr"><a lang="sv">Lugnt rum</a></bdi>{beneath}' in shown
    assert '<bdi dir="ltr"><a lang="sv">&lt;b&gt;</a></bdi>' in shown
    assert '<bdi dir="rtl">سارة</bdi>' in shown
    assert '<p dir="ltr"><a lang="sv">Rad ett</a></p><p class="told" lang="en" dir="ltr">One</p>' in shown


def test_the_childs_words_and_the_meetings_question_have_theirs_too(tmp_path: Path) -> None:
    plan = samples.plan()
    said = plan["voice"]["child"].splitlines()[0]
    texts = {said: "I want to eat lunch in peace.", plan["call"]["question"]: "What comes first?"}
    pdf = render("sip", plan, language="en", texts=texts)
    shown = papers.text_of(pdf, tmp_path)
    assert "I want to eat lunch in peace." in shown and "What comes first?" in shown
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = tuple(document.attachments)
    assert inspect.problems(pdf, attachments=names, language="en") == []


def lines(pdf: bytes, folder: Path) -> list[list[str]]:
    """The words of each line from left to right, whichever way the paper runs; lines from the top, page by page."""
    found: list[tuple[float, list[tuple[float, str]]]] = []
    for word, left, top in papers.places(pdf, folder):
        if not found or abs(found[-1][0] - top) > 4:
            found.append((top, []))
        found[-1][1].append((left, word))
    return [[word for _left, word in sorted(row)] for _top, row in found]


def stands(wanted: str, shown: list[list[str]]) -> bool:
    """Whether these words stand beside each other on a line, in this order from the left."""
    return any(f" {wanted} " in f" {' '.join(row)} " for row in shown)


@pytest.mark.usefixtures("arabic")
def test_swedish_that_goes_on_over_a_line_is_read_from_the_left_on_each_of_them(tmp_path: Path) -> None:
    """WeasyPrint lays each line out alone: the end of the Swedish text came out as "juni. 18"."""
    plan = samples.plan()
    plan["goals"][0]["text"] = "Alva äter lunch tre dagar i veckan (måndag, tisdag och torsdag), med Moa (klass 5B)."
    plan["needs"][0]["text"] = "Orka " + "hela skoldagar " * 6 + "(inte bara förmiddagar)."
    shown = lines(render("sip", plan, language="ar"), tmp_path)
    assert stands("(inte bara förmiddagar).", shown)
    assert stands("(klass 5B).", shown) or stands("5B).", shown)
    assert stands("18 juni.", lines(render("uppfoljning", samples.follow_up(), language="ar"), tmp_path))
    assert stands("HSL 16 kap. 4 §, SoL 10 kap. 8–9 §§", shown)


@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.usefixtures("arabic")
def test_each_at_the_meeting_has_a_line_and_no_bracket_is_left_alone(language: str, tmp_path: Path) -> None:
    plan = samples.plan()
    names = [f"Person {number} Namnsson (Elevhälsan i Skurup {number})" for number in range(5)]
    plan["meeting"]["present"] = [{"name": name, "role": "kurator"} for name in names]
    shown = lines(render("sip", plan, language=language), tmp_path)
    assert all(stands(name.removesuffix(")"), [[word.rstrip("),") for word in row] for row in shown]) for name in names)


def test_a_text_that_runs_from_right_to_left_says_so_in_the_swedish_paper_too() -> None:
    html = "<bdi>Lugnt rum</bdi><bdi>سارة (أم)</bdi>"
    assert directed(html) == '<bdi>Lugnt rum</bdi><bdi dir="rtl">سارة (أم)</bdi>'


@pytest.mark.parametrize("language", sorted(NAMES))
def test_each_language_has_its_days(language: str) -> None:
    from django.utils.translation import override

    with override(None if language == "sv" else language):
        said = words.weekday(words.parse_day("2026-06-09"))
    names = NAMES[language]
    assert (len(names.months), len(names.weekdays)) == (12, 7)
    assert names.months[5] in said
    assert names.weekdays[1] in said


@pytest.mark.usefixtures("arabic")
def test_what_somebody_wrote_in_swedish_stands_beside_its_line_on_a_paper_from_right_to_left(tmp_path: Path) -> None:
    receipt = samples.receipt()
    receipt["dissent"] = [{"name": "Sara Lind", "at": "2026-04-28T15:00:00+02:00", "text": "Börja redan nu"}]
    pdf = render("kvittens", receipt, language="ar")
    middle = 595 / 2  # points: half of the page's width
    assert papers.first_place(pdf, tmp_path, "Börja") > middle
