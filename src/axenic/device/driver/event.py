"""What equipment says of itself: records of commands, states, values; that a link is gone, there again, or ending."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.packml import UnitState
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.identity import Identity


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A unit went into a PackML state at a time of its clock (ms)."""

    unit: str
    state: UnitState
    at: int


@dataclass(frozen=True, slots=True)
class ValueRead:
    """An item of a unit at the time of its source (ms); `quality` is an OPC UA status code, 0 is good.

    A value that is not good is never used as a value.
    """

    unit: str
    item: str
    value: float | str
    at: int
    quality: int = 0

    @property
    def good(self) -> bool:
        """Whether it may be used as a value."""
        return self.quality >> 30 == 0


@dataclass(frozen=True, slots=True)
class LinkLost:
    """Nothing is heard of the equipment any more; `distrusted`: because a certificate has ended or is not trusted."""

    equipment: str
    reason: str
    distrusted: bool = False


@dataclass(frozen=True, slots=True)
class LinkFound:
    """The equipment answers (again); who it is now tells whether it was restarted meanwhile."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class LinkEnding:
    """The equipment answers, but will not for long: a certificate ends, say."""

    equipment: str
    reason: str


@dataclass(frozen=True, slots=True)
class Nonsense:
    """The equipment said what no equipment of its kind can say."""

    equipment: str
    text: str


Event = CommandRecord | StateChanged | ValueRead | LinkLost | LinkFound | LinkEnding | Nonsense
