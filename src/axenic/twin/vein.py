"""Time from the decision to the infusion, in its parts: what is simulated, and what happens outside the plant.

The parts outside the plant vary from patient to patient as their rows say. They are not drawn but spread evenly over
their distribution, so that the same tally always gives the same figures.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

import numpy as np

from axenic.assumption.assumption import Assumptions
from axenic.assumption.distribution import quantile
from axenic.plant.facility import Facility
from axenic.recipe.recipe import Recipe
from axenic.twin.ends import MS_A_DAY, RELEASED
from axenic.twin.tally import Tally

Days = np.ndarray[Any, np.dtype[np.float64]]
_STEPS = 256
_GOLDEN = 1.1347241384015194  # root of x^6 = x + 1: the evenest sequence in five dimensions (Roberts 2018)
_STAGES = ("ordered", "begun", "filled", "tested", "disposed", "closed")
INSIDE = ("queue", "manufacture", "waiting", "qc", "review", "pack")
_BETWEEN = ("queue", "making", "qc", "review", "pack")
OUTSIDE = ("booking", "leukapheresis", "courier_in", "courier_out", "scheduling")


def parts(tally: Tally, facility: Facility, recipe: Recipe, assumptions: Assumptions) -> dict[str, Days]:
    """Days of each part for each released batch; `lost_attempts` is from a patient's first order to this one.

    Before it is filled, `manufacture` is what was done to the cells (phases, moves, cycles, with gowning and repairs)
    and `waiting` the rest: for units, carriers, persons, chambers, materials. A stage never reached takes no time.
    """
    rows = tally.batches
    good = rows[rows["outcome"] == RELEASED]
    stages = [good[_STAGES[0]]]
    for stage in _STAGES[1:]:
        stages.append(np.maximum(stages[-1], good[stage]))
    taken = dict(zip(_BETWEEN, itertools.pairwise(stages), strict=True))
    found = {name: (end - begin) / MS_A_DAY for name, (begin, end) in taken.items()}
    making = found.pop("making")
    found["manufacture"] = np.minimum(good["handled"] / MS_A_DAY, making)
    found["waiting"] = making - found["manufacture"]
    found["lost_attempts"] = (good["ordered"] - rows["ordered"][good["patient"]]) / MS_A_DAY
    for n, (name, row) in enumerate(_outside(facility, recipe)):
        found[name] = _evenly(assumptions, row, len(good), n) if row else np.zeros(len(good))
    return found


def _outside(facility: Facility, recipe: Recipe) -> tuple[tuple[str, str], ...]:
    """Each part outside the plant with its row; no row at the ward, where nothing travels."""
    fresh = "fresh" if recipe.starting_material.startswith("fresh") else "frozen"
    near = facility.at_the_ward
    rows = (
        "booking wait",
        "leukapheresis lasts",
        "" if near else f"courier in {fresh}",
        "" if near else "courier out",
        "scheduling and lymphodepletion",
    )
    return tuple(zip(OUTSIDE, rows, strict=True))


@lru_cache(maxsize=256)
def _table(shape: int, value: float, spread: float, low: float, high: float) -> Days:
    """The quantiles of a row at even shares."""
    return np.array([quantile(shape, value, spread, low, high, (k + 0.5) / _STEPS) for k in range(_STEPS)])


def _evenly(assumptions: Assumptions, row: str, count: int, place: int) -> Days:
    """Values spread evenly over how a row varies, in an order of its own for each place."""
    table = _table(*assumptions.row(row).numbers())
    shares = (0.5 + np.arange(count) * _GOLDEN ** -(place + 1)) % 1.0
    values: Days = table[(shares * _STEPS).astype("i8")]
    return values
