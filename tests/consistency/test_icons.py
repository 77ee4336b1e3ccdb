"""Every icon that a page names is in the sprite: one that is not is drawn as nothing at all."""

import re
from pathlib import Path

from sip.web.templatetags.sip_ui import TURNS_WITH_READING

ROOT = Path(__file__).parents[2]
SPRITE = set(re.findall(r'id="([a-z-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
NAMED = re.compile(r"""(?:\{% icon |icon(?:_name)?=|\bicon\()["']([a-z-]+)["']""")


def test_every_icon_that_is_named_is_there() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "sip").rglob("*.py")]
    named = {(path.relative_to(ROOT), name) for path in files for name in NAMED.findall(path.read_text())}
    assert len(named) > 50, "they are found where they stand"
    assert {(path, name) for path, name in named if name not in SPRITE} == set()


def test_what_turns_with_the_direction_of_reading_is_there() -> None:
    assert set(TURNS_WITH_READING) <= SPRITE
