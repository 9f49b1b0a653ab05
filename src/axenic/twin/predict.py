"""Predicting: replications of a scenario by a crew, as many as are wanted or as an interval takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path

import numpy as np

from axenic.notation.finding import Finding
from axenic.twin.campaign import Progress, run_campaign, runner
from axenic.twin.crew import Crew
from axenic.twin.experiment import Experiment, Figures, ReplicationError, Runner, Series
from axenic.twin.load import Loading
from axenic.twin.prediction import Prediction
from axenic.twin.question import Unanswerable
from axenic.twin.results import Provenance, Results
from axenic.twin.scenario import Scenario
from axenic.twin.sensitivity import Study
from axenic.twin.sobol import Scheme, Share, share_by_grade
from axenic.twin.stopping import Rule, Wanted, run_until

PRECISE = ("cost.full", "failure.all", "time_to_vein.mean")
"""The figures that a wanted precision is about."""

SHARED = ("cost.full", "failure.all")
"""The figures whose variance is told by grade of the inputs, if nothing else is asked."""

MOST_REPS = 400
"""Replications after which a wanted precision is given up, unless more are asked for."""

_SCHEME = Scheme(points=8, scrambles=3)
_LARGEST = 50_000_000  # batches in all; beyond it a run would take hours


@dataclass(frozen=True)
class Way:
    """How a prediction is made: replications under a seed, by a crew; `precision` is a relative half-width."""

    reps: int = 8
    seed: int = 1
    precision: float = 0.0
    shares: tuple[str, ...] = ()
    crew: Crew = field(default_factory=Crew.here)
    progress: Progress | None = None

    def __post_init__(self) -> None:
        found = []
        if not 1 <= self.reps <= 1_000_000:
            found.append(Finding("AX0711", f"{self.reps} replications cannot be run", "give --reps 1 to 1,000,000"))
        if not 0 <= self.precision < 1:
            found.append(
                Finding("AX0711", f"a precision of {self.precision:g} cannot be", "give --precision 0.01 or so")
            )
        if not 0 <= self.seed < 2**32:
            found.append(Finding("AX0711", f"the seed {self.seed} cannot be", "give --seed 0 to 4,294,967,295"))
        if found:
            raise Unanswerable(found)


def predict(scenario: Scenario, loading: Loading, way: Way) -> Prediction:
    """The prediction; raises Unanswerable if it would take hours, or if in a replication nothing could be told."""
    _affordable(scenario, way)
    try:
        results, missed = _replications(scenario, way)
        if np.isnan(results.figure("cost.full")).all():
            text = f"no dose was released in {way.reps} replications of {scenario.years:g} years"
            raise Unanswerable([Finding("AX0716", text, "simulate more --years or a higher --demand")])
        shares = dict(variance_shares(scenario, way))
    except ReplicationError as error:
        raise Unanswerable([Finding("AX0713", str(error), "mend what is named", scenario.plant.plant)]) from error
    return Prediction(scenario, loading, results, shares, missed, _SCHEME)


def _affordable(scenario: Scenario, way: Way) -> None:
    batches = scenario.demand * scenario.years * way.reps
    if batches > _LARGEST:
        text = f"{batches:,.0f} batches in all would take hours"
        hint = f"lower --demand, --years or --reps to {_LARGEST:,} batches in all"
        raise Unanswerable([Finding("AX0711", text, hint)])


def _replications(scenario: Scenario, way: Way) -> tuple[Results, tuple[str, ...]]:
    about = {scenario.assumptions.assumptions: str(scenario.assumptions.version)}
    if not way.precision:
        series = [Series(scenario, way.seed, 0, way.reps)]
        return run_campaign(series, way.crew, progress=way.progress, assumptions=about), ()
    wanted = [Wanted(f, relative=way.precision) for f in PRECISE]
    most = max(MOST_REPS, way.reps)
    rule = Rule(least=max(4, way.reps), batch=max(4, way.reps), most=most)
    stopped = run_until(scenario, way.seed, wanted, rule, _watched(way, most))
    provenance = Provenance(scenario.digest, way.seed, 0, len(stopped.rows))
    return Results(scenario.names, (provenance,), (stopped.rows,), about), stopped.missed


def _watched(way: Way, most: int) -> Runner:
    """A runner that tells of how many replications, at most, how many are done since it was made."""
    before = 0

    def told(done: int, _: int, __: float) -> None:
        if way.progress is not None:
            way.progress(before + done, most, nan)

    def run(series: Iterable[Series]) -> list[Figures]:
        nonlocal before
        found = list[Figures]()
        for one in series:
            found.extend(run_campaign([one], way.crew, progress=told).rows)
            before += one.count
        return found

    return run


def predict_together(asked: Sequence[tuple[Scenario, Loading]], way: Way) -> list[Prediction]:
    """A prediction for each scenario with its load, all over as many replications, so that they can be paired.

    Where a precision took more of them for one, the others get as many. Raises Unanswerable.
    """
    found = [predict(scenario, loading, way) for scenario, loading in asked]
    most = max(p.replications for p in found)
    return [p if p.replications == most else _longer(p, most, way) for p in found]


def _longer(found: Prediction, count: int, way: Way) -> Prediction:
    done = found.results.rows[0]
    more = run_campaign([Series(found.scenario, way.seed, len(done), count - len(done))], way.crew).rows[0]
    provenance = replace(found.results.provenance[0], count=count)
    return replace(
        found, results=replace(found.results, provenance=(provenance,), rows=(np.concatenate((done, more)),))
    )


def variance_shares(scenario: Scenario, way: Way) -> Iterable[tuple[str, tuple[Share, ...]]]:
    """For each figure of `way.shares`, its shares of variance by grade; all from the same runs, which are few."""
    kept = Remembering(way.crew)
    short = shortened(scenario)
    for figure in way.shares:
        study = Study(short.changed, scenario.assumptions, figure, way.seed, 1, runner=kept)
        yield figure, share_by_grade(study, _SCHEME)


def shortened(scenario: Scenario, batches: int = 150) -> Scenario:
    """The scenario over so few years that about so many batches are ordered: enough for a study of many points."""
    return replace(scenario, years=min(scenario.years, max(0.25, batches / scenario.demand)))


class Remembering:
    """A runner that does no series twice."""

    def __init__(self, crew: Crew) -> None:
        self._run, self._kept = runner(crew), dict[tuple[object, ...], Figures]()

    def __call__(self, series: Iterable[Series]) -> list[Figures]:
        """The figures of each series."""
        line = list(series)
        keys = [(s.experiment.digest, s.seed, s.first, s.count) for s in line]
        new = {k: s for k, s in zip(keys, line, strict=True) if k not in self._kept}
        if new:
            self._kept.update(zip(new, self._run(list(new.values())), strict=True))
        return [self._kept[k] for k in keys]


def run_all(experiments: Sequence[Experiment], way: Way, reps: int = 0) -> list[Results]:
    """The same replications of several experiments, which need not have the same figures; raises Unanswerable."""
    found, count = [], reps or way.reps
    for n, experiment in enumerate(experiments):
        try:
            found.append(run_campaign([Series(experiment, way.seed, 0, count)], way.crew))
        except ReplicationError as error:
            raise Unanswerable([Finding("AX0713", str(error), "mend what is named")]) from error
        if way.progress is not None:
            way.progress(n + 1, len(experiments), nan)
    return found


def write_parquet(predictions: Sequence[Prediction], path: Path) -> None:
    """All replications of all predictions in one file; raises ValueError for plants with different figures."""
    common = [n for n in predictions[0].results.names if all(n in p.results.names for p in predictions)]
    rows = tuple(np.column_stack([p.results.figure(n) for n in common]) for p in predictions)
    provenance = tuple(p.results.provenance[0] for p in predictions)
    Results(tuple(common), provenance, rows, predictions[0].results.assumptions).write_parquet(path)
