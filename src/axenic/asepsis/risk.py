"""The risk ledger's arithmetic: mean and 95 % upper bound of extrinsic contamination for each passage.

Each mechanism has a log-normal rate known only within its error factor. Passages of one mechanism share the
same unknown rate, so upper bounds add up (comonotone); means add up as probabilities. Intrinsic contamination
(the patient's own blood) is kept apart and never appears here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from axenic.notation.sheet import Grade, Sheet

_Z95 = 1.6448536269514722  # standard normal quantile 0.95


class Mechanism(Sheet):
    """How a passage can contaminate: probability for one passage, log-normal with median and error factor p95/p50."""

    mechanism: str
    median: float
    error_factor: float
    grade: Grade
    source: str

    def mean(self) -> float:
        """Mean probability for one passage: median x exp(sigma^2 / 2), sigma = ln(error factor) / 1.645."""
        sigma = math.log(self.error_factor) / _Z95
        return self.median * math.exp(sigma * sigma / 2)

    def upper95(self) -> float:
        """95 % upper bound of the probability for one passage: median x error factor."""
        return self.median * self.error_factor


class RiskTable(Sheet):
    """The mechanisms known to a plant, versioned."""

    risk: str
    version: int
    mechanisms: tuple[Mechanism, ...]

    def named(self, name: str) -> Mechanism:
        """The mechanism of that name; raises KeyError."""
        for row in self.mechanisms:
            if row.mechanism == name:
                return row
        raise KeyError(name)


def risk_of(mechanism: Mechanism, count: int) -> tuple[float, float]:
    """Mean and 95 % upper probability that at least one of `count` passages contaminates."""
    mean = -math.expm1(count * math.log1p(-min(mechanism.mean(), 0.5)))
    return mean, min(1.0, count * mechanism.upper95())


def batch_risk(passages: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Mean and upper bound of a batch from those of its passages: 1 - prod(1 - mean), sum of the uppers."""
    survives, upper = 0.0, 0.0
    for mean, high in passages:
        survives += math.log1p(-mean)
        upper += high
    return -math.expm1(survives), min(1.0, upper)
