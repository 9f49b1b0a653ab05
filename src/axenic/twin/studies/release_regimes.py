"""Release regimes: what each set of release tests does to time and cost, and on which plant it may be used at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from axenic.asepsis.containment import objections
from axenic.library.shelf import shipped, take
from axenic.recipe.regime import Regime
from axenic.twin.figure import Figure
from axenic.twin.interval import difference
from axenic.twin.load import Loading
from axenic.twin.predict import run_all
from axenic.twin.report.report import Report
from axenic.twin.results import Results
from axenic.twin.scenario import Scenario
from axenic.twin.studies.study import Answer, Inquiry, at_load, by_figure, side_of
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
    tried = [_tried(inquiry, plant) for plant in plants]
    tables = tuple(t.table() for t in tried)

    def shows() -> Report:
        last = tried[-1]
        sides = tuple(side_of(n, s, r, last.loading) for n, (s, r) in last.runs.items())
        title = f"{last.scenario.recipe.recipe} on {last.scenario.plant.plant} under each testing regime"
        return Report(title, sides, tables=tables)

    return Answer("release-regimes", tables, shows=shows)


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """One plant under every regime that may be used on it: scenario and results by the regime's name."""

    scenario: Scenario
    loading: Loading
    runs: dict[str, tuple[Scenario, Results]]
    notes: list[str]

    def table(self) -> Table:
        title = f"SIMULATED: {self.scenario.recipe.recipe} on {self.scenario.plant.plant} under each testing regime"
        results = [found for _, found in self.runs.values()]
        seen = [(found, self.scenario.years) for found in results]
        plain = by_figure(title, list(self.runs), seen, FIGURES, [*self.notes, f"load: {self.loading.words()}"])
        sooner = [Figure.of(difference(results[0].figure(_TIME), r.figure(_TIME)).interval, "d") for r in results]
        return replace(plain, rows=(*plain.rows, ("days sooner than the recipe [d]", *sooner)))


def _tried(inquiry: Inquiry, plant: str) -> _Tried:
    scenario, loading = at_load(replace(inquiry.about(plant), regime=""), 0.8, inquiry.batches or _BATCHES)
    allowed, refused = _regimes(scenario)
    asked = {_OWN: scenario} | {r.regime: replace(scenario, regime=r) for r in allowed}
    results = run_all(list(asked.values()), inquiry.way)
    sources = [f"{r.regime}: {r.title} ({r.grade}: {r.source})" for r in allowed]
    runs = {name: (s, found) for (name, s), found in zip(asked.items(), results, strict=True)}
    return _Tried(scenario, loading, runs, [*refused, *sources])


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
