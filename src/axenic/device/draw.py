"""Chance, keyed by what it decides: the same (seed, thing, step, purpose, count) gives the same draw, in any order.

Philox4x32-10 (Salmon et al. 2011), a counter-based generator: nothing streams, so ties, worker counts and scenarios
that differ elsewhere never change a draw. `philox` and `uniform` are scalars only: the kernel compiles these lines.
"""

from __future__ import annotations

import math
from zlib import crc32

from axenic.assumption.distribution import duration, normal_quantile

_MASK = 0xFFFFFFFF
_Z95 = 1.6448536269514722


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Ten rounds of Philox4x32 on a counter of four and a key of two 32-bit words: four 32-bit words.

    Products may wrap at 64 bits (compiled code): only their two 32-bit halves are used.
    """
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((b >> 32) & _MASK) ^ c1 ^ k0, b & _MASK, ((a >> 32) & _MASK) ^ c3 ^ k1, a & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


def uniform(k0: int, k1: int, thing: int, step: int, purpose: int, count: int) -> float:
    """A number in (0, 1) with 52 random bits for a key and a counter of 32-bit words."""
    words = philox(thing, step, purpose, count & _MASK, k0, k1)
    return (((words[0] << 20) | (words[1] >> 12)) + 0.5) / 4503599627370496.0


def pair(k0: int, k1: int, thing: int, step: int, purpose: int, count: int) -> tuple[float, float]:
    """Two such numbers from one block; the first is that of `uniform`."""
    words = philox(thing, step, purpose, count & _MASK, k0, k1)
    first = (((words[0] << 20) | (words[1] >> 12)) + 0.5) / 4503599627370496.0
    return first, (((words[2] << 20) | (words[3] >> 12)) + 0.5) / 4503599627370496.0


def bell(k0: int, k1: int, thing: int, step: int, purpose: int, count: int) -> float:
    """The error of an instrument: four even words added; nearly normal, mean 0, sd 1, never beyond 3.5."""
    words = philox(thing, step, purpose, count & _MASK, k0, k1)
    return ((words[0] + words[1] + words[2] + words[3]) / 4294967296.0 - 2.0) * 1.7320508075688772


def word(text: str) -> int:
    """The 32-bit word that stands for a name in a counter."""
    return crc32(text.encode())


def step_of(where: str, kind: str, again: int) -> str:
    """The step of a phase of an operation or test, for its draws; `again`: so many of its kind come before it there."""
    return f"{where}/{kind}#{again}" if again else f"{where}/{kind}"


class Draw:
    """Draws for one thing (a batch, a chamber) under one seed."""

    def __init__(self, seed: int, thing: str) -> None:
        self.key = (seed & _MASK, (seed >> 32) & _MASK)
        self.thing = word(thing)

    def uniform(self, step: str, purpose: str, count: int = 0) -> float:
        """A number in (0, 1); `count` tells rounds of the same step apart."""
        return uniform(*self.key, self.thing, word(step), word(purpose), count)

    def normal(self, step: str, purpose: str, mean: float, sd: float, low: float, high: float) -> float:
        """A normal draw, cut to [low, high]."""
        return min(high, max(low, mean + sd * normal_quantile(self.uniform(step, purpose))))

    def lognormal(self, step: str, purpose: str, median: float, error_factor: float) -> float:
        """A log-normal draw with its median and error factor (p95 / p50)."""
        sigma = math.log(error_factor) / _Z95
        return median * math.exp(sigma * normal_quantile(self.uniform(step, purpose)))

    def noise(self, step: str, purpose: str, count: int) -> list[float]:
        """So many even numbers in (-1, 1), in steps of 1/256: sixteen from each block, cheap enough for samples."""
        first, second, found = word(step), word(purpose), list[float]()
        for block in range(1, -(-count // 16) + 1):
            for each in philox(self.thing, first, second, block, *self.key):
                found += [((each >> shift & 255) - 127.5) / 128 for shift in (0, 8, 16, 24)]
        return found[:count]

    def lasts(self, step: str, purpose: str, spread: tuple[int, int, int, int], count: int = 0) -> int:
        """Whole milliseconds from (shape, least, usual, most)."""
        return duration(*spread, self.uniform(step, purpose, count))
