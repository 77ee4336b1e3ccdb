"""What may stand in a text, the order Swedes sort it in, and lists as they are said."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

LINE_MAX = 200
TEXT_MAX = 5_000

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zero-width characters that join or split nothing a reader sees. ZWJ and ZWNJ stay: emoji and Persian need them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")


def clean_text(text: str, most: int = TEXT_MAX) -> str:
    """Return `text` fit to be stored, shown and signed; line breaks are kept.

    `most` is the length limit in characters. Raises ValueError with a Swedish sentence for what cannot be
    stored (NUL, lone surrogates, other control characters), what would make a signed text read differently
    than it is (bidi controls, attack 13 in security.md), and what is too long.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(_is_forbidden(character) for character in set(text)):  # ⚡ ten megabytes hold a hundred different ones
        raise ValueError(_("Texten innehåller ett tecken som inte kan sparas. Skriv om den utan det."))
    if _BIDI_CONTROLS.search(text):
        raise ValueError(
            _("Texten innehåller dolda tecken som ändrar läsriktningen. Skriv den direkt i rutan i stället.")
        )
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()
    if len(text) > most:
        raise ValueError(_("Texten får vara högst %(most)s tecken. Den är %(length)s.") % {
            "most": most, "length": len(text),
        })  # fmt: skip
    return text


def clean_line(text: str, most: int = LINE_MAX) -> str:
    """As `clean_text`, for what stands on one line: names, places, headings. Line breaks become spaces."""
    return clean_text(_SPACES.sub(" ", text), most)


def _is_forbidden(character: str) -> bool:
    # Noncharacters are told by their number: "unassigned" would also refuse emoji newer than Python's tables.
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    category = unicodedata.category(character)
    return category == "Cs" or is_noncharacter or (category == "Cc" and character not in "\n\t")


def folded(text: str) -> str:
    """`text` without case and without accents, except that å, ä and ö are letters of their own."""
    return "".join(_fold(character) for character in unicodedata.normalize("NFC", text).casefold())


def _fold(character: str) -> str:
    if character in "åäö":
        return character
    if character in "æ":
        return "ä"
    if character in "ø":
        return "ö"
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def sort_key(text: str) -> str:
    """A key whose byte order is Swedish order (å ä ö after z); stored, since the database may lack ICU."""
    # Folding may lengthen a text ("ﬃ" is three letters); the columns hold LINE_MAX.
    return folded(text).translate(_AFTER_Z)[:LINE_MAX]


# "{", "|" and "}" are the three bytes after "z"; a key holds none of its own that matter.
_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def in_words(names: Sequence[str]) -> str:
    """`["a", "b", "c"]` as "a, b och c"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s och %(last)s") % {"most": _(", ").join(names[:-1]), "last": names[-1]}
