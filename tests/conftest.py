"""A plant, a recipe and six patients, run in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.environment import EnvironmentLimits
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.orders import Order
from axenic.device.world import World
from axenic.library.shelf import default, shipped, take
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.run import run
from tests.requirement_results import Collector, note_marks

DAY = 86_400_000
START = 1_767_592_800_000  # 2026-01-05T06:00Z


def shelf(model, name):
    loaded = take(model, name)
    assert loaded.value is not None, [str(f) for f in loaded.findings]
    return loaded.value


@dataclass
class Suite:
    """A core with its simulated world, and everything that has passed between them."""

    recipe: Recipe
    plant: Plant
    seed: int = 7
    assumptions: Assumptions = field(default_factory=lambda: default(Assumptions))
    facts: list[Fact] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.programs = {name: shelf(Program, name) for name in shipped(Program)}
        self.control = self.new_control()
        chambers = [shelf(ChamberParameters, name) for name in shipped(ChamberParameters)]
        self.world = World(self.plant, self.programs, self.seed, chambers, self.assumptions)

    def new_control(self) -> Control:
        risks, limits = shelf(RiskTable, "default"), shelf(EnvironmentLimits, "default")
        return Control(self.plant, {self.recipe.recipe: self.recipe}, self.programs, risks, limits)

    def orders_of(self, count: int, every_h: int = 9) -> list[BatchOrdered]:
        times = [START + n * every_h * 3_600_000 for n in range(count)]
        return [
            BatchOrdered(t, f"AX-{n + 1:04d}", f"COI-{n}", self.recipe.recipe, t + 30 * DAY)
            for n, t in enumerate(times)
        ]

    def keep(self, fact: Fact, orders: list[Order]) -> None:
        self.facts.append(fact)
        self.orders.extend(orders)

    def run(self, facts=None) -> Suite:
        run(self.control, self.world, facts if facts is not None else self.orders_of(6), self.keep)
        return self

    def all(self, kind):
        return [order for order in self.orders if isinstance(order, kind)]


@pytest.fixture
def suite():
    def make(
        recipe: str = "car-t-9-day", plant: str | Plant = "robotic-cluster", seed: int = 7, **values: float
    ) -> Suite:
        """`values`: rows of the assumptions, their blanks as underlines."""
        built = shelf(Plant, plant) if isinstance(plant, str) else plant
        believed = default(Assumptions).at({name.replace("_", " "): value for name, value in values.items()})
        return Suite(shelf(Recipe, recipe), built, seed, believed)

    return make


def pytest_configure(config):
    config.pluginmanager.register(Collector(), "requirement results")


def pytest_collection_modifyitems(items):
    note_marks(items)
