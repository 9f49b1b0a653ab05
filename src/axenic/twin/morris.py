"""Screening by elementary effects (Morris 1991): which of many rows matter at all, for few runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from axenic.twin.experiment import Figures
from axenic.twin.interval import Interval, Values, jackknife_interval, mean_interval
from axenic.twin.sensitivity import Study

_LEVELS = 4
_STEP = 2  # levels; with half of the levels as the step, every level is met equally often


@dataclass(frozen=True, slots=True)
class Effect:
    """What a row does over its uncertainty: `mu_star` mean size of its effects, `mu` their mean, `sigma` their spread.

    Effects are in units of the figure for the whole range of quantiles. A large `sigma` beside `mu_star` means that the
    row acts together with others or not in a straight line.
    """

    row: str
    grade: str
    mu_star: Interval
    mu: Interval
    sigma: Interval


def morris(study: Study, trajectories: int = 20, seed: int = 1) -> tuple[Effect, ...]:
    """The effect of each uncertain row, the largest `mu_star` first, from `trajectories` x (rows + 1) points.

    The points are drawn from `seed`; the trajectories are independent, so their intervals are of the t kind (of sigma:
    by jackknife). Raises ValueError for fewer than two trajectories.
    """
    if trajectories < 2:
        raise ValueError("at least two trajectories are needed for an interval")
    shares, order, sign = paths(len(study.rows), trajectories, seed)
    figure = study.means(shares.reshape(-1, len(study.rows))).reshape(trajectories, -1)
    effects = elementary_effects(figure, order, sign)
    found = [
        Effect(
            row.row,
            str(row.grade),
            mean_interval(np.abs(effects[:, n]), study.confidence),
            mean_interval(effects[:, n], study.confidence),
            jackknife_interval(effects[:, n], _spread, study.confidence),
        )
        for n, row in enumerate(study.rows)
    ]
    return tuple(sorted(found, key=lambda e: (-e.mu_star.mean, e.row)))


def _spread(values: Values) -> float:
    return float(values.std(ddof=1))


def paths(rows: int, trajectories: int, seed: int) -> tuple[Figures, np.ndarray, np.ndarray]:
    """Points (trajectory, step, row) as quantile shares, and for each step which row moved and whether up or down.

    The shares are the middles of four equal classes, so that no point lies at the end of a distribution.
    """
    random = np.random.default_rng(seed)
    start = random.integers(0, _LEVELS, size=(trajectories, rows))
    sign = np.where(start < _STEP, 1, -1)
    order = np.array([random.permutation(rows) for _ in range(trajectories)])
    moved = order.argsort(axis=1)[:, None, :] < np.arange(rows + 1)[None, :, None]  # row moved before this point
    levels = start[:, None, :] + moved * (sign * _STEP)[:, None, :]
    return (levels + 0.5) / _LEVELS, order, sign


def elementary_effects(figure: Figures, order: np.ndarray, sign: np.ndarray) -> Figures:
    """The effects (trajectory, row) for a whole unit of quantile share, from the figure at each point of the paths."""
    effects = np.empty(order.shape)
    np.put_along_axis(effects, order, np.diff(figure, axis=1), axis=1)
    effects *= sign * (_LEVELS / _STEP)
    return effects
