"""What a report is made of: scenarios that have run, and what was studied of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from axenic.twin.claims import WeighedClaim
from axenic.twin.experiment import Figures
from axenic.twin.interval import Interval, difference, mean_interval, ratio_interval
from axenic.twin.report.week import Week, week_of
from axenic.twin.scenario import Scenario
from axenic.twin.sensitivity import Bar
from axenic.twin.sobol import Share
from axenic.twin.table import Table
from axenic.twin.tally import Tally

_NOTHING = Interval(float("nan"), float("nan"), float("nan"), 0)


@dataclass(frozen=True, eq=False)
class Side:
    """One scenario with its figures (replications x `scenario.names`); tally and week are of replication `first`.

    `load`: how well its plant is used, in words.
    """

    name: str
    scenario: Scenario
    rows: Figures
    seed: int
    first: int
    tally: Tally
    week: Week
    load: str = ""

    @classmethod
    def of(cls, name: str, scenario: Scenario, rows: Figures, seed: int, first: int = 0, load: str = "") -> Side:
        """A scenario whose figures are known; runs replication `first` again for what figures do not show."""
        if rows.ndim != 2 or not len(rows) or rows.shape[1] != len(scenario.names):
            text = f"a row for each replication and {len(scenario.names)} figures are needed, not {rows.shape}"
            raise ValueError(f"{name}: {text}")
        tally, week = week_of(scenario, seed, first)
        return cls(name, scenario, rows, seed, first, tally, week, load)

    @property
    def runs(self) -> tuple[int, int, int]:
        """Seed, first replication and how many: sides that have the same share their random numbers."""
        return self.seed, self.first, len(self.rows)

    def values(self, figure: str) -> Figures:
        """A figure, a value for each replication; NaN where the scenario has no such figure."""
        names = self.scenario.names
        return self.rows[:, names.index(figure)] if figure in names else np.full(len(self.rows), np.nan)


@dataclass(frozen=True, slots=True)
class Swings:
    """A tornado: what each row does to a figure of the side named `of`."""

    figure: str
    of: str
    bars: tuple[Bar, ...]
    seed: int
    replications: int


@dataclass(frozen=True, slots=True)
class Grades:
    """The shares of a figure's variance by grade of the rows, for the side named `of`; `runs` it rests on."""

    figure: str
    of: str
    shares: tuple[Share, ...]
    seed: int
    runs: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Figures of one kind of plant over its size, in batches ordered a year: an interval for each size.

    `replications` are those of each size.
    """

    kind: str
    sizes: tuple[float, ...]
    figures: Mapping[str, tuple[Interval, ...]]
    seed: int
    replications: tuple[int, ...]

    def __post_init__(self) -> None:
        wrong = next((name for name, found in self.figures.items() if len(found) != len(self.sizes)), "")
        if wrong:
            raise ValueError(f"the curve of {wrong} has not one interval for each of {len(self.sizes)} sizes")


@dataclass(frozen=True, eq=False)
class Report:
    """Everything a report shows; what was not studied is left empty. The first side is the baseline.

    `tables` are those of a study, `note` what must be known before anything is read.
    """

    title: str
    sides: tuple[Side, ...]
    claims: tuple[WeighedClaim, ...] = ()
    swings: tuple[Swings, ...] = ()
    grades: tuple[Grades, ...] = ()
    curves: tuple[Curve, ...] = ()
    tables: tuple[Table, ...] = ()
    note: str = ""
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not self.sides:
            raise ValueError("a report needs at least one scenario")

    @property
    def names(self) -> tuple[str, ...]:
        """The figures of all sides, in the order of the first."""
        return tuple(dict.fromkeys(name for side in self.sides for name in side.scenario.names))

    @property
    def outermost(self) -> tuple[Side, ...]:
        """The sides that have a picture each: all, or the first and the last of more than two."""
        return self.sides if len(self.sides) <= 2 else (self.sides[0], self.sides[-1])

    @property
    def paired(self) -> bool:
        """Whether there are two sides, run on the same replications of the same seed."""
        return len(self.sides) == 2 and self.sides[0].runs == self.sides[1].runs

    def interval(self, side: Side, figure: str) -> Interval:
        """The mean of a figure with its interval; what is never negative has no negative end."""
        values = side.values(figure)
        found = mean_interval(values, self.confidence)
        positive = isfinite(found.low) and found.low < 0 and float(np.nanmin(values)) >= 0
        return replace(found, low=0.0) if positive else found

    def change(self, figure: str) -> Interval:
        """The second side less the first, paired; of no value where either is not defined."""
        pair = self._pair(figure)
        return difference(pair[1], pair[0], self.confidence).interval if pair else _NOTHING

    def ratio(self, figure: str) -> Interval:
        """The second side over the first, paired, by Fieller; of no value where either is not defined or zero."""
        pair = self._pair(figure)
        return ratio_interval(pair[1], pair[0], self.confidence) if pair and np.nanmean(pair[0]) > 0 else _NOTHING

    def _pair(self, figure: str) -> tuple[Figures, Figures] | None:
        """Both sides' values of a figure, if they are paired and any replication has both."""
        if not self.paired:
            return None
        old, new = (side.values(figure) for side in self.sides)
        return None if np.isnan(old + new).all() else (old, new)
