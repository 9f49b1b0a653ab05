"""What media fills (aseptic process simulation, APS) prove: exact binomial bounds, without approximation.

One-sided bound u: P(at most k positive of n | u) = 1 - confidence, which is the beta quantile of Clopper & Pearson;
found by bisection on the binomial tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 200  # halvings: more than a double can tell apart


def binomial_at_most(positives: int, units: int, probability: float) -> float:
    """P(X <= positives) for X binomial(units, probability). Raises ValueError if the counts make no sense."""
    _sensible(positives, units)
    if probability <= 0 or positives == units:
        return 1.0
    if probability >= 1:
        return 0.0
    log_p, log_q = math.log(probability), math.log1p(-probability)
    whole = math.lgamma(units + 1)
    terms = [
        whole - math.lgamma(k + 1) - math.lgamma(units - k + 1) + k * log_p + (units - k) * log_q
        for k in range(positives + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, terms)))


def upper_bound(positives: int, units: int, confidence: float = 0.95) -> float:
    """Exact one-sided upper bound of the probability that a unit is positive; raises ValueError."""
    _sensible(positives, units)
    if positives == units:
        return 1.0
    return _bisect(lambda p: binomial_at_most(positives, units, p) > 1 - confidence)


def interval(positives: int, units: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of Clopper and Pearson; raises ValueError."""
    half = (1 - confidence) / 2
    upper = upper_bound(positives, units, 1 - half)
    if positives == 0:
        return 0.0, upper
    return _bisect(lambda p: 1 - binomial_at_most(positives - 1, units, p) < half), upper


def units_needed(limit: float, positives: int = 0, confidence: float = 0.95) -> int:
    """The fewest units that show a probability below `limit` when that many are positive; raises ValueError."""
    if not 0 < limit < 1:
        raise ValueError(f"a limit of {limit} is not between 0 and 1")
    low, high = positives, max(1, 2 * positives + 1)
    while binomial_at_most(positives, high, limit) > 1 - confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if binomial_at_most(positives, middle, limit) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def per_transfer_probability(batch_probability: float, transfers: int) -> float:
    """The probability for one transfer if a batch of equal transfers has that probability: 1 - (1 - p)^(1/n)."""
    return -math.expm1(math.log1p(-batch_probability) / transfers)


def _sensible(positives: int, units: int) -> None:
    if not 0 <= positives <= units or units < 1:
        raise ValueError(f"{positives} of {units} positive is no result of a media fill")


def _bisect(below: Callable[[float], bool]) -> float:
    """The probability at which `below` turns from true to false."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
