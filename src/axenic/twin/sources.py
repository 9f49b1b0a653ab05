"""What a figure rests on: every row of the assumptions that acts on it, with its grade, the strongest first.

Nothing is listed by hand: rows are found by moving them (`twin.moved`). What the simulation draws on stands behind
every figure that follows from the tally, since batches wait for one another; how strongly is measured on a short run,
and what had no effect in that stands last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from axenic.assumption.assumption import Row
from axenic.control.cause import Cause
from axenic.twin.ends import LOST, RELEASED
from axenic.twin.figures import figures
from axenic.twin.moved import Moves, drawn_on, in_run, on_tally, probe
from axenic.twin.scenario import Scenario
from axenic.twin.tally import BATCH, Tally

_FILES = {  # what a figure follows from that is no row
    "failure.equipment": "faults of the plant file",
    "time_to_vein.manufacture": "durations of the recipe",
    "time_to_vein.qc": "tests of recipe or regime",
    "time_to_vein.review": "review of the recipe",
}
_NAMED = 2  # rows that a table names


@dataclass(frozen=True, slots=True)
class Basis:
    """A row behind a figure. `moves`: what a tenth more of it changes, in the figure's unit; 0 if it was not seen."""

    row: Row
    moves: float


class Sources:
    """The rows behind every figure of a scenario; found when first asked for, on a short run under the seed."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self._scenario, self._seed = scenario, seed

    @cached_property
    def _found(self) -> dict[str, tuple[Basis, ...]]:
        short, tally = probe(self._scenario, self._seed)
        entering = on_tally(tally, short.plant, short.executed, short.assumptions)
        drawn, acting = drawn_on(short), in_run(short, tally, self._seed)
        behind = simulated(short, tally)
        return {n: _bases(n, short, entering, acting, drawn if n in behind else ()) for n in short.names}

    def bases(self, figure: str) -> tuple[Basis, ...]:
        """The rows behind a figure, the strongest first; raises KeyError for an unknown figure."""
        return self._found[figure]

    def rows_behind(self, figure: str) -> tuple[Row, ...]:
        """The rows alone; none if the figure follows from recipe and plant. Raises KeyError for an unknown figure."""
        return tuple(b.row for b in self._found[figure])

    def rests_on(self, figure: str) -> str:
        """In a few words: what else it follows from, the first rows with their grades, and how many more."""
        bases, other = self._found[figure], _FILES.get(figure, "")
        named = [f"{b.row.row} ({b.row.grade})" for b in bases if b.moves][:_NAMED]
        if more := len(bases) - len(named):
            named.append(f"{more} more" if named else f"{more} rows")
        return "; ".join(words for words in (other, ", ".join(named)) if words) or "recipe and plant files"


def simulated(scenario: Scenario, tally: Tally) -> frozenset[str]:
    """The figures that follow from what happens in a run: those that change when every number of a tally does."""
    first, second = (
        figures(_invented(tally, n), scenario.plant, scenario.executed, scenario.assumptions) for n in (1, 2)
    )
    return frozenset(name for name in first if not math.isclose(first[name], second[name], rel_tol=1e-9))


def _invented(tally: Tally, n: int) -> Tally:
    """A tally of the same plant with one dose, `n` batches lost by each cause, and all its numbers made of `n`."""
    causes = [cause for cause in Cause for _ in range(n)]
    rows = np.zeros(1 + len(causes), BATCH)
    for place, name in enumerate(("ordered", "begun", "filled", "tested", "disposed", "closed")):
        rows[name] = (1 + place) * n * 86_400_000
    rows["ordered"][1:] = 0  # the dose is for the patient of the first lost batch, ordered before
    rows["patient"], rows["patient"][0] = np.arange(len(rows)), 1
    rows["worked"], rows["handled"], rows["risk"] = n * np.arange(1, len(rows) + 1), n, 0.1 * n
    rows["outcome"], rows["outcome"][0] = LOST, RELEASED
    rows["cause"][1:] = causes
    return replace(
        tally,
        batches=rows,
        phases=tuple(replace(p, done=n * n) for p in tally.phases),
        units=tuple(replace(u, taken_ms=n * n) for u in tally.units),
        carriers=tuple(replace(c, busy_ms=n * n, gownings=n) for c in tally.carriers),
        chambers=tuple(replace(c, cycles=7, failed=n, busy_ms=n * n) for c in tally.chambers),
        span_ms=n * 365 * 86_400_000,
    )


def _bases(name: str, scenario: Scenario, entering: Moves, acting: Moves, drawn: tuple[Row, ...]) -> tuple[Basis, ...]:
    moves = {row: changes[name] for row, changes in entering.items() if name in changes}
    moves |= {row.row: acting[row.row].get(name, 0.0) for row in drawn}
    found = [Basis(row, moves[row.row]) for row in scenario.assumptions.rows if row.row in moves]
    return tuple(sorted(found, key=lambda b: -abs(b.moves)))
