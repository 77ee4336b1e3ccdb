"""What the document tests ask other programs about a PDF: a second opinion, from what people have on their machines."""

import re
import subprocess
from html import unescape
from pathlib import Path

_BOX = 1.424  # the height of such a box for one point of type in the documents' own fonts


def text_of(pdf: bytes, folder: Path, *, page: int | None = None) -> str:
    """The text that pdftotext reads, with white space and line breaks folded; of one page where it is named."""
    (folder / "read.pdf").write_bytes(pdf)
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    return " ".join(_run("pdftotext", *pages, str(folder / "read.pdf"), "-").split())


def qpdf_complaints(pdf: bytes, folder: Path) -> str:
    """What `qpdf --check` says when something is wrong; empty when nothing is."""
    (folder / "check.pdf").write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", str(folder / "check.pdf")], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def fonts_of(pdf: bytes, folder: Path) -> list[str]:
    """The rows of pdffonts below its heading."""
    (folder / "fonts.pdf").write_bytes(pdf)
    return _run("pdffonts", str(folder / "fonts.pdf")).splitlines()[2:]


def pdfsig_words(pdf: bytes, folder: Path) -> list[str]:
    """What pdfsig says of the integrity of each signature, in their order."""
    (folder / "signed.pdf").write_bytes(pdf)
    # pdfsig knows none of our certificates: its exit status is about trust, and ours is not in its store.
    done = subprocess.run(
        ["pdfsig", "-nocert", str(folder / "signed.pdf")], capture_output=True, text=True, check=False
    )
    mark = "- Signature Validation: "
    return [line.strip().removeprefix(mark) for line in done.stdout.splitlines() if mark in line]


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def smallest_type(pdf: bytes, folder: Path) -> float:
    """The smallest size of type in points, by the height of the boxes that pdftotext draws around words."""
    return min((size for _word, size in sizes(pdf, folder)), default=0.0)


def sizes(pdf: bytes, folder: Path) -> list[tuple[str, float]]:
    """Each word in its order, and its size of type in points."""
    (folder / "sizes.pdf").write_bytes(pdf)
    html = _run("pdftotext", "-bbox-layout", str(folder / "sizes.pdf"), "-")
    box = r'<word xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<'
    return [(word, round((float(bottom) - float(top)) / _BOX, 2)) for top, bottom, word in re.findall(box, html)]


def places(pdf: bytes, folder: Path) -> list[tuple[str, float, float]]:
    """Every word with how far from the left and from the top of its page it begins, in points."""
    (folder / "places.pdf").write_bytes(pdf)
    html = _run("pdftotext", "-bbox", str(folder / "places.pdf"), "-")
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<', html)
    return [(unescape(word), float(left), float(top)) for left, top, word in found]


def type_of(word: str, pdf: bytes, folder: Path) -> float:
    """The size of type that a word first stands in, in points, by the height of its box."""
    (folder / "sizes.pdf").write_bytes(pdf)
    html = _run("pdftotext", "-bbox", str(folder / "sizes.pdf"), "-")
    found = re.search(rf'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">{re.escape(word)}<', html)
    if not found:
        raise LookupError(f"no {word!r} on the pages")
    return round((float(found[2]) - float(found[1])) / _BOX, 2)


def spoken(pdf: bytes, folder: Path) -> str:
    """The text in the order of the tags, as a screen reader takes it."""
    (folder / "spoken.pdf").write_bytes(pdf)
    told = _run("pdfinfo", "-struct-text", str(folder / "spoken.pdf"))
    return " ".join(" ".join(re.findall(r'^ *"(.*)"$', told, flags=re.MULTILINE)).replace("\u200b", "").split())


def first_place(pdf: bytes, folder: Path, word: str) -> float:
    """How far from the left edge, in points, the first such word stands."""
    (folder / "places.pdf").write_bytes(pdf)
    html = _run("pdftotext", "-bbox-layout", str(folder / "places.pdf"), "-")
    return min(float(left) for left, found in re.findall(r'<word xMin="([\d.]+)"[^>]*>([^<]*)<', html) if word == found)
