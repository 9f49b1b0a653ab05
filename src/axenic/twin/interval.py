"""Intervals for what a simulation estimates: means, shares, quantiles, differences and ratios.

A figure that is not defined in a replication is NaN there; such values are left out, and `n` counts those that stay.
An interval of no value is NaN with n = 0; one value alone says nothing about spread: its interval has no ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, the ends of its confidence interval, and the number of values behind it."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half(self) -> float:
        """Half the width; infinite if an end is."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of a - b over replications with the same seeds.

    `variance_ratio` is how many times more replications independent streams would need for the same width:
    (var a + var b) / var(a - b); 1 if nothing varies, infinite if only the difference does not.
    """

    interval: Interval
    variance_ratio: float


def defined(values: Sequence[float] | Values) -> Values:
    """The values that are not NaN; raises ValueError for none given, more than one dimension, or infinite ones."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"a list of at least one value is needed, not one of shape {array.shape}")
    if np.isinf(array).any():
        raise ValueError("a value is infinite; a figure that is not defined in a replication must be NaN")
    return array[~np.isnan(array)]


def t_quantile(freedom: float, confidence: float) -> float:
    """How many standard errors the two-sided Student t interval reaches to each side."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence:g}")
    return float(special.stdtrit(freedom, 0.5 + confidence / 2))


def mean_interval(values: Sequence[float] | Values, confidence: float = 0.95) -> Interval:
    """The mean with its Student t interval: exact for independent normal values, else good from some 30 on."""
    kept = defined(values)
    n = kept.size
    if n < 2:
        t_quantile(1, confidence)
        return _without_ends(kept)
    if kept.min() == kept.max():  # no spread at all, which rounding in the mean would hide
        return Interval(float(kept[0]), float(kept[0]), float(kept[0]), n)
    half = t_quantile(n - 1, confidence) * float(kept.std(ddof=1)) / math.sqrt(n)
    mean = float(kept.mean())
    return Interval(mean, mean - half, mean + half, n)


def _without_ends(kept: Values) -> Interval:
    return Interval(float(kept[0]), -math.inf, math.inf, 1) if kept.size else Interval(math.nan, math.nan, math.nan, 0)


def proportion_interval(hits: int, n: int, confidence: float = 0.95, exact: bool = False) -> Interval:
    """A share of hits among n independent trials: Wilson's interval, or the exact one, which never covers too little.

    Source: Wilson 1927; Clopper and Pearson 1934. Raises ValueError unless 0 <= hits <= n and n > 0.
    """
    if n < 1 or not 0 <= hits <= n:
        raise ValueError(f"{hits} hits in {n} trials is not possible")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence:g}")
    share, tail = hits / n, (1 - confidence) / 2
    if exact:
        low = float(special.betaincinv(hits, n - hits + 1, tail)) if hits else 0.0
        high = float(special.betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
        return Interval(share, low, high, n)
    z = float(special.ndtri(1 - tail))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, middle - half)  # exactly 0 and 1 at the ends, where rounding would miss them
    return Interval(share, low, 1.0 if hits == n else min(1.0, middle + half), n)


def quantile_interval(values: Sequence[float] | Values, share: float, confidence: float = 0.95) -> Interval:
    """The quantile (`share` 0.9: the P90) between two of the ordered values, whatever the distribution.

    Covers at least as often as it says. With too few values an end is infinite. `mean` is the quantile: the smallest
    value with at least that share of the values at or below it. Source: David and Nagaraja, Order Statistics, 7.1.
    """
    if not 0 < share < 1 or not 0 < confidence < 1:
        raise ValueError(f"share {share:g} and confidence {confidence:g} must lie between 0 and 1")
    ordered = np.sort(defined(values))
    n = ordered.size
    if not n:
        return _without_ends(ordered)
    below = special.bdtr(np.arange(n, dtype=np.float64), n, share)  # P(at most k of n values below the quantile)
    tail = (1 - confidence) / 2
    first = int(np.searchsorted(below, tail, side="right"))  # so many k have P(at most k) <= tail
    last = int(np.searchsorted(below, 1 - tail, side="left"))  # least k with P(more than k) <= tail
    point = ordered[max(0, math.ceil(n * share - 1e-9) - 1)]
    low = float(ordered[first - 1]) if first else -math.inf
    high = float(ordered[last]) if last < n else math.inf
    return Interval(float(point), low, high, n)


def difference(a: Sequence[float] | Values, b: Sequence[float] | Values, confidence: float = 0.95) -> Difference:
    """The paired difference a - b, pair by pair from the same seed and replication; NaN on a side drops the pair."""
    left, right = _pairs(a, b)
    interval = mean_interval(left - right, confidence)
    if interval.n < 2:
        return Difference(interval, math.nan)
    apart, together = float(left.var(ddof=1) + right.var(ddof=1)), float((left - right).var(ddof=1))
    ratio = apart / together if together else (math.inf if apart else 1.0)
    return Difference(interval, ratio)


def _pairs(a: Sequence[float] | Values, b: Sequence[float] | Values) -> tuple[Values, Values]:
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if left.shape != right.shape:
        raise ValueError(f"pairs are needed, not {left.size} values beside {right.size}")
    both = ~np.isnan(left + right)
    if np.isinf(left).any() or np.isinf(right).any():
        raise ValueError("a value is infinite; a figure that is not defined in a replication must be NaN")
    if not both.any():
        raise ValueError("no replication has both values")
    return left[both], right[both]


def ratio_interval(
    top: Sequence[float] | Values, bottom: Sequence[float] | Values, confidence: float = 0.95
) -> Interval:
    """The ratio of two means from paired values (cost over doses), by Fieller's theorem (1954).

    Has no ends if the mean below is not clear of zero at this confidence: then every ratio is possible.
    """
    up, down = _pairs(top, bottom)
    n, low = up.size, float(down.mean())
    if n < 2 or low == 0:
        return Interval(float(up.mean()) / low if low else math.nan, -math.inf, math.inf, n)
    high = float(up.mean())
    share = t_quantile(n - 1, confidence) ** 2 / n
    (var_up, both), (_, var_down) = np.cov(up, down).tolist()
    a, b, c = low * low - share * var_down, low * high - share * both, high * high - share * var_up
    if a <= 0:
        return Interval(high / low, -math.inf, math.inf, n)
    root = math.sqrt(max(0.0, b * b - a * c))
    return Interval(high / low, (b - root) / a, (b + root) / a, n)


def jackknife_interval(
    values: Sequence[float] | Values, statistic: Callable[[Values], float], confidence: float = 0.95
) -> Interval:
    """Any smooth statistic of independent values, by leaving each of them out in turn (Tukey 1958).

    `mean` is the statistic of all values, the interval lies around it. Needs three values, else it has no ends.
    """
    kept = defined(values)
    if not kept.size:
        return _without_ends(kept)
    n, whole = kept.size, float(statistic(kept))
    if n < 3:
        return Interval(whole, -math.inf, math.inf, n)
    less = np.array([statistic(np.delete(kept, i)) for i in range(n)])
    error = math.sqrt((n - 1) / n * float(((less - less.mean()) ** 2).sum()))
    half = t_quantile(n - 1, confidence) * error
    return Interval(whole, whole - half, whole + half, n)
