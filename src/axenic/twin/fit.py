"""Which law do data follow, and do they? Akaike's criterion chooses, a parametric bootstrap judges the fit.

The choice takes the criterion with its correction for few data, 2k + 2k(k+1)/(n-k-1) for k parameters and n data
(Hurvich and Tsai 1989). The Kolmogorov-Smirnov and Anderson-Darling distances are judged against those of samples
drawn from the fitted law, rounded as the records are, and fitted again (Stute and others 1993), because tables for
known parameters would call nearly everything a fit. The generator is seeded: the same data give the same p-values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from axenic.twin.laws import Array, Bounds, Law

FEWEST = 8  # below this nothing is fitted: three laws cannot be told apart by seven data
MOST_FITTED = 20_000  # more are thinned to so many evenly spaced ones in order of size, least and most kept
_MOST_TESTED = 300  # with very many data every smooth law is refuted, by trifles
_DRAWN = 199
_DOUBT = 0.025  # of each of the two tests: together at most 5 % of true laws are called wrong
_NO_LEAD = 2.0  # of the criterion: less than this is no reason to leave the first law
_SEED = 20_260_105


@dataclass(frozen=True, slots=True)
class Goodness:
    """Distances of data from a law, each with its p-value; `tested` of the data were used."""

    ks: float
    ks_p: float
    ad: float
    ad_p: float
    tested: int

    @property
    def fits(self) -> bool:
        """True if neither test speaks against the law."""
        return min(self.ks_p, self.ad_p) >= _DOUBT


@dataclass(frozen=True)
class Fit:
    """The chosen law of some data; `aic` of every law that was tried, the least is best."""

    law: Law
    parameters: tuple[float, ...]
    aic: dict[str, float]
    goodness: Goodness
    data: Array
    bounds: Bounds

    @cached_property
    def _rows(self) -> Array:
        return np.array([self.parameters])

    def share_below(self, value: float) -> float:
        """The share of the law below a value."""
        return float(self.law.share_below(np.array([[value]]), self._rows)[0, 0])

    def quantile(self, share: float) -> float:
        """The value below which a share of the law lies."""
        return float(self.law.quantile(np.array([[share]]), self._rows)[0, 0])


def fit(data: Sequence[float] | Array, laws: Sequence[Law], bounds: Bounds | None = None) -> Fit:
    """The best of some laws for data that are not all equal: the first unless another leads it clearly.

    Raises ValueError for fewer than FEWEST data.
    """
    bounds = bounds or Bounds()
    x = np.clip(np.sort(np.asarray(data, dtype=np.float64)), bounds.low, bounds.high)
    if len(x) < FEWEST or x[0] == x[-1]:
        raise ValueError(f"{len(x)} data from {x[0]:g} to {x[-1]:g} are not enough to fit a law")
    sample = _thinned(x, MOST_FITTED)[None, :]
    found = {law.name: law.fit(sample, bounds) for law in laws}
    aic = {law.name: _criterion(law, sample, found[law.name], bounds) for law in laws}
    best = min(laws, key=lambda law: aic[law.name] - (_NO_LEAD if law is laws[0] else 0.0))
    parameters = tuple(float(v) for v in found[best.name][0])
    return Fit(best, parameters, aic, goodness(x, best, bounds), x, bounds)


def _criterion(law: Law, sample: Array, parameters: Array, bounds: Bounds) -> float:
    n, k = sample.shape[1], law.free
    return float(2 * k - 2 * law.log_likelihood(sample, parameters, bounds)[0] + 2 * k * (k + 1) / (n - k - 1))


def _thinned(x: Array, most: int) -> Array:
    return x if len(x) <= most else x[np.linspace(0, len(x) - 1, most).round().astype(np.int64)]


def goodness(x: Array, law: Law, bounds: Bounds, drawn: int = _DRAWN) -> Goodness:
    """How far sorted data lie from the law fitted to them; `drawn` samples make the p-values."""
    chance = np.random.default_rng(_SEED)
    if len(x) > _MOST_TESTED:
        x = np.sort(chance.choice(x, _MOST_TESTED, replace=False))
    sample = x[None, :]
    parameters = law.fit(sample, bounds)
    ks, ad = (float(d[0]) for d in _distances(sample, law, parameters, bounds))
    again = np.repeat(parameters, drawn, axis=0)
    draws = law.quantile(chance.uniform(1e-12, 1 - 1e-12, (drawn, len(x))), again)
    draws = np.sort(np.clip(_rounded(draws, _grid(x), x[0]), bounds.low, bounds.high), axis=1)
    many_ks, many_ad = _distances(draws, law, law.fit(draws, bounds), bounds)
    ks_p, ad_p = ((1 + int((many >= one).sum())) / (drawn + 1) for many, one in ((many_ks, ks), (many_ad, ad)))
    return Goodness(ks, ks_p, ad, ad_p, len(x))


def _grid(x: Array) -> float:
    """The step to which data were rounded: the least distance of two, if some are equal; else 0."""
    steps = np.diff(np.unique(x))
    return float(f"{steps.min():.6g}") if len(steps) < len(x) - 1 and len(steps) else 0.0


def _rounded(x: Array, grid: float, origin: float) -> Array:
    return np.asarray(np.round((x - origin) / grid) * grid + origin) if grid > 0 else x


def _distances(x: Array, law: Law, parameters: Array, bounds: Bounds) -> tuple[Array, Array]:
    """Kolmogorov-Smirnov and Anderson-Darling for each row; what lies at a bound is spread evenly beyond it."""
    n = x.shape[1]
    u = law.share_below(x, parameters)
    low, high = x <= bounds.low, x >= bounds.high
    if low.any():
        u = np.where(low, u * (np.arange(n) + 0.5) / np.maximum(low.sum(axis=1, keepdims=True), 1), u)
    if high.any():
        turned = (n - np.arange(n) - 0.5) / np.maximum(high.sum(axis=1, keepdims=True), 1)
        u = np.where(high, 1 - (1 - u) * turned, u)
    u = np.clip(u, 1e-12, 1 - 1e-12)
    rank = np.arange(1, n + 1)
    ks = np.maximum(rank / n - u, u - (rank - 1) / n).max(axis=1)
    ad = -n - ((2 * rank - 1) * (np.log(u) + np.log1p(-u[:, ::-1]))).sum(axis=1) / n
    return np.asarray(ks), np.asarray(ad)
