"""The same content gives the same bytes, whatever the machine's clock, language, fonts or process."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from django.utils import translation
from django.utils.translation import trans_real

from common import clock
from sip.documents.canonical import canonical_json, content_hash
from sip.documents.render import render
from sip.documents.sheets import Kind
from tests.unit.documents import samples

CONTENTS = samples.ALL
ELSEWHERE = """
import sys, hashlib
import django
from django.conf import settings
settings.configure(USE_TZ=True)
django.setup()
from sip.documents.render import render
from tests.unit.documents import samples
print(*(hashlib.sha256(render(kind, content())).hexdigest() for kind, content in samples.ALL.items()))
"""


def test_another_process_in_another_country_makes_the_same_bytes(tmp_path: Path) -> None:
    here = [sha256(render(kind, content())).hexdigest() for kind, content in CONTENTS.items()]
    root = str(Path(__file__).resolve().parents[3])
    (tmp_path / "empty.conf").write_text("<fontconfig></fontconfig>")
    strange = {
        "PATH": os.environ["PATH"], "PYTHONPATH": root, "HOME": str(tmp_path), "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C", "PYTHONHASHSEED": "77", "FONTCONFIG_FILE": str(tmp_path / "empty.conf"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=strange, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == here


def test_the_clock_leaves_no_mark() -> None:
    first = render("sip", samples.plan())
    with clock.set_to(datetime(2031, 5, 1, tzinfo=UTC)):
        assert render("sip", samples.plan()) == first


def test_the_order_of_keys_leaves_no_mark() -> None:
    plan = samples.plan()
    assert render("sip", dict(reversed(plan.items()))) == render("sip", plan)


class _Parrot(trans_real.DjangoTranslation):
    """A catalogue that has another text for everything."""

    def gettext(self, message: str) -> str:
        return f"Annat {message}"


@pytest.mark.parametrize("kind", CONTENTS)
def test_no_catalogue_changes_the_binding_paper(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(kind, CONTENTS[kind]())
    monkeypatch.setitem(trans_real._translations, "sv", _Parrot("sv"))
    monkeypatch.setattr(trans_real, "_default", trans_real._default)
    # Left without a language: going back to "sv" would leave the parrot for the next test.
    with translation.override("sv", deactivate=True):
        assert translation.gettext("Syfte") == "Annat Syfte"
        assert render(kind, CONTENTS[kind]()) == first
    with translation.override("en", deactivate=True):
        assert render(kind, CONTENTS[kind]()) == first


@pytest.mark.parametrize("kind", CONTENTS)
def test_the_content_travels_inside_as_it_is_hashed(kind: Kind, tmp_path: Path) -> None:
    content = CONTENTS[kind]()
    (tmp_path / "a.pdf").write_bytes(render(kind, content))
    with pikepdf.open(tmp_path / "a.pdf") as document:
        (held,) = document.attachments.values()
        data = held.get_file().read_bytes()
        assert held.get_file().mime_type == "application/json"
    assert data == canonical_json(content)
    assert json.loads(data) == content
    assert sha256(data).hexdigest() == content_hash(content)
