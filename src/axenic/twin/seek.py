"""Target seeking: the smallest number of something (robots, reactors) with which a figure meets its target."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from axenic.twin.experiment import Experiment, Figures, Runner, Series, column, run_here
from axenic.twin.interval import Interval, mean_interval, quantile_interval
from axenic.twin.stopping import UNVARIED


class Shown(StrEnum):
    """What the replications show about a target."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"  # neither, with as many replications as were allowed


@dataclass(frozen=True, slots=True)
class Target:
    """The mean of a figure over replications (or its quantile, if given) shall be at most or at least `limit`."""

    figure: str
    limit: float
    at_most: bool = True
    quantile: float | None = None

    def interval(self, values: Figures, confidence: float) -> Interval:
        """The interval of what is held against the limit."""
        if self.quantile is None:
            return mean_interval(values, confidence)
        return quantile_interval(values, self.quantile, confidence)

    def judge(self, values: Figures, confidence: float) -> Shown:
        """Met or missed if the whole interval lies on one side of the limit.

        A mean of fewer than 64 values that are all equal shows nothing: a rare event looks like that as well.
        """
        interval = self.interval(values, confidence)
        if self.quantile is None and interval.half == 0 and interval.n < UNVARIED:
            return Shown.OPEN
        if not math.isfinite(interval.low) and not math.isfinite(interval.high):
            return Shown.OPEN
        below, above = interval.high <= self.limit, interval.low > self.limit
        if not self.at_most:
            below, above = interval.high < self.limit, interval.low >= self.limit
        if not (below or above):
            return Shown.OPEN
        return Shown.MET if below == self.at_most else Shown.MISSED


@dataclass(frozen=True, slots=True)
class Tested:
    """One number tried: what was shown, with the plain interval at the end of its test."""

    number: int
    shown: Shown
    interval: Interval


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: `at` is the smallest number shown to meet the target, `below` the number before it (None at `low`).

    If `below` is OPEN, that number may meet the target as well; more replications would tell. `at` is None if even
    `high` was not shown to meet it. `tried` holds everything tested, in order.
    """

    at: Tested | None
    below: Tested | None
    tried: tuple[Tested, ...]
    target: Target

    def __str__(self) -> str:
        if self.at is None:
            last = self.tried[0]
            return f"not reached up to {last.number}: {self.target.figure} is {last.interval.mean:g} there"
        return f"{self.at.number}: {self.target.figure} is {self.at.interval.mean:g}"


@dataclass(slots=True)
class _Search:
    make: Callable[[int], Experiment]
    target: Target
    seed: int
    least: int
    most: int
    confidence: float
    tests: int  # at most so many numbers are tested
    runner: Runner
    tried: dict[int, Tested] = field(default_factory=dict)

    def met(self, number: int) -> bool:
        """Replications are doubled until the target is shown to be met or missed, or there are `most` of them."""
        experiment = self.make(number)
        place = column(experiment, self.target.figure)
        looks = 1 + math.ceil(math.log2(self.most / self.least))
        # A verdict can be wrong in one direction only, hence the 2; each look at each number is a chance to be wrong.
        strict = 1 - 2 * (1 - self.confidence) / (looks * self.tests)
        values, goal = np.empty(0), self.least
        while True:
            (rows,) = self.runner([Series(experiment, self.seed, len(values), goal - len(values))])
            values = np.concatenate((values, rows[:, place]))
            shown = self.target.judge(values, strict)
            if shown is not Shown.OPEN or goal == self.most:
                self.tried[number] = Tested(number, shown, self.target.interval(values, self.confidence))
                return shown is Shown.MET
            goal = min(2 * goal, self.most)


def seek(
    make: Callable[[int], Experiment],
    target: Target,
    low: int,
    high: int,
    *,
    seed: int = 1,
    least: int = 10,
    most: int = 1000,
    confidence: float = 0.95,
    runner: Runner = run_here,
) -> Found:
    """Bisection over low to high, for a figure that only gets better with the number; all numbers share their seeds.

    All verdicts of the search are right together with `confidence` (Bonferroni over looks and numbers; for means as
    good as the t interval). A number that is neither shown to meet nor to miss the target counts as not good enough.
    Raises ValueError for an empty range, or replications that are not 2 <= least <= most.
    """
    if low > high or not 2 <= least <= most or not 0.5 < confidence < 1:
        raise ValueError("a search needs low <= high, 2 <= least <= most and a confidence between 0.5 and 1")
    tests = 1 + math.ceil(math.log2(high - low + 1))
    search = _Search(make, target, seed, least, most, confidence, tests, runner)
    if not search.met(high):
        return Found(None, None, tuple(search.tried.values()), target)
    bad, good = low - 1, high
    while good - bad > 1:
        middle = (bad + good) // 2
        if search.met(middle):
            good = middle
        else:
            bad = middle
    return Found(search.tried[good], search.tried.get(good - 1), tuple(search.tried.values()), target)
