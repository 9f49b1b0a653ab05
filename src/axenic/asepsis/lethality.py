"""Moist-heat lethality: the formulae behind F0, each with its units in its name.

Source: ISO 17665 (moist heat) for the concept; the convention (reference temperature, z, rule, cut-off) is an
argument everywhere, because F0 without its convention is not a number.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import StrEnum


class Rule(StrEnum):
    """How the lethal rate is summed between samples."""

    TRAPEZOID = "trapezoid"
    RECTANGLE = "rectangle"


def lethal_rate(temperature_degC: float, reference_degC: float = 121.1, z_K: float = 10.0) -> float:  # noqa: N803
    """Minutes at the reference temperature that one minute at this temperature is worth."""
    return float(10.0 ** ((temperature_degC - reference_degC) / z_K))


def f_minutes(
    times_ms: Sequence[int],
    temperatures_degC: Sequence[float],  # noqa: N803
    reference_degC: float = 121.1,  # noqa: N803
    z_K: float = 10.0,  # noqa: N803
    from_degC: float = float("-inf"),  # noqa: N803
    rule: Rule = Rule.TRAPEZOID,
) -> float:
    """Minutes at the reference temperature; the samples need not be uniform, below `from_degC` nothing counts.

    With the rectangle rule each sample stands for the interval that follows it; the last for the one before it.
    """
    rates = [lethal_rate(t, reference_degC, z_K) if t >= from_degC else 0.0 for t in temperatures_degC]
    steps = [(b - a) / 60_000 for a, b in itertools.pairwise(times_ms)]
    if not steps:
        return 0.0
    if rule is Rule.RECTANGLE:
        return sum(r * s for r, s in zip(rates, [*steps, steps[-1]], strict=True))
    return sum((a + b) / 2 * s for a, b, s in zip(rates, rates[1:], steps, strict=False))


def lower_bound(f_min: float, uncertainty_K: float, z_K: float = 10.0) -> float:  # noqa: N803
    """F with the sensors' expanded uncertainty taken off: F x 10^(-U/z)."""
    return float(f_min * 10.0 ** (-uncertainty_K / z_K))


def d_value_min(d_reference_min: float, temperature_degC: float, reference_degC: float, z_K: float) -> float:  # noqa: N803
    """Minutes for one log reduction at another temperature."""
    return float(d_reference_min * 10.0 ** ((reference_degC - temperature_degC) / z_K))


def required_f_minutes(d_min: float, log10_start: float, log10_goal: float) -> float:
    """Minutes at the reference temperature from a bioburden of 10^start to 10^goal: D (start - goal)."""
    return d_min * (log10_start - log10_goal)
