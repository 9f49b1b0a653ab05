"""Durations found in records: the law of each phase kind, as recipes and the twin read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from axenic.assumption.assumption import Lasting
from axenic.notation.sheet import Grade
from axenic.twin.fit import FEWEST, Fit, fit
from axenic.twin.laws import DURATIONS, EXPONENTIAL, LOGNORMAL, TRIANGULAR, Array
from axenic.twin.observed import HOUR_MS, Kind
from axenic.twin.source import ALL_EQUAL, said_of, source_of


@dataclass(frozen=True, slots=True)
class FoundDuration:
    """The durations of one phase kind, what is written of them (if anything), and what is to be said."""

    phase: str
    data: int
    left_out: dict[str, int]
    lasting: Lasting | None
    fit: Fit | None
    said: str


def found_duration(phase: str, kind: Kind, cited: str, grade: Grade) -> FoundDuration:
    """What the durations of a phase kind come to; `cited` names the records."""
    n, left_out = len(kind.hours), dict(kind.left_out)
    cut = f"; {kind.cut_short} cut short or mended are left out (censored)" if kind.cut_short else ""
    if n < FEWEST:
        said = f"{n} durations, fewer than {FEWEST}: the recipe's stays{cut}"
        return FoundDuration(phase, n, left_out, None, None, said)
    hours = np.frombuffer(kind.hours)
    found = fit(hours, DURATIONS) if hours.min() < hours.max() else None
    said = (said_of(found) if found else ALL_EQUAL) + cut
    if found is not None and not found.goodness.fits:
        said += "; least, usual and most are those of the data"
    least, usual, most = _span(hours, found)
    shape = found.law.name if found is not None and found.goodness.fits else TRIANGULAR.name
    lasting = Lasting(
        phase=phase,
        least=least,
        usual=usual,
        most=most,
        shape=shape,
        grade=grade,
        source=source_of(cited, grade, f"{n} durations; {said}"),
    )
    return FoundDuration(phase, n, left_out, lasting, found, said)


def _span(hours: Array, found: Fit | None) -> tuple[int, int, int]:
    """Least, usual and most in milliseconds, as `assumption.distribution.duration` reads them for the law's shape."""
    low, high = float(hours.min()), float(hours.max())
    if found is None:
        span = (low, low, low)
    elif not found.goodness.fits:
        span = (low, min(high, max(low, 3 * float(hours.mean()) - low - high)), high)  # the triangle of their mean
    elif found.law is LOGNORMAL:
        span = (found.quantile(0.001), found.quantile(0.5), found.quantile(0.99))
    elif found.law is EXPONENTIAL:
        span = (found.parameters[0], sum(found.parameters), found.quantile(0.999))
    else:
        span = (found.parameters[0], found.parameters[1], found.parameters[2])
    grain = next(
        (g for g in (60_000, 1000) if span[1] * HOUR_MS >= 60 * g), 1
    )  # the minute of hours, the second of minutes
    least, usual, most = (round(h * HOUR_MS / grain) * grain for h in span)
    return least, max(1, usual), max(1, most)
