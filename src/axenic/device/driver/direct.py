"""A simulated instrument in the engine's own process: no wire, but the same protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.event import Event
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.handoff.ask import Ask
from axenic.device.instrument.disorder import Disorder
from axenic.device.instrument.host import Host


class DirectDriver:
    """Drives a host; its commands come to their end for as long as the events are read."""

    def __init__(self, equipment: str, host: Host) -> None:
        self.equipment, self._host = equipment, host

    async def identity(self) -> Identity:
        """Who it is."""
        return await self._host.identity()

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""
        return await self._host.state(unit)

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        return await self._host.start(intent)

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        return await self._host.stop(intent)

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        return await self._host.control(unit, command)

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        return await self._host.record(id)

    async def prepare_for_output(self, intent: Intent) -> None:
        """Be ready to give the carrier."""
        await self._host.transfer(Ask.PREPARE_FOR_OUTPUT, intent)

    async def prepare_for_input(self, intent: Intent) -> None:
        """Be ready to take the carrier."""
        await self._host.transfer(Ask.PREPARE_FOR_INPUT, intent)

    async def removed(self, intent: Intent) -> None:
        """The mover is done with taking it."""
        await self._host.transfer(Ask.REMOVED, intent)

    async def delivered(self, intent: Intent) -> None:
        """The mover is done with putting it."""
        await self._host.transfer(Ask.DELIVERED, intent)

    async def holds(self, unit: str) -> frozenset[str]:
        """The carriers that the sensor of the unit reads now."""
        return await self._host.holds(unit)

    async def inject(self, disorder: Disorder) -> None:
        """Tell it to go wrong."""
        self._host.inject(disorder)

    async def events(self) -> AsyncIterator[Event]:
        """What it says of itself."""
        heard: asyncio.Queue[Event] = asyncio.Queue()
        self._host.listeners.add(heard.put_nowait)
        going = asyncio.create_task(self._host.run())
        try:
            while True:
                yield await heard.get()
        finally:
            self._host.listeners.discard(heard.put_nowait)
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going

    async def close(self) -> None:
        """There is nothing to leave."""
