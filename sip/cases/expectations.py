"""What a case expects in the end, checked against what came out. Every answer says what was expected and what is."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import clock
from sip.cases import papers, printed
from sip.cases.player import Play
from sip.meetings.services import first_meeting_in_time


@dataclass(frozen=True)
class Unmet:
    """An expectation that does not hold: on which line, and what is instead, in Swedish."""

    line: int
    message: str


def unmet(play: Play, folder: Path) -> list[Unmet]:
    """Everything in `expect` that does not hold, in the order of the file. `folder` holds the play's papers."""
    expect = play.case.expect
    with clock.set_to(play.now):
        return [
            Unmet(line, f"{key}: {message}")
            for key, line in expect.lines.items()
            for message in CHECKS[key](play, folder, getattr(expect, key))
        ]


def _state(play: Play, _folder: Path, expected: str) -> Iterator[str]:
    state = papers.state(play.plan)
    if state != expected:
        yield f"väntade {expected}, men planen är {state or 'inte ens önskad'}."


def _versions(play: Play, _folder: Path, expected: int) -> Iterator[str]:
    count = sum(not version.is_void for version in papers.versions(play.plan))
    if count != expected:
        yield f"väntade {expected} gällande versioner, men det finns {count}."


def _signatures(play: Play, _folder: Path, expected: dict[int, int]) -> Iterator[str]:
    found = {version.number: len(papers.signatures(version)) for version in papers.versions_on_paper(play.plan)}
    for number, count in expected.items():
        if number not in found:
            yield f"väntade {count} underskrifter på version {number}, men den versionen finns inte."
        elif found[number] != count:
            yield f"väntade {count} underskrifter på version {number}, men den har {found[number]}."


def _pdf_has(_play: Play, folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    pages = [text for path in printed.newest_plan(folder) for text in printed.texts(path)]
    for part in expected:
        if not any(printed.stands_in(part, text) for text in pages):
            yield f"”{part}” står inte i planens PDF eller dess kvittens."


def _pdf_has_not(_play: Play, folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    for path in printed.all_pdfs(folder):
        held = [*printed.texts(path), printed.carried(path)]
        for part in expected:
            if any(printed.stands_in(part, text) for text in held):
                yield f"”{part}” står i {path.name}, men skulle inte göra det."


def _visible_to(play: Play, _folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    seeing = papers.visible_to(play)
    for person in expected:
        if person not in seeing:
            yield f"{person} ser inte planen. Den syns för {_listed(seeing)}."


def _hidden_from(play: Play, _folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    seeing = papers.visible_to(play)
    for person in expected:
        if person in seeing:
            yield f"{person} ser planen, men skulle inte göra det."


def _notices(play: Play, _folder: Path, expected: dict[str, int]) -> Iterator[str]:
    sent = Counter(notice.kind for notice in papers.sent_notices(play))
    for kind, count in expected.items():
        if sent[kind] != count:
            yield f"väntade {count} av slaget {kind}, men {sent[kind]} gick ut. Alla: {dict(sorted(sent.items()))}."


def _notices_have_not(play: Play, _folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    for notice in papers.sent_notices(play):
        for part in expected:
            if part in notice.subject or part in notice.body:
                yield f"”{part}” står i ett meddelande av slaget {notice.kind}: ”{notice.subject}”."


def _deviations(play: Play, _folder: Path, expected: tuple[Any, ...]) -> Iterator[str]:
    wanted = Counter((each.agency, each.kind) for each in expected)
    found = Counter(papers.deviations(play))
    if wanted != found:
        yield f"väntade {_pairs(wanted)}, men antecknat är {_pairs(found)}."


def _deadline_met(play: Play, _folder: Path, expected: dict[str, bool]) -> Iterator[str]:
    for what, is_met in expected.items():
        in_time = play.plan is not None and first_meeting_in_time(play.plan)
        if in_time != is_met:
            yield f"väntade {what}: {str(is_met).lower()}, men tiden hölls {'' if in_time else 'inte'}".rstrip() + "."


def _missing(play: Play, _folder: Path, expected: tuple[str, ...]) -> Iterator[str]:
    refusals = [done.message for done in play.done if done.refused and done.step.verb in ("review", "establish")]
    if not refusals:
        yield "inget review eller establish nekades, så inget saknades."
        return
    for part in expected:
        if printed.folded(part).casefold() not in printed.folded(refusals[-1]).casefold():
            yield f"”{part}” nämndes inte. Det som saknades var: ”{refusals[-1]}”"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "ingen"


def _pairs(pairs: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{agency} {kind}" for agency, kind in sorted(pairs.elements())) or "inga"


# One check per key of `expect`; tests/unit/cases holds the two lists together.
CHECKS: dict[str, Callable[[Play, Path, Any], Iterator[str]]] = {
    "state": _state,
    "versions": _versions,
    "signatures": _signatures,
    "pdf_has": _pdf_has,
    "pdf_has_not": _pdf_has_not,
    "visible_to": _visible_to,
    "hidden_from": _hidden_from,
    "notices": _notices,
    "notices_have_not": _notices_have_not,
    "deviations": _deviations,
    "deadline_met": _deadline_met,
    "missing": _missing,
}
