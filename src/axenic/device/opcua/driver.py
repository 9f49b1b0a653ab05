"""The engine's side of equipment over OPC UA."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from asyncua import ua

from axenic.control.packml import Command, UnitState
from axenic.device.connection import Connection, Now
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Distrusted, Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, Nonsense
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.wire import identity_from, intent_text, record_from, record_there, state_of
from axenic.device.instrument.disorder import Disorder
from axenic.device.opcua import names
from axenic.device.opcua.authority import Peer, uri_of
from axenic.device.opcua.channel import Channel
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.patience import PATIENT, Patience

_V = ua.VariantType
_KEPT = 8  # lost channels; an older one has hung up


class OpcUaDriver:
    """Equipment at an address (opc.tcp://host:port); `uri`: what its certificate must say, as the site issues it."""

    def __init__(
        self,
        equipment: str,
        address: str,
        credentials: Credentials,
        now: Now,
        uri: str = "",
        patience: Patience = PATIENT,
    ) -> None:
        self.equipment = equipment
        self._address, self._credentials, self._now, self._patience = address, credentials, now, patience
        self._uri = uri or uri_of(Peer.EQUIPMENT, equipment)
        self._channel: Channel | None = None
        self._lost: list[Channel] = []  # that may still be hanging up
        self._turn = asyncio.Lock()
        self._heard: asyncio.Queue[Event] = asyncio.Queue()

    async def identity(self) -> Identity:
        """Who it is; raises Garbled if that is another piece of equipment."""
        found = identity_from(await self._text(names.IDENTITY))
        if found.equipment != self.equipment:
            raise Garbled(f"at {self._address} is {found.equipment}, not {self.equipment}")
        return found

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit; UNDEFINED for one it does not have."""
        return state_of(await (await self._open()).read_state(unit))

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        return record_there(await self._text(names.EXECUTE, ua.Variant(intent_text(intent), _V.String)))

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        return record_there(await self._text(names.STOP, ua.Variant(intent_text(intent), _V.String)))

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        given = ua.Variant(unit, _V.String), ua.Variant(int(command), _V.Int32)
        return state_of(await (await self._open()).call(names.CONTROL, *given))

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        return record_from(await self._text(names.RECORD, ua.Variant(id, _V.Guid)))

    async def inject(self, disorder: Disorder) -> None:
        """Tell simulated equipment to go wrong; its account must be of maintenance."""
        await self._text(names.INJECT, ua.Variant(json.dumps(disorder.to_row()), _V.String))

    async def events(self) -> AsyncIterator[Event]:
        """What it says of itself; a link that is lost is looked for until it is found."""
        async for _ in self._search():
            pass  # whoever asks for events has asked for its identity before
        while True:
            event = await self._heard.get()
            yield event
            if isinstance(event, LinkLost):
                async for found in self._search(event.reason):
                    yield found

    async def close(self) -> None:
        """Leave it alone."""
        async with self._turn:
            channels = [*self._lost, *([self._channel] if self._channel is not None else [])]
            self._channel, self._lost = None, []
        await asyncio.gather(*(channel.close() for channel in channels))

    async def _search(self, known: str = "") -> AsyncIterator[LinkLost | LinkFound | Nonsense]:
        """Look for it until it says who it is; a new reason why it cannot be had is said once."""
        wait = self._patience.least_s
        while True:
            try:
                yield LinkFound(await self.identity())
                return
            except (LinkError, Garbled) as error:
                fault = error
            if (reason := str(fault)) != known:
                yield LinkLost(self.equipment, reason, isinstance(fault, Distrusted))
            if isinstance(fault, Garbled):
                yield Nonsense(self.equipment, reason)
            known = reason
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._patience.most_s)

    async def _text(self, method: str, *given: ua.Variant) -> str:
        answer = await (await self._open()).call(method, *given)
        if not isinstance(answer, str):
            raise Garbled(f"{self.equipment} answers {type(answer).__name__} to {method}")
        return answer

    async def _open(self) -> Channel:
        async with self._turn:
            if self._channel is None or self._channel.lost:
                if self._channel is not None:
                    self._lost = [*self._lost[-_KEPT:], self._channel]
                shown = self._credentials, self._uri, self._now
                hear = self._heard.put_nowait
                channel = Channel(self.equipment, self._address, *shown, self._patience, hear)
                self._lost = [*self._lost[-_KEPT:], channel]  # until it is open
                await channel.open()
                self._channel = self._lost.pop()
            return self._channel


def connect(connection: Connection, folder: Path, now: Now) -> OpcUaDriver:
    """The driver of a connection."""
    return OpcUaDriver(connection.equipment, connection.address, Credentials(folder / connection.credentials), now)
