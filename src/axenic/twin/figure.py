"""A figure as it is shown and written: mean, interval and unit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from axenic.twin.interval import Interval, Values, mean_interval, proportion_interval

_SMALL, _DIGITS = 1e-3, 4


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with the ends of its 95 % interval; an end is infinite where nothing is known of it."""

    mean: float
    low: float
    high: float
    unit: str

    @classmethod
    def of(cls, interval: Interval, unit: str) -> Figure:
        """A figure from an interval."""
        return cls(interval.mean, interval.low, interval.high, unit)

    @classmethod
    def seen(cls, values: Values, unit: str, trials: float = 0.0) -> Figure:
        """The mean over replications; what is never negative has no negative end.

        What was never seen in so many trials may still happen, as the exact binomial interval says.
        """
        found = cls.of(mean_interval(values), unit)
        if trials >= 1 and not np.nan_to_num(values).any():
            return replace(found, low=0.0, high=proportion_interval(0, int(trials), exact=True).high)
        positive = math.isfinite(found.low) and found.low < 0 and float(np.nanmin(values)) >= 0
        return replace(found, low=0.0) if positive else found

    def to_data(self) -> dict[str, Any]:
        """As JSON has it: what is not finite is null."""
        return {name: _finite(getattr(self, name)) for name in ("mean", "low", "high")} | {"unit": self.unit}

    def __str__(self) -> str:
        if math.isnan(self.mean):
            return "not defined"
        decimals = _decimals(self)
        mean = _number(self.mean, decimals)
        if self.low == self.high:
            return mean
        ends = [_number(x, decimals) if math.isfinite(x) else "?" for x in (self.low, self.high)]
        return f"{'0' if self.mean == 0 else mean} ({ends[0]} to {ends[1]})"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _decimals(figure: Figure) -> int | None:
    """So many that half the interval shows two digits, and the mean at most four; None: as a power of ten."""
    half = (figure.high - figure.low) / 2
    size = half if math.isfinite(half) and half > 0 else abs(figure.mean) / 50
    largest = abs(figure.mean) or (figure.high if math.isfinite(figure.high) else 0.0)
    if 0 < largest < _SMALL:
        return None
    if size <= 0:
        return 0
    fine = 1 - math.floor(math.log10(size))
    most = _DIGITS - 1 - math.floor(math.log10(abs(figure.mean))) if figure.mean else fine
    return max(0, min(fine, most))


def _number(value: float, decimals: int | None) -> str:
    if decimals is None:
        return f"{value:.1e}" if value else "0"
    text = f"{value:,.{min(decimals, 6)}f}"
    return text.replace("-", "", 1) if float(text.replace(",", "")) == 0 else text
