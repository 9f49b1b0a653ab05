"""From records to assumptions: durations and rows that are found in what was done, with how well a law holds them.

What a row is measured by is read from the effects of the assumptions below: where a phase kind keeps, sets or draws a
row, its readings of that measure are data for the row. Grade A is for records of real equipment; what simulated
equipment did is no evidence about the world, and its rows are D and say SIMULATED.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from axenic.assumption.assumption import Assumptions, Distribution, Lasting, Row
from axenic.assumption.distribution import Shape
from axenic.notation.sheet import Grade
from axenic.twin.fit import FEWEST, Fit, fit
from axenic.twin.laws import DURATIONS, EXPONENTIAL, LOGNORMAL, NORMAL, TRIANGULAR, Array, Bounds
from axenic.twin.observed import HOUR_MS, Kind, Observed, Readings
from axenic.twin.share import Counted, share

_Z95 = 1.6448536269514722
_MOST_NAMED = 3
_FIRST_SEEN = {"viability collected": ("receive", "viability"), "transduced": ("flow panel", "CAR+")}  # set by no phase
_NO_UNEVENNESS = "all data are equal"


@dataclass(frozen=True, slots=True)
class FoundDuration:
    """The durations of one phase kind, what is written of them (if anything), and what is to be said."""

    phase: str
    data: int
    left_out: dict[str, int]
    lasting: Lasting | None
    fit: Fit | None
    said: str


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


@dataclass(frozen=True, slots=True)
class Calibration:
    """The assumptions made of records, and everything that was found on the way."""

    assumptions: Assumptions
    durations: tuple[FoundDuration, ...]
    rows: tuple[FoundRow, ...]


def calibrated(
    observed: Observed, below: Assumptions, name: str, step: Callable[[str], None] = lambda _: None
) -> Calibration:
    """Assumptions to stand over those `below`; `step` hears what is being fitted."""
    cited = _cited(observed)
    grade = Grade.D if observed.simulated else Grade.A
    durations = []
    for phase, kind in observed.kinds.items():
        step(phase)
        durations.append(_duration(phase, kind, cited, grade))
    rows = []
    for row, places in _measured(below).items():
        step(row)
        rows.append(_row(below.row(row), places, observed, cited, grade))
    rows += _counted(observed, below, cited, grade)
    made = Assumptions(
        assumptions=name,
        version=1,
        over=below.assumptions,
        rows=tuple(r.made for r in rows if r.made is not None),
        lasting=tuple(d.lasting for d in durations if d.lasting is not None),
    )
    return Calibration(made, tuple(durations), tuple(r for r in rows if r.data))


def _cited(observed: Observed) -> str:
    named = ", ".join(o.title for o in observed.origins[:_MOST_NAMED])
    more = len(observed.origins) - _MOST_NAMED
    return named + (f" and {more} more" if more > 0 else "")


def _source(cited: str, grade: Grade, words: str) -> str:
    simulated = "; SIMULATED, no evidence about the world" if grade is Grade.D else ""
    return f"{cited}: {words}{simulated}"


# durations -----------------------------------------------------------------------------------------------------------


def _duration(phase: str, kind: Kind, cited: str, grade: Grade) -> FoundDuration:
    n, left_out = len(kind.hours), dict(kind.left_out)
    cut = f"; {kind.cut_short} cut short or mended are left out (censored)" if kind.cut_short else ""
    if n < FEWEST:
        said = f"{n} durations, fewer than {FEWEST}: the recipe's stays{cut}"
        return FoundDuration(phase, n, left_out, None, None, said)
    hours = np.frombuffer(kind.hours)
    found = fit(hours, DURATIONS) if hours.min() < hours.max() else None
    said = (_said(found) if found else _NO_UNEVENNESS) + cut
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
        source=_source(cited, grade, f"{n} durations; {said}"),
    )
    return FoundDuration(phase, n, left_out, lasting, found, said)


def _said(found: Fit) -> str:
    g = found.goodness
    verdict = f"{found.law.name} fits" if g.fits else f"no law fits, not even the nearest, {found.law.name}"
    tested = f" of {g.tested} drawn from them" if g.tested < len(found.data) else ""
    return f"{verdict} (KS {g.ks:.3f}, p {g.ks_p:.3f}; AD {g.ad:.2f}, p {g.ad_p:.3f}{tested})"


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


# rows ----------------------------------------------------------------------------------------------------------------


def _measured(below: Assumptions) -> dict[str, list[tuple[str, str]]]:
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


def _row(row: Row, places: Sequence[tuple[str, str]], observed: Observed, cited: str, grade: Grade) -> FoundRow:
    readings = _readings(places, observed)
    measured = "; ".join(f"{measure} of {phase}" for phase, measure in places)
    n = len(readings.values)
    if n - readings.beyond < FEWEST:
        said = f"{n - readings.beyond} readings, fewer than {FEWEST}: the row stays"
        return FoundRow(row.row, measured, n, None, None, said)
    bounds = _bounds(row, readings)
    found = _fitted(row, readings, bounds)
    said = _said(found) if found else _NO_UNEVENNESS
    if found is not None and not found.goodness.fits:
        said += "; middle and spread are those of the data"
    if readings.beyond:
        said += f"; {readings.beyond} beyond what can be measured"
    if readings.again:
        said += f"; {readings.again} more of the same batches do not count"
    if row.varies is not None:
        said += "; the spread includes that of the assay"
    words = f"{n} readings of {measured}; {said}"
    made = _made(row, found, readings, bounds, _source(cited, grade, words), grade)
    return FoundRow(row.row, measured, n, made, found, said)


def _bounds(row: Row, readings: Readings) -> tuple[float, float]:
    """What the row is cut to: as below, and wide enough for the data."""
    low, high = (row.varies.from_, row.varies.to) if row.varies else (-1e300, 1e300)
    return min(low, min(readings.values)), max(high, max(readings.values))


def _fitted(row: Row, readings: Readings, bounds: tuple[float, float]) -> Fit | None:
    data = np.frombuffer(readings.values)
    if data.min() == data.max():
        return None
    low = max(bounds[0], readings.below) if readings.beyond else bounds[0]
    high = min(bounds[1], readings.above or math.inf)
    logarithmic = row.varies is not None and row.varies.as_ is Shape.LOGNORMAL
    if low <= 0 and logarithmic:
        low = float(data[data > 0].min())  # a nought lies below what can be told from nothing
    laws = (LOGNORMAL, NORMAL) if logarithmic else (NORMAL, LOGNORMAL) if data.min() > 0 else (NORMAL,)
    return fit(data, laws, Bounds(low, high))


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


# shares --------------------------------------------------------------------------------------------------------------


def _counted(observed: Observed, below: Assumptions, cited: str, grade: Grade) -> list[FoundRow]:
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
        source=_source(cited, grade, words),
    )
    return FoundRow(row.row, of, trials, made, None, words, counted)
