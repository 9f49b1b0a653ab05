"""The kernel beside an idiomatic SimPy model of the same full plant; a decade of Europe; two threads; do they agree?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from axenic.twin.books import books
from axenic.twin.kernel.image import Builder
from axenic.twin.kernel.model import Model, Orders, orders_of
from bench.agreement import Case, agreement, figures, simpy_rows
from bench.contest import contest, say, seconds_of
from bench.row import Row, rates, times
from bench.scale import Scale
from bench.simpy_parts import Row as Batch

HOURS = 28.0  # one batch every so many hours keeps the twelve reactors busy for about 79 %
DECADE = 100_000
BUDGET, AT_ONCE = 50.0, 1.9
SAME = "same recipe, plant, assumptions and distributions; reviewed to be how a SimPy user would write it"


def model_of(case: Case) -> Model:
    """The kernel's model of a case."""
    tables = books(case.programs, case.chambers, case.programs)
    return Model(Builder(case.recipe, case.plant, case.programs, case.risks, case.assumptions, tables).image())


def orders(case: Case) -> Orders:
    """The orders of a case as the kernel takes them."""
    stamps, dues = np.array(case.times), np.array(case.dues)
    return orders_of(stamps, dues, [f"AX-{n}" for n in range(len(stamps))])


def kernel_rows(case: Case, model: Model, seed: int) -> list[Batch]:
    """One replication of the kernel, as the comparison reads it."""
    tally, _ = model.run(orders(case), seed)
    names = ("ordered", "due", "disposed", "closed", "outcome", "cause")
    cycles = [sum(c.cycles for c in tally.chambers)] + [0] * (len(tally.batches) - 1)  # of all batches, told once
    pairs = zip(tally.batches, cycles, strict=True)
    return [Batch(**{name: int(r[name]) for name in names}, waited=-1, cycles=n) for r, n in pairs]


def _told(rows: list[Batch]) -> dict[str, float]:
    """The figures of a replication but for the wait, which the kernel's rows do not hold."""
    return {name: value for name, value in figures(rows).items() if not name.startswith("wait")}


def _speed(scale: Scale, case: Case, model: Model) -> list[Row]:
    few = Case.shipped("robotic-cluster", scale.batches, HOURS)
    many, ordered = orders(case), orders(few)
    simpy_rows(few, 1)
    contestants = {
        "kernel": lambda: seconds_of(lambda: model.run(many, 1)),
        "SimPy": lambda: seconds_of(lambda: simpy_rows(few, 1)),
    }
    found = contest("kernel", scale.rounds, contestants)
    mine = [len(case.times) / s for s in found["kernel"]]
    theirs = [len(ordered.times) / s for s in found["SimPy"]]
    row = rates("kernel, full CAR-T, one core", "batches/s", mine, "SimPy", theirs, 0, SAME)
    best = max(mine) / max(theirs)
    note = f"best round of each: {best:.0f}x; {SAME}"
    speed = Row(row.measure, row.unit, row.axenic, row.peer_name, row.peer, row.ratio, row.low, row.high)
    speed = Row(**(speed.to_data() | {"budget": f">= {BUDGET:g}x", "met": row.ratio >= BUDGET, "note": note}))
    seconds = [DECADE / rate for rate in mine]
    peer = [DECADE / rate for rate in theirs]
    text = "from the same rounds, by the batch; one replication, compiled code from the cache"
    return [speed, times("100,000 batches of the full recipe", "s", seconds, "SimPy", peer, 2.0, text)]


def _threads(scale: Scale, case: Case, model: Model) -> Row:
    ordered = orders(case)
    with ThreadPoolExecutor(2) as pool:
        contestants = {
            "two threads": lambda: seconds_of(lambda: list(pool.map(lambda seed: model.run(ordered, seed), (1, 2)))),
            "one": lambda: seconds_of(lambda: [model.run(ordered, seed) for seed in (1, 2)]),
        }
        found = contest("two threads", 2 * scale.rounds, contestants)
    mine, theirs = ([2 * len(ordered.times) / s for s in found[name]] for name in ("two threads", "one"))
    row = rates("kernel, two threads", "batches/s", mine, "one thread", theirs)
    best = max(mine) / max(theirs)
    note = f"best round of each: {best:.2f}x, which the budget is about: a busy second core slows the two threads only"
    return Row(**(row.to_data() | {"budget": f">= {AT_ONCE:g}x", "met": best >= AT_ONCE, "note": note}))


def _agreed(scale: Scale) -> Row:
    case = Case.shipped("robotic-cluster", 60, 24.0)
    model, seeds = model_of(case), scale.rounds * 8
    say(f"agreement: {seeds} replications of 60 batches of each")
    mine = [_told(kernel_rows(case, model, seed)) for seed in range(101, 101 + seeds)]
    theirs = [_told(simpy_rows(case, seed)) for seed in range(1, 1 + seeds)]
    found = agreement(mine, theirs)
    apart = ", ".join(r.quantity for r in found if not r.agrees) or "none apart"
    agree, share = sum(r.agrees for r in found), sum(r.agrees for r in found) / len(found)
    note = f"Welch intervals of 95 %, so one in twenty is expected apart; {apart}"
    return Row("kernel and SimPy agree", "quantities", agree, "all", len(found), share, share, share, note=note)


def measure(scale: Scale) -> list[Row]:
    """All rows of the kernel."""
    case = Case.shipped("robotic-cluster", 40 * scale.batches, HOURS)
    model = model_of(case)
    model.run(orders(Case.shipped("robotic-cluster", 2, HOURS)), 1)
    return [*_speed(scale, case, model), _threads(scale, case, model), _agreed(scale)]
