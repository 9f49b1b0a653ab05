"""Mechanism and evidence together: what media fills say of a rate that was first computed from its mechanism.

Each mechanism has a rate per batch (expected contaminations) that is log-normal before the evidence. Positive fills
are Poisson in the sum of all rates, so zero positives update each mechanism by itself, and k positives are shared out
in every possible way. Everything is quadrature over the log of the rate: the same figures on every machine, no draws.
A rate never falls below its mechanistic floor, whatever the evidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z95 = 1.6448536269514722  # standard normal quantile 0.95
_POINTS, _REACH = 801, 7.0  # a step of 0.0175 standard deviations, 7 of them either way


@dataclass(frozen=True, slots=True)
class Prior:
    """What the mechanism says: rate per batch with median and 95 % upper bound, and the floor it cannot leave."""

    mechanism: str
    median: float
    upper95: float
    floor: float = 0.0

    @property
    def sigma(self) -> float:
        """Standard deviation of the natural logarithm of the rate."""
        return math.log(self.upper95 / self.median) / _Z95

    @classmethod
    def of_mean(cls, mechanism: str, mean: float, upper95: float) -> Prior:
        """The log-normal with that mean and 95 % upper bound (the narrower of the two); its floor is its 5 % quantile.

        No log-normal has a bound of more than 3.87 times its mean; beyond that the bound stays, the mean rises.
        Raises ValueError if the bound does not lie above the mean.
        """
        if not 0 < mean < upper95:
            raise ValueError(f"{mechanism}: an upper bound of {upper95} above a mean of {mean} is needed")
        root = _Z95 * _Z95 - 2 * math.log(upper95 / mean)
        sigma = _Z95 - math.sqrt(max(0.0, root))
        median = upper95 * math.exp(-_Z95 * sigma)
        return cls(mechanism, median, median * math.exp(_Z95 * sigma), median * math.exp(-_Z95 * sigma))


@dataclass(frozen=True, slots=True)
class Posterior:
    """What mechanism and evidence say together: rate per batch, mean and 95 % upper bound."""

    mechanism: str
    mean: float
    upper95: float


def updated(priors: Sequence[Prior], positives: int, fills: int) -> tuple[Posterior, ...]:
    """The rates per batch after `positives` of `fills` media fills of a whole batch each grew, in the order given.

    Raises ValueError if the counts make no sense.
    """
    if not 0 <= positives <= fills:
        raise ValueError(f"{positives} of {fills} positive is no result of a media fill")
    grids = [_grid(prior) for prior in priors]
    moments = [_moments(grid, positives, fills) for grid in grids]
    return tuple(
        _posterior(prior.mechanism, grid, _shares(moments, n, positives), fills)
        for n, (prior, grid) in enumerate(zip(priors, grids, strict=True))
    )


def updated_total(priors: Sequence[Prior], positives: int, fills: int) -> tuple[float, float]:
    """Mean and 95 % upper bound of the probability that a batch is contaminated; the upper bounds add up."""
    found = updated(priors, positives, fills)
    return tuple(-math.expm1(-math.fsum(r)) for r in ([p.mean for p in found], [p.upper95 for p in found]))  # type: ignore[return-value]


Grid = list[tuple[float, float]]


def _grid(prior: Prior) -> Grid:
    """(rate, weight) of the prior; what lies below the floor lies on it."""
    step = 2 * _REACH / (_POINTS - 1)
    rows = []
    for n in range(_POINTS):
        z = n * step - _REACH
        rows.append((max(prior.floor, prior.median * math.exp(prior.sigma * z)), math.exp(-z * z / 2)))
    whole = math.fsum(w for _, w in rows)
    return [(rate, w / whole) for rate, w in rows]


def _moments(grid: Grid, positives: int, fills: int) -> list[float]:
    """E[(n rate)^j exp(-n rate)] / j! for j = 0 … positives: the chance of j positives from this mechanism."""
    return [math.fsum(_seen(grid, j, fills)) for j in range(positives + 1)]


def _seen(grid: Grid, count: int, fills: int) -> list[float]:
    """Weight x Poisson chance of `count` positives, up to one factor for the grid that keeps it from vanishing."""
    least = fills * grid[0][0]
    return [w * _poisson(count, fills * rate, least) for rate, w in grid]


def _poisson(count: int, expected: float, least: float) -> float:
    if not expected:
        return float(not count)
    return math.exp(count * math.log(expected) - (expected - least) - math.lgamma(count + 1))


def _shares(moments: list[list[float]], mechanism: int, positives: int) -> list[float]:
    """The probability that j of the positives came from this mechanism, j = 0 … positives."""
    others = [1.0] + [0.0] * positives
    for n, row in enumerate(moments):
        if n != mechanism:
            others = [math.fsum(others[i] * row[j - i] for i in range(j + 1)) for j in range(positives + 1)]
    shares = [moments[mechanism][j] * others[positives - j] for j in range(positives + 1)]
    whole = math.fsum(shares)
    if not whole > 0:
        raise ValueError("so many positives cannot come from these mechanisms: one is missing, or its prior is wrong")
    return [share / whole for share in shares]


def _posterior(mechanism: str, grid: Grid, shares: list[float], fills: int) -> Posterior:
    weights = [0.0] * len(grid)
    for j, share in enumerate(shares):
        part = _seen(grid, j, fills)
        whole = math.fsum(part)
        weights = [sum_ + share * p / whole for sum_, p in zip(weights, part, strict=True)]
    mean = math.fsum(w * rate for w, (rate, _) in zip(weights, grid, strict=True))
    below, upper = 0.0, grid[-1][0]
    for weight, (rate, _) in zip(weights, grid, strict=True):
        below += weight
        if below >= 0.95:
            upper = rate
            break
    return Posterior(mechanism, mean, upper)
