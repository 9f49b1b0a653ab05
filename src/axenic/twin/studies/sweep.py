"""A sweep: figures at each of several values of a row, of the reactors or of a line of units."""

from __future__ import annotations

from axenic.notation.finding import Finding
from axenic.twin.figures import unit_of
from axenic.twin.load import load
from axenic.twin.predict import run_all
from axenic.twin.prediction import figure_of
from axenic.twin.question import Unanswerable, changed, overload
from axenic.twin.scenario import Scenario
from axenic.twin.studies.study import Answer, Inquiry, at_load, known_figure
from axenic.twin.table import Cell, Table

FIGURES = ("cost.full", "failure.all", "time_to_vein.mean", "time_to_vein.queue", "utilisation.reactor")
_BATCHES, _MOST = 300, 200


def answer(inquiry: Inquiry) -> Answer:
    """The figures at each value, all under the same seeds and the same demand."""
    name, values = _values(inquiry.sweeps)
    scenario, loading = at_load(inquiry.question, 0.8, inquiry.batches or _BATCHES, anyway=True)
    figures = (known_figure(inquiry.figure, scenario),) if inquiry.figure else FIGURES
    asked = [changed(scenario, (f"{name}={v}",)) for v in values]
    fit = [not load(s).overloaded for s in asked]
    results = iter(run_all([s for s, good in zip(asked, fit, strict=True) if good], inquiry.way))
    rows: list[tuple[Cell, ...]] = []
    for value, scenario_at, good in zip(values, asked, fit, strict=True):
        found = next(results) if good else None
        cells = [figure_of(found, f, scenario.years) for f in figures] if found else _none(scenario_at, figures)
        rows.append((value, *cells))
    title = f"SIMULATED: {scenario.recipe.recipe} on {scenario.plant.plant} for each {name}"
    heads = [f"{f} [{unit_of(f)}]" for f in figures]
    return Answer("sweep", (Table.of(title, (name, *heads), rows, (f"load: {loading.words()}",)),))


def _none(scenario: Scenario, figures: tuple[str, ...]) -> list[Cell]:
    words = overload(load(scenario), scenario.plant.plant).code
    return [f"overloaded ({words})", *[""] * (len(figures) - 1)]


def _values(sweeps: tuple[str, ...]) -> tuple[str, list[str]]:
    several = [s for s in sweeps if "," in s]
    if len(several) != 1:
        hint = 'write --set "reactors=4,8,12" or --set "vector=5000,15000"'
        raise Unanswerable([Finding("AX0711", "a sweep needs one --set with several values", hint)])
    name, _, text = several[0].rpartition("=")
    values = [v.strip() for v in text.split(",") if v.strip()]
    if not name or len(values) > _MOST:
        text = f"{several[0][:60]!r} is no sweep of at most {_MOST} values"
        raise Unanswerable([Finding("AX0711", text, 'write --set "name=1,2,3"')])
    return name.strip(), values
