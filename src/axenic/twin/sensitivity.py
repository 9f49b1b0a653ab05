"""Which assumption moves a figure: a study of the uncertain rows, and its tornado.

Every point of a study runs the same seed and replications, so the chance within a replication is the same everywhere:
it is not counted as variance of the inputs, and what remains is a function of the rows alone. It is still the function
under this one seed; more replications bring it nearer to that of the true mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from axenic.assumption.assumption import Assumptions, Row, quantile_of
from axenic.assumption.distribution import Form
from axenic.twin.experiment import Experiment, Figures, Runner, Series, column, run_here
from axenic.twin.interval import Difference, difference

_EDGE = 2.0**-40  # a distribution without ends has no quantile at 0 and 1


def row_value(row: Row, u: float) -> float:
    """The value of a row below which a share u of what is not known lies; a row that is not uncertain: its value."""
    u = min(max(u, _EDGE), 1 - _EDGE)
    if row.uncertain is not None and row.uncertain.as_ is Form.BETA:
        return float(special.betaincinv(row.uncertain.hits, row.uncertain.misses, u))
    return quantile_of(row, u)


@dataclass(frozen=True)
class Study:
    """One figure of the experiments that `make` builds for other values of the uncertain rows.

    `make` gets only the rows that differ from their value: an empty mapping is the scenario as it is. A figure's value
    at a point is its mean over `replications` with one seed (see above); NaN is left out of it.
    """

    make: Callable[[Mapping[str, float]], Experiment]
    assumptions: Assumptions
    figure: str
    seed: int = 1
    replications: int = 1
    confidence: float = 0.95
    runner: Runner = run_here

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The uncertain rows; raises ValueError if there is none."""
        rows = tuple(r for r in self.assumptions.rows if r.uncertain is not None)
        if not rows:
            raise ValueError(f"no row of {self.assumptions.assumptions!r} is uncertain: there is nothing to study")
        return rows

    def columns(self, points: Iterable[Mapping[str, float]]) -> list[Figures]:
        """The figure at each point, a value for each replication; raises ValueError for an unknown figure."""
        place = -1

        def series() -> Iterable[Series]:
            nonlocal place
            for values in points:  # one experiment after the other: thousands at once would fill the memory
                experiment = self.make(values)
                place = column(experiment, self.figure)
                yield Series(experiment, self.seed, 0, self.replications)

        return [rows[:, place] for rows in self.runner(series())]

    def means(self, shares: Figures) -> Figures:
        """The figure at points given as quantile shares, a row for each point and a column for each uncertain row.

        Raises ValueError if at some point the figure is defined in no replication.
        """
        points = ({r.row: row_value(r, u) for r, u in zip(self.rows, line, strict=True)} for line in shares.tolist())
        found = self.columns(points)
        bad = next((n for n, values in enumerate(found) if np.isnan(values).all()), None)
        if bad is not None:
            where = ", ".join(f"{r.row} {row_value(r, u):g}" for r, u in zip(self.rows, shares[bad], strict=True))
            raise ValueError(f"{self.figure} is not defined in any replication at {where}")
        return np.array([np.nanmean(values) for values in found])


@dataclass(frozen=True, slots=True)
class Bar:
    """What one row alone does: the change of the figure at the row's P10 and at its P90, each paired with the scenario.

    `at` are the row's two values.
    """

    row: str
    grade: str
    at: tuple[float, float]
    low: Difference
    high: Difference

    @property
    def swing(self) -> float:
        """From the lowest to the highest of the three means: at P10, at P90 and as it is."""
        ends = (self.low.interval.mean, self.high.interval.mean, 0.0)
        return max(ends) - min(ends)


def tornado(study: Study) -> tuple[Bar, ...]:
    """One bar for each uncertain row, the widest first; all other rows stay at their value.

    Raises ValueError if no row is uncertain or a figure is never defined together with the scenario's.
    """
    ends = [(row_value(r, 0.1), row_value(r, 0.9)) for r in study.rows]
    points: list[Mapping[str, float]] = [{}]
    points += [{r.row: value} for r, pair in zip(study.rows, ends, strict=True) for value in pair]
    base, *moved = study.columns(points)
    bars = [
        Bar(
            row.row,
            str(row.grade),
            ends[n],
            difference(moved[2 * n], base, study.confidence),
            difference(moved[2 * n + 1], base, study.confidence),
        )
        for n, row in enumerate(study.rows)
    ]
    return tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.row)))
