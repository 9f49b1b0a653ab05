"""Shares of variance (Sobol indices): how much of what is not known about a figure comes from which rows.

For a set of rows, the closed index is the share of the variance that these rows explain by themselves, the total index
the share that would go if all the other rows were known. They differ by what the set does together with other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from axenic.notation.sheet import Grade
from axenic.twin.experiment import Figures
from axenic.twin.interval import Interval, mean_interval
from axenic.twin.sensitivity import Study


@dataclass(frozen=True, slots=True)
class Share:
    """The shares of variance of a set of rows: one row, or all rows of a grade."""

    name: str
    rows: tuple[str, ...]
    closed: Interval
    total: Interval


@dataclass(frozen=True, slots=True)
class Scheme:
    """`points` (a power of two) for each of `scrambles` independent Sobol sequences, scrambled from `seed`.

    Costs points x scrambles x (sets + 2) runs. The scrambles make the intervals: each is an estimate of its own.
    """

    points: int = 128
    scrambles: int = 8
    seed: int = 1

    def __post_init__(self) -> None:
        if self.points < 2 or self.points & (self.points - 1) or self.scrambles < 2:
            raise ValueError("a scheme needs a power of two as points and at least two scrambles")

    def runs(self, sets: int) -> int:
        """How many runs the shares of so many sets take."""
        return self.points * self.scrambles * (sets + 2)


def sobol(study: Study, scheme: Scheme | None = None) -> tuple[Share, ...]:
    """The shares of each uncertain row (closed: first order), the largest total first.

    A share of 0 may come out slightly below it. If the figure does not vary at all, every share is 0.
    """
    found = _shares(study, [(r.row, (n,)) for n, r in enumerate(study.rows)], scheme or Scheme())
    return tuple(sorted(found, key=lambda s: (-s.total.mean, s.name)))


def share_by_grade(study: Study, scheme: Scheme | None = None) -> tuple[Share, ...]:
    """The shares of the rows of each grade A, B, C, D: how much of the uncertainty is assumed and not measured.

    A grade without an uncertain row has the share 0. The closed shares add up to 1 but for what grades do together.
    """
    scheme = scheme or Scheme()
    sets = [(str(g), tuple(n for n, r in enumerate(study.rows) if r.grade is g)) for g in Grade]
    found = {s.name: s for s in _shares(study, [s for s in sets if s[1]], scheme, correlations)}
    none = Interval(0.0, 0.0, 0.0, scheme.scrambles)
    return tuple(found.get(name, Share(name, (), none, none)) for name, _ in sets)


def _shares(
    study: Study,
    sets: Sequence[tuple[str, tuple[int, ...]]],
    scheme: Scheme,
    estimate: Callable[[Figures], tuple[Figures, Figures]] | None = None,
) -> list[Share]:
    closed, total = np.empty((scheme.scrambles, len(sets))), np.empty((scheme.scrambles, len(sets)))
    for n in range(scheme.scrambles):
        blocks = saltelli(len(study.rows), [rows for _, rows in sets], scheme.points, (scheme.seed, n))
        figure = study.means(blocks.reshape(-1, len(study.rows))).reshape(len(sets) + 2, scheme.points)
        closed[n], total[n] = (estimate or indices)(figure)
    return [
        Share(
            name,
            tuple(study.rows[r].row for r in rows),
            mean_interval(closed[:, n], study.confidence),
            mean_interval(total[:, n], study.confidence),
        )
        for n, (name, rows) in enumerate(sets)
    ]


def saltelli(rows: int, sets: Sequence[tuple[int, ...]], points: int, seed: tuple[int, ...]) -> Figures:
    """Blocks (block, point, row) of quantile shares: A, B, and for each set A with the columns of the set from B."""
    both = qmc.Sobol(2 * rows, scramble=True, rng=np.random.default_rng(seed)).random(points)
    a, b = both[:, :rows], both[:, rows:]
    mixed = [a, b]
    for columns in sets:
        block = a.copy()
        block[:, list(columns)] = b[:, list(columns)]
        mixed.append(block)
    return np.array(mixed)


def indices(figure: Figures) -> tuple[Figures, Figures]:
    """Closed and total index of each set, from the figure at the blocks of `saltelli` (block, point).

    Source: Saltelli et al. 2010, table 2 (b) for the closed one; Jansen 1999 for the total one.
    """
    a, b, mixed = figure[0], figure[1], figure[2:]
    pool = figure[:2] - figure[:2].mean()
    variance = float((pool * pool).mean())
    if variance == 0 or figure.min() == figure.max():
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    closed = ((b - figure.mean()) * (mixed - a)).mean(axis=1) / variance  # less the mean: less noise
    return closed, ((a - mixed) ** 2).mean(axis=1) / (2 * variance)


def correlations(figure: Figures) -> tuple[Figures, Figures]:
    """The same two from the likeness of blocks that share the set's rows, or all others: for very few points.

    They never leave -1 to 1 and 0 to 2. Source: Janon et al. 2014 (the estimator T).
    """
    a, b, mixed = figure[0], figure[1], figure[2:]
    if figure.min() == figure.max():
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    return _alike(b, mixed), 1 - _alike(a, mixed)


def _alike(one: Figures, mixed: Figures) -> Figures:
    middle = ((one + mixed) / 2).mean(axis=1, keepdims=True)
    left, right = one - middle, mixed - middle
    spread = ((left**2 + right**2) / 2).mean(axis=1)
    found: Figures = np.divide((left * right).mean(axis=1), spread, out=np.ones(len(mixed)), where=spread > 0)
    return found
