"""The tables of the report: in short, verdicts, all figures, where they come from, and the assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from math import isfinite

import axenic
from axenic.assumption.assumption import Distribution, Row
from axenic.assumption.claim import ClaimReading, Compare
from axenic.assumption.distribution import Form
from axenic.twin.claims import Estimate, WeighedClaim
from axenic.twin.interval import Interval
from axenic.twin.report.label import between, given, group_of, label_of, mean_of, scale_of, scaled, short
from axenic.twin.report.listing import Entry, Listing, Stamp
from axenic.twin.report.report import Report, Side

SHORT = (
    "cost.full",
    "cost.conversion",
    "failure.all",
    "failure.contamination",
    "time_to_vein.median",
    "time_to_vein.p90",
    "throughput.classified",
    "throughput.building",
    "operators.rota",
    "doses.year",
    "fragility.clustering",
    "patients.with_dose",
)
DIVIDED = (
    *("cost.", "labour.", "operators.hours", "operators.rota", "throughput.", "failure.all", "failure.contamination"),
    *("time_to_vein.mean", "time_to_vein.median", "time_to_vein.p90", "time_to_vein.queue", "time_to_vein.manufacture"),
    *("time_to_vein.waiting", "doses.year", "contamination.risk"),
)
"""Beginnings of the figures whose ratio is told."""

_APART = 2  # sides; of more the interval stands in the same column as the mean
_BEHIND = ("numpy", "numba", "scipy", "matplotlib", "typst")


def in_short(report: Report) -> Listing:
    """The figures that a meeting asks for first."""
    rows = [_figure_row(report, name, f"{group_of(name)}: {label_of(name)}") for name in SHORT]
    return _figures(report, "The main figures", rows, "")


def all_figures(report: Report) -> Listing:
    """Every figure of every side with its interval, under headings."""
    rows: list[tuple[Entry, ...]] = []
    for group, names in _grouped(report.names).items():
        rows.append((group,))
        rows += [_figure_row(report, name, f"{label_of(name)} · {name}") for name in names]
    note = (
        "A figure is “not defined” where no replication gave it (no dose was released, or the plant has no such part). "
        "“no end”: one replication alone says nothing about spread. “no spread” and “none seen”: every replication "
        "gave the same value, or zero. n is given where fewer replications gave the figure."
    )
    return _figures(report, "All figures", rows, note)


def _grouped(names: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(group_of(name), []).append(name)
    return groups


def _figures(report: Report, name: str, rows: list[tuple[Entry, ...]], note: str) -> Listing:
    level = f"{report.confidence * 100:g} %"
    head, widths = ["figure", "unit"], [3.1, 1.15]
    for side in report.sides:
        apart = len(report.sides) <= _APART
        head += (
            [f"{short(side.name, 40)}: mean", f"{level} interval"] if apart else [f"{short(side.name, 30)} ({level})"]
        )
        widths += [0.95, 1.6] if apart else [2.0]
    if report.paired:
        head.append("change, paired")
        widths.append(2.35)
    return Listing(name, tuple(head), tuple(rows), tuple(widths), frozenset(range(2, len(head))), note)


def _figure_row(report: Report, figure: str, label: str) -> tuple[Entry, ...]:
    factor, unit = scale_of(figure)
    cells: list[Entry] = [label, unit or "–"]
    for side in report.sides:
        found = scaled(report.interval(side, figure), factor)
        reach = _reach(found, len(side.rows))
        cells += [mean_of(found), reach] if len(report.sides) <= _APART else [f"{mean_of(found)} ({reach})"]
    if report.paired:
        change = scaled(report.change(figure), factor)
        cells.append(f"{mean_of(change)} ({between(change)})" if change.n else "not defined")
    return tuple(cells)


def ratios(report: Report) -> Listing:
    """The second side over the first, replication by replication, and the change in per cent."""
    rows: list[tuple[Entry, ...]] = []
    for group, names in _grouped(n for n in report.names if n.startswith(DIVIDED)).items():
        told = [_ratio(report, name) for name in names]
        if any(told):
            rows += [(group,), *(row for row in told if row)]
    level = f"{report.confidence * 100:g} % interval"
    old, new = (short(s.name, 40) for s in report.sides)
    head = ("figure", f"{new} over {old}", level, "change, %", f"{level}, %")
    note = (
        "Ratios of the means by Fieller's theorem, paired by replication. Left out: figures that are the same on both "
        "sides, that a side does not have, or that are too rarely seen for a ratio. A ratio says nothing without the "
        "load of both plants."
    )
    return Listing("Ratios, paired", head, tuple(rows), (3.6, 1.4, 1.6, 1.1, 1.6), frozenset({1, 2, 3, 4}), note)


def _ratio(report: Report, name: str) -> tuple[Entry, ...]:
    """The row of a figure; empty if there is nothing to tell."""
    found = report.ratio(name)
    if not isfinite(found.low) or not found.mean or found.low == found.high == 1:
        return ()
    change = Interval(found.mean * 100 - 100, found.low * 100 - 100, found.high * 100 - 100, found.n)
    sign = "+" if change.mean > 0 else ""
    return label_of(name), f"×{mean_of(found)}", between(found), f"{sign}{mean_of(change)}", between(change)


def _reach(found: Interval, count: int) -> str:
    if not found.n:
        return "–"
    return between(found) + (f" (n = {found.n})" if found.n < count else "")


def verdicts(claims: tuple[WeighedClaim, ...]) -> Listing:
    """Each claim with its readings and their verdicts."""
    rows: list[tuple[Entry, ...]] = []
    for one in claims:
        rows.append((f"{one.claim.text} (grade {one.claim.grade}): {one.words}",))
        for weighed in one.readings:
            reading = weighed.reading
            label = reading.denominator + (" (unlike sides)" if reading.unlike else "")
            rests = f"the row {reading.assumes} was set to the claim" if reading.assumes else ""
            note = "".join(f" – {text}" for text in (rests, reading.note) if text)
            rows.append((label + note, _wanted(reading), _computed(reading, weighed.value), Stamp(weighed.standing)))
        rows.append((f"Source: {one.claim.source}",))
    head = ("divided by, or read as", "the claim holds if", "computed", "verdict")
    return Listing("Verdicts on public claims", head, tuple(rows), (3.4, 1.4, 2.2, 1.2), frozenset({1, 2}))


_FORMS = {Compare.REDUCTION: ("", " %", 100.0), Compare.RATIO: ("×", "", 1.0)}  # before, behind, times


def _form(reading: ClaimReading) -> tuple[str, str, float]:
    return _FORMS.get(reading.compare, ("", f" {reading.unit}" if reading.unit != "1" else "", 1.0))


def _wanted(reading: ClaimReading) -> str:
    before, behind, times = _form(reading)
    low, high = (f"{before}{given(x * times)}{behind}" for x in (reading.from_, reading.to))
    if reading.from_ < -1e299:
        return f"at most {high}"
    if reading.to > 1e299:
        return f"at least {low}"
    return f"{given(reading.from_ * times)} to {high}"


def _computed(reading: ClaimReading, value: Estimate | None) -> str:
    if value is None:
        return "–"
    before, behind, times = _form(reading)
    found = scaled(Interval(*value, 0), times)
    return f"{before}{mean_of(found)}{behind} ({between(found)})"


def provenance(report: Report) -> Listing:
    """What each side was, and what it was run with."""
    sides = report.sides
    origins = [_origin(side) for side in sides]
    rows: list[tuple[Entry, ...]] = [(label, *(o[label] for o in origins)) for label in origins[0]]
    for note in dict.fromkeys(n for s in sides for n in s.scenario.notes):
        rows.append((note, *(s.scenario.notes.get(note, "–") for s in sides)))
    behind = ", ".join(f"{name} {version(name)}" for name in _BEHIND)
    note = (
        f"Run by axenic {axenic.__version__}, laid out with {behind}. All equipment, cells and patients are simulated."
    )
    head = ("", *(short(s.name, 60) for s in sides))
    return Listing("Where the figures come from", head, tuple(rows), (1.0, *(2.0 for _ in sides)), note=note)


def _origin(side: Side) -> dict[str, str]:
    scenario, last = side.scenario, side.first + len(side.rows) - 1
    recipe, plant, regime, known = scenario.recipe, scenario.plant, scenario.regime, scenario.assumptions
    return {
        "recipe": f"{recipe.recipe}, version {recipe.version}",
        "plant": f"{plant.plant}, version {plant.version}: {plant.title}",
        "testing regime": f"{regime.regime}, version {regime.version}: {regime.title}" if regime else "the recipe's",
        "batches ordered a year": given(scenario.demand),
        "load": side.load or "–",
        "years": given(scenario.years),
        "a lost batch is made again": "as the assumptions say" if scenario.remakes else "no",
        "assumptions": f"{known.assumptions}, version {known.version}",
        "seed": str(side.seed),
        "replications": f"{len(side.rows)} (numbers {side.first} to {last})",
        "digest of the scenario (SHA-256)": scenario.digest,
    }


def assumptions(report: Report) -> Listing:
    """Every row of the assumptions; a value for each side where they differ."""
    rows: dict[str, list[Row | None]] = {}
    for n, side in enumerate(report.sides):
        for row in side.scenario.assumptions.rows:
            rows.setdefault(row.row, [None] * len(report.sides))[n] = row
    told = tuple(_assumed(found) for found in rows.values())
    assumed = sum(row[3] == "D" for row in told)
    note = (
        f"{len(told)} rows, {assumed} of grade D. Grades: A read in its source, B computed from A, C remembered "
        "standard, "
        "D assumed. Uncertain: within what the value itself may lie; varies: from batch to batch."
    )
    head = ("row", "value", "unit", "grade", "uncertain, varies", "source")
    return Listing("Assumptions", head, told, (2.0, 1.1, 1.1, 0.55, 2.0, 3.6), frozenset({1}), note)


def _assumed(found: list[Row | None]) -> tuple[str, ...]:
    row = next(r for r in found if r is not None)
    values = dict.fromkeys("–" if r is None else given(r.value) for r in found)
    told = next(iter(values)) if len(values) == 1 else " | ".join("–" if r is None else given(r.value) for r in found)
    how = [f"{word} {_spread(what)}" for word, what in (("uncertain:", row.uncertain), ("varies:", row.varies)) if what]
    return row.row, told, row.unit.replace("m2", "m²"), str(row.grade), "; ".join(how), row.source


def _spread(what: Distribution) -> str:
    if what.as_ is Form.BETA:
        return f"beta, {what.hits:g} of {what.hits + what.misses:g}"
    bounds = f" {given(what.from_)} to {given(what.to)}" if what.from_ > -1e299 and what.to < 1e299 else ""
    spread = {Form.LOGNORMAL: f", error factor {what.error_factor:g}", Form.NORMAL: f", sd {what.sd:g}"}
    return f"{what.as_.name.lower()}{bounds}{spread.get(what.as_, '')}"
