"""Chance, keyed by what it decides: the same (seed, batch, step, purpose) gives the same draw, in any order.

Philox4x32-10 (Salmon et al. 2011), a counter-based generator: nothing streams, so ties, worker counts and
scenarios that differ elsewhere never change a draw.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from zlib import crc32

_MASK = 0xFFFFFFFF
_NORMAL = NormalDist()


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Ten rounds of Philox4x32: four 32-bit words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & _MASK, (a >> 32) ^ c3 ^ k1, a & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


class Draw:
    """Draws for one thing (a batch, a chamber) under one seed."""

    def __init__(self, seed: int, thing: str) -> None:
        self._key = (seed & _MASK, (seed >> 32) & _MASK)
        self._thing = crc32(thing.encode())

    def uniform(self, step: str, purpose: str) -> float:
        """A number in (0, 1) with 52 random bits."""
        words = philox((self._thing, crc32(step.encode()), crc32(purpose.encode()), 0), self._key)
        return (((words[0] << 20) | (words[1] >> 12)) + 0.5) / 4503599627370496.0

    def normal(self, step: str, purpose: str, mean: float, sd: float, low: float, high: float) -> float:
        """A normal draw, cut to [low, high]."""
        return min(high, max(low, mean + sd * _NORMAL.inv_cdf(self.uniform(step, purpose))))

    def lognormal(self, step: str, purpose: str, median: float, error_factor: float) -> float:
        """A log-normal draw with its median and error factor (p95 / p50)."""
        sigma = math.log(error_factor) / 1.6448536269514722
        return median * math.exp(sigma * _NORMAL.inv_cdf(self.uniform(step, purpose)))

    def noise(self, step: str, purpose: str, count: int) -> list[float]:
        """So many even numbers in (-1, 1), in steps of 1/256: sixteen from each block, cheap enough for samples."""
        first, second, found = crc32(step.encode()), crc32(purpose.encode()), list[float]()
        for block in range(1, -(-count // 16) + 1):
            for word in philox((self._thing, first, second, block), self._key):
                found += [((word >> shift & 255) - 127.5) / 128 for shift in (0, 8, 16, 24)]
        return found[:count]

    def triangular(self, step: str, purpose: str, least: int, usual: int, most: int) -> int:
        """A whole number from a triangular distribution (milliseconds)."""
        if most <= least:
            return usual
        u, width = self.uniform(step, purpose), most - least
        if u * width < usual - least:
            return least + round(math.sqrt(u * width * (usual - least)))
        return most - round(math.sqrt((1 - u) * width * (most - usual)))
