"""Which characters the shipped fonts can draw, and which way a text runs.

PDF/A forbids a glyph that stands for "no such letter", and a machine's own fonts would change the bytes of the
document. So what no shipped font holds (emoji, for one) is drawn as □; the attached JSON keeps it as written.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts" / "document"
MISSING = "□"

# Controls that turn the reading direction: a text must be read as it was signed (attack 13 in security.md).
_TURNS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# What changes the look of a neighbour or joins emoji. Without its neighbour's font it must leave no box behind.
_FALLS_AWAY = {0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}

_ENDLESS = re.compile(r"\S{49,}")
_PIECES = re.compile(r".{1,40}")
_MAY_BREAK = "\u200b"
_SPAN = re.compile(r"(?<=\d)–(?=\d)")
_MAY_NOT_BREAK = "\u2060"


@cache
def _drawable() -> frozenset[int]:
    """Every code point that stands in one of the shipped fonts and may stand in a document."""
    found: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    drawn = {code for code in found - _TURNS if unicodedata.category(chr(code)) != "Cc"}
    return frozenset(drawn | {ord("\n"), ord("\t")})


def printable(text: str) -> str:
    """`text` with every character that no shipped font can draw replaced by one □ per run of them."""
    if all(ord(character) in _drawable() for character in text):
        return text
    out: list[str] = []
    for character in text:
        if ord(character) in _FALLS_AWAY and out and out[-1] == MISSING:
            continue
        if ord(character) in _drawable():
            out.append(character)
        elif ord(character) in _FALLS_AWAY or unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me"):
            continue
        elif not out or out[-1] != MISSING:
            out.append(MISSING)
    return "".join(out)


def breakable(text: str) -> str:
    """`text` where a run longer than any word or name may be broken over lines.

    The renderer's time grows with the square of such a run: 10,000 letters without a space took a minute.
    """
    return _ENDLESS.sub(lambda run: _MAY_BREAK.join(_PIECES.findall(run[0])), text)


def with_whole_spans(html: str) -> str:
    """The paper's `html`, where no line ends inside "14.00–15.00", "3–12" or "1–5"."""
    return _SPAN.sub(f"{_MAY_NOT_BREAK}–{_MAY_NOT_BREAK}", html)


def printable_content(value: Any) -> Any:
    """A copy of frozen content in which every text is printable."""
    match value:
        case str():
            return breakable(printable(value))
        case dict():
            return {key: printable_content(inner) for key, inner in value.items()}
        case list():
            return [printable_content(inner) for inner in value]
        case _:
            return value


def direction(text: str) -> str:
    """ "rtl" where the first letter with a direction runs right to left, else "ltr" (as HTML's dir=auto)."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"
