"""Who a piece of equipment says it is, and since when it remembers."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.device.contract import Contract


@dataclass(frozen=True, slots=True)
class Identity:
    """A nameplate (OPC UA DI) with the two things that a restart changes.

    boot: another one after every start of the equipment. remembers: since when its command journal goes, milliseconds
    of plant time; of an older command it cannot say that it never came. contract: what it can say after a crash.
    obeys, fence: the journal that commands it and the highest fencing number it has seen of it; "" and 0 if none does.
    """

    equipment: str
    units: tuple[str, ...]
    maker: str
    model: str
    serial: str
    software: str
    boot: str
    remembers: int
    simulated: bool
    contract: Contract = Contract.QUERYABLE
    obeys: str = ""
    fence: int = 0
