"""Queues with known answers as recipes and plants: customers are batches, servers are units, nothing else takes time.

A customer leaves by a decision that rejects it, so that its last unit is free in the same millisecond; changeovers and
moves last 0 ms. Service times are drawn by the kernel, arrivals are keyed here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.library.shelf import default
from axenic.plant.plant import Changeover, Equipment, Mover, Plant, Span, Unit, Zone
from axenic.recipe.recipe import Operation, Phase, Recipe, Release, Review, Rule, Spread, Transfer, UnitProcedure
from axenic.twin.kernel.image import Builder
from axenic.twin.kernel.model import Model, Orders

HOUR = 3_600_000
BEGIN = 1_767_571_200_000
EVER = 1 << 52
GUESS = {"grade": "D", "source": "a queue with a known answer"}
NOTHING = {"least": 0, "usual": 0, "most": 0}


def exponential(mean: int) -> Spread:
    return Spread(least=0, usual=mean, most=EVER, shape="exponential", **GUESS)


def fixed(lasts: int) -> Spread:
    return Spread(least=lasts, usual=lasts, most=lasts, **GUESS)


def triangular(least: int, usual: int, most: int) -> Spread:
    return Spread(least=least, usual=usual, most=most, **GUESS)


@dataclass(frozen=True)
class Queue:
    """Lines of servers (name, how many, service time), and the way of every customer through them."""

    lines: tuple[tuple[str, int, Spread], ...]
    way: tuple[str, ...]

    def model(self) -> Model:
        return Model(Builder(_recipe(self), _plant(self), {}, _risks(), _assumptions(), {}).image())


@cache
def _risks() -> RiskTable:
    return default(RiskTable)


@cache
def _assumptions() -> Assumptions:
    return default(Assumptions)


def _recipe(queue: Queue) -> Recipe:
    lasts = {name: spread for name, _, spread in queue.lines}
    steps = []
    for n, name in enumerate(queue.way):
        leaves = (Rule(way="reject", when=("rounds >= 1 1",)),) if n == len(queue.way) - 1 else ()
        phase = Phase(phase=name, lasts=lasts[name], at_most=EVER)
        operation = Operation(operation="serve", phases=(phase,), decide=leaves, rounds=2)
        transfer = Transfer(within=EVER, **GUESS)
        steps.append(UnitProcedure(unit_procedure=f"{name} {n}", transfer=transfer, operations=(operation,)))
    review = Review(phase="review", after=(steps[-1].unit_procedure,), lasts=fixed(0), at_most=0)
    return Recipe(
        recipe="queue",
        version=1,
        title="queue",
        starting_material="cells",
        scope="autologous",
        hold_at_most=EVER,
        procedure=tuple(steps),
        release=Release(tests=(), review=review),
    )


def _plant(queue: Queue) -> Plant:
    changeover = Changeover(lasts=Span(**NOTHING, **GUESS), clean_for=EVER)
    units = [
        Unit(unit=name, kind="server", zone="hall", can=(name,), count=count, changeover=changeover)
        for name, count, _ in queue.lines
    ]
    robots = Mover(mover="robot", kind="robot", zones=("hall",), count=20, move=Span(**NOTHING, **GUESS))
    return Plant(
        plant="queue",
        version=1,
        title="queue",
        zones=(Zone(zone="hall", grade="A", qualification="PQ"),),
        units=tuple(units),
        movers=(robots,),
        faults=Equipment(mtbf=(1 << 53) - 1, repair=Span(**NOTHING, **GUESS), destroys_percent=0, **GUESS),
    )


def poisson(seed: int, replication: int, customers: int, mean_gap: float) -> np.ndarray:
    """Arrival times in milliseconds, keyed by seed and replication."""
    chance = np.random.Generator(np.random.Philox(key=[seed, replication]))
    return BEGIN + np.cumsum(chance.exponential(mean_gap, customers)).astype(np.int64)


def ordered(times: np.ndarray) -> Orders:
    """Customers served in order of arrival; their words are their numbers."""
    things = np.arange(len(times), dtype=np.int64)
    return Orders(np.column_stack([times, times + EVER]), np.column_stack([things, things]))


def waits(model: Model, seed: int, times: np.ndarray) -> np.ndarray:
    """Milliseconds from the arrival of each customer until its first service begins."""
    tally, _ = model.run(ordered(times), seed)
    return tally.batches["begun"] - tally.batches["ordered"]


def erlang_wait(servers: int, load: float, service: float) -> float:
    """Mean wait of M/M/c (Erlang C); `load` of each server."""
    offered = servers * load
    terms = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last) * service / (servers * (1 - load))


def mean_and_half(values: np.ndarray, quantile: float) -> tuple[float, float]:
    """The mean of replications and the half width of its interval with that t quantile."""
    return float(values.mean()), quantile * float(values.std(ddof=1)) / math.sqrt(len(values))
