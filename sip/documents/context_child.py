"""From the frozen plan to *Barnets sida*: the child's own words, goals and helpers, in big type and easy words."""

from math import cos, pi, sin
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sip.documents import words
from sip.documents.context import AREAS, label_of_words, quoted, text_of, unit_of
from sip.documents.printable import direction, printable_content
from sip.plans.spokes import SPOKES

_LONG_NAME = 30
# The wheel is drawn in a square of 400 with its hub in the middle; a mark of five reaches the rim.
_HUB, _RIM, _LABEL = 200, 130, 152
_MARKS = 5


def child_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/barnets-sida.html prints. `content`: `sip-child/1`."""
    shown = printable_content(content)
    child, voice, follow_up = shown["child"], shown["voice"], shown["follow_up"] or {}
    return {
        "title": _("Min plan, %(child)s") % {"child": child["name"]},
        "foot": _("%(child)s, min plan") % {"child": f"\u2068{child['name']}\u2069"},
        "code": "",
        "made_at": shown["plan"]["frozen_at"],
        "density": "child",
        "heading": _heading(child["given_name"]),
        "label": label_of_words(words.genitive(child["given_name"])),
        "words": quoted(text_of(voice["child"])["paragraphs"]),
        "direction": direction(voice["child"]),
        "goals": [goal["text"] for goal in shown["goals"] if goal["when"] == "now"],
        "later": [goal["text"] for goal in shown["goals"] if goal["when"] != "now"],
        "helpers": _helpers(shown["actions"]),
        "wheel": _wheel(shown["wheel"]),
        "next_on": words.sentence(words.weekday(words.parse_day(follow_up["date"]))) if follow_up.get("date") else "",
        "coordinator": shown["coordinator"],
    }


def _heading(given_name: str) -> str:
    owner = words.genitive(given_name)
    is_swedish = get_language() in (None, "sv")
    return f"{owner} plan" if is_swedish and 0 < len(owner) <= _LONG_NAME else _("Min plan")


def _helpers(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who helps, with all that they do: a child asks who first, and then what."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for action in actions:
        responsible = action["responsible"]
        area = "familjen" if responsible["kind"] == "family" else responsible.get("area", "")
        unit = responsible["agency"] or unit_of(responsible)
        who = action["contact"] or unit
        helper = found.setdefault(
            (who, unit),
            {
                "who": who,
                "unit": unit if who != unit else "",
                "area": area if area in AREAS else "",
                "area_label": str(AREAS.get(area, "")),
                "what": [],
            },
        )
        helper["what"].append(action["text"])
    return list(found.values())


def _wheel(spokes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Barnets bästa-hjulet as a drawing and, for who does not see it, as a list; None while no mark is set."""
    marks = {spoke["spoke"]: spoke["mark"] for spoke in spokes if spoke["mark"]}
    if not marks:
        return None
    named = [(str(label), marks.get(key)) for key, label in SPOKES.items()]
    drawn: list[dict[str, Any]] = []
    for number, (label, mark) in enumerate(named):
        across, down = sin(2 * pi * number / len(named)), -cos(2 * pi * number / len(named))
        drawn.append(
            {
                "label": label,
                "mark": mark,
                "rim": _point(across, down, _RIM),
                "at": _point(across, down, _RIM * (mark or 0) / _MARKS),
                "text": _point(across, down, _LABEL),
                "anchor": "middle" if abs(across) < 0.1 else "start" if across > 0 else "end",
            }
        )
    said = ", ".join(f"{label} {mark}" for label, mark in named if mark)
    return {
        "spokes": drawn,
        "rings": [round(_RIM * ring / _MARKS, 1) for ring in range(1, _MARKS + 1)],
        "shape": " ".join(f"{spoke['at']['x']},{spoke['at']['y']}" for spoke in drawn if spoke["mark"]),
        "alt": _("Barnets bästa-hjulet: %(marks)s. 1 är svårt och 5 är jättebra.") % {"marks": said},
    }


def _point(across: float, down: float, length: float) -> dict[str, float]:
    return {"x": round(_HUB + across * length, 1), "y": round(_HUB + down * length, 1)}
