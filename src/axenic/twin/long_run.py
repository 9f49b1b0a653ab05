"""One long run instead of many replications: where its warm-up ends, and the interval of its mean.

The values of one run hang together, so the t interval of independent values would be far too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from axenic.twin.interval import Interval, Values, defined, t_quantile

_BATCHES = 20  # with so few the batches are long, so what hangs together mostly lies within one batch
_FIVE = 5


def warm_up(values: Sequence[float] | Values) -> int:
    """How many of the first values belong to the warm-up: MSER-5 (White, Cobb and Spratt 2000).

    The cut after which the means of five values have the least squared error; never more than half of the run.
    Raises ValueError if that half is not enough (the run is too short), for NaN or for fewer than 20 values.
    """
    fives = _whole(values, 4 * _FIVE)
    count = fives.size // _FIVE
    means = fives[: count * _FIVE].reshape(count, _FIVE).mean(axis=1)
    means = means - means.mean()  # the sums below stay small
    left = np.arange(count, 0, -1)  # how many stay
    sums, squares = np.cumsum(means[::-1])[::-1], np.cumsum((means * means)[::-1])[::-1]
    score = ((squares - sums * sums / left) / (left * left))[: count // 2 + 1]
    cut = int(np.argmin(score))
    if cut == count // 2:
        raise ValueError(f"the warm-up takes half of the run or more; {fives.size} values are too few")
    return cut * _FIVE


def run_interval(values: Sequence[float] | Values, confidence: float = 0.95) -> Interval:
    """The mean of one run whose warm-up is cut already, by overlapping batch means (Meketon and Schmeiser 1984).

    Batches of a twentieth of the run, 1.5 x 19 degrees of freedom; it covers too little if what hangs together lasts
    longer than a batch. Raises ValueError for NaN or fewer than 200 values.
    """
    run = _whole(values, 10 * _BATCHES)
    n, mean = run.size, float(run.mean())
    size = n // _BATCHES
    sums = np.concatenate(([0.0], np.cumsum(run - mean)))
    batches = (sums[size:] - sums[:-size]) / size
    variance = n * size / ((n - size + 1) * (n - size)) * float((batches * batches).sum())
    half = t_quantile(1.5 * (n / size - 1), confidence) * math.sqrt(variance / n)
    return Interval(mean, mean - half, mean + half, n)


def _whole(values: Sequence[float] | Values, least: int) -> Values:
    array = np.asarray(values, dtype=np.float64)
    kept = defined(array)
    if kept.size < array.size:
        raise ValueError("a run has no gaps: a value is NaN")
    if kept.size < least:
        raise ValueError(f"{kept.size} values are too few for one run; at least {least} are needed")
    return kept
