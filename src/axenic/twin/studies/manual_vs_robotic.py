"""Manual against robotic: at equal loads, and a robot well used against a suite that is not."""

from __future__ import annotations

from dataclasses import replace

from axenic.twin.comparison import Comparison
from axenic.twin.predict import predict_together
from axenic.twin.report.report import Report
from axenic.twin.studies.study import Answer, Inquiry, at_load
from axenic.twin.table import Cell, Table

LOADS = ((0.8, 0.8), (0.5, 0.5), (0.3, 0.3), (0.3, 0.8))
_BATCHES = 400


def answer(inquiry: Inquiry) -> Answer:
    """What is cheaper, faster and safer, by how well each plant is used."""
    rows: list[tuple[Cell, ...]] = []
    first: Comparison | None = None
    missed: tuple[str, ...] = ()
    for loads in LOADS if inquiry.question.demand is None else ((0.0, 0.0),):
        found = _compared(inquiry, loads)
        first = first or found
        missed += found.missed
        rows.append(_row(found))
    assert first is not None
    less = ("less in full [1]", "less to convert [1]", "less labour [1]", "less hours [1]")
    columns = ("load", "full cost [USD]", "proposed [USD]", *less, "failures, ratio", "time to vein, less [d]")
    names = [first.baseline.scenario.plant.plant, first.proposed.scenario.plant.plant]
    title = f"SIMULATED: {names[1]} instead of {names[0]}, USD for each released dose, by how well each is used"
    notes = ("a reduction says nothing without its denominator and the load of the plant it is held against",)
    by_load = Table.of(title, columns, rows, notes)
    shown = first

    def shows() -> Report:
        return replace(shown.to_report(), tables=(by_load,))

    data = {"comparison": first.to_data()}
    return Answer("manual-vs-robotic", (by_load, first.table()), data, shows=shows, missed=missed)


def _compared(inquiry: Inquiry, loads: tuple[float, float]) -> Comparison:
    plants = (inquiry.baseline, inquiry.question.plant)
    batches = inquiry.batches or _BATCHES
    asked = [at_load(inquiry.about(p), share, batches) for p, share in zip(plants, loads, strict=True)]
    return Comparison(*predict_together(asked, inquiry.way))


def _row(c: Comparison) -> tuple[Cell, ...]:
    old, new = c.baseline, c.proposed
    loads = f"{old.loading.busiest.share:.0%} and {new.loading.busiest.share:.0%}"
    sooner = c.difference("time_to_vein.mean")
    return (
        loads,
        old.figures["cost.full"],
        new.figures["cost.full"],
        *(c.reduction(n) for n in ("cost.full", "cost.conversion", "cost.labour", "labour.rota")),
        c.ratio("failure.all"),
        type(sooner)(-sooner.mean, -sooner.high, -sooner.low, sooner.unit),
    )
