"""Tallies made by hand, so that every figure of them can be worked out on paper."""

from __future__ import annotations

from functools import cache

import numpy as np

from axenic.assumption.assumption import Assumptions
from axenic.library.shelf import default, take
from axenic.plant.plant import MoverKind, Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.tally import BATCH, Carriers, Chambers, Phases, Tally, Units

DAY, HOUR, YEAR = 86_400_000, 3_600_000, 365 * 86_400_000
PER_BATCH = {
    "receive": 1,
    "thaw": 1,
    "wash": 1,
    "select": 1,
    "activate": 1,
    "transduce": 1,
    "wash vector": 1,
    "inoculate": 1,
    "culture": 7,
    "sample": 7,
    "feed": 3,
    "remove beads": 1,
    "harvest": 1,
    "formulate": 1,
    "fill": 1,
    "freeze": 1,
    "store": 1,
    "pack": 1,
    "flow panel": 4,
    "sterility test": 1,
    "review": 1,
}


def shelf(model, name):
    loaded = take(model, name)
    assert loaded.value is not None, [str(f) for f in loaded.findings]
    return loaded.value


@cache
def given(plant: str = "manual-suite", recipe: str = "car-t-9-day"):
    """Plant, recipe and the default assumptions."""
    return shelf(Plant, plant), shelf(Recipe, recipe), default(Assumptions)


def rows(released: int, lost: int = 0, going: int = 0, cause: int = 1, years: float = 1.0):
    """Batches one after the other over the span: a day of queue, 12 of making, 7 of tests, one of review, one of pack.

    Of the 12 days 10 are work. A lost batch has worked half as long as a released one and was tested; one still going
    has worked as long as it.
    """
    number = released + lost + going
    found = np.zeros(number, BATCH)
    start = (np.arange(number) * (years * YEAR * 0.8 / max(1, number))).astype("i8")
    for name, day in (("ordered", 0), ("begun", 1), ("filled", 13), ("tested", 20), ("disposed", 21), ("closed", 22)):
        found[name] = start + day * DAY
    found["outcome"] = [1] * released + [2] * lost + [0] * going
    found["cause"] = [0] * released + [cause] * lost + [0] * going
    found["patient"], found["attempt"] = np.arange(number), 1
    found["worked"] = [10 * DAY] * released + [5 * DAY] * (lost + going)
    found["handled"] = found["worked"]
    found["risk"] = 1e-4
    for name in ("tested", "disposed", "closed"):
        found[name][released + lost :] = -1
    return found


def tally_of(batches, plant: Plant, years: float = 1.0, done: dict[str, int] | None = None) -> Tally:
    """A tally in which every batch went through every phase, unless `done` says how often each kind was done."""
    number = len(batches)
    done = {kind: n * number for kind, n in PER_BATCH.items()} if done is None else done
    span = round(years * YEAR)
    return Tally(
        batches=batches,
        phases=tuple(Phases(kind, n, n * HOUR) for kind, n in done.items()),
        units=tuple(Units(u.unit, u.count, u.count * span // 4, 10) for u in plant.units),
        carriers=tuple(Carriers(m.mover, m.kind is MoverKind.PERSON, m.count, span // 10, 60) for m in plant.movers),
        chambers=tuple(Chambers(i.interface, 20, 1, span // 20) for i in plant.interfaces if i.program),
        passages=(0,),
        span_ms=span,
    )
