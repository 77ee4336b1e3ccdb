"""`python -m tests.golden.write`: the fingerprints of the papers, written anew after a change that was meant.

A fingerprint that differs without one says that a library, a font or a template has changed what families have signed.
"""

import json
from hashlib import sha256
from pathlib import Path

from sip.documents.render import render
from sip.documents.sheets import Kind
from tests.unit.documents import samples

FILE = Path(__file__).parent / "documents.json"
LARGE: tuple[Kind, ...] = ("sip", "barnets-sida", "uppfoljning", "kallelse", "samtycke")


def fingerprints() -> dict[str, str]:
    """Each kind of paper as it is bound, and the looks that no catalogue has a say in."""
    made: dict[str, bytes] = {kind: render(kind, content()) for kind, content in samples.ALL.items()}
    made["sip, utdrag"] = render("sip", samples.plan(), is_extract=True)
    made |= {f"{kind}, stor": render(kind, samples.ALL[kind](), is_large=True) for kind in LARGE}
    return {name: sha256(pdf).hexdigest() for name, pdf in made.items()}


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_TZ=True, LANGUAGE_CODE="sv")
    django.setup()
    FILE.write_text(json.dumps(fingerprints(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
