"""The things of the SimPy peer: units, carriers, chambers, ways, steps, and the batch. Read once from recipe and plant.

Axenic's `Layout` is used to spell out stacks and to find ways, so that both models stand on the same floor.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import simpy

from axenic.plant.shift import time_of_week
from axenic.recipe.limit import LimitValue
from bench.simpy_pages import Cycles
from bench.simpy_patient import Draw, Effect, Patient
from bench.simpy_pool import Pick

FOREVER = 1 << 62
RELEASED, REJECTED = 1, 2  # as in the tally: rejected, or recalled after its release
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


class Row(NamedTuple):
    """What became of one batch; milliseconds. `cause`: a `Cause`; `waited`: for its place, until the cells began."""

    ordered: int
    due: int
    disposed: int
    closed: int
    outcome: int
    cause: int
    waited: int
    cycles: int


class Rejected(Exception):
    """The batch ends here, for a cause."""

    def __init__(self, cause: int) -> None:
        super().__init__(cause)
        self.cause = cause


class Barred(Exception):
    """A chamber could not be proven as often as it may be tried."""

    def __init__(self, chamber: Chamber) -> None:
        super().__init__(chamber.name)
        self.chamber = chamber


class Limit:
    """A limit ready to be held against a number."""

    __slots__ = ("_holds", "_value", "measure")

    def __init__(self, measure: str, limit: LimitValue) -> None:
        self.measure, self._holds, self._value = measure, _OPERATORS[limit.op], float(limit.value)

    def holds(self, value: float | None) -> bool:
        """True if there is a value on the right side."""
        return value is not None and self._holds(value, self._value)


@dataclass(slots=True, eq=False)
class Unit:
    """A unit; clean `until`, `used` since its last changeover."""

    name: str
    order: int
    zone: str
    attended_by: int
    closed: bool
    changeover: Draw
    clean_for: int
    until: float = FOREVER
    used: bool = False
    pool: Any = None


@dataclass(slots=True, eq=False)
class Carrier:
    """A robot or a person; `gowned`: until when the gown is good."""

    order: int
    zones: tuple[str, ...]
    person: bool
    move: Draw
    duties: tuple[tuple[int, int], ...]
    gown: Draw | None
    gown_for: int
    gowned: float = -1

    def on_duty(self, now: float) -> bool:
        """True if it works now."""
        if not self.duties:
            return True
        week = time_of_week(int(now))
        return any(begin <= week < end for begin, end in self.duties)


@dataclass(slots=True, eq=False)
class Chamber:
    """An interface with a program; proven `until`, each test `tested` until."""

    name: str
    order: int
    outer: str
    barrier: str
    program: Cycles
    tests: tuple[Cycles, ...]
    clean_for: int
    attempts: int
    until: float = -1
    tested: dict[str, float] = field(default_factory=dict)

    def due_test(self, now: float) -> Cycles | None:
        """The first of its tests that is not passed in date."""
        return next((t for t in self.tests if self.tested.get(t.program, -1) < now), None)


@dataclass(frozen=True, slots=True)
class Leg:
    """One boundary on a way: any of the chambers, in this order."""

    inward: bool
    target: str
    chambers: tuple[Chamber, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """From zone to zone; `pick` claims a chamber for each leg."""

    origin: str
    target: str
    legs: tuple[Leg, ...]
    pick: Pick


class FirstClean:
    """Picks the first clean unit of each set, all or none; names the first stale one where that is all there is."""

    __slots__ = ("_env", "_sets")

    def __init__(self, env: simpy.Environment, sets: tuple[frozenset[Unit], ...]) -> None:
        self._env, self._sets = env, sets

    def __call__(self, free: list[Unit]) -> list[Unit] | None:
        """The units to take."""
        now, found = self._env.now, []
        for able in self._sets:
            for unit in free:
                if unit in able and unit.until >= now and unit not in found:
                    found.append(unit)
                    break
            else:
                return None
        return found

    def stale(self, free: list[Unit]) -> Unit | None:
        """The unit whose changeover would help next."""
        now = self._env.now
        for able in self._sets:
            fit = [unit for unit in free if unit in able]
            if not any(unit.until >= now for unit in fit):
                return fit[0] if fit else None
        return None


@dataclass(frozen=True, slots=True)
class Check:
    """An in-process control; `rejects`, or holds the batch."""

    limit: Limit
    rejects: bool


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a step."""

    lasts: Draw
    connections: int
    checks: tuple[Check, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Phases, and what follows from their results: the first rule of which every limit holds."""

    phases: tuple[Phase, ...]
    rules: tuple[tuple[str, tuple[Limit, ...]], ...]
    rounds: int


@dataclass(frozen=True, slots=True)
class Goods:
    """A material of the recipe and its way to the rack."""

    name: str
    way: Way


@dataclass(frozen=True, slots=True)
class Step:
    """A unit procedure; `with_place` claims a unit and a place that is kept, `ends_place` gives that back."""

    name: str
    after_review: bool
    within: int
    barriers: tuple[str, ...]
    units: frozenset[Unit]
    pick: FirstClean
    operations: tuple[Operation, ...]
    feed: Operation | None
    goods: tuple[Goods, ...]
    with_place: FirstClean | None
    ends_place: bool


@dataclass(frozen=True, slots=True)
class Test:
    """A release test or the review: after what, where persons are needed, what is measured and its limit."""

    __test__ = False

    name: str
    after: frozenset[str]
    lasts: Draw
    zone: str
    attended_by: int
    effects: tuple[Effect, ...]
    limit: Limit
    cause: int


@dataclass(slots=True, eq=False)
class Item:
    """A material of a batch: the process that brings it, and until when it is sterile."""

    delivery: simpy.Process
    until: float = -1


@dataclass(slots=True, eq=False)
class Batch:
    """A batch: what it holds, what is known of it, what is under way for it."""

    ordered: int
    due: int
    patient: Patient
    reviewed: simpy.Event
    main: simpy.Process | None = None
    unit: Unit | None = None
    place: Unit | None = None
    has: list[Unit] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    results: dict[str, float] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    under_way: list[simpy.Process] = field(default_factory=list)
    live: bool = True
    passed: float = 0
    asked: float = 0
    waited: float = -1
    cycles: int = 0
    outcome: int = 0
    cause: int = 0
    disposed: float = -1
    closed: float = -1

    def row(self) -> Row:
        """What became of it."""
        times = (round(t) for t in (self.ordered, self.due, self.disposed, self.closed))
        return Row(*times, self.outcome, self.cause, round(self.waited), self.cycles)


@dataclass(slots=True)
class Trip:
    """Something on its way: the cells to `unit`, or a material; in which zone, in which chamber of which leg."""

    batch: Batch
    unit: Unit | None
    deadline: float
    zone: str
    leg: Leg | None = None
    chamber: Chamber | None = None
