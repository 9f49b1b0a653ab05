"""Unit size: the same plant with few reactors or many, each at the same load."""

from __future__ import annotations

from dataclasses import replace

from axenic.twin.predict import run_all
from axenic.twin.report.report import Report
from axenic.twin.studies.study import Answer, Inquiry, at_load, by_figure, side_of

SIZES = (2, 4, 8, 16, 36)
FIGURES = (
    "doses.year",
    "cost.full",
    "cost.conversion",
    "throughput.module",
    "throughput.building",
    "time_to_vein.mean",
    "time_to_vein.queue",
    "time_to_vein.waiting",
    "failure.all",
    "operators.rota",
    "fragility.worst_share",
)
_BATCHES = 300


def answer(inquiry: Inquiry) -> Answer:
    """Every figure by the number of reactors; how a plant is made larger or smaller stands in `twin.sized`."""
    whole, loading = at_load(replace(inquiry.question, demand=None), 0.8, inquiry.batches or _BATCHES)
    changes = inquiry.question.changes
    asked = []
    for size in SIZES:
        question = replace(inquiry.question, demand=None, changes=(*changes, f"reactors={size}"))
        asked.append(at_load(question, 0.8, inquiry.batches or _BATCHES))
    results = run_all([scenario for scenario, _ in asked], inquiry.way)
    title = f"SIMULATED: {whole.recipe.recipe} on {whole.plant.plant} in other sizes, each at 80 % of its capacity"
    notes = (
        "units, movers, floors and purchases follow the reactors: rounded up, spares kept, floors to half at least",
        *(f"{size} reactors: {load.words()}" for size, (_, load) in zip(SIZES, asked, strict=True)),
        f"the plant as it is: {loading.words()}",
    )
    names = [f"{size} reactors" for size in SIZES]
    seen = [(found, scenario.years) for found, (scenario, _) in zip(results, asked, strict=True)]
    table = by_figure(title, names, seen, FIGURES, notes)

    def shows() -> Report:
        sides = [side_of(n, s, r, load) for n, (s, load), r in zip(names, asked, results, strict=True)]
        return Report(f"{whole.plant.plant} in other sizes", tuple(sides), tables=(table,))

    return Answer("unit-size", (table,), shows=shows)
