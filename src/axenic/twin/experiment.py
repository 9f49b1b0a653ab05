"""What a campaign repeats: an experiment gives named figures for a seed and a replication number, and nothing else.

Two experiments run with the same seed and replication share their random numbers: that is how they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Figures = npt.NDArray[np.float64]  # a row for each replication, a column for each figure


class Experiment(Protocol):
    """One scenario, ready to run: immutable, can be pickled, and a pure function of seed and replication."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the figures, in their order."""

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of everything that the figures depend on beside seed and replication."""

    def run(self, seed: int, replication: int) -> tuple[float, ...]:
        """The figures of one replication; NaN for a figure that is not defined in it."""


class ReplicationError(ValueError):
    """A replication did not give its figures; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Series:
    """Replications `first` to `first + count - 1` of an experiment under one seed."""

    experiment: Experiment
    seed: int
    first: int
    count: int

    def __post_init__(self) -> None:
        if self.count < 1 or self.first < 0:
            raise ValueError(f"a series has at least one replication, from 0 on; not {self.count} from {self.first}")


Runner = Callable[[Iterable[Series]], list[Figures]]  # the figures of each series, in their order


def run_series(series: Series) -> Figures:
    """The figures of a series, run here and now; raises ReplicationError."""
    width = len(series.experiment.names)
    rows = np.empty((series.count, width))
    for n in range(series.count):
        rows[n] = _figures(series, series.first + n, width)
    rows[np.isnan(rows)] = np.nan  # one bit pattern for "not defined", or equal results would differ in a file
    return rows


def _figures(series: Series, replication: int, width: int) -> tuple[float, ...]:
    try:
        figures = series.experiment.run(series.seed, replication)
    except Exception as error:  # whatever it was: the report must name the replication, which repeats it
        raise ReplicationError(f"{_where(series, replication)}: {type(error).__name__}: {error}") from error
    if len(figures) != width:
        raise ReplicationError(f"{_where(series, replication)}: {len(figures)} figures for {width} names")
    return figures


def _where(series: Series, replication: int) -> str:
    return f"replication {replication} of experiment {series.experiment.digest[:12]} with seed {series.seed}"


def run_here(series: Iterable[Series]) -> list[Figures]:
    """The plainest runner: one series after the other in this process."""
    return [run_series(one) for one in series]


def column(experiment: Experiment, figure: str) -> int:
    """The place of a figure among an experiment's names; raises ValueError that lists them."""
    if figure not in experiment.names:
        raise ValueError(f"there is no figure {figure!r}; there are {', '.join(experiment.names)}")
    return experiment.names.index(figure)
