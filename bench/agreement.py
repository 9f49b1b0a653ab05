"""Do two models of the same plant agree? The core, the SimPy peer (and the kernel) by the same figures.

A replication of a model is a list of rows (`simpy_parts.Row`) or a dict of figures; `agreement` holds the means of many
replications of two models against each other: they agree in a quantity if the 95 % interval of the difference of the
means (Welch) holds zero. One quantity in twenty is expected not to. A share's error is taken as at least that of a
count of batches with the share of both, so that a rare loss which one model did not see is no disagreement.

The core's seeds are keyed: seeds 1 to 8 are the same patients on every plant and at every spacing.

`python -m bench.agreement [plant ...] [--batches 60] [--hours 9] [--seeds 8]` prints the table for the core and SimPy.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.environment import EnvironmentLimits
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.control.cause import Cause
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact, PhaseCompleted
from axenic.control.orders import CloseBatch, DisposeBatch, JudgeCycle, Order, RaiseException, RunPhase
from axenic.device.world import World
from axenic.library.shelf import default, shipped
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.run import run as run_core
from bench.scene import DAY, HOUR, START, sheet
from bench.simpy_parts import REJECTED, RELEASED, Row
from bench.simpy_plant import run as run_simpy

Figures = dict[str, float]
BATCHES = "batches"
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131)


@dataclass(frozen=True, slots=True)
class Case:
    """A plant with its documents, and when how many batches are ordered."""

    plant: Plant
    recipe: Recipe
    programs: Mapping[str, Program]
    chambers: tuple[ChamberParameters, ...]
    assumptions: Assumptions
    risks: RiskTable
    times: tuple[int, ...]
    dues: tuple[int, ...]

    @classmethod
    def shipped(cls, plant: str, batches: int, hours: float, recipe: str = "car-t-9-day") -> Case:
        """A shipped plant and recipe, a batch every so many hours."""
        floor = sheet(Plant, plant)
        used = {p for i in floor.interfaces for p in (i.program, *i.tests) if p}
        times = tuple(START + round(n * hours * HOUR) for n in range(batches))
        return cls(
            floor,
            sheet(Recipe, recipe),
            {name: sheet(Program, name) for name in sorted(used)},
            tuple(sheet(ChamberParameters, name) for name in shipped(ChamberParameters)),
            default(Assumptions),
            default(RiskTable),
            times,
            tuple(t + 30 * DAY for t in times),
        )


class Watch:
    """Reads off a run of the core what a row holds."""

    def __init__(self, recipe: Recipe) -> None:
        steps = [p.unit_procedure for p in recipe.procedure]
        kept = next((steps.index(line.from_) for line in recipe.reservations), 0)
        self._kept, self._before = steps[kept], steps[kept - 1] if kept else ""
        self._rows: dict[str, dict[str, int]] = {}
        self._asks: dict[int, str] = {}

    def keep(self, fact: Fact, orders: list[Order]) -> None:
        """One step of the run."""
        if isinstance(fact, BatchOrdered):
            empty = dict.fromkeys(("disposed", "closed", "outcome", "cause", "waited", "cycles"), -1)
            self._rows[fact.batch] = empty | {"ordered": fact.at, "due": fact.due, "asked": fact.at}
            self._rows[fact.batch] |= {"outcome": 0, "cause": 0, "cycles": 0}
        elif isinstance(fact, PhaseCompleted) and fact.order in self._asks:
            self._rows[self._asks.pop(fact.order)]["asked"] = fact.at
        for order in orders:
            self._read(order)

    def _read(self, order: Order) -> None:
        row = self._rows.get(getattr(order, "batch", ""))
        if row is None:
            return
        if isinstance(order, RunPhase):
            step = order.run.removeprefix(f"{order.batch}/").partition("/")[0]
            if step == self._before:
                self._asks[order.number] = order.batch
            elif step == self._kept and row["waited"] < 0:
                row["waited"] = order.at - row["asked"]
        elif isinstance(order, DisposeBatch):
            outcome = RELEASED if order.outcome == "released" else REJECTED
            cause = int(Cause.titled(order.cause)) if order.cause else 0
            row |= {"disposed": order.at, "outcome": outcome, "cause": cause}
        elif isinstance(order, RaiseException) and order.kind == "recalled":
            row |= {"outcome": REJECTED, "cause": int(Cause.EQUIPMENT)}
        elif isinstance(order, JudgeCycle):
            row["cycles"] += 1
        elif isinstance(order, CloseBatch):
            row["closed"] = order.at

    def rows(self) -> list[Row]:
        """One row for each batch."""
        return [Row(**{name: row[name] for name in Row._fields}) for row in self._rows.values()]


def core_rows(case: Case, seed: int) -> list[Row]:
    """One replication of the core in the simulated world."""
    recipe, name = case.recipe, case.recipe.recipe
    control = Control(case.plant, {name: recipe}, case.programs, case.risks, default(EnvironmentLimits))
    world = World(case.plant, case.programs, seed, case.chambers, case.assumptions)
    watch = Watch(recipe)
    pairs = enumerate(zip(case.times, case.dues, strict=True))
    run_core(control, world, [BatchOrdered(t, f"AX-{n}", f"COI-{n}", name, due) for n, (t, due) in pairs], watch.keep)
    return watch.rows()


def simpy_rows(case: Case, seed: int) -> list[Row]:
    """One replication of the SimPy peer."""
    documents = (case.plant, case.recipe, case.programs, case.chambers, case.assumptions)
    return run_simpy(*documents, case.times, case.dues, seed, case.risks)


def figures(rows: Sequence[Row]) -> Figures:
    """What one replication comes to."""
    released = [r for r in rows if r.outcome == RELEASED]
    begun = [r.waited for r in rows if r.waited >= 0]
    found = {
        BATCHES: float(len(rows)),
        "ordered to disposed, d": fmean(r.disposed - r.ordered for r in rows) / DAY,
        "ordered to closed, released, d": fmean(r.closed - r.ordered for r in released) / DAY if released else math.nan,
        "wait for a culture place, d": fmean(begun) / DAY if begun else math.nan,
        "last closed, d": (max(r.closed for r in rows) - min(r.ordered for r in rows)) / DAY,
        "cycles per batch": sum(r.cycles for r in rows) / len(rows),
        "released, share": len(released) / len(rows),
    }
    for cause in list(Cause)[1:]:
        found[f"lost by {cause.title}, share"] = sum(r.cause == cause for r in rows) / len(rows)
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """One quantity of two models: mean and half of its 95 % interval each; `agrees`: their difference may be zero."""

    quantity: str
    mean: float
    half: float
    peer_mean: float
    peer_half: float
    agrees: bool


def agreement(mine: Iterable[Figures], theirs: Iterable[Figures]) -> list[Agreement]:
    """The quantities that every replication of both models has, in the order of the first one's."""
    left, right = list(mine), list(theirs)
    shared = [q for q in left[0] if q != BATCHES and all(q in f for f in (*left, *right))]
    counts = sum(f[BATCHES] for f in left), sum(f[BATCHES] for f in right)
    return [_compared(q, [f[q] for f in left], [f[q] for f in right], counts) for q in shared]


def _compared(quantity: str, left: list[float], right: list[float], counts: tuple[float, float]) -> Agreement:
    mean, peer_mean = fmean(left), fmean(right)
    error, peer_error = _error(left), _error(right)
    if quantity.endswith("share"):
        share = (mean * counts[0] + peer_mean * counts[1]) / sum(counts)
        least = share * (1 - share)
        error, peer_error = max(error, math.sqrt(least / counts[0])), max(peer_error, math.sqrt(least / counts[1]))
    both = error**2 + peer_error**2
    ones = max(1, len(left) - 1), max(1, len(right) - 1)
    freedom = both**2 / (error**4 / ones[0] + peer_error**4 / ones[1]) if both > 0 else 1.0
    agrees = abs(mean - peer_mean) <= t95(freedom) * math.sqrt(both) + 1e-12
    return Agreement(quantity, mean, t95(ones[0]) * error, peer_mean, t95(ones[1]) * peer_error, agrees)


def _error(values: list[float]) -> float:
    return stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def t95(freedom: float) -> float:
    """Student's two-sided 95 % quantile (of the next lower whole degree of freedom)."""
    place = max(1, int(freedom))
    return _T95[place - 1] if place <= len(_T95) else 1.96 + 2.6 / place


def table(rows: Iterable[Agreement], names: tuple[str, str] = ("core", "SimPy")) -> str:
    """As lines of text."""
    lines = [f"{'quantity':34}{names[0]:>22}{names[1]:>22}  agrees"]
    for r in rows:
        pair = [f"{m:.4f} +- {h:.4f}" for m, h in ((r.mean, r.half), (r.peer_mean, r.peer_half))]
        lines.append(f"{r.quantity:34}{pair[0]:>22}{pair[1]:>22}  {'yes' if r.agrees else 'NO'}")
    return "\n".join(lines)


Model = Callable[[Case, int], list[Row]]


def compare(
    case: Case, seeds: int, mine: Model = core_rows, peers: int = 0, peer: Model = simpy_rows
) -> list[Agreement]:
    """Two models on a case, `seeds` replications of the first and `peers` (0: as many) of the second."""
    left = [figures(mine(case, seed)) for seed in range(1, seeds + 1)]
    right = [figures(peer(case, seed)) for seed in range(1, (peers or seeds) + 1)]
    return agreement(left, right)


def main() -> None:
    """The table of the core and SimPy."""
    parser = argparse.ArgumentParser(prog="python -m bench.agreement", description="The core and SimPy, side by side.")
    parser.add_argument("plants", nargs="*", default=["robotic-cluster", "manual-suite"])
    parser.add_argument("--batches", type=int, default=60)
    parser.add_argument("--hours", type=float, default=9.0)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--peers", type=int, default=0, help="replications of SimPy; 0: as many as of the core")
    chosen = parser.parse_args()
    for plant in chosen.plants:
        case = Case.shipped(plant, chosen.batches, chosen.hours)
        print(f"\n{plant}, {chosen.batches} batches, one every {chosen.hours:g} h, {chosen.seeds} seeds")
        print(table(compare(case, chosen.seeds, peers=chosen.peers)), flush=True)


if __name__ == "__main__":
    main()
