"""Offered load: what a demand asks of each resource of a plant, before anything long is simulated.

A pilot of batches that go through one after the other tells how long each takes of every resource. Lines that can do
the same stand together as one resource, as do chambers on the same way and carriers of the same zones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from axenic.control.facts import BatchOrdered
from axenic.plant.plant import Plant, Span
from axenic.plant.shift import WEEK_MS, duty
from axenic.twin.ends import DAYS_A_YEAR, MS_A_DAY, RELEASED
from axenic.twin.figure import Figure
from axenic.twin.kernel.model import orders_of
from axenic.twin.scenario import BEGIN, Scenario
from axenic.twin.tally import Tally

_PILOT, _APART_MS, _DUE_MS = 40, 40 * MS_A_DAY, 30 * MS_A_DAY
PILOT_SEED = 0
_HOUR_MS = 3_600_000
_HOURS_A_YEAR = 24 * DAYS_A_YEAR
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Load:
    """One resource: how many there are (persons by their share of the week on duty), and hours for each batch."""

    kind: str  # unit, carrier or chamber
    resource: str
    count: float
    hours: float
    share: float

    @property
    def capacity(self) -> float:
        """Batches a year if it never waited."""
        return self.count * _HOURS_A_YEAR / self.hours

    def to_data(self) -> dict[str, Any]:
        """As JSON has it."""
        hours, share = _of_one_run(round(self.hours, 3), "h/batch"), _of_one_run(self.share, "1")
        return {"resource": self.resource, "kind": self.kind, "count": self.count, "hours": hours, "share": share}


@dataclass(frozen=True, slots=True)
class Loading:
    """The loads at a demand (batches a year), the busiest first; waiting and shifts make the real capacity lower."""

    demand: float
    loads: tuple[Load, ...]
    released: int

    @property
    def busiest(self) -> Load:
        """The resource that is used up first."""
        return self.loads[0]

    @property
    def capacity(self) -> float:
        """Batches a year at which the busiest resource is used without a pause: an upper bound."""
        return self.busiest.capacity

    @property
    def overloaded(self) -> bool:
        """Whether the queue would grow without end."""
        return self.busiest.share >= 1

    def at(self, demand: float) -> Loading:
        """The same plant at another demand."""
        loads = tuple(Load(x.kind, x.resource, x.count, x.hours, demand / x.capacity) for x in self.loads)
        return Loading(demand, loads, self.released)

    def words(self) -> str:
        """One sentence of what is busy."""
        b = self.busiest
        text = f"{self.demand:,.4g} batches a year take {b.share:.0%} of {b.kind} {b.resource} ({b.count:g} x"
        return f"{text} {b.hours:.3g} h for each batch); at most {self.capacity:,.0f} a year, less for waiting"

    def to_data(self) -> dict[str, Any]:
        """As JSON has it; a pilot is one run, so of its figures the ends are not known."""
        capacity = _of_one_run(self.capacity, "batches/year")
        rows = [x.to_data() for x in self.loads]
        return {"demand": self.demand, "capacity": capacity, "overloaded": self.overloaded, "resources": rows}


def _of_one_run(value: float, unit: str) -> dict[str, Any]:
    return Figure(value, -math.inf, math.inf, unit).to_data()


def load(scenario: Scenario) -> Loading:
    """The load of a scenario's demand; raises ValueError if the plant cannot be simulated or nothing is ever used."""
    return loading_of(pilot(scenario), scenario.plant, scenario.demand)


def pilot(scenario: Scenario) -> Tally:
    """A few batches, each alone in the plant."""
    times = np.array([o.at for o in pilot_orders(scenario)], dtype=np.int64)
    tally, _ = scenario.model.run(orders_of(times, times + _DUE_MS, [f"P{n}" for n in range(_PILOT)]), PILOT_SEED)
    return tally


def pilot_orders(scenario: Scenario) -> tuple[BatchOrdered, ...]:
    """The batches of a pilot, so far apart that each is alone."""
    times = (BEGIN + n * _APART_MS for n in range(_PILOT))
    return tuple(BatchOrdered(at, f"P{n}", f"P{n}", scenario.recipe.recipe, at + _DUE_MS) for n, at in enumerate(times))


def loading_of(tally: Tally, plant: Plant, demand: float) -> Loading:
    """The loads of a demand from the tally of a pilot; raises ValueError if no resource was ever used."""
    batches = len(tally.batches)
    found = [*_units(tally, plant), *_carriers(tally, plant), *_chambers(tally, plant)]
    used = [(kind, name, count, ms / _HOUR_MS / batches) for kind, name, count, ms in found if ms > 0 and count > 0]
    if not used:
        raise ValueError(f"{plant.plant}: a pilot of {batches} batches used no resource at all: nothing can be done")
    loads = sorted((Load(*line, 0.0) for line in used), key=lambda x: (x.capacity, x.resource))
    released = int((tally.batches["outcome"] == RELEASED).sum())
    return Loading(demand, tuple(loads), released).at(demand)


def _pools(lines: Iterable[Line], key: Callable[[Line], Any]) -> list[list[Line]]:
    pools: dict[Any, list[Line]] = {}
    for line in lines:
        pools.setdefault(key(line), []).append(line)
    return list(pools.values())


def _units(tally: Tally, plant: Plant) -> Iterable[tuple[str, str, float, float]]:
    done = {u.unit: u for u in tally.units}
    for pool in _pools((u for u in plant.units if not u.shared), lambda u: frozenset(u.can)):
        cleared = sum(done[u.unit].changeovers * _mean(u.changeover.lasts) for u in pool if u.changeover)
        taken = sum(done[u.unit].taken_ms for u in pool) + cleared
        yield "unit", " + ".join(u.unit for u in pool), float(sum(u.count for u in pool)), taken


def _carriers(tally: Tally, plant: Plant) -> Iterable[tuple[str, str, float, float]]:
    busy = {c.mover: c.busy_ms for c in tally.carriers}
    for pool in _pools(plant.movers, lambda m: (m.kind, frozenset(m.zones))):
        count = sum(m.count * sum(e - b for b, e in duty(m.shifts) or ((0, WEEK_MS),)) / WEEK_MS for m in pool)
        yield "carrier", " + ".join(m.mover for m in pool), count, sum(busy[m.mover] for m in pool)


def _chambers(tally: Tally, plant: Plant) -> Iterable[tuple[str, str, float, float]]:
    busy = {c.interface: c.busy_ms for c in tally.chambers}
    proving = (i for i in plant.interfaces if i.program)
    for pool in _pools(proving, lambda i: (i.outer, i.inner, i.barrier, i.program)):
        names = [i.interface for i in pool]
        yield "chamber", " + ".join(names), float(len(pool)), sum(busy[n] for n in names)


def _mean(span: Span) -> float:
    return (span.least + span.usual + span.most) / 3
