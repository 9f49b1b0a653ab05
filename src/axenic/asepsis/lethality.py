"""Moist-heat lethality: the formulae behind F0, each with its units in its name.

Source: ISO 17665 (moist heat) for the concept; the convention (reference temperature, z, rule, cut-off) is an
argument everywhere, because F0 without its convention is not a number.
"""

from __future__ import annotations

import itertools
import math
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


def f_of_ramp_minutes(
    from_degC: float,  # noqa: N803
    to_degC: float,  # noqa: N803
    rate_K_per_min: float,  # noqa: N803
    reference_degC: float = 121.1,  # noqa: N803
    z_K: float = 10.0,  # noqa: N803
) -> float:
    """F of a straight ramp, exact: z/(r ln 10) (L(to) - L(from)); raises ValueError if the rate leads elsewhere."""
    if rate_K_per_min * (to_degC - from_degC) <= 0:
        raise ValueError(f"{rate_K_per_min} K/min does not lead from {from_degC} to {to_degC} degC")
    gain = lethal_rate(to_degC, reference_degC, z_K) - lethal_rate(from_degC, reference_degC, z_K)
    return z_K / (rate_K_per_min * math.log(10)) * gain


def log_reduction(f_min: float, d_min: float) -> float:
    """Logs killed: F/D, both in minutes at the same reference temperature."""
    return f_min / d_min


def sterility_assurance_level(log10_start: float, f_min: float, d_min: float) -> float:
    """The expected number of survivors in one item, 10^(start - F/D); below 1 it is a probability (SAL, PNSU)."""
    return float(10.0 ** (log10_start - log_reduction(f_min, d_min)))


def f_biological_minutes(d_min: float, log10_start: float, log10_survivors: float) -> float:
    """F from indicators: D (start - survivors), in minutes at the reference temperature of D."""
    return d_min * (log10_start - log10_survivors)


def d_fraction_negative_min(exposure_min: float, log10_start: float, tested: int, negative: int) -> float:
    """D from a fraction-negative run (Stumbo, Murphy and Cochran): U/(log N0 - log ln(n/r)); raises ValueError."""
    if not 0 < negative < tested:
        raise ValueError(f"{negative} of {tested} negative is no fraction: some must grow and some must not")
    return exposure_min / (log10_start - math.log10(math.log(tested / negative)))
