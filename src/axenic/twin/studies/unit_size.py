"""Unit size: the same plant with few reactors or many, each at the same load."""

from __future__ import annotations

from dataclasses import replace

from axenic.twin.predict import run_all
from axenic.twin.studies.study import Inquiry, Report, at_load, figure_of
from axenic.twin.table import Cell, Table

SIZES = (2, 4, 8, 16, 36)
FIGURES = (
    "doses.year",
    "cost.full",
    "cost.conversion",
    "throughput.module",
    "throughput.building",
    "time_to_vein.mean",
    "time_to_vein.queue",
    "failure.all",
    "operators.rota",
    "fragility.worst_share",
)
_BATCHES = 300


def answer(inquiry: Inquiry) -> Report:
    """Every figure by the number of reactors; how a plant is made larger or smaller stands in `twin.sized`."""
    whole, loading = at_load(replace(inquiry.question, demand=None), 0.8, inquiry.batches or _BATCHES)
    changes = inquiry.question.changes
    asked = []
    for size in SIZES:
        question = replace(inquiry.question, demand=None, changes=(*changes, f"reactors={size}"))
        asked.append(at_load(question, 0.8, inquiry.batches or _BATCHES))
    results = run_all([scenario for scenario, _ in asked], inquiry.way)
    rows: list[tuple[Cell, ...]] = []
    for size, (scenario, load), found in zip(SIZES, asked, results, strict=True):
        rows.append((str(size), f"{scenario.demand:,.0f}", load.busiest.resource, *(figure_of(found, f) for f in FIGURES)))
    title = f"SIMULATED: {whole.recipe.recipe} on {whole.plant.plant} in other sizes, each at 80 % of its capacity"
    notes = (
        "units, movers, floors and purchases follow the reactors: rounded up, floors to half at least",
        f"the plant as it is: {loading.words()}",
    )
    return Report("unit-size", (Table.of(title, ("reactors", "ordered a year", "busiest", *FIGURES), rows, notes),))
