"""The physical side of a simulated instrument: the one place where an act is done, and counted."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from axenic.device.driver.command_record import Answer
from axenic.device.driver.intent import EquipmentOrder
from axenic.device.world import World


class Work(Protocol):
    """What an instrument does to the world; raises OSError if the world cannot be reached."""

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it; its end, with the time at which it will come. None where a person answers, or nothing follows."""


class InWorld:
    """The simulated world in the same process; `acts`: how often each order was done."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.acts: Counter[int] = Counter()

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Do it in the world."""
        self.acts[order.number] += 1
        self._world.perform(order)
        return self._world.agenda.pop()  # type: ignore[return-value]  # a world gives answers only
