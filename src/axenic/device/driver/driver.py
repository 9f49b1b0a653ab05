"""What the engine asks of every piece of equipment, in process, over OPC UA, over SiLA 2, or on a person's screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.event import Event
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent


class LinkError(Exception):
    """The equipment cannot be asked: whether it heard what was sent last is not known."""


class Distrusted(LinkError):
    """The equipment is not asked: a certificate of the link has ended, or is not trusted."""


class Garbled(Exception):
    """The equipment answered what no equipment of this kind can answer."""


class Driver(Protocol):
    """One piece of equipment with its units; every method but `close` raises LinkError, or Garbled.

    No method waits for the end of an act: `start` and `stop` return what the unit made of the command at once, its end
    comes with the events.
    """

    equipment: str

    async def identity(self) -> Identity:
        """Who it is; the first thing that is asked, and again after every loss of the link."""

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move; the same id again gives the same record and no second act."""

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of the order that a `StopPhase` names; that command fails, this one is completed."""

    async def control(self, unit: str, command: Command) -> UnitState:
        """Hold, unhold, abort, clear or reset a unit; what its state does not heed changes nothing. The state then."""

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command; None if it never heard of it."""

    def events(self) -> AsyncIterator[Event]:
        """All that it says of itself from now on; the link is kept up for as long as this is read."""

    async def close(self) -> None:
        """Leave it alone."""
