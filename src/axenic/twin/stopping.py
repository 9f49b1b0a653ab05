"""Sequential stopping: replications in small batches until every wanted figure is known well enough (Chow-Robbins)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from axenic.twin.experiment import Experiment, Figures, Runner, Series, column, run_here
from axenic.twin.interval import Interval, mean_interval

UNVARIED = 64  # an event in more than 4.6 % of replications is seen among so many with 95 % confidence


@dataclass(frozen=True, slots=True)
class Wanted:
    """How well a figure shall be known: half-width at most `relative` x mean or `absolute`, whichever is wider."""

    figure: str
    relative: float = 0.0
    absolute: float = 0.0

    def __post_init__(self) -> None:
        if min(self.relative, self.absolute) < 0 or max(self.relative, self.absolute) == 0:
            raise ValueError(f"{self.figure}: give a relative or an absolute half-width above 0")


@dataclass(frozen=True, slots=True)
class Rule:
    """When to look and when to give up.

    Looks after `least` replications, then after each `batch`, never beyond `most`. A figure that has not varied at all
    may be constant or a rare event not yet seen: it counts as known only from `unvaried` replications on.
    """

    least: int = 10
    batch: int = 8
    most: int = 1000
    unvaried: int = UNVARIED
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.least < 2 or self.batch < 1 or self.most < self.least:
            raise ValueError("a rule needs least >= 2, batch >= 1 and most >= least")


@dataclass(frozen=True, slots=True, eq=False)
class Stopped:
    """All replications run, the interval of each wanted figure, and the figures that did not get narrow enough."""

    rows: Figures
    intervals: Mapping[str, Interval]
    missed: tuple[str, ...]


def run_until(
    experiment: Experiment, seed: int, wanted: Sequence[Wanted], rule: Rule | None = None, runner: Runner = run_here
) -> Stopped:
    """Replications 0, 1, 2, ... until all wanted figures are narrow enough together, or `rule.most` is reached.

    Each interval holds for its own figure, not for all at once. Stopping at a lucky moment makes the intervals cover
    slightly less often than they say; the minimum and the batches keep that small.
    """
    if not wanted:
        raise ValueError("nothing is wanted: name at least one figure")
    rule = rule or Rule()
    places = [column(experiment, w.figure) for w in wanted]
    rows, size = np.empty((0, len(experiment.names))), rule.least
    while True:
        (more,) = runner([Series(experiment, seed, len(rows), size)])
        rows = np.concatenate((rows, more))
        intervals = {w.figure: mean_interval(rows[:, p], rule.confidence) for w, p in zip(wanted, places, strict=True)}
        missed = tuple(w.figure for w in wanted if not _known(w, intervals[w.figure], rule))
        size = min(rule.batch, rule.most - len(rows))
        if not missed or size == 0:
            return Stopped(rows, intervals, missed)


def _known(wanted: Wanted, interval: Interval, rule: Rule) -> bool:
    if interval.n < (rule.least if interval.half else max(rule.least, rule.unvaried)):
        return False
    return interval.half <= max(wanted.absolute, wanted.relative * abs(interval.mean))
