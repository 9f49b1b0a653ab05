"""Rare things counted: shares with the exact interval of the binomial law, rates with that of Poisson's."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from scipy.special import betaincinv, gammaincinv

_TAIL = 0.025  # on each side of a 95 % interval


@dataclass(frozen=True, slots=True)
class Counted:
    """`value` = `hits` of `of` (trials, or hours), with the bounds of its exact 95 % interval."""

    hits: int
    of: float
    value: float
    lower95: float
    upper95: float


def share(hits: int, trials: int) -> Counted:
    """The share of trials that hit. Source: Clopper and Pearson 1934. Without a trial nothing is known: 0 to 1."""
    if not trials:
        return Counted(0, 0, 0.0, 0.0, 1.0)
    low = float(betaincinv(hits, trials - hits + 1, _TAIL)) if hits else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1 - _TAIL)) if hits < trials else 1.0
    return Counted(hits, trials, hits / trials, low, high)


def rate(hits: int, over: float) -> Counted:
    """Hits for each unit of what they were seen over (hours). Source: Garwood 1936. Nothing seen: 0 to infinity."""
    if over <= 0:
        return Counted(hits, 0.0, 0.0, 0.0, inf)
    low = float(gammaincinv(hits, _TAIL)) / over if hits else 0.0
    return Counted(hits, over, hits / over, low, float(gammaincinv(hits + 1, 1 - _TAIL)) / over)
