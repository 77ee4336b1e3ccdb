"""What WeasyPrint leaves out of a file that is both PDF/A-3a and PDF/UA-1: said in its metadata, done in its tags."""

import io
import re

import pikepdf

from sip.documents.structure import elements, elements_below, kids

_PDFUA_ID = "http://www.aiim.org/pdfua/ns/id/"

# PDF/A allows a property of a foreign schema only where the file itself describes the schema (ISO 19005-3, 6.6.2.3).
_EXTENSION = f"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="{_PDFUA_ID}" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfuaid:part>1</pdfuaid:part><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_PDFUA_ID}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description></rdf:li></rdf:Seq>
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

# Texts are painted as hexadecimal glyph numbers, so these cannot be met inside one.
_MARKED_CONTENT = re.compile(rb"/\w+\s<</MCID (\d+)>>\sBDC")
_SAYS_SOMETHING = frozenset(("/A", "/Alt", "/ActualText", "/ID", "/Lang"))
_ARTIFACT = b"/Artifact <</Type /Pagination>> BDC"


def finish(pdf: bytes) -> bytes:
    """`pdf` with the PDF/UA identifier and with tags that say what is read aloud and how. Deterministic."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _identify(document)
        _say_which_is_swedish(document)
        _prune(document.Root.StructTreeRoot, document.Root.StructTreeRoot.ParentTree.Nums)
        _relate_tables(document)
        _set_page_furniture_apart(document)
        _list_each_attachment_once(document)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()


def _identify(document: pikepdf.Pdf) -> None:
    metadata = document.Root.Metadata.read_bytes()
    if b"</rdf:RDF>" not in metadata:
        raise ValueError("the metadata has no RDF to add to")
    document.Root.Metadata = document.make_stream(
        metadata.replace(b"</rdf:RDF>", _EXTENSION.encode() + b"</rdf:RDF>", 1),
        Type=pikepdf.Name.Metadata,
        Subtype=pikepdf.Name.XML,
    )


def _say_which_is_swedish(document: pikepdf.Pdf) -> None:
    """What a paper in another language holds in Swedish is read aloud as Swedish.

    WeasyPrint leaves out the language of an element. So help_text.py sets Swedish in an `a` that leads nowhere; there
    is no other in our papers, and what comes of it is made a Span with its language here.
    """
    for element in elements(document, "/Link"):
        if all(isinstance(held, int) for held in _content(element)):
            element.S, element.Lang = pikepdf.Name.Span, pikepdf.String("sv")


def _prune(parent: pikepdf.Object, owners: pikepdf.Object) -> None:
    """Take away the elements that say nothing: WeasyPrint wraps every line of text in a Span or NonStruct of its own.

    What they hold moves up to what they stand in. A third of the tree is left, so that a reader meets paragraphs
    rather than lines, and a signature is verified in a third of the time.
    """
    held: list[pikepdf.Object | int] = []
    for kid in _content(parent):
        if not (isinstance(kid, pikepdf.Dictionary) and "/S" in kid):
            held.append(kid)
            continue
        _prune(kid, owners)
        if not _says_nothing(kid) or not _on_same_page(kid, parent):
            held.append(kid)
            continue
        for inner in _content(kid):
            if isinstance(inner, int):
                # Marked content knows its element through the page's list of owners.
                owners[int(kid.Pg.StructParents) * 2 + 1][inner] = parent
            elif "/S" in inner:
                inner.P = parent
            held.append(inner)
    parent.K = pikepdf.Array(held)


def _says_nothing(element: pikepdf.Object) -> bool:
    return element.S in (pikepdf.Name.Span, pikepdf.Name.NonStruct) and _SAYS_SOMETHING.isdisjoint(element.keys())


def _on_same_page(element: pikepdf.Object, other: pikepdf.Object) -> bool:
    return "/Pg" in other and element.Pg.objgen == other.Pg.objgen


def _content(element: pikepdf.Object) -> list[pikepdf.Object | int]:
    content = element.get("/K", pikepdf.Array())
    return list(content.as_list()) if isinstance(content, pikepdf.Array) else [content]


def _relate_tables(document: pikepdf.Pdf) -> None:
    """Give each header cell a scope and an id of its own, and each cell the ids of its headers.

    WeasyPrint reads a heading that spans a table's body ("Mål 1 …") as a column's heading, above and below
    alike. Here it is the heading of the rows that follow it, until the next one.
    """
    names: list[pikepdf.Object] = []
    for table in elements(document, "/Table"):
        columns: dict[int, str] = {}
        group: list[str] = []
        for row in elements_below(table, "/TR"):
            in_head = row.P.S == "/THead"
            own: list[str] = []
            at = 0
            for cell in [kid for kid in kids(row) if kid.S in ("/TH", "/TD")]:
                attributes = cell.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
                width = int(attributes.get("/ColSpan", 1))
                if cell.S == "/TH":
                    name = f"th{len(names) // 2:05}"
                    cell.ID = pikepdf.String(name)
                    names += [cell.ID, cell]
                    attributes.Scope = pikepdf.Name.Column if in_head else pikepdf.Name.Row
                    if in_head:
                        columns[at] = name
                    elif width > 1:
                        group = [name]
                    else:
                        own = [name]
                else:
                    heading = [columns[column] for column in range(at, at + width) if column in columns]
                    attributes.Headers = pikepdf.Array(pikepdf.String(name) for name in heading + group + own)
                cell.A = attributes
                at += width
    if names:
        # Numbered in reading order, so they are sorted already, as a name tree must be.
        document.Root.StructTreeRoot.IDTree = pikepdf.Dictionary(
            Kids=[document.make_indirect(pikepdf.Dictionary(Limits=[names[0], names[-2]], Names=pikepdf.Array(names)))]
        )


def _set_page_furniture_apart(document: pikepdf.Pdf) -> None:
    """The foot of each page becomes an artifact: a screen reader reads the plan on without it.

    WeasyPrint marks it as content but leaves it out of the structure tree, which is neither the one nor the other.
    """
    told = {element.objgen for element in elements(document)}
    owners = document.Root.StructTreeRoot.ParentTree.Nums
    for page in document.pages:
        of_page = owners[int(page.obj.StructParents) * 2 + 1]
        outside = {number for number, owner in enumerate(of_page.as_list()) if owner.objgen not in told}
        for number in outside:
            of_page[number] = None

        def marked(match: re.Match[bytes], outside: set[int] = outside) -> bytes:
            return _ARTIFACT if int(match[1]) in outside else match[0]

        painted = _MARKED_CONTENT.sub(marked, page.obj.Contents.read_bytes())
        page.obj.Contents = document.make_stream(painted)


def _list_each_attachment_once(document: pikepdf.Pdf) -> None:
    """WeasyPrint names the same file twice among the associated files."""
    once = {attachment.objgen: attachment for attachment in document.Root.AF.as_list()}
    document.Root.AF = pikepdf.Array(once.values())
