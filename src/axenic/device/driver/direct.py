"""A simulated instrument in the engine's own process: no wire, but the same protocol, and the same ways to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.handoff.ask import Ask
from axenic.device.instrument.disorder import Disorder
from axenic.device.instrument.host import GARBAGE, Host

_T = TypeVar("_T")


class DirectDriver:
    """Drives a host, whose commands come to their end for as long as the events are read.

    `make` gives a host, after a loss of power a new one from what its memory kept; it is given the switch that ends it.
    """

    def __init__(self, equipment: str, make: Callable[[Callable[[float], None]], Host]) -> None:
        self.equipment, self._make = equipment, make
        self._dark = 0.0  # for how many seconds it cannot be reached
        self._power = True
        self._heard: asyncio.Queue[Event | None] = asyncio.Queue()
        self._host = self._made()

    async def identity(self) -> Identity:
        """Who it is."""
        return await self._answer(lambda: self._host.identity())

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""
        return await self._answer(lambda: self._host.state(unit))

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        return await self._answer(lambda: self._host.start(intent))

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        return await self._answer(lambda: self._host.stop(intent))

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        return await self._answer(lambda: self._host.control(unit, command))

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        return await self._answer(lambda: self._host.record(id))

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
        self._heard = asyncio.Queue()  # of the loop that listens now
        going = asyncio.create_task(self._host.run())
        try:
            while True:
                event = await self._heard.get()
                if event is not None:
                    yield event
                    continue
                if not self._power:
                    await _ended(going)
                yield LinkLost(self.equipment, "its link is down" if self._power else "its power is gone")
                await asyncio.sleep(self._dark)
                if not self._power:
                    self._host = self._made()
                    going = asyncio.create_task(self._host.run())
                self._power, self._dark = True, 0.0
                yield LinkFound(await self._host.identity())
        finally:
            await _ended(going)

    async def close(self) -> None:
        """Leave it alone."""
        self._host.close()

    def _made(self) -> Host:
        host = self._make(self._power_off)
        host.drop = self._drop
        host.listeners.add(self._hear)
        return host

    def _hear(self, event: Event) -> None:
        if not self._dark:
            self._heard.put_nowait(event)

    def _drop(self, seconds: float) -> None:
        self._dark = max(seconds, 1e-9)
        self._heard.put_nowait(None)

    def _power_off(self, seconds: float) -> None:
        self._power = False
        self._host.close()
        self._drop(seconds)

    async def _answer(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        if not self._dark:
            answer = await ask()
            if not self._dark:
                if self._host.said("") == GARBAGE:
                    raise Garbled(f"{self.equipment} answers {GARBAGE!r}")
                return answer
        raise LinkError(f"{self.equipment} cannot be reached")


async def _ended(going: asyncio.Task[None]) -> None:
    going.cancel()
    with suppress(asyncio.CancelledError):
        await going
