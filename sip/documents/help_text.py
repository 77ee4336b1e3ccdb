"""Which way a name runs, and what makes a paper in another language help to read the Swedish one.

What somebody has written in Swedish stands as it was written, marked as Swedish for a screen reader; beneath it what
somebody has written of it in the reader's language, where there is such a text.
"""

import re
from collections.abc import Mapping
from html import unescape

from django.utils.html import escape
from django.utils.translation import gettext as _

from sip.documents.printable import breakable, direction, printable

# The templates put what people have written in these two and nowhere else, and escape it: no "<" stands inside.
_NAMED = re.compile(r"<bdi>([^<]*)</bdi>")
_PARAGRAPH = re.compile(r'<p dir="(ltr|rtl)">([^<]*)</p>')
# The child's own words, and what the meeting shall answer.
_WORDS = re.compile(r'<div class="words" dir="(?:ltr|rtl)">((?:<p>[^<]*</p>)+)</div>')
_ALONE = re.compile(r"<p>([^<]*)</p>")
_QUESTION = re.compile(r'<p dir="(?:ltr|rtl)"><strong>([^<]*)</strong></p>')
_HEADING = re.compile(r"<h([1-3])\b.*?</h\1>", re.DOTALL)
_QUOTES = '”“"»«'


def directed(html: str) -> str:
    """The Swedish paper's `html`, where a name or a text that runs from right to left says so.

    Each line of a paragraph is laid out alone: a full stop or a bracket at a line's end goes the way of the element.
    """

    def named(match: re.Match[str]) -> str:
        is_from_right = direction(unescape(match[1])) == "rtl"
        return f'<bdi dir="rtl">{match[1]}</bdi>' if is_from_right else match[0]

    return _NAMED.sub(named, html)


def as_help(html: str, language: str, texts: Mapping[str, str]) -> str:
    """The paper's `html` with the Swedish in it marked, and with what `texts` says of it in `language` beneath."""
    told = _by_line(texts)

    def named(match: re.Match[str]) -> str:
        inner = match[1]
        if not inner or inner == escape(_("Familjen")):
            return match[0]
        is_heading = any(start < match.start() < end for start, end in headings)
        beneath = "" if is_heading else _beneath("span", inner, language, told)
        return f'<bdi dir="{direction(unescape(inner))}">{_marked(inner)}</bdi>{beneath}'

    def paragraph(match: re.Match[str]) -> str:
        inner = match[2]
        return f'<p dir="{match[1]}">{_marked(inner)}</p>{_beneath("p", inner, language, told)}'

    def words(match: re.Match[str]) -> str:
        """Each paragraph in Swedish, and what it is in the reader's language."""
        return _ALONE.sub(lambda one: f"{one[0]}{_beneath('p', one[1], language, told)}", match[0])

    def question(match: re.Match[str]) -> str:
        return f"{match[0]}{_beneath('p', match[1], language, told)}"

    html = _QUESTION.sub(question, _WORDS.sub(words, html))
    # A name that somebody else's text happens to equal: beneath it the heading would become two.
    headings = [found.span() for found in _HEADING.finditer(html)]
    return _PARAGRAPH.sub(paragraph, _NAMED.sub(named, html))


def _marked(inner: str) -> str:
    """In an element that finish.py makes Swedish, unless its own letters say that it is not."""
    return inner if direction(unescape(inner)) == "rtl" else f'<a lang="sv">{inner}</a>'


def _beneath(tag: str, inner: str, language: str, told: Mapping[str, str]) -> str:
    text = told.get(unescape(inner).strip(_QUOTES))
    if text is None:
        return ""
    return f'<{tag} class="told" lang="{language}" dir="{direction(text)}">{escape(text)}</{tag}>'


def _by_line(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts line by line, as the paper prints them; a text with other lines in it stands whole beneath the last."""
    found: dict[str, str] = {}
    for swedish, text in texts.items():
        lines, told = _lines(swedish), _lines(text)
        if len(lines) == len(told):
            found.update(zip(lines, told, strict=True))
        elif lines and told:
            found[lines[-1]] = " ".join(told)
    return found


def _lines(text: str) -> list[str]:
    return [breakable(printable(line.strip())).strip(_QUOTES) for line in text.splitlines() if line.strip()]
