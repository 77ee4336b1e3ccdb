"""What a paper is: kind, content and look; and the key under which it is made once and found again."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, get_args
from uuid import UUID

import pikepdf
import weasyprint

from sip.documents.canonical import canonical_json
from sip.documents.printable import FONTS
from sip.documents.render import PLAIN, Kind, Look, render

_ROOT = FONTS.parents[2]
# All that has a say in how a paper looks: changed by one letter, papers are made anew.
_SOURCES = ("sip/documents/*.py", "templates/documents/*.html", "static/css/document*.css", "locale/*/LC_MESSAGES/*.mo")


@dataclass(frozen=True)
class Order:
    """One paper to be made."""

    kind: Kind
    content: dict[str, Any]
    look: Look = PLAIN

    def key(self, plan: UUID) -> str:
        """What the paper is known by: the same plan, content, look and templates give the same key."""
        told = [str(plan), self.kind, canonical_json(self.content).decode(), self.look_json(), revision()]
        return sha256("\n".join(told).encode()).hexdigest()

    def look_json(self) -> str:
        """The look in one spelling."""
        return json.dumps(self.look_values(), sort_keys=True)

    def look_values(self) -> dict[str, Any]:
        """The look as plain values, to be kept."""
        return {**vars(self.look), "texts": dict(self.look.texts)}

    def made(self) -> bytes:
        """The paper itself, made here and now. Raises as `render` does."""
        look = self.look
        return render(
            self.kind,
            self.content,
            is_extract=look.is_extract,
            language=look.language,
            is_large=look.is_large,
            texts=look.texts,
        )


def order_of(kind: str, content: str, look: dict[str, Any]) -> Order:
    """The order as it was kept. Raises ValueError for a kind that there is not."""
    known: dict[str, Kind] = {str(name): name for name in get_args(Kind)}
    if kind not in known:
        raise ValueError(f"there is no paper {kind!r}")
    return Order(known[kind], json.loads(content), Look(**look))


@cache
def revision() -> str:
    """A fingerprint of the templates, the style, the catalogues and the libraries that papers are made with."""
    told = sha256(f"{weasyprint.__version__} {pikepdf.__version__}".encode())
    for pattern in _SOURCES:
        for path in sorted(_ROOT.glob(pattern)):
            told.update(path.relative_to(_ROOT).as_posix().encode())
            told.update(path.read_bytes())
    return told.hexdigest()
