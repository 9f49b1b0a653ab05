"""Release regimes: what each set of release tests does to time and cost, and on which plant it may be used at all."""

from __future__ import annotations

from dataclasses import replace

from axenic.asepsis.containment import objections
from axenic.library.shelf import shipped, take
from axenic.recipe.regime import Regime
from axenic.twin.figure import Figure
from axenic.twin.interval import difference
from axenic.twin.predict import run_all
from axenic.twin.scenario import Scenario
from axenic.twin.studies.study import Answer, Inquiry, at_load, by_figure
from axenic.twin.table import Table

FIGURES = (
    "time_to_vein.qc",
    "time_to_vein.mean",
    "time_to_vein.p90",
    "vein_to_vein.release",
    "cost.full",
    "failure.all",
)
_BATCHES, _TIME = 300, "time_to_vein.mean"
_OWN = "as the recipe says"


def answer(inquiry: Inquiry) -> Answer:
    """A table for each plant: the recipe's own tests first, then every shipped regime."""
    plants = dict.fromkeys((inquiry.baseline, inquiry.question.plant))
    return Answer("release-regimes", tuple(_table(inquiry, plant) for plant in plants))


def _table(inquiry: Inquiry, plant: str) -> Table:
    scenario, loading = at_load(replace(inquiry.about(plant), regime=""), 0.8, inquiry.batches or _BATCHES)
    allowed, refused = _regimes(scenario)
    results = run_all([scenario, *(replace(scenario, regime=r) for r in allowed)], inquiry.way)
    names = [_OWN, *(r.regime for r in allowed)]
    title = f"SIMULATED: {scenario.recipe.recipe} on {scenario.plant.plant} under each testing regime"
    sources = [f"{r.regime}: {r.title} ({r.grade}: {r.source})" for r in allowed]
    seen = [(found, scenario.years) for found in results]
    plain = by_figure(title, names, seen, FIGURES, [*refused, *sources, f"load: {loading.words()}"])
    sooner = [Figure.of(difference(results[0].figure(_TIME), r.figure(_TIME)).interval, "d") for r in results]
    return replace(plain, rows=(*plain.rows, ("days sooner than the recipe [d]", *sooner)))


def _regimes(scenario: Scenario) -> tuple[list[Regime], list[str]]:
    allowed, refused = [], []
    for name in shipped(Regime):
        regime = take(Regime, name).value
        if regime is None:
            continue
        against = objections(regime, scenario.recipe, scenario.plant)
        if against:
            refused.append(f"{name}: not allowed here: {against[0]}")
        else:
            allowed.append(regime)
    return allowed, refused
