"""What the core did, written down as the kernel writes it: a row for each batch, a line for each thing done, totals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.risk import RiskTable
from axenic.control.cause import Cause
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact, ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.orders import (
    CloseBatch,
    DisposeBatch,
    JudgeCycle,
    MoveItem,
    Order,
    PermitPassage,
    RaiseException,
    RunPhase,
)
from axenic.control.state import Transfer
from axenic.device.world import World
from axenic.library.shelf import default, shipped
from axenic.twin.clinic import Clinic
from axenic.twin.run import run
from tests.conftest import shelf
from tests.laws.random_plant import Trial

PHASE, TEST, REVIEW, CYCLE, CHANGEOVER, MOVE = range(6)
CHAMBERS = tuple(shelf(ChamberParameters, name) for name in shipped(ChamberParameters))
RISKS = default(RiskTable)
Line = tuple[int, int, int, str, str]


class Endless(Exception):
    """More facts than a small trial should have: something is done again and again, for ever."""


@dataclass
class Row:
    """One batch: times in milliseconds, -1 where it never came to it."""

    ordered: int
    due: int
    begun: int = -1
    filled: int = -1
    tested: int = -1
    disposed: int = -1
    closed: int = -1
    outcome: int = 0
    cause: int = 0
    passages: int = 0
    handled: int = 0
    risk: float = 0.0


@dataclass
class Witness:
    """Runs a trial on core and simulated devices, and keeps what the kernel tells as well."""

    trial: Trial
    most: int = 3_000
    rows: dict[str, Row] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: int = 0

    def __post_init__(self) -> None:
        trial = self.trial
        self._open: dict[int, RunPhase | MoveItem] = {}
        self._of_cells: set[int] = set()  # orders for cells, not for a material of theirs
        self._handled: list[tuple[int, int, str]] = []
        self._cycles: dict[str, tuple[int, int, str, bool]] = {}
        self._carriers: dict[str, str] = {}
        self.control = Control(trial.plant, {trial.recipe.recipe: trial.recipe}, trial.programs, RISKS)
        for mover in trial.plant.movers:
            for name in self.control.floor.layout.carriers:
                if name == mover.mover or name.startswith(f"{mover.mover}-"):
                    self._carriers[name] = mover.mover

    def watch(self) -> Witness:
        trial = self.trial
        world = World(trial.plant, trial.programs, trial.seed, CHAMBERS, trial.assumptions)
        clinic = Clinic(trial.assumptions, trial.seed, trial.orders) if trial.remakes else None
        run(self.control, world, trial.orders, self._keep, clinic)
        for cycle, (begin, end, batch, of_cells) in self._cycles.items():
            if end >= 0:
                self._line(begin, end, CYCLE, cycle.partition("|")[2], batch)
            if end >= 0 and of_cells:
                self._handled.append((begin, end, batch))
        for begin, end, batch in self._handled:
            row = self.rows[batch]
            row.handled += end - begin if row.filled < 0 or end <= row.filled else 0
        self.lines.sort()
        return self

    def _keep(self, fact: Fact, orders: list[Order]) -> None:
        self.facts += 1
        if self.facts > self.most:
            raise Endless
        if isinstance(fact, BatchOrdered):
            self.rows[fact.batch] = Row(fact.at, fact.due)
        if isinstance(fact, PhaseCompleted | PhaseFailed | ItemMoved) and fact.order in self._open:
            self._answered(self._open.pop(fact.order), fact)
        for order in orders:
            self._given(order)
        for name, batch in self.control.floor.batches.items():
            row, tests = self.rows[name], batch.recipe.release.tests
            if row.begun < 0 and batch.entered:
                row.begun = fact.at
            if row.filled < 0 and batch.tests:
                row.filled = fact.at
            if row.tested < 0 and batch.done and all(t.test in batch.done for t in tests):
                row.tested = fact.at

    def _given(self, order: Order) -> None:
        match order:
            case RunPhase() | MoveItem():
                self._open[order.number] = order
                transfer = self._transfer_of(order.number)
                if order.batch and (transfer is None or transfer.material is None):
                    self._of_cells.add(order.number)
                self.totals["gownings", ""] += order.gowns
                if isinstance(order, RunPhase) and order.batch and order.unit not in self.control.floor.chambers:
                    self.totals["phases", order.phase] += 1
            case PermitPassage():
                self.totals["passages", order.kind] += order.count
            case JudgeCycle() if f"{order.cycle}|{order.unit}" in self._cycles:
                self.totals["cycles", order.unit] += 1
                self.totals["cycles failed", order.unit] += order.verdict != "pass"
            case DisposeBatch():
                row = self.rows[order.batch]
                row.disposed, row.outcome = order.at, 1 if order.outcome == "released" else 2
                row.cause = int(Cause.titled(order.cause)) if order.outcome == "rejected" else 0
            case RaiseException(kind="recalled"):
                self.rows[order.batch].outcome, self.rows[order.batch].cause = 2, -1
            case CloseBatch():
                row, batch = self.rows[order.batch], self.control.floor.batches[order.batch]
                row.closed, row.passages, row.risk = order.at, batch.passages, batch.risk

    def _answered(self, order: RunPhase | MoveItem, fact: Fact) -> None:
        persons = order.persons if isinstance(order, RunPhase) else (order.mover,)
        for person in persons:
            self.totals["busy", self._carriers[person]] += fact.at - order.at
        if isinstance(order, MoveItem):
            if order.number in self._of_cells:
                self._handled.append((order.at, fact.at, order.batch))
            self._line(order.at, fact.at, MOVE, order.mover, order.batch)
            return
        if order.unit in self.control.floor.chambers:
            self._cycle_phase(order, fact)
            return
        run = order.run.removeprefix(f"{order.batch}/")
        work = REVIEW if run.startswith("review#") else TEST if run.startswith("test/") else PHASE
        work = work if order.batch else CHANGEOVER
        self.totals["changeovers", order.unit] += work == CHANGEOVER
        if work == PHASE:
            self._handled.append((order.at, fact.at, order.batch))
        self._line(order.at, fact.at, work, order.unit, order.batch)

    def _transfer_of(self, number: int) -> Transfer | None:
        """What an order carries, or brings past a chamber; None for a phase of a batch."""
        out = self.control.floor.outstanding[number]
        return out.cycle.transfer if out.cycle else out.transfer

    def _cycle_phase(self, order: RunPhase, fact: Fact) -> None:
        name = f"{order.run}|{order.unit}"
        begin = self._cycles.get(name, (order.at, 0, "", False))[0]
        over = isinstance(fact, PhaseFailed)
        last = self.trial.programs[order.using["program"]].phases[-1].phase
        end = fact.at if over or order.phase == last else -1
        self._cycles[name] = (begin, end, order.batch, order.number in self._of_cells)

    def _line(self, begin: int, end: int, work: int, place: str, batch: str) -> None:
        self.lines.append((begin, end, work, place, batch))


PASSAGES = tuple(kind.value for kind in PassageKind)
