"""The twin in a notebook: the same answers as on the command line, as objects that print as tables.

Everything that cannot be answered raises `Unanswerable`, whose `findings` say what, why and how to mend it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from axenic.twin.comparison import Comparison
from axenic.twin.crew import Crew
from axenic.twin.predict import SHARED, Way, predict, predict_together
from axenic.twin.prediction import Prediction
from axenic.twin.question import RECIPE, Question
from axenic.twin.studies.study import REPS, Answer, Inquiry, run_study

Changes = Mapping[str, float]


def simulate(
    recipe: str = RECIPE,
    plant: str = "robotic-cluster",
    *,
    demand: float | None = None,
    years: float | None = None,
    reps: int = 8,
    seed: int = 1,
    regime: str = "",
    assumptions: str = "default",
    changes: Changes | None = None,
    precision: float = 0.0,
    shares: bool = False,
    anyway: bool = False,
) -> Prediction:
    """What a recipe on a plant costs, loses, yields and takes, each with its interval; `changes` are rows by name."""
    question = Question(plant, recipe, demand, years, regime, assumptions, _changes(changes))
    with _crew() as crew:
        scenario, loading = question.scenario(anyway)
        return predict(scenario, loading, Way(reps, seed, precision, SHARED if shares else (), crew))


def compare(
    baseline: str = "manual-suite",
    proposed: str = "robotic-cluster",
    *,
    recipe: str = RECIPE,
    batches: int = 1000,
    demand: float | None = None,
    reps: int = 8,
    seed: int = 1,
    regime: str = "",
    assumptions: str = "default",
    changes: Changes | None = None,
) -> Comparison:
    """Two plants, replication by replication under the same seeds; without a demand each at 80 % of its capacity."""
    asked = []
    for plant in (baseline, proposed):
        question = Question(plant, recipe, demand, None, regime, assumptions, _changes(changes))
        scenario, loading = question.scenario()
        asked.append((replace(scenario, years=batches / scenario.demand), loading))
    with _crew() as crew:
        return Comparison(*predict_together(asked, Way(reps, seed, crew=crew)))


def sweep(
    name: str,
    values: Sequence[float],
    *,
    plant: str = "robotic-cluster",
    recipe: str = RECIPE,
    figure: str = "",
    demand: float | None = None,
    reps: int = 8,
    seed: int = 1,
) -> Answer:
    """Figures at each value of a row, of the `reactors` or of a line of units (`unit:wash`)."""
    several = f"{name}={','.join(f'{v:g}' for v in values)},"
    with _crew() as crew:
        asked = Inquiry(Question(plant, recipe, demand), Way(reps, seed, crew=crew), figure=figure, sweeps=(several,))
        return run_study("sweep", asked)


def study(
    name: str,
    *,
    plant: str = "robotic-cluster",
    baseline: str = "manual-suite",
    recipe: str = RECIPE,
    figure: str = "",
    limit: float | None = None,
    demand: float | None = None,
    batches: int = 0,
    reps: int = 0,
    seed: int = 1,
) -> Answer:
    """The answer of a study by its name; `axenic study` lists them."""
    with _crew() as crew:
        way = Way(reps or REPS.get(name, 8), seed, crew=crew)
        asked = Inquiry(Question(plant, recipe, demand), way, baseline, figure, batches, limit)
        return run_study(name, asked)


def _changes(changes: Changes | None) -> tuple[str, ...]:
    return tuple(f"{name}={value!r}" for name, value in (changes or {}).items())


def _crew() -> Crew:
    return Crew.threads(os.cpu_count() or 1)
