"""What a cycle is wanted to reach, and what a design of one is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from axenic.asepsis.program import Program

STEP_MIN = 0.25  # phases last whole samples of 15 s


@dataclass(frozen=True, slots=True)
class Wish:
    """The claim (log reduction at the worst place), how sure, the limits, and the draws the search rests on.

    `saturation_at_most` is the relative saturation at the coldest wall, `residual_at_most` in ppm at the end of the
    recheck of `recheck_min`; `f0_min` is for moist heat (0: taken from the log reduction).
    """

    logs: float = 6.0
    confidence: float = 0.95
    f0_min: float = 0.0
    saturation_at_most: float = 0.95
    residual_at_most: float = 1.0
    recheck_min: float = 5.0
    draws: int = 800
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """One cycle that meets the wish: its settings and phases in minutes, and what it reaches.

    `goal` is in mg/L or degC; `saturation` the high end at the wanted confidence; `phases` by the program's names.
    """

    goal: float
    start_humidity: float
    phases: dict[str, float]
    mean_logs: float
    lower_logs: float
    saturation: float
    limited_by: str

    @property
    def total_min(self) -> float:
        """The whole cycle in minutes."""
        return sum(self.phases.values())


@dataclass(frozen=True, slots=True)
class Design:
    """The shortest cycle found, the naive one at equal assurance, and the points tried for the picture."""

    program: Program
    best: Point
    naive: Point
    naive_words: str
    curve: tuple[tuple[float, Point | None], ...]  # goal, the shortest cycle at it; None: water forbids it
    by_logs: tuple[tuple[float, Point], ...] = ()
    goal_unit: str = "mg/L"
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times as long the naive cycle is."""
        return self.naive.total_min / self.best.total_min


class NoCycle(Exception):
    """No cycle meets the wish; `limited_by` says why."""

    def __init__(self, limited_by: str, message: str) -> None:
        super().__init__(message)
        self.limited_by = limited_by


def whole_steps(minutes: float) -> float:
    """Rounded up to whole samples."""
    return math.ceil(minutes / STEP_MIN - 1e-9) * STEP_MIN


def allowed_misses(draws: int, confidence: float) -> int:
    """How many of the draws may miss, so that the true share of hits is at least `confidence` at 95 % (normal)."""
    misses = 0
    while True:
        share = 1 - (misses + 1) / draws
        if share - 1.645 * math.sqrt(share * (1 - share) / draws) < confidence:
            return misses
        misses += 1
