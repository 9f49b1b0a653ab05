"""An order on its way to a unit, under an id that is made before it is sent and never used again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from axenic.control.orders import MoveItem, RunPhase, StopPhase

EquipmentOrder = RunPhase | MoveItem | StopPhase


@dataclass(frozen=True, slots=True)
class Intent:
    """Equipment obeys one journal, and of its engines only the one with the highest fencing number (`fence`)."""

    id: UUID
    order: EquipmentOrder
    journal: UUID
    fence: int

    @property
    def unit(self) -> str:
        """Who shall do it: a unit, a chamber, a robot or a person."""
        return self.order.mover if isinstance(self.order, MoveItem) else self.order.unit


def journal_id(key: str) -> UUID:
    """The id of a journal, from its first public key."""
    return uuid5(NAMESPACE_OID, key)


def command_id(journal: UUID, number: int) -> UUID:
    """The id of an order: the same after a crash, another one in every journal."""
    return uuid5(journal, str(number))
