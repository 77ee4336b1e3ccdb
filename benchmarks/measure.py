"""Times taken in turns, so that whatever else the machine does touches both sides alike; and the table of them."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
WARM = 6  # requests before it counts: each worker has drawn every template

Once = Callable[[], float]  # does it once and gives the seconds


@dataclass(frozen=True)
class Row:
    """One line of the table. A ratio above its goal is a miss; without a floor there is a figure alone."""

    row: str
    figure: float
    unit: str
    floor: float | None
    ratio: float | None
    goal: float | None

    @property
    def is_missed(self) -> bool:
        """Whether the goal is not reached."""
        return self.goal is not None and self.ratio is not None and self.ratio > self.goal


def in_turns(rounds: int, *sides: Once) -> list[list[float]]:
    """Milliseconds of each side, one of each at a time."""
    taken: list[list[float]] = [[] for _side in sides]
    for number in range(rounds + WARM):
        for side, times in zip(sides, taken, strict=True):
            seconds = side()
            if number >= WARM:
                times.append(seconds * 1000)
    return taken


def p50(times: Sequence[float]) -> float:
    """The median."""
    return statistics.median(times)


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 are within."""
    return statistics.quantiles(times, n=20)[-1]


def against(name: str, times: Sequence[float], floor: Sequence[float], goal: float | None) -> list[Row]:
    """The median against the floor's, and how far the slow ones are from it (goal: twice)."""
    middle, low, slow = p50(times), p50(floor), p95(times)
    return [
        Row(f"{name}: p50", round(middle, 1), "ms", round(low, 1), round(middle / low, 2), goal),
        Row(f"{name}: p95", round(slow, 1), "ms", round(middle, 1), round(slow / middle, 2), 2.0),
    ]


def show(rows: Sequence[Row]) -> str:
    """The table in words."""
    lines = [f"{'':<58}{'':>10}{'golv':>9}{'kvot':>8}{'mål':>7}"]
    for row in rows:
        figure = f"{row.figure:g} {row.unit}"
        rest = "".join(
            f"{'–' if value is None else format(value, 'g'):>{width}}"
            for value, width in ((row.floor, 9), (row.ratio, 8), (row.goal, 7))
        )
        lines.append(f"{row.row:<56}{figure:>12}{rest}{'  MISS' if row.is_missed else ''}")
    return "\n".join(lines)


def keep(size: int, rows: Sequence[Row]) -> Path:
    """Put the rows of this run into results/SIZE.json; rows that were not measured now stay as they were."""
    file = RESULTS / f"{size}.json"
    before = json.loads(file.read_text())["rows"] if file.exists() else []
    now = {row.row: asdict(row) for row in rows}
    kept = [now.pop(row["row"], row) for row in before] + list(now.values())
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"size": size, "rows": kept}, ensure_ascii=False, indent=1) + "\n")
    return file
