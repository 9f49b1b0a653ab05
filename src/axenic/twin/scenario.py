"""A scenario: recipe, plant, regime, demand and assumptions as one experiment that the kernel runs.

Everything it depends on is in its digest. Images are built once in a process and kept; scenarios under the same seed
share their random numbers, because every draw is keyed by what it decides.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

import numpy as np

import axenic
from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.containment import under
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions, Row
from axenic.device.cells import NAMED, compiled
from axenic.device.draw import Draw, uniform, word
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe, Shape, Spread
from axenic.recipe.regime import Regime
from axenic.twin.books import books, programs_of
from axenic.twin.clinic import DAYS, REMAKES
from axenic.twin.figures import figures, without_dose
from axenic.twin.kernel.image import Builder, Ints
from axenic.twin.kernel.model import Model, Orders, orders_of
from axenic.twin.tally import BATCH, Carriers, Chambers, Phases, Tally, Units

BEGIN = 1_767_571_200_000  # 2026-01-05T00:00Z, a Monday: where simulated calendars begin
_YEAR_MS = 365 * 86_400_000
_DUE_MS = 30 * 86_400_000
_ARRIVALS, _GAP = word("arrivals"), word("gap")
_KEPT, _TALLIES_KEPT = 64, 8
_MODELS: OrderedDict[str, Model] = OrderedDict()
_TALLIES: OrderedDict[tuple[object, ...], Tally] = OrderedDict()
_DIGESTS: OrderedDict[int, tuple[Sheet, bytes]] = OrderedDict()
_BOOKS: dict[tuple[object, ...], dict[str, Ints]] = {}
_LOCK = Lock()  # a crew of threads shares what is kept


@dataclass(frozen=True)
class Scenario:
    """What is simulated; raises ValueError where its parts do not fit. `demand` is batches ordered a year.

    `module` tells the patients of one module from those of another under the same seed.
    """

    recipe: Recipe
    plant: Plant
    programs: Mapping[str, Program]
    chambers: tuple[ChamberParameters, ...]
    risks: RiskTable
    assumptions: Assumptions
    demand: float
    years: float = 1.0
    regime: Regime | None = None
    remakes: bool = True
    module: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.demand <= 1e6:
            raise ValueError(f"a demand of {self.demand:g} batches a year is not within 0 to 1,000,000")
        if not 0 < self.years <= 1000:
            raise ValueError(f"{self.years:g} years are not within 0 to 1,000")

    def changed(self, values: Mapping[str, float]) -> Scenario:
        """The same scenario with other values of rows; raises KeyError for an unknown row."""
        return replace(self, assumptions=self.assumptions.at(values)) if values else self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its figures."""
        return tuple(figures(_trial(self), self.plant, self.executed, self.assumptions))

    @cached_property
    def executed(self) -> Recipe:
        """The recipe as it is run: under the regime, with the durations that records gave."""
        recipe = under(self.regime, self.recipe, self.plant) if self.regime is not None else self.recipe
        lasting = {x.phase: Spread.model_validate(_spread(x)) for x in self.assumptions.lasting}
        return _lasting(recipe, lasting) if lasting else recipe

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the figures depend on."""
        found = hashlib.sha256(self._image_digest.encode() + _digest(self.assumptions))
        found.update(f"{self.demand!r} {self.years!r} {self.module} {axenic.__version__}".encode())
        return found.hexdigest()

    @cached_property
    def _image_digest(self) -> str:
        found = hashlib.sha256(f"{self.remakes}".encode())
        for sheet in (self.executed, self.plant, self.risks, *self.chambers, *self.programs.values()):
            found.update(_digest(sheet))
        for row in _drawn_on(self.assumptions):
            found.update(row.model_dump_json().encode())
        found.update(repr(self.assumptions.effects).encode())
        return found.hexdigest()

    @property
    def model(self) -> Model:
        """Its image, ready to run; built once in a process."""
        key, tables = self._image_digest, _books(self)
        with _LOCK:
            if key not in _MODELS:
                built = Builder(
                    self.executed, self.plant, self.programs, self.risks, self.assumptions, tables, self.remakes
                )
                _MODELS[key] = Model(built.image())
                while len(_MODELS) > _KEPT:
                    _MODELS.popitem(last=False)
            _MODELS.move_to_end(key)
            return _MODELS[key]

    def orders(self, seed: int, replication: int) -> Orders:
        """The batches ordered in one replication: a Poisson stream over the years."""
        span = round(self.years * _YEAR_MS)
        times = arrivals(_seed(seed, replication), self.demand / _YEAR_MS, span, self.module)
        return orders_of(BEGIN + times, BEGIN + times + _DUE_MS, [f"{self.module}B{n}" for n in range(len(times))])

    def tally(self, seed: int, replication: int, lines: int = 0) -> tuple[Tally, Ints]:
        """One replication, and so many lines of its log."""
        return self.model.run(self.orders(seed, replication), _seed(seed, replication), lines)

    def again(self, seed: int, rows: Iterable[Row]) -> Iterator[Tally]:
        """The first replication again, once under each of these rows with another value than in the assumptions."""
        model, orders = self.model, self.orders(seed, 0)
        for row in rows:
            yield model.moved(row).run(orders, _seed(seed, 0))[0]

    def run(self, seed: int, replication: int) -> tuple[float, ...]:
        """The figures of one replication; NaN for what is told for each dose where none was released."""
        tally = self._played(seed, replication)
        if not (tally.batches["outcome"] == 1).any():
            some = without_dose(tally)
            return tuple(some.get(name, float("nan")) for name in self.names)
        found = figures(tally, self.plant, self.executed, self.assumptions)
        return tuple(found[name] for name in self.names)

    def _played(self, seed: int, replication: int) -> Tally:
        """The tally, kept for scenarios that differ only in rows with which nothing is simulated, as prices are."""
        key = (self._image_digest, self.module, self.demand, self.years, seed, replication)
        with _LOCK:
            if key in _TALLIES:
                _TALLIES.move_to_end(key)
                return _TALLIES[key]
        tally, _ = self.tally(seed, replication)
        with _LOCK:
            _TALLIES[key] = tally
            while len(_TALLIES) > _TALLIES_KEPT:
                _TALLIES.popitem(last=False)
        return tally

    def __getstate__(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)


def _seed(seed: int, replication: int) -> int:
    """A replication's own 64-bit seed: the kernel's two key words."""
    return (seed & 0xFFFFFFFF) | (replication << 32)


def arrivals(seed: int, rate: float, until: int, module: str = "") -> Ints:
    """Times (milliseconds) of a Poisson stream up to a time; the n-th gap is a draw keyed by n."""
    draw, gaps = Draw(seed, f"clinic{module}"), np.empty(0)
    while gaps.sum() <= until * rate:
        first = len(gaps)
        numbers = range(first, first + max(16, int(1.1 * until * rate)))
        more = [uniform(*draw.key, draw.thing, _ARRIVALS, _GAP, n) for n in numbers]
        gaps = np.concatenate([gaps, -np.log(more)])
    times = np.cumsum(gaps) / rate
    found: Ints = times[times <= until].astype(np.int64)
    return found


def _books(scenario: Scenario) -> dict[str, Ints]:
    """The books of the cycles that the plant runs, read once in a process."""
    wanted = programs_of(scenario.plant.interfaces)
    sheets = [scenario.programs[n] for n in wanted if n in scenario.programs]
    key = (*wanted, *(_digest(s) for s in (*sheets, *scenario.chambers)))
    if key not in _BOOKS:
        _BOOKS[key] = books(scenario.programs, scenario.chambers, wanted)
    return _BOOKS[key]


def _digest(sheet: Sheet) -> bytes:
    """SHA-256 of a sheet's content, kept as long as the sheet is one of those met last."""
    with _LOCK:
        kept = _DIGESTS.get(id(sheet))
        if kept is None or kept[0] is not sheet:
            kept = sheet, hashlib.sha256(sheet.model_dump_json().encode()).digest()
            _DIGESTS[id(sheet)] = kept
            while len(_DIGESTS) > 16 * _KEPT:
                _DIGESTS.popitem(last=False)
        return kept[1]


def _drawn_on(assumptions: Assumptions) -> list[Row]:
    """The rows that the simulation itself draws on; all others only enter the figures."""
    working = compiled(assumptions)
    used = {working.names[op[2]] for ops in working.ops.values() for op in ops if op[2] >= 0}
    used |= {*NAMED, REMAKES, DAYS}
    return [row for row in assumptions.rows if row.row in used]


def _spread(lasting: object) -> dict[str, object]:
    names = ("least", "usual", "most", "grade", "source")
    return {name: getattr(lasting, name) for name in names} | {"shape": Shape(getattr(lasting, "shape", "triangular"))}


def _lasting(recipe: Recipe, lasting: Mapping[str, Spread]) -> Recipe:
    """The recipe with other durations for these phase kinds."""
    steps = []
    for step in recipe.procedure:
        operations = []
        for operation in step.operations:
            phases = tuple(
                p.model_copy(update={"lasts": lasting[p.phase], "at_most": max(p.at_most, lasting[p.phase].most)})
                if p.phase in lasting
                else p
                for p in operation.phases
            )
            operations.append(operation.model_copy(update={"phases": phases}))
        steps.append(step.model_copy(update={"operations": tuple(operations)}))
    tests = tuple(
        t.model_copy(update={"lasts": lasting[t.phase], "at_most": max(t.at_most, lasting[t.phase].most)})
        if t.phase in lasting
        else t
        for t in recipe.release.tests
    )
    return recipe.model_copy(
        update={"procedure": tuple(steps), "release": recipe.release.model_copy(update={"tests": tests})}
    )


def _trial(scenario: Scenario) -> Tally:
    """A tally of one released batch, from which the names of the figures follow."""
    batches = np.zeros(1, dtype=BATCH)
    batches["closed"], batches["outcome"], batches["attempt"] = _YEAR_MS, 1, 1
    plant = scenario.plant
    units = tuple(Units(u.unit, u.count, 0, 0) for u in plant.units)
    carriers = tuple(Carriers(x.mover, x.kind.value == "person", x.count, 0, 0) for x in plant.movers)
    chambers = tuple(Chambers(i.interface, 0, 0, 0) for i in plant.interfaces if i.program)
    phases: tuple[Phases, ...] = ()
    return Tally(batches, phases, units, carriers, chambers, (0,) * 5, _YEAR_MS)
