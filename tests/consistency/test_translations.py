"""Every language a family may choose says everything: nothing missing, nothing doubtful, nothing that differs."""

import gettext
import re
from io import BytesIO

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation

from agencies.languages import SWEDISH
from sip.web.catalogue import collect, files
from sip.web.catalogue.collect import Text

TRANSLATED = [code for code, _name in settings.LANGUAGES if code != SWEDISH]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|</?[a-z]+[^>]*>")
# A sentence that has lost its end, or a label that has become one, was not read by whoever wrote it.
ENDS = {".": ".", ":": ":", "?": "?؟", "!": "!"}
DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def test_swedish_is_the_program_itself() -> None:
    """What is signed is said with no catalogue at all: a Swedish one could change it."""
    assert not files.folder(SWEDISH).exists()
    assert TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_just_what_families_meet(language: str) -> None:
    ought = {*collect.every_text(), *collect.djangos(language)}
    said = files.read(language)
    assert sorted(ought - set(said.translations)) == [], "make translations"
    assert sorted(set(said.translations) - ought) == [], "make translations"


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_missing_or_doubtful(language: str) -> None:
    said = files.read(language)
    assert [text.one for text, forms in said.translations.items() if not all(form.strip() for form in forms)] == []
    assert said.fuzzy == []
    wrong = [text.one for text, forms in said.translations.items() if text.many and len(forms) != said.forms]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_filled_in_is_the_same(language: str) -> None:
    wrong = []
    for text, forms in files.read(language).translations.items():
        ought = sorted(PLACEHOLDER.findall(text.one))
        for form in forms:
            has = sorted(PLACEHOLDER.findall(form))
            # In the form for one or two, the number may be a word.
            is_right = set(has) <= set(ought) if text.many else has == ought
            if not is_right or "%" in PLACEHOLDER.sub("", form) or DIRECTIONS.search(form):
                wrong.append((text.one, form))
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_ends_as_one(language: str) -> None:
    texts = files.read(language).translations
    assert [text.one for text, said in texts.items() if said[0][-1] not in ENDS.get(text.one[-1], said[0][-1])] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_the_program_reads_is_what_people_read(language: str) -> None:
    catalogue = files.read(language)
    compiled = (files.folder(language) / "django.mo").read_bytes()
    assert compiled == catalogue.as_mo(), "make translations"
    read = gettext.GNUTranslations(BytesIO(compiled))
    for text, forms in catalogue.translations.items():
        if text.many:
            assert {read.ngettext(text.one, text.many, number) for number in range(200)} <= set(forms)
        elif text.context:
            assert read.pgettext(text.context, text.one) == forms[0]
        else:
            assert read.gettext(text.one) == forms[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_says_that_nobody_has_reviewed_it(language: str) -> None:
    notes = files.read(language).notes
    assert notes == files.UNREVIEWED or "Reviewed by" in notes


@pytest.mark.parametrize("language", TRANSLATED)
def test_writing_a_catalogue_and_reading_it_changes_nothing(language: str) -> None:
    places = collect.every_text()
    text = (files.folder(language) / "django.po").read_text(encoding="utf-8")
    assert files.read(language).as_po(places) == text, "make translations"


def test_texts_are_found_in_modules_and_in_templates() -> None:
    module = 'A = _("en")\ndef b(): return ngettext("%(n)s hus", "%(n)s hus!", 2)\nc("name", gettext_lazy("tre"))'
    assert set(collect.in_module(module, ())) == {Text("en"), Text("tre"), Text("%(n)s hus", "%(n)s hus!")}
    assert collect.in_module(module, ("b", "name")) == [Text("%(n)s hus", "%(n)s hus!"), Text("tre")]
    template = (
        '{% load i18n %}{% trans "ett" %}{% page_head _("två") %}'
        "{% blocktrans with x=y %}tre {{ x }}{% endblocktrans %}"
        "{% blocktrans count n=n %}{{ n }} hus{% plural %}{{ n }} hus!{% endblocktrans %}"
    )
    assert collect.in_template(template) == [
        Text("ett"),
        Text("två"),
        Text("tre %(x)s"),
        Text("%(n)s hus", "%(n)s hus!"),
    ]


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(LookupError):
        collect.in_module("A = 1", ("B",))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_page_says_which_language_it_is_in_and_which_way_it_runs(language: str) -> None:
    with translation.override(language):
        page = engines["django"].get_template("404.html").render({})
    direction = "rtl" if language in settings.LANGUAGES_BIDI else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
