"""Min sida: the plan as the young person reads it. My words, what I want, who helps me, how I am, when we meet.

The guardians have it too, to read together with a child who has no log-in; with what is withheld from them left out.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sip.documents.services import frozen
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Version, WheelMark
from sip.plans.spokes import SPOKES
from sip.web.family.gate import for_family
from sip.web.family.goals import FamilyAction
from sip.web.family.plan_page import assemble
from sip.web.pages import PageRequest
from sip.web.words import day_words

# The drawing: its middle, the ring of the highest mark, and how far out the words stand. In the drawing's own units.
WIDE, HIGH = 410, 290
MIDDLE_X, MIDDLE_Y = WIDE / 2, HIGH / 2
RING, WORDS = 84.0, 104.0
HIGHEST = 5
ASIDE = 0.35  # how far from straight up or down words begin to stand beside the ring
ABOVE = 14.0  # the first words stand higher, so that their mark does not come in the way of the highest point
LETTER = 8.5  # about how wide a letter is, in any font

# Which area a spoke is drawn as (pictures/barnets-sida-mobil.png).
AREAS = {
    "hälsa": "halsa",
    "aktiv": "halsa",
    "utvecklas": "larande",
    "ansvarstagande": "larande",
    "delaktig": "larande",
}


@dataclass(frozen=True)
class SpokeDrawn:
    """One spoke: its name and mark ("" for none), its place on the ring and of its mark, and of its words."""

    name: str
    mark: str
    area: str
    end: tuple[float, float]
    point: tuple[float, float] | None
    words: tuple[float, float]
    anchor: str


@dataclass(frozen=True)
class WheelDrawn:
    """The wheel: its spokes, the rings, the shape of now and of before (""), since when, and what has moved."""

    spokes: tuple[SpokeDrawn, ...]
    rings: tuple[float, ...]
    now: str
    before: str
    since: str
    moved: tuple[str, ...]


@dataclass(frozen=True)
class Helper:
    """Somebody who helps, with the area's icon, and with what."""

    area: str
    who: str
    where: str
    acts: tuple[FamilyAction, ...]


@for_family(Do.READ)
@require_safe
def own_page(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Big type, few words, nobody's jargon."""
    page = assemble(plan, request.actor)
    context = {
        **page,
        "given_name": plan.child.given_name,
        "wants": [goal for goal in page["goals"] if goal.text],
        "helpers": helpers(page["goals"], page["later"]),
        "wheel": wheel_of(plan) if page["shows_voice"] else None,
    }
    return render(request, "family/own_page.html", context)


def helpers(*parts: Iterable[Any]) -> tuple[Helper, ...]:
    """Everybody who does something, each once, with all that they do; in the order of the goals."""
    found: dict[tuple[str, str], list[FamilyAction]] = {}
    for action in _actions(*parts):
        found.setdefault((action.area, action.who), []).append(action)
    return tuple(_helper(area, who, acts) for (area, who), acts in found.items())


def _actions(*parts: Iterable[Any]) -> Iterable[FamilyAction]:
    for goal in (goal for part in parts for goal in part):
        yield from goal.actions


def _helper(area: str, who: str, acts: list[FamilyAction]) -> Helper:
    name, _comma, where = who.partition(", ")
    return Helper(area, name, where, tuple(acts))


def wheel_of(plan: Plan) -> WheelDrawn | None:
    """The child's own marks now, and those of the last version that was established; None without any mark."""
    now = {row.spoke: row.mark for row in WheelMark.objects.filter(plan=plan).order_by() if row.mark is not None}
    if not now:
        return None
    last = Version.objects.filter(plan=plan, established_at__isnull=False).order_by("-number").first()
    told = frozen(last)["wheel"] if last else []
    before = {row["spoke"]: row["mark"] for row in told if row["mark"] is not None}
    if before == now:
        before = {}
    since = day_words(last.established_at) if last and last.established_at and before else ""
    return draw(now, before, since)


def draw(now: Mapping[str, int], before: Mapping[str, int], since: str = "") -> WheelDrawn:
    """The drawing of these marks (1–5 by spoke); the shape of `before` is drawn where there are three marks or more."""
    spokes = tuple(_spoke(number, spoke, now.get(spoke)) for number, spoke in enumerate(SPOKES))
    moved = tuple(
        _("%(spoke)s har gått från %(before)s till %(now)s.")
        % {"spoke": SPOKES[spoke], "before": before[spoke], "now": now[spoke]}
        for spoke in SPOKES
        if spoke in now and spoke in before and now[spoke] != before[spoke]
    )
    rings = tuple(round(RING * mark / HIGHEST, 1) for mark in range(1, HIGHEST + 1))
    return WheelDrawn(spokes, rings, _shape(now), _shape(before), since, moved)


def _spoke(number: int, spoke: str, mark: int | None) -> SpokeDrawn:
    words, anchor = _words(number, str(SPOKES[spoke]))
    return SpokeDrawn(
        name=str(SPOKES[spoke]),
        mark="" if mark is None else str(mark),
        area=AREAS.get(spoke, "trygghet"),
        end=_at(number, RING),
        point=None if mark is None else _at(number, RING * mark / HIGHEST),
        words=words,
        anchor=anchor,
    )


def _words(number: int, name: str) -> tuple[tuple[float, float], str]:
    """Where a spoke's words stand and from which end they are set: outside the ring, and never out of the drawing."""
    x, y = _at(number, WORDS)
    sideways, wide = math.sin(_angle(number)), LETTER * len(name)
    if abs(sideways) < ASIDE:
        return (x, y - ABOVE if y < MIDDLE_Y else y), "middle"
    if sideways > 0:
        return ((x, y), "start") if x + wide <= WIDE else ((WIDE, y), "end")
    return ((x, y), "end") if x - wide >= 0 else ((0.0, y), "start")


def _angle(number: int) -> float:
    """From straight up, clockwise, in radians."""
    return 2 * math.pi * number / len(SPOKES)


def _at(number: int, distance: float) -> tuple[float, float]:
    x = MIDDLE_X + distance * math.sin(_angle(number))
    return round(x, 1), round(MIDDLE_Y - distance * math.cos(_angle(number)), 1)


def _shape(marks: Mapping[str, int]) -> str:
    """The corners as an SVG polygon's points; "" for fewer than three."""
    corners = [_at(number, RING * marks[spoke] / HIGHEST) for number, spoke in enumerate(SPOKES) if spoke in marks]
    return " ".join(f"{x},{y}" for x, y in corners) if len(corners) > 2 else ""
