"""The engine's side of a SiLA 2 server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.connection import Connection, Now
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, Nonsense
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.wire import event_from, identity_from, intent_text, record_from, record_there, state_of
from axenic.device.instrument.disorder import Disorder
from axenic.device.sila.definition import DISORDER, SITE, UNIT
from axenic.device.sila.hearing import Hearing
from axenic.device.sila.link import Link

_LEAST_S, _MOST_S = 0.05, 1.0  # between two tries to reach it


class SilaDriver:
    """Equipment behind a SiLA server.

    target: `address:port`. trusted: its certificate, or that of the site that signed it (PEM), or the file of it, which
    is read at each connection. timeout_s: after which an answer is no longer awaited.
    """

    def __init__(self, equipment: str, target: str, trusted: bytes | Path, timeout_s: float = 10.0) -> None:
        self.equipment = equipment
        self.target, self.timeout_s = target, timeout_s
        self._trusted = trusted
        self._link: Link | None = None
        self._connecting = asyncio.Lock()
        self._heard: asyncio.Queue[Event] = asyncio.Queue()
        self._hearing: Hearing | None = None

    def _certificate(self) -> bytes:
        if isinstance(self._trusted, bytes):
            return self._trusted
        try:
            return self._trusted.read_bytes()
        except OSError as error:
            raise LinkError(f"the certificate of {self.equipment} cannot be read: {error}") from error

    async def identity(self) -> Identity:
        """Who it is."""
        link = await self._connected()
        return identity_from(await link.property(UNIT, "Identity", self.timeout_s))

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""
        return state_of((await self._ask("GetState", Unit=unit)).State.value)

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        return record_there((await self._ask("Execute", Intent=intent_text(intent))).Record.value)

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        return record_there((await self._ask("Stop", Intent=intent_text(intent))).Record.value)

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        return state_of((await self._ask("Control", Unit=unit, Command=int(command))).State.value)

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        return record_from((await self._ask("GetCommandRecord", CommandID=str(id))).Record.value)

    async def prepare_for_output(self, intent: Intent) -> None:
        """Be ready to give the carrier."""
        await self._site("PrepareForOutput", Intent=intent_text(intent))

    async def prepare_for_input(self, intent: Intent) -> None:
        """Be ready to take the carrier."""
        await self._site("PrepareForInput", Intent=intent_text(intent))

    async def removed(self, intent: Intent) -> None:
        """The mover is done with taking it."""
        await self._site("LabwareRemoved", Intent=intent_text(intent))

    async def delivered(self, intent: Intent) -> None:
        """The mover is done with putting it."""
        await self._site("LabwareDelivered", Intent=intent_text(intent))

    async def holds(self, unit: str) -> frozenset[str]:
        """The carriers that the sensor of the unit reads now."""
        return frozenset(carrier.value for carrier in (await self._site("GetHeld", Unit=unit)).Carriers)

    async def inject(self, disorder: Disorder) -> None:
        """Tell a simulated instrument to go wrong."""
        link = await self._connected()
        what = {name.capitalize(): value for name, value in disorder.to_row().items()}
        await link.command(DISORDER, "Inject", self.timeout_s, **what)

    async def events(self) -> AsyncIterator[Event]:
        """What it says of itself; a link that is lost is looked for until it is found."""
        try:
            await self._connected()
        except (LinkError, Garbled) as error:
            self._lost(str(error))
        while True:
            event = await self._heard.get()
            yield event
            if isinstance(event, LinkLost):
                yield await self._found()

    async def close(self) -> None:
        """Leave it alone."""
        hearing, link, self._hearing, self._link = self._hearing, self._link, None, None
        if hearing is not None:
            await hearing.close()
        if link is not None:
            link.close()

    async def _found(self) -> LinkFound:
        wait = _LEAST_S
        while True:
            try:
                return LinkFound(await self.identity())
            except (LinkError, Garbled):
                await asyncio.sleep(wait)
                wait = min(2 * wait, _MOST_S)

    async def _ask(self, command: str, **values: Any) -> Any:
        link = await self._connected()
        return await link.command(UNIT, command, self.timeout_s, **values)

    async def _site(self, command: str, **values: str) -> Any:
        link = await self._connected()
        return await link.command(SITE, command, self.timeout_s, **values)

    async def _connected(self) -> Link:
        """The link, with what happens already listened to: nothing is asked before, so that no end is missed."""
        async with self._connecting:
            if self._link is None:
                link = await asyncio.to_thread(Link, self.equipment, self.target, self._certificate())
                hearing = Hearing(link, self._take, self._lost)
                try:
                    await hearing.begin(self.timeout_s)
                except BaseException:
                    link.close()
                    raise
                self._link, self._hearing = link, hearing
            return self._link

    def _take(self, text: str) -> None:
        try:
            self._heard.put_nowait(event_from(text))
        except Garbled as error:  # what cannot be read is asked for: nothing follows from it
            self._heard.put_nowait(Nonsense(self.equipment, str(error)))

    def _lost(self, reason: str) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._heard.put_nowait(LinkLost(self.equipment, reason))


def connect(connection: Connection, folder: Path, now: Now) -> SilaDriver:
    """The driver of a connection."""
    return SilaDriver(connection.equipment, connection.address, folder / connection.credentials)
