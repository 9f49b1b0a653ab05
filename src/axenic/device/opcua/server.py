"""A simulated instrument as an OPC UA server: encrypted, with known clients and accounts only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from asyncua import Server, ua
from asyncua.server.internal_server import InternalServer

from axenic.control.packml import Command
from axenic.device.connection import Connection, Now
from axenic.device.driver.command_record import CommandRecord
from axenic.device.driver.driver import Garbled
from axenic.device.driver.event import StateChanged, ValueRead
from axenic.device.driver.intent import Intent
from axenic.device.driver.wire import event_text, identity_text, intent_from, record_text
from axenic.device.instrument.disorder import Disorder
from axenic.device.instrument.host import Host, Told
from axenic.device.opcua import names
from axenic.device.opcua.accounts import Duty
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.secure_server import SecureServer
from axenic.device.opcua.space import Method, Space

_V = ua.VariantType
Begin = Callable[[Intent], Awaitable[CommandRecord]]
_CALLS = {
    Duty.VIEWER: (),
    Duty.ENGINE: (names.EXECUTE, names.STOP, names.CONTROL, names.RECORD, names.IDENTITY),
    Duty.MAINTENANCE: (names.RECORD, names.IDENTITY, names.INJECT),
}


class OpcUaServer:
    """`address`: opc.tcp://host:port; `now`: the time of day by which certificates are judged, ms since 1970.

    `listening` is set when engines can connect.
    """

    def __init__(self, host: Host, address: str, credentials: Credentials, now: Now) -> None:
        self._host = host
        self._secure = SecureServer(host.nameplate.equipment, address, credentials, now)
        self._telling: asyncio.Queue[Told] = asyncio.Queue()
        self._space: Space | None = None
        self.listening = self._secure.listening
        host.drop = self._drop

    async def serve(self) -> None:
        """Accept engines until cancelled; a certificate that was renewed counts from the next second on.

        Raises OSError if the port is taken or the credentials are not there.
        """
        self._host.listeners.add(self._telling.put_nowait)
        try:
            await asyncio.gather(self._host.run(), self._secure.serve(self._furnish, self._tell))
        finally:
            self._host.listeners.discard(self._telling.put_nowait)

    async def _furnish(self, server: Server) -> dict[Duty, frozenset[ua.NodeId]]:
        self._space = space = Space(server, self._host.nameplate)
        states = {unit: self._host.state_now(unit) for unit in self._host.nameplate.units}
        await space.build(self._methods(), self._host.gauges, states)
        return {duty: frozenset(space.methods[name] for name in calls) for duty, calls in _CALLS.items()}

    async def _tell(self) -> None:
        """What the instrument says, one after the other: first what can be read of it, then the event."""
        space = self._space
        assert space is not None, "told before it was furnished"
        while True:
            event = await self._telling.get()
            try:
                if isinstance(event, ValueRead):
                    await space.show_value(event)
                else:
                    if isinstance(event, StateChanged):
                        await space.show_state(event)
                    await space.tell(event_text(event))
            finally:
                self._telling.task_done()

    def _methods(self) -> tuple[Method, ...]:
        text, intent = ("Record", _V.String), {"Intent": _V.String}
        return (
            Method(names.EXECUTE, intent, text, partial(self._begin, self._host.start)),
            Method(names.STOP, intent, text, partial(self._begin, self._host.stop)),
            Method(names.CONTROL, {"Unit": _V.String, "CntrlCmd": _V.Int32}, (names.STATE, _V.Int32), self._control),
            Method(names.RECORD, {"CommandId": _V.Guid}, text, self._record),
            Method(names.IDENTITY, {}, (names.IDENTITY, _V.String), self._identity),
            Method(names.INJECT, {"Disorder": _V.String}, ("Result", _V.String), self._inject),
        )

    async def _begin(self, begin: Begin, text: str) -> ua.Variant:
        return await self._said(record_text(await begin(intent_from(text))))

    async def _control(self, unit: str, number: int) -> ua.Variant:
        state = await self._host.control(unit, Command(number))
        said = await self._said(str(int(state)))
        return ua.Variant(int(state), _V.Int32) if said.Value == str(int(state)) else said

    async def _record(self, id: UUID) -> ua.Variant:
        return await self._said(record_text(await self._host.record(id)))

    async def _identity(self) -> ua.Variant:
        return await self._said(identity_text(await self._host.identity()))

    async def _inject(self, text: str) -> ua.Variant:
        try:
            disorder = Disorder.from_row(json.loads(text))
        except (KeyError, TypeError, ValueError) as error:
            raise Garbled(f"no disorder: {error!r}") from error
        if not self._host.nameplate.simulated:
            raise Garbled("only simulated equipment is made to fail")
        self._host.inject(disorder)
        return ua.Variant("injected", _V.String)

    async def _said(self, text: str) -> ua.Variant:
        """An answer, given when all that came before it can be read."""
        await self._telling.join()
        return ua.Variant(self._host.said(text), _V.String)

    def _drop(self, seconds: float) -> None:
        core = self._secure.core
        if core is None:
            return
        most = core.max_connections or 1000
        core.max_connections = 0
        for transport in list(core.asyncio_transports):
            transport.abort()
        asyncio.get_running_loop().call_later(seconds, _hear_again, core, most)


def _hear_again(core: InternalServer, most: int) -> None:
    core.max_connections = most


async def serve(host: Host, connection: Connection, folder: Path, up: Callable[[], None], now: Now) -> None:
    """Serve a connection until cancelled, with `folder / equipment / credentials`; `up` is called when it answers."""
    credentials = Credentials(folder / connection.equipment / "credentials")
    server = OpcUaServer(host, connection.address, credentials, now)
    serving = asyncio.create_task(server.serve())
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
    if listening.done():
        up()
    listening.cancel()
    await serving
