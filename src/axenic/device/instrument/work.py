"""The physical side of a simulated instrument: the one place where an act is done, and counted."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from axenic.control.orders import MoveItem
from axenic.device.driver.command_record import Answer
from axenic.device.driver.intent import EquipmentOrder
from axenic.device.world import World


class Work(Protocol):
    """What an instrument does to the world; raises OSError if the world cannot be reached."""

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it; its end, with the time at which it will come. None where a person answers, or nothing follows."""

    def done(self, order: EquipmentOrder) -> None:
        """It has come to its end: what was moved is at its target from here on."""

    def holds(self, unit: str) -> frozenset[str]:
        """The carriers that are at a unit now."""

    def offer(self, unit: str, item: str) -> None:
        """A carrier enters the world where it is first given away; given away there again, it is another one."""


class InWorld:
    """The simulated world in the same process; `acts`: how often each order was done."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.acts: Counter[int] = Counter()
        self._where: dict[str, str] = {}
        self._entered: dict[str, str] = {}

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it in the world."""
        self.acts[order.number] += 1
        self._world.perform(order)
        return self._world.agenda.pop()  # type: ignore[return-value]  # a world gives answers only

    def done(self, order: EquipmentOrder) -> None:
        """What was moved is at its target."""
        if isinstance(order, MoveItem):
            self._where[order.item] = order.target

    def holds(self, unit: str) -> frozenset[str]:
        """The carriers at a unit."""
        return frozenset(item for item, where in self._where.items() if where == unit)

    def offer(self, unit: str, item: str) -> None:
        """A carrier enters the world."""
        if self._entered.setdefault(item, unit) == unit:
            self._where[item] = unit
