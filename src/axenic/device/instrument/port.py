"""The places of an instrument where carriers change hands, in the states of SEMI E87."""

from __future__ import annotations

from enum import StrEnum

from axenic.device.driver.site import NotReady
from axenic.device.handoff.ask import Ask


class PortState(StrEnum):
    """E87's transfer states of a port that is in service."""

    BLOCKED = "transfer blocked"
    LOAD = "ready to load"
    UNLOAD = "ready to unload"


PORT = {
    (PortState.BLOCKED, Ask.PREPARE_FOR_INPUT): PortState.LOAD,
    (PortState.LOAD, Ask.PREPARE_FOR_INPUT): PortState.LOAD,  # the same again: an engine that was restarted asks so
    (PortState.LOAD, Ask.DELIVERED): PortState.BLOCKED,
    (PortState.BLOCKED, Ask.PREPARE_FOR_OUTPUT): PortState.UNLOAD,
    (PortState.UNLOAD, Ask.PREPARE_FOR_OUTPUT): PortState.UNLOAD,
    (PortState.UNLOAD, Ask.REMOVED): PortState.BLOCKED,
}


class Ports:
    """One port for each carrier at each unit; all are blocked after a loss of power."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], PortState] = {}

    def take(self, ask: Ask, unit: str, item: str) -> None:
        """Follow the sequence of the passive side; raises NotReady for a step that does not follow."""
        before = self._open.get((unit, item), PortState.BLOCKED)
        after = PORT.get((before, ask))
        if after is None:
            raise NotReady(f"InvalidCommandSequence: {unit} is {before} for {item}, where {ask} does not follow")
        self._open[unit, item] = after
        if after is PortState.BLOCKED:
            del self._open[unit, item]
