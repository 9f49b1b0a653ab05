"""A person as equipment: what is ordered is asked of them, and it ends when they say so."""

from __future__ import annotations

from axenic.control.facts import PhaseFailed
from axenic.control.orders import StopPhase
from axenic.device.driver.command_record import Answer
from axenic.device.driver.direct import DirectDriver
from axenic.device.driver.intent import EquipmentOrder, Intent


class ByHand:
    """The work of a person: no machine knows when it will end, or where they put a thing down."""

    def perform(self, order: EquipmentOrder) -> Answer | None:
        """Nothing follows before they answer; told to stop, they stop at once."""
        return PhaseFailed(order.at, order.stops, "stopped") if isinstance(order, StopPhase) else None

    def done(self, order: EquipmentOrder) -> None:
        """They have said so."""

    def holds(self, unit: str) -> frozenset[str]:
        """No sensor reads what a person holds."""
        return frozenset()

    def offer(self, unit: str, item: str) -> None:
        """No sensor reads what a person is given."""


class PersonDriver(DirectDriver):
    """A person with a memory that keeps what was asked of them and what they answered; its work is `ByHand`."""

    def asked(self) -> list[Intent]:
        """What waits for their answer, in the order in which it was asked."""
        return self._host.asked()

    async def answer(self, answer: Answer) -> None:
        """They say how the order that the answer names has ended; raises KeyError if it was not asked of them."""
        self._host.answer(answer)
