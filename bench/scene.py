"""A scene: a plant, a recipe and patients, with the run of the core on it kept as facts and orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.orders import CloseBatch, DisposeBatch, Order
from axenic.device.world import World
from axenic.library.shelf import default, shipped, take
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.run import run

Kind = TypeVar("Kind", bound=Sheet)
START = 1_767_592_800_000  # 2026-01-05T06:00Z
HOUR = 3_600_000
DAY = 24 * HOUR
DATA = Path(__file__).parent / "data"


def sheet(model: type[Kind], name: str) -> Kind:
    """A file object by shipped name or path; raises ValueError with what is wrong."""
    loaded = take(model, name)
    if loaded.value is None:
        raise ValueError("; ".join(map(str, loaded.findings)))
    return loaded.value


@dataclass(slots=True)
class Scene:
    """Frozen documents and the batches ordered."""

    plant: Plant
    recipe: Recipe
    programs: dict[str, Program]
    risks: RiskTable
    ordered: list[BatchOrdered]
    steps: list[tuple[Fact, list[Order]]] = field(default_factory=list)

    def control(self) -> Control:
        """A core at rest."""
        return Control(self.plant, {self.recipe.recipe: self.recipe}, self.programs, self.risks)

    def world(self) -> World:
        """Simulated equipment at rest."""
        chambers = [sheet(ChamberParameters, name) for name in shipped(ChamberParameters)]
        return World(self.plant, self.programs, 7, chambers, default(Assumptions))

    def play(self) -> Scene:
        """Run it once in virtual time and keep every fact with its orders."""
        self.steps = []
        run(self.control(), self.world(), self.ordered, lambda fact, orders: self.steps.append((fact, orders)))
        return self

    def facts(self) -> list[Fact]:
        """The facts of the run that was kept."""
        return [fact for fact, _ in self.steps]

    def end(self) -> int:
        """When the last batch was closed; raises ValueError if one was not, or was rejected."""
        orders = [order for _, given in self.steps for order in given]
        closed = [o.at for o in orders if isinstance(o, CloseBatch)]
        rejected = [o for o in orders if isinstance(o, DisposeBatch) and o.outcome != "released"]
        if len(closed) != len(self.ordered) or rejected:
            raise ValueError(f"{len(closed)} of {len(self.ordered)} batches closed, {len(rejected)} rejected")
        return max(closed)


def _ordered(recipe: str, times: list[int]) -> list[BatchOrdered]:
    return [BatchOrdered(t, f"AX-{n:04d}", f"COI-{n}", recipe, t + 30 * DAY) for n, t in enumerate(times, 1)]


def small(batches: int) -> Scene:
    """The small plant: eight batches at once every 56 h keep its four reactors busy for 83 % of the time."""
    plant, recipe = sheet(Plant, str(DATA / "small-plant.yaml")), sheet(Recipe, str(DATA / "small-recipe.yaml"))
    times = [START + n // 8 * 56 * HOUR for n in range(batches)]
    return Scene(plant, recipe, {}, sheet(RiskTable, shipped(RiskTable)[0]), _ordered(recipe.recipe, times))


def shipped_cluster(patients: int) -> Scene:
    """The shipped recipe on the shipped robotic cluster, a patient every nine hours."""
    return shipped_plant("robotic-cluster", patients)


def shipped_plant(name: str, patients: int) -> Scene:
    """The shipped recipe on a shipped plant, a patient every nine hours."""
    plant, recipe = sheet(Plant, name), sheet(Recipe, "car-t-9-day")
    programs = {name: sheet(Program, name) for name in shipped(Program)}
    times = [START + n * 9 * HOUR for n in range(patients)]
    return Scene(plant, recipe, programs, sheet(RiskTable, shipped(RiskTable)[0]), _ordered(recipe.recipe, times))
