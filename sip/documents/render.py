"""Frozen content → PDF/A-3a and PDF/UA-1: the same bytes every time and on every machine.

The Swedish paper is the binding one and is made with no catalogue at all, so that no translation can change it. A paper
in another language is help, says so on each page, and is never signed.
"""

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from importlib.resources import files
from typing import Any, NoReturn

from django.template import Context, Engine, Template
from django.utils.translation import gettext as _
from django.utils.translation import override

from sip.documents import limits
from sip.documents.canonical import canonical_json, content_hash
from sip.documents.context import action_groups, other_rows, plan_context
from sip.documents.finish import finish
from sip.documents.first_page import SHORT, FirstPage, ladder
from sip.documents.help_text import as_help, directed
from sip.documents.printable import FONTS, with_whole_spans
from sip.documents.sheets import SHEETS, Kind, Sheet
from sip.documents.words import parse_moment

# Before fontconfig is read: the documents see the shipped fonts and none of the machine's.
os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")

from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

_END_OF_LAW = "law-end"
_FROM_LEFT, _NOT_MORE = "\u2066", "\u2069"  # a control code is read from the left wherever it stands

_ROOT = FONTS.parents[2]
_STYLES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((_ROOT / "static" / "css").glob("document*.css"))
}


class ForbiddenFetch(Exception):
    """A document asked for something outside itself. There is no document then."""


class _NothingFromOutside(URLFetcher):
    """Answers `data:` (our own icons) and nothing else; anything else ends the render (attack 11 in security.md)."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith("data:"):
            # FatalURLFetchingError is the only one that WeasyPrint does not turn into a warning.
            raise FatalURLFetchingError(f"a document may not fetch {url[:200]!r}")
        return super().fetch(url, headers)


class _Undefined(str):
    """What a template gets for a variable that does not exist: an error rather than a hole in a document."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> NoReturn:
        raise LookupError(f"a document template names {name}, which its context lacks")


_engine = Engine(
    dirs=[str(_ROOT / "templates")],
    builtins=["django.templatetags.i18n", "sip.documents.in_line"],
    string_if_invalid=_Undefined("%s"),
)

BINDING = "sv"
RIGHT_TO_LEFT = frozenset(("ar",))


@dataclass(frozen=True)
class Look:
    """For whom a paper is made. `texts`: what somebody has written of a Swedish text in the paper's language, by it."""

    is_extract: bool = False
    language: str = BINDING
    is_large: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_binding(self) -> bool:
        """Whether this is the paper that is signed; else it is help to read it."""
        return self.language == BINDING and not self.is_large


PLAIN = Look()


def render(
    kind: Kind,
    content: dict[str, Any],
    *,
    is_extract: bool = False,
    language: str = BINDING,
    is_large: bool = False,
    texts: Mapping[str, str] | None = None,
) -> bytes:
    """The PDF of frozen `content` (`sip-plan/2`, `sip-call/1` as freezing.py makes them, `sip-receipt/1`,
    `sip-consent/1` as consent_content.py does, `sip-follow-up/1`, `sip-deviation/1`).

    `content` travels inside the file as its canonical JSON. `is_extract`: something is left out for this reader, so
    nothing is said of what is not there, and no control code stands on the pages. `language`: another than Swedish is
    help, marked so on each page; what was written in Swedish stands as it was written, with what `texts` has for it in
    that language beneath. `is_large`: for who sees badly. Raises Refused, in the reader's language, where there is too
    much of it; ValueError where it is no canonical content or tells what no document may; ForbiddenFetch where
    anything asks for something outside the document.
    """
    limits.check_size(content)
    limits.check_people(content)
    look = Look(is_extract, language, is_large, texts or {})
    try:
        with override(None if language == BINDING else language):
            if kind == "sip":
                return _render_plan(content, look)
            return _render(SHEETS[kind], content, look)
    except FatalURLFetchingError as error:
        raise ForbiddenFetch(str(error)) from error


def _render_plan(content: dict[str, Any], look: Look) -> bytes:
    template = _engine.get_template("documents/sip.html")
    groups, others = action_groups(content, year=0), other_rows(content, year=0)
    # Large print cannot keep the law's four contents on one page, and goes on where the page ends.
    large = iter([FirstPage(SHORT)])
    layouts = large if look.is_large else ladder(groups, others, len(content["voice"]["child"]))
    document = _lay_out(template, plan_context(content, next(layouts), is_extract=look.is_extract), look)
    # The law's four contents shall stand together on the first page; their end is marked in the template.
    while _END_OF_LAW not in document.pages[0].anchors and (layout := next(layouts, None)):
        document = _lay_out(template, plan_context(content, layout, is_extract=look.is_extract), look)
    name = f"sip-v{content['plan']['version']}"
    return _write(document, content, look, made_at=content["plan"]["frozen_at"], name=name)


def _render(sheet: Sheet, content: dict[str, Any], look: Look) -> bytes:
    document = _lay_out(_engine.get_template(f"documents/{sheet.template}.html"), sheet.context(content), look)
    return _write(document, content, look, made_at=sheet.made_at(content), name=sheet.name(content))


def _lay_out(template: Template, context: dict[str, Any], look: Look) -> Document:
    fetcher = _NothingFromOutside()
    fonts = FontConfiguration()
    styles = [CSS(string=style, url_fetcher=fetcher, font_config=fonts) for style in _styles(look)]
    html = HTML(string=html_of(template, context, look), url_fetcher=fetcher)
    return html.render(font_config=fonts, stylesheets=styles, color_profiles={_COLOURS: _colours()}, **_OPTIONS)


def html_of(template: Template, context: dict[str, Any], look: Look) -> str:
    """The paper as WeasyPrint gets it."""
    is_rtl = look.language in RIGHT_TO_LEFT
    context |= {
        "language": look.language,
        "is_rtl": is_rtl,
        "is_large": look.is_large,
        "is_binding": look.is_binding,
        "help": _help(look),
    }
    if is_rtl and context.get("code"):
        context["code"] = f"{_FROM_LEFT}{context['code']}{_NOT_MORE}"
    html = template.render(Context(context, use_l10n=False))
    is_help = look.language != BINDING
    return with_whole_spans(as_help(html, look.language, look.texts) if is_help else directed(html))


def _styles(look: Look) -> list[str]:
    wanted = {
        "document": True,
        "document-help": not look.is_binding,
        "document-large": look.is_large,
        "document-rtl": look.language in RIGHT_TO_LEFT,
    }
    return [_STYLES[name] for name, is_wanted in wanted.items() if is_wanted]


_COLOURS = "sip-srgb"
_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "output_intent": _COLOURS}
_SRGB = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _colours() -> ColorProfile:
    """The sRGB profile that PDF/A wants named. WeasyPrint's own way to it leaves a file open at every render."""
    return ColorProfile(io.BytesIO(_SRGB), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _help(look: Look) -> str:
    """What stands on each page of a paper that is not the binding one; in Swedish too, for who is shown it."""
    if look.is_binding:
        return ""
    if look.language == BINDING:
        return _("Stor text. Papperet i vanlig storlek gäller.")
    told = _("Hjälp att läsa. Den svenska texten gäller.")
    with override(None):
        swedish = _("Hjälp att läsa. Den svenska texten gäller.")
    # A line that went on over the next would lose its direction there: large print has one line for each language.
    between = "\n" if look.is_large else " / "
    return told if told == swedish else f"\u2068{told}\u2069{between}\u2068{swedish}\u2069"


def _write(document: Document, content: dict[str, Any], look: Look, *, made_at: str, name: str) -> bytes:
    made = parse_moment(made_at).astimezone(UTC)
    data = Attachment(
        string=canonical_json(content).decode(),
        name=f"{name}.json",
        description=_("Dokumentets innehåll som data"),
        created=made,
        modified=made,
        relationship="Source",
    )
    identifier = bytes.fromhex(_identity(content, look))[:16]
    raw = document.write_pdf(attachments=[data], pdf_identifier=identifier, **_OPTIONS)
    return finish(raw)


def _identity(content: dict[str, Any], look: Look) -> str:
    """The binding paper is known by its content alone; another look of it is another file."""
    own = content_hash(content)
    return own if look.is_binding else sha256(f"{own} {look.language} {look.is_large}".encode()).hexdigest()
