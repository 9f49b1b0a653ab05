"""An order on its way to a unit, under an id that is made before it is sent and never used again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from axenic.control.orders import MoveItem, RunPhase, StopPhase

EquipmentOrder = RunPhase | MoveItem | StopPhase


@dataclass(frozen=True, slots=True)
class Intent:
    """`fence`: the fencing number of its engine; equipment takes nothing from an engine of a lower one."""

    id: UUID
    order: EquipmentOrder
    fence: int

    @property
    def unit(self) -> str:
        """Who shall do it: a unit, a chamber, a robot or a person."""
        return self.order.mover if isinstance(self.order, MoveItem) else self.order.unit


def command_id(journal: str, number: int) -> UUID:
    """The id of an order: the same after a crash, another one in every journal. `journal`: its first public key."""
    return uuid5(uuid5(NAMESPACE_OID, journal), str(number))
