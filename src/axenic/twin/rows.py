"""Rows found in records: which readings tell a row, and what they say of its value, spread and certainty.

Where a phase kind keeps, sets or draws a row (the effects of the assumptions below), its readings are data for the row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from axenic.assumption.assumption import Assumptions, Distribution, Row
from axenic.assumption.distribution import Form
from axenic.notation.sheet import Grade
from axenic.twin.fit import FEWEST, Fit, fit
from axenic.twin.laws import LOGNORMAL, NORMAL, Bounds
from axenic.twin.observed import Observed, Readings
from axenic.twin.share import Counted, share
from axenic.twin.source import ALL_EQUAL, said_of, source_of

_Z95 = 1.6448536269514722
_FIRST_SEEN = {"viability collected": ("receive", "viability"), "transduced": ("flow panel", "CAR+")}  # set by no phase


@dataclass(frozen=True, slots=True)
class FoundRow:
    """The data for one row, what is written of them (if anything), and what is to be said."""

    row: str
    measured: str
    data: int
    made: Row | None
    fit: Fit | None
    said: str
    counted: Counted | None = None


def measured_by(below: Assumptions) -> dict[str, list[tuple[str, str]]]:
    """For each row that readings tell: the phase kinds and measures that do."""
    names = {r.row for r in below.rows}
    found = {row: [place] for row, place in _FIRST_SEEN.items() if row in names}
    for effect in below.effects:
        for words in effect.does:
            verb, _, rest = words.partition(" ")
            if verb == "keep" and rest in names:
                found.setdefault(rest, []).append((effect.kind, "recovery"))
            if verb in ("set", "draw"):
                row = next((n for n in names if rest.endswith(f" {n}")), "")
                if row:
                    found.setdefault(row, []).append((effect.kind, rest.removesuffix(f" {row}")))
    return found


def _readings(places: Sequence[tuple[str, str]], observed: Observed) -> Readings:
    """All readings that tell one row."""
    whole = Readings()
    for phase, measure in places:
        some = observed.kinds[phase].readings.get(measure) if phase in observed.kinds else None
        if some is not None:
            whole.values.extend(some.values)
            whole.beyond += some.beyond
            whole.again += some.again
            whole.below = max(whole.below, some.below)
            whole.above = min(a for a in (whole.above, some.above) if a) if whole.above or some.above else 0.0
    return whole


def found_row(row: Row, places: Sequence[tuple[str, str]], observed: Observed, cited: str, grade: Grade) -> FoundRow:
    """What the readings of a row come to; `places` are the phase kinds and measures that tell it."""
    readings = _readings(places, observed)
    measured = "; ".join(f"{measure} of {phase}" for phase, measure in places)
    n, cut = len(readings.values), _cut(row, readings)
    inside = sum(cut.low < v < cut.high for v in readings.values)
    if n < FEWEST or (inside < FEWEST and len(set(readings.values)) > 1) or (readings.beyond and not inside):
        few = f"{n} readings" if inside == n else f"{inside} readings that lie within what can be told"
        said = f"{few}, fewer than {FEWEST}: the row stays"
        return FoundRow(row.row, measured, n, None, None, said)
    bounds = _bounds(row, readings)
    found = _fitted(row, readings, cut)
    said = said_of(found) if found else ALL_EQUAL
    if found is not None and not found.goodness.fits:
        said += "; middle and spread are those of the data"
    if readings.beyond:
        said += f"; {readings.beyond} beyond what can be measured"
    if readings.again:
        said += f"; {readings.again} more of the same batches do not count"
    if row.varies is not None:
        said += "; the spread includes that of the assay"
    words = f"{n} readings of {measured}; {said}"
    made = _made(row, found, readings, bounds, source_of(cited, grade, words), grade)
    return FoundRow(row.row, measured, n, made, found, said)


def _bounds(row: Row, readings: Readings) -> tuple[float, float]:
    """What the row is cut to: as below, and wide enough for the data."""
    low, high = (row.varies.from_, row.varies.to) if row.varies else (-1e300, 1e300)
    return min(low, min(readings.values)), max(high, max(readings.values))


def _cut(row: Row, readings: Readings) -> Bounds:
    """Between which values a reading says more than that it lies beyond them."""
    low, high = _bounds(row, readings) if readings.values else (0.0, 0.0)
    if readings.beyond:
        low, high = max(low, readings.below), min(high, readings.above or math.inf)
    if _logarithmic(row) and min(readings.values, default=1.0) <= 0:
        low = min((v for v in readings.values if v > 0), default=0.0)  # a nought lies below what can be told
    return Bounds(low, high)


def _logarithmic(row: Row) -> bool:
    return row.varies is not None and row.varies.as_ is Form.LOGNORMAL


def _fitted(row: Row, readings: Readings, cut: Bounds) -> Fit | None:
    data = np.frombuffer(readings.values)
    if data.min() == data.max():
        return None
    laws = (LOGNORMAL, NORMAL) if _logarithmic(row) else (NORMAL, LOGNORMAL) if data.min() > 0 else (NORMAL,)
    return fit(data, laws, cut)


def _made(
    row: Row, found: Fit | None, readings: Readings, bounds: tuple[float, float], source: str, grade: Grade
) -> Row:
    """The row with the found value, spread and doubt; one that does not vary below does not vary here."""
    if found is None:
        value = readings.values[0]
        return row.model_copy(
            update={"value": value, "varies": None, "uncertain": None, "grade": grade, "source": source}
        )
    low, high = _figures(bounds[0], down=True), _figures(bounds[1], down=False)
    middle, spread = found.parameters
    doubt = spread / math.sqrt(len(readings.values))
    if found.law is LOGNORMAL:
        value, low = _figures(math.exp(middle)), max(low, 0.0)
        varies, uncertain = (_of("lognormal", low, high, error=_Z95 * s) for s in (spread, doubt))
    else:
        value = _figures(middle)
        varies, uncertain = (_of("normal", low, high, sd=s) for s in (spread, doubt))
    return Row(
        row=row.row,
        value=min(high, max(low, value)),
        unit=row.unit,
        varies=varies if row.varies is not None else None,
        uncertain=uncertain,
        grade=grade,
        source=source,
    )


def _of(shape: str, low: float, high: float, sd: float = 0.0, error: float = 0.0) -> Distribution:
    factor = min(1000.0, _figures(math.exp(min(error, 10.0)), 5))
    return Distribution.model_validate(
        {"as": shape, "sd": _figures(sd), "error factor": max(1.0, factor), "from": low, "to": high}
    )


def _figures(value: float, digits: int = 4, down: bool | None = None) -> float:
    """To so many figures; `down` says on which side of the value."""
    rounded = float(f"{value:.{digits}g}")
    if down is None or value == 0 or (rounded <= value if down else rounded >= value):
        return rounded
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(f"{rounded + (-step if down else step):.{digits}g}")


def found_shares(observed: Observed, below: Assumptions, cited: str, grade: Grade) -> list[FoundRow]:
    """Rows that are shares: of tests that grow or give a signal, of failures that are made again."""
    names = {r.row for r in below.rows}
    hits: dict[str, list[int]] = {}
    for effect in below.effects:
        readings = observed.kinds[effect.kind].readings.get("growth") if effect.kind in observed.kinds else None
        for words in effect.does if readings is not None else ():
            verb, _, row = words.partition(" ")
            if verb in ("grows", "signals") and row in names and readings is not None:
                both = hits.setdefault(row, [0, 0])
                both[0] += sum(v >= 1 for v in readings.values)
                both[1] += len(readings.values)
    found = [_share(below.row(row), h, n, "tests", cited, grade, h) for row, (h, n) in hits.items()]
    failures = sum(observed.causes.values())
    if "remakes offered" in names and observed.patients_known and failures:
        remakes, enough = below.row("remakes offered"), failures if observed.remade else 0
        found.append(_share(remakes, observed.remade, failures, "failures", cited, grade, enough))
    return found


def _share(row: Row, hits: int, trials: int, of: str, cited: str, grade: Grade, enough: int) -> FoundRow:
    """A row as a share; below FEWEST of what counts it stays, and is held against the exact interval."""
    counted = share(hits, trials)
    words = f"{hits} of {trials} {of}, exact 95 % interval {counted.lower95:.2g} to {counted.upper95:.2g}"
    if enough < FEWEST:
        inside = counted.lower95 <= row.value <= counted.upper95
        agrees = f"agrees with {row.value:g}" if inside else f"CONTRADICTS the {row.value:g} of the row"
        said = f"{words}, {agrees}; too few to replace it, the row stays"
        return FoundRow(row.row, of, trials, None, None, said, counted)
    doubt = Distribution.model_validate({"as": "beta", "hits": hits + 0.5, "misses": trials - hits + 0.5})
    made = Row(
        row=row.row,
        value=_figures(hits / trials),
        unit=row.unit,
        uncertain=doubt,
        grade=grade,
        source=source_of(cited, grade, words),
    )
    return FoundRow(row.row, of, trials, made, None, words, counted)
