"""Scale and fragility: manual scale-out against robotic scale-out from 10 to 10,000 batches a year.

Manual plants grow by suites. Robotic ones grow by reactors, up to 36 under one roof, and then by clusters. Modules are
independent but for the lots of what they all use. What a rare common cause does is found by making it frequent: the
losses it adds are divided by the number of times it happened, and its own rate says how often that is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from axenic.twin.experiment import Series, run_series
from axenic.twin.figure import Figure
from axenic.twin.interval import difference
from axenic.twin.predict import run_all
from axenic.twin.question import BUSY, Question
from axenic.twin.report.report import Curve, Report, Side
from axenic.twin.results import Results
from axenic.twin.scenario import Scenario
from axenic.twin.site import Site
from axenic.twin.sized import sized
from axenic.twin.studies.study import Answer, Inquiry, by_figure
from axenic.twin.table import Cell, Table

SCALES = (10, 100, 1_000, 10_000)
FIGURES = (
    "failure.all",
    "failure.contamination",
    "fragility.clustering",
    "fragility.worst_week",
    "late.wait_p95",
    "late.release_p95",
    "interactions.passages",
    "interactions.cycles",
    "interactions.carried",
    "operators.hours",
    "operators.rota",
    "cost.full",
)
CURVES = (
    "failure.all",
    "failure.contamination",
    "fragility.clustering",
    "fragility.worst_week",
    "late.release_p95",
    "interactions.passages",
    "operators.rota",
    "cost.full",
)
"""The figures that a report draws over the scale."""

SHOWN = 1_000
REPS = {10: 40, 100: 16, 1_000: 6, 10_000: 4}  # of a year each: many small sites, few large ones
STRESS = {10: 40, 100: 10, 1_000: 4, 10_000: 3}
_MOST_REACTORS, _LEAST_REACTORS = 36, 2
_EXCURSION, _LOT, _LOT_DAYS = "zone excursion", "bad lot", "days a lot is used"
_OFTEN = {_EXCURSION: 12.0, _LOT: 0.8}
_YEAR_D = 365


@dataclass(frozen=True, slots=True)
class Grown:
    """One way of growing at one scale, with what was simulated of it."""

    scale: int
    site: Site
    plain: Results
    stressed: Mapping[str, Results]


def answer(inquiry: Inquiry) -> Answer:
    """Both ways of growing at every scale: rates, swarms, lateness, hands, and what one common cause does."""
    asked: list[tuple[int, Site]] = []
    for scale in SCALES:
        asked += [(scale, suites(inquiry.about(inquiry.baseline), scale)), (scale, clusters(inquiry.question, scale))]
    grown = _simulated(inquiry, asked)
    tables = [_table(grown[n : n + 2]) for n in range(0, len(grown), 2)]
    tables.append(_causes(grown))
    return Answer("scale-and-fragility", tuple(tables), shows=lambda: _shown(grown, tables, inquiry))


def suites(question: Question, scale: int) -> Site:
    """So many of the plant as it is that none is ordered more than 80 % of what it can do."""
    scenario, loading = replace(question, demand=None).scenario()
    return _site(scenario, scale, math.ceil(scale / (BUSY * loading.capacity) - 1e-9))


def clusters(question: Question, scale: int) -> Site:
    """As few clusters as can be, each as small as can be, with at most 36 reactors."""
    scenario, loading = replace(question, demand=None).scenario()
    facility = scenario.plant.facility
    own = next(u.count for u in scenario.plant.units if facility is not None and u.unit == facility.reactor.unit)
    needed = math.ceil(scale / (BUSY * loading.capacity / own) - 1e-9)
    modules = math.ceil(needed / _MOST_REACTORS)
    each = max(_LEAST_REACTORS, math.ceil(needed / modules))
    return _site(replace(scenario, plant=sized(scenario.plant, each)), scale, modules)


def _site(scenario: Scenario, scale: int, modules: int) -> Site:
    return Site(replace(scenario, demand=float(scale), years=1.0), max(1, modules))


def _simulated(inquiry: Inquiry, asked: list[tuple[int, Site]]) -> list[Grown]:
    way, found, done, weight = inquiry.way, list[Grown](), 0.0, sum(s * (REPS[s] + 2 * STRESS[s]) for s, _ in asked)
    quiet = replace(way, progress=None)
    for scale, site in asked:
        (plain,) = run_all([site], quiet, REPS[scale])
        stressed = {}
        for row, often in _OFTEN.items():
            (stressed[row],) = run_all([_with(site, row, often)], quiet, STRESS[scale])
        found.append(Grown(scale, site, plain, stressed))
        done += scale * (REPS[scale] + 2 * STRESS[scale])
        if way.progress is not None:
            way.progress(round(done), round(weight), math.nan)
    return found


def _with(site: Site, row: str, value: float) -> Site:
    return Site(replace(site.scenario.changed({row: value}), remakes=False), site.modules)


def _table(pair: list[Grown]) -> Table:
    scale = pair[0].scale
    title = f"SIMULATED: {scale:,} batches a year, {REPS[scale]} replications of a year, no module above 80 % load"
    notes = (
        "clustering: variance over mean of losses in 14 days, 1 if each comes alone; lateness: 95 % are shorter",
        "every module is simulated; modules share lots and nothing else",
    )
    return by_figure(title, [_shape(g) for g in pair], [(g.plain, 1.0) for g in pair], FIGURES, notes)


def _shape(g: Grown) -> str:
    return f"{g.site.modules} x {g.site.scenario.plant.plant}"


def _causes(grown: list[Grown]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for g in grown:
        known = {r.row: r.value for r in g.site.scenario.assumptions.rows}
        zones = len(g.site.scenario.plant.zones) * g.site.modules
        lots = _YEAR_D / known[_LOT_DAYS]
        excursion, lot = (_each(g, row, n) for row, n in ((_EXCURSION, zones), (_LOT, lots)))
        often = (known[_EXCURSION] * zones, known[_LOT] * lots)
        rows.append((f"{g.scale:,}", _shape(g), f"{often[0]:.3g}", excursion, f"{often[1]:.3g}", lot))
    columns = (
        "batches a year",
        "modules",
        "excursions a year",
        "batches lost in each",
        "bad lots a year",
        "batches lost in each ",
    )
    notes = (
        f"found with {_OFTEN[_EXCURSION]:g} excursions a zone and year, {_OFTEN[_LOT]:.0%} of the lots bad; no remakes",
        "an excursion strikes one zone of one module; a bad lot strikes every module that uses it in its 14 days",
    )
    return Table.of("SIMULATED: what one common cause does at each scale", columns, rows, notes)


def _shown(grown: Sequence[Grown], tables: Sequence[Table], inquiry: Inquiry) -> Report:
    """The curves of both ways of growing, and one module of each as it is in a site of `SHOWN` batches a year."""
    ways = grown[0::2], grown[1::2]
    sides, seed = [], inquiry.way.seed
    for g in (g for way in ways for g in way if g.scale == SHOWN):
        whole, plant = g.site.scenario, g.site.scenario.plant.plant
        module = replace(whole, demand=whole.demand / g.site.modules)
        rows = run_series(Series(module, seed, 0, REPS[SHOWN]))
        name = plant if g.site.modules == 1 else f"one of {g.site.modules} {plant}"
        load = f"one of {g.site.modules} modules of a site of {SHOWN:,} batches a year"
        sides.append(Side.of(name, module, rows, seed, load=load))
    kinds = (inquiry.baseline, inquiry.question.plant)
    curves = tuple(_curve(kind, way, seed) for kind, way in zip(kinds, ways, strict=True))
    note = (
        f"Curves and the tables of scale are about whole sites. All other pictures show one module of each kind, as it "
        f"is in a site of {SHOWN:,} batches a year."
    )
    title = f"Scale and fragility: {kinds[0]} and {kinds[1]}"
    return Report(title, tuple(sides), curves=curves, tables=tuple(tables), note=note)


def _curve(kind: str, grown: Sequence[Grown], seed: int) -> Curve:
    figures = {f: tuple(g.plain.interval(f) for g in grown) for f in CURVES}
    return Curve(kind, tuple(float(g.scale) for g in grown), figures, seed, tuple(REPS[g.scale] for g in grown))


def _each(g: Grown, row: str, events_at_one: float) -> Figure:
    """Batches that one event adds to the losses: the paired difference over the events that were added."""
    more = g.stressed[row].figure("swarm.lost")
    plain = g.plain.figure("swarm.lost")[: len(more)]
    known = g.site.scenario.assumptions.value(row)
    events = (_OFTEN[row] - known) * events_at_one
    found = difference(more, plain).interval
    low = max(0.0, found.low) if np.isfinite(found.low) else found.low
    return Figure(found.mean / events, low / events, found.high / events, "batches")
