"""What a vapour killed: the integral of its concentration, and logs from D(c) = D_ref (c_ref/c)^n.

A concentration is an indicator of kill, not its proof: the site's indicator study owns D (sterility.md 4.1).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def exposure_ppm_min(times_ms: Sequence[int], concentrations_ppm: Sequence[float]) -> float:
    """The integral of concentration over time by trapezoids, in ppm min; the samples need not be uniform."""
    steps = zip(itertools.pairwise(times_ms), itertools.pairwise(concentrations_ppm), strict=True)
    return sum((c1 + c2) / 2 * (t2 - t1) / 60_000 for (t1, t2), (c1, c2) in steps)


def d_at_concentration_min(d_reference_min: float, reference: float, concentration: float, power: float) -> float:
    """Minutes for one log at another concentration (same unit as the reference); raises ValueError at zero."""
    if concentration <= 0:
        raise ValueError("nothing is killed where there is no vapour")
    return float(d_reference_min * (reference / concentration) ** power)


def vapour_log_reduction(
    times_ms: Sequence[int],
    concentrations: Sequence[float],
    d_reference_min: float,
    reference: float,
    power: float = 1.0,
    counted_from: float = 0.0,
) -> float:
    """Logs killed, by trapezoids over 1/D(c); below `counted_from` nothing counts. Concentrations in one unit."""
    rates = [
        1 / d_at_concentration_min(d_reference_min, reference, c, power) if c > 0 and c >= counted_from else 0.0
        for c in concentrations
    ]
    steps = zip(itertools.pairwise(times_ms), itertools.pairwise(rates), strict=True)
    return sum((a + b) / 2 * (t2 - t1) / 60_000 for (t1, t2), (a, b) in steps)
