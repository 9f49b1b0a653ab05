"""Gas over a surface that takes it up and gives it back: the exact solution over any time at constant rates.

`gas` is the concentration in mg/L; `held` what the surfaces hold, spread over the chamber's volume, mg/L too
(held = area / volume x surface load). Gas is lost at `loss` (decay, leak, aeration), taken up at `uptake`, given
back at `release`, all per minute, and fed at a constant mg/(L min).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reservoir:
    """The propagator over one span of time: what becomes of gas and held, and what one unit of feed adds."""

    gas_of_gas: float
    gas_of_held: float
    held_of_gas: float
    held_of_held: float
    gas_of_feed: float
    held_of_feed: float

    @classmethod
    def over(cls, minutes: float, loss_per_min: float, uptake_per_min: float, release_per_min: float) -> Reservoir:
        """The propagator over `minutes`; loss and release must be above 0."""
        out = loss_per_min + uptake_per_min
        half = (out + release_per_min) / 2
        root = math.sqrt(max(half * half - loss_per_min * release_per_min, 1e-18))
        slow, fast = -half + root, -half - root
        first, last = math.exp(slow * minutes) / (2 * root), math.exp(fast * minutes) / (2 * root)
        gg = first * (-out - fast) - last * (-out - slow)
        gh = (first - last) * release_per_min
        hg = (first - last) * uptake_per_min
        hh = first * (-release_per_min - fast) - last * (-release_per_min - slow)
        # fed: M^-1 (exp(M t) - 1) on (1, 0), with det M = loss x release
        determinant = loss_per_min * release_per_min
        fed_gas = (-release_per_min * (gg - 1) - release_per_min * hg) / determinant
        fed_held = (-uptake_per_min * (gg - 1) - out * hg) / determinant
        return cls(gg, gh, hg, hh, fed_gas, fed_held)

    def after(self, gas: float, held: float, feed: float = 0.0) -> tuple[float, float]:
        """Gas and held at the end of the span."""
        return (
            self.gas_of_gas * gas + self.gas_of_held * held + self.gas_of_feed * feed,
            self.held_of_gas * gas + self.held_of_held * held + self.held_of_feed * feed,
        )

    def feed_for(self, gas: float, held: float, wanted: float) -> float:
        """The constant feed, mg/(L min), that ends the span at the wanted gas; below 0 if there is too much already."""
        return (wanted - self.gas_of_gas * gas - self.gas_of_held * held) / self.gas_of_feed
