"""Four laws of chance, each fitted to many samples at once: the rows of an array are samples, sorted from below.

All are fitted by maximum likelihood, the exponential by its unbiased form (the likelihood has its greatest value at
the least datum, which no law that is to hold for the next batch can begin at). A value at or beyond a bound counts as
known only to lie there, because what is drawn is cut to its bounds (`assumption.distribution.quantile`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

Array = np.ndarray[Any, np.dtype[np.float64]]
_TINY = 1e-300
_TURNS, _SECTIONS = 4, 18  # rounds of a search along one end and then the other, and steps of each
_GOLDEN = (5**0.5 - 1) / 2
_EM_STEPS = 60
_LARGEST = 300.0  # the logarithm of what is still a number when it is squared
_FAR = 35.0  # standard deviations: beyond them the numbers end


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value is cut to; at or beyond it a datum only says that it lies there."""

    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class Law:
    """A law of chance. `fit`: samples (rows, sorted) to parameters (one row each); the others take both.

    free: how many parameters are fitted. log_likelihood: one number for each row.
    """

    name: str
    free: int
    fit: Callable[[Array, Bounds], Array]
    log_likelihood: Callable[[Array, Array, Bounds], Array]
    share_below: Callable[[Array, Array], Array]
    quantile: Callable[[Array, Array], Array]


def _column(parameters: Array, n: int) -> Array:
    return parameters[:, n : n + 1]


def _moments(x: Array, bounds: Bounds) -> Array:
    """Mean and standard deviation of normal samples of which some lie at a bound (EM; exact if none does)."""
    low, high = x <= bounds.low, x >= bounds.high
    mean, sd = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    for _ in range(_EM_STEPS if (low | high).any() else 0):
        sd = np.maximum(sd, 1e-12)
        first, second = x.copy(), np.square(x)
        for side, bound, sign in ((low, bounds.low, -1.0), (high, bounds.high, 1.0)):
            if side.any():
                expected = _beyond((bound - mean) / sd, sign)
                one, two = mean + sd * expected[0], mean**2 + 2 * mean * sd * expected[0] + sd**2 * expected[1]
                first = np.where(side, one, first)
                second = np.where(side, two, second)
        mean = first.mean(axis=1, keepdims=True)
        sd = np.sqrt(np.maximum(second.mean(axis=1, keepdims=True) - mean**2, 0.0))
    return np.hstack([mean, sd])


def _beyond(z: Array, sign: float) -> tuple[Array, Array]:
    """The expected standard normal, and its square, beyond z (above for +1, below for -1); z within +- _FAR."""
    z = np.clip(z, -_FAR, _FAR)
    ratio = sign * np.exp(-0.5 * z**2 - 0.9189385332046727 - log_ndtr(-sign * z))  # the inverse Mills ratio
    return ratio, 1 + z * ratio


def _normal_likelihood(x: Array, p: Array, bounds: Bounds) -> Array:
    mean, sd = _column(p, 0), np.maximum(_column(p, 1), 1e-12)
    z = (x - mean) / sd
    each = -0.5 * z**2 - np.log(sd) - 0.9189385332046727
    each = np.where(x <= bounds.low, log_ndtr(z), np.where(x >= bounds.high, log_ndtr(-z), each))
    return np.asarray(each.sum(axis=1))


def _normal_below(x: Array, p: Array) -> Array:
    return np.asarray(ndtr((x - _column(p, 0)) / np.maximum(_column(p, 1), 1e-12)))


def _normal_quantile(u: Array, p: Array) -> Array:
    return np.asarray(_column(p, 0) + _column(p, 1) * ndtri(u))


def _logged(bounds: Bounds) -> Bounds:
    return Bounds(float(np.log(max(bounds.low, _TINY))), float(np.log(max(bounds.high, _TINY))))


def _log(x: Array) -> Array:
    return np.asarray(np.log(np.maximum(x, _TINY)))


def _lognormal_likelihood(x: Array, p: Array, bounds: Bounds) -> Array:
    inside = (x > bounds.low) & (x < bounds.high)
    jacobian = np.where(inside, _log(x), 0.0).sum(axis=1)
    return np.asarray(_normal_likelihood(_log(x), p, _logged(bounds)) - jacobian)


def _exponential_fit(x: Array, _: Bounds) -> Array:
    """Least and mean beyond it, both unbiased."""
    n = x.shape[1]
    mean = (x.mean(axis=1) - x[:, 0]) * n / (n - 1)
    return np.column_stack([np.maximum(x[:, 0] - mean / n, 0.0), mean])


def _exponential_likelihood(x: Array, p: Array, _: Bounds) -> Array:
    least, mean = _column(p, 0), np.maximum(_column(p, 1), 1e-12)
    return np.asarray((-np.log(mean) - (x - least) / mean).sum(axis=1))


def _exponential_below(x: Array, p: Array) -> Array:
    return np.asarray(-np.expm1(-np.maximum(x - _column(p, 0), 0.0) / np.maximum(_column(p, 1), 1e-12)))


def _exponential_quantile(u: Array, p: Array) -> Array:
    return np.asarray(_column(p, 0) - _column(p, 1) * np.log1p(-u))


def _triangular_fit(x: Array, _: Bounds) -> Array:
    """Least, usual and most. Given least and most, the likelihood is greatest with the usual at a datum (Oliver 1972);
    least and most are searched in turn, by how far they lie beyond the data. The shares that they leave below and
    above all data count as spacings (Cheng and Amin 1983): by the likelihood alone, few data end at their own least.
    """
    reach = np.maximum(x[:, -1] - x[:, 0], 1e-9)
    below, above = 0.1 * reach, 0.1 * reach
    for _turn in range(_TURNS):
        right = _right(x, above)
        below = _searched(partial(_worth_below, x, above, right), reach)
        above = _searched(partial(_worth_above, x, below, _side(x, below)), reach)
    at = np.argmax(_side(x, below) + _right(x, above), axis=1)
    usual = x[np.arange(x.shape[0]), at]
    return np.column_stack([np.maximum(x[:, 0] - below, 0.0), usual, x[:, -1] + above])


def _side(x: Array, gap: Array, mirrored: bool = False) -> Array:
    """For each datum as the usual: the log-likelihood of those before it, on a side that begins `gap` before all, and
    of the spacing before the first.
    """
    reach = x - x[:, :1] if not mirrored else x[:, :1] - x
    logs = np.log(reach + gap[:, None])
    return np.asarray(np.cumsum(logs, axis=1) - logs - (np.arange(x.shape[1]) + 1) * logs + 2 * np.log(gap)[:, None])


def _right(x: Array, gap: Array) -> Array:
    """The same for those after it, of a side that ends `gap` beyond all."""
    return _side(x[:, ::-1], gap, mirrored=True)[:, ::-1]


def _worth_below(x: Array, above: Array, right: Array, gap: Array) -> Array:
    return _best(x, gap, above, _side(x, gap) + right)


def _worth_above(x: Array, below: Array, left: Array, gap: Array) -> Array:
    return _best(x, below, gap, left + _right(x, gap))


def _best(x: Array, below: Array, above: Array, sides: Array) -> Array:
    width = x[:, -1] - x[:, 0] + below + above
    return np.asarray(sides.max(axis=1) - (x.shape[1] + 2) * np.log(width))


def _searched(worth: Callable[[Array], Array], reach: Array) -> Array:
    """The gap with the greatest worth for each sample, from a millionth of the data's reach to twice it."""
    low, high = np.log(1e-6 * reach), np.log(2.0 * reach)
    one, two = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    worth_one, worth_two = worth(np.exp(one)), worth(np.exp(two))
    for _step in range(_SECTIONS):
        lower = worth_one > worth_two
        low, high = np.where(lower, low, one), np.where(lower, two, high)
        fresh = np.where(lower, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        worth_fresh = worth(np.exp(fresh))
        one, two = np.where(lower, fresh, two), np.where(lower, one, fresh)
        worth_one, worth_two = np.where(lower, worth_fresh, worth_two), np.where(lower, worth_one, worth_fresh)
    return np.asarray(np.exp((low + high) / 2))


def _triangular_likelihood(x: Array, p: Array, _: Bounds) -> Array:
    least, usual, most = (_column(p, n) for n in range(3))
    width = np.maximum(most - least, 1e-12)
    rising = (x - least) / np.maximum(usual - least, 1e-12)
    falling = (most - x) / np.maximum(most - usual, 1e-12)
    density = 2 / width * np.where(x < usual, rising, np.where(x > usual, falling, 1.0))
    return np.asarray(np.log(np.maximum(density, _TINY)).sum(axis=1))


def _triangular_below(x: Array, p: Array) -> Array:
    least, usual, most = (_column(p, n) for n in range(3))
    width = np.maximum(most - least, 1e-12)
    up = np.square(np.clip(x - least, 0, None)) / (width * np.maximum(usual - least, 1e-12))
    down = 1 - np.square(np.clip(most - x, 0, None)) / (width * np.maximum(most - usual, 1e-12))
    return np.asarray(np.clip(np.where(x < usual, up, down), 0.0, 1.0))


def _triangular_quantile(u: Array, p: Array) -> Array:
    least, usual, most = (_column(p, n) for n in range(3))
    width = most - least
    rising = least + np.sqrt(u * width * (usual - least))
    falling = most - np.sqrt((1 - u) * width * (most - usual))
    return np.asarray(np.where(u * width < usual - least, rising, falling))


NORMAL = Law("normal", 2, _moments, _normal_likelihood, _normal_below, _normal_quantile)
LOGNORMAL = Law(
    "lognormal",
    2,
    lambda x, bounds: _moments(_log(x), _logged(bounds)),
    _lognormal_likelihood,
    lambda x, p: _normal_below(_log(x), p),
    lambda u, p: np.exp(np.minimum(_normal_quantile(u, p), _LARGEST)),
)
EXPONENTIAL = Law(
    "exponential", 2, _exponential_fit, _exponential_likelihood, _exponential_below, _exponential_quantile
)
TRIANGULAR = Law("triangular", 3, _triangular_fit, _triangular_likelihood, _triangular_below, _triangular_quantile)
DURATIONS = (TRIANGULAR, LOGNORMAL, EXPONENTIAL)
