"""What a finished document must be, looked up in the file itself: PDF/A-3a, PDF/UA-1 and nothing hidden in it.

No validator's whole rule book: the points where a change of template, style sheet or library would break a promise.
"""

import io
from collections.abc import Iterator
from itertools import pairwise

import pikepdf

from sip.documents.structure import elements, elements_below, kids

_HEADINGS = {f"/H{level}": level for level in range(1, 7)}
# What a PDF can do by itself; none of our documents does anything.
_ACTIVE = ("/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch", "/RichMedia", "/XFA")


def problems(pdf: bytes, *, attachments: tuple[str, ...], language: str = "sv") -> list[str]:
    """What is wrong with `pdf`, each as a short English sentence; empty for a document as it should be.

    `attachments` are the only file names that may be embedded, `language` the one that the whole is in. Raises
    pikepdf.PdfError for what is no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            *_identity(document, language),
            *_structure(document),
            *_tables(document),
            *_fonts(document),
            *_contents(document, attachments),
        ]


def page_count(pdf: bytes) -> int:
    """How many pages the document has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def headings(pdf: bytes) -> list[int]:
    """The levels of the headings in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [_HEADINGS[str(element.S)] for element in elements(document) if str(element.S) in _HEADINGS]


def _identity(document: pikepdf.Pdf, language: str) -> Iterator[str]:
    root = document.Root
    if str(root.get("/Lang", "")) != language:
        yield f"the language is not {language}"
    if not str(document.docinfo.get("/Title", "")):
        yield "there is no title"
    if not root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not displayed"
    if not root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield "the document is not marked as tagged"
    intents = root.get("/OutputIntents", pikepdf.Array()).as_list()
    if [str(intent.S) for intent in intents] != ["/GTS_PDFA1"] or "/DestOutputProfile" not in intents[0]:
        yield "there is no PDF/A output intent with its colour profile"
    with document.open_metadata() as metadata:
        for key, value in (("pdfaid:part", "3"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")):
            if metadata.get(key) != value:
                yield f"the metadata does not say {key} {value}"
        if metadata.get("dc:title") != str(document.docinfo.get("/Title", "")):
            yield "the two titles differ"
    if "/ID" not in document.trailer:
        yield "the file has no identifier"


def _structure(document: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in document.Root:
        yield "there is no structure tree"
        return
    levels = [_HEADINGS[str(element.S)] for element in elements(document) if str(element.S) in _HEADINGS]
    if levels.count(1) != 1 or levels[0] != 1:
        yield "there is not one first-level heading, in front of all others"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "a heading level is skipped"
    for figure in elements(document, "/Figure"):
        if not str(figure.get("/Alt", "")):
            yield "a figure has no alternative text"
    for page in document.pages:
        if page.obj.get("/Tabs") != pikepdf.Name.S:
            yield "a page is not tabbed through in the structure's order"


def _tables(document: pikepdf.Pdf) -> Iterator[str]:
    for table in elements(document, "/Table"):
        known = set()
        for header in elements_below(table, "/TH"):
            if "/Scope" not in header.get("/A", pikepdf.Dictionary()):
                yield "a header cell has no scope"
            known.add(str(header.get("/ID", "")))
        for row in elements_below(table, "/TR"):
            for cell in kids(row):
                named = {str(name) for name in cell.get("/A", pikepdf.Dictionary()).get("/Headers", [])}
                if cell.S == "/TD" and (not named or not named <= known):
                    yield "a cell does not know its headers"


def _fonts(document: pikepdf.Pdf) -> Iterator[str]:
    for font in document.objects:
        if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != pikepdf.Name.Font:
            continue
        if font.Subtype == pikepdf.Name.Type0:
            if "/ToUnicode" not in font:
                yield "a font does not say which letters it draws"
            descriptor = font.DescendantFonts[0].get("/FontDescriptor", pikepdf.Dictionary())
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield "a font is not embedded"
        elif "CIDFont" not in str(font.Subtype):
            yield "a font is of a kind that we do not make"


def _contents(document: pikepdf.Pdf, attachments: tuple[str, ...]) -> Iterator[str]:
    if set(document.attachments) != set(attachments):
        yield f"the attachments are {sorted(document.attachments)}"
    for specification in document.Root.get("/AF", pikepdf.Array()).as_list():
        if specification.get("/AFRelationship") != pikepdf.Name.Source:
            yield "an attachment does not say that it is the document's source"
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for key in _ACTIVE:
                if key in thing:
                    yield f"the document holds {key}"
            if thing.get("/Type") == pikepdf.Name.Annot and thing.get("/Subtype") != pikepdf.Name.Widget:
                yield "there is an annotation that is no signature"
    if document.is_encrypted:
        yield "the document is encrypted"
