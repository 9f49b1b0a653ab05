"""An instrument behind a SiLA 2 server: gRPC threads in front, the loop of the instrument behind.

Who may command is decided by the fence in each intent, which outlives a restart on both sides; the feature
LockController, whose lock lives in memory and is lost with the power, is therefore not served.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

from sila2.server import SilaServer

from axenic.device.connection import Connection, Now
from axenic.device.driver.identity import Identity
from axenic.device.instrument.host import Host
from axenic.device.sila.bridge import Bridge
from axenic.device.sila.certificate import Certificate, certificate
from axenic.device.sila.definition import DISORDER, SITE, UNIT, feature
from axenic.device.sila.disorder_controller import DisorderController
from axenic.device.sila.site_controller import SiteController
from axenic.device.sila.unit_controller import UnitController

_THREADS = 24  # of one server: each listener keeps one, the rest answer [D]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: an IP address and a port."""

    host: str
    port: int


def server_id(serial: str) -> UUID:
    """The UUID of the server of an instrument: the same in every run."""
    return uuid5(NAMESPACE_OID, f"sila:{serial}")


def server_type(model: str) -> str:
    """A model as SiLA names types: letters and digits, the first a capital."""
    name = "".join(word.capitalize() for word in re.findall("[A-Za-z0-9]+", model))
    return name if name[:1].isupper() else f"Equipment{name}"


class QuietServer(SilaServer):
    """A server that nobody finds who does not know it, and that keeps its errors out of the log of the process."""

    def __init__(self, identity: Identity) -> None:
        super().__init__(
            server_name=identity.equipment,
            server_type=server_type(identity.model),
            server_description=f"{identity.model}, serial {identity.serial}",
            server_version="1.0",
            server_vendor_url="https://axenic.example",
            server_uuid=server_id(identity.serial),
            max_grpc_workers=_THREADS,
            max_child_task_workers=_THREADS,
        )
        # sila2 0.14 opens a multicast socket even where discovery is off
        vars(self)["_SilaServer__service_broadcaster"].zc.close()
        for name in ("SiLAService", UNIT, SITE, DISORDER):
            logging.getLogger(name).addHandler(logging.NullHandler())


class SilaInstrument:
    """Serves any number of engines over TLS."""

    def __init__(self, host: Host, identity: Identity, address: Address, certificate: Certificate) -> None:
        self._host, self._identity, self._address, self._certificate = host, identity, address, certificate
        self._server: QuietServer | None = None
        self._bridge: Bridge | None = None
        self._dropping: asyncio.Task[None] | None = None
        self.up = asyncio.Event()
        host.drop = self._drop

    async def serve(self) -> None:
        """Answer engines until cancelled."""
        await self._open()
        try:
            await self._host.run()
        finally:
            if self._dropping is not None:
                self._dropping.cancel()
                with suppress(asyncio.CancelledError):
                    await self._dropping
            await self._shut()

    async def _open(self) -> None:
        self._bridge = Bridge(asyncio.get_running_loop())
        self._server = await asyncio.to_thread(self._started, self._bridge)
        self.up.set()

    def _started(self, bridge: Bridge) -> QuietServer:
        server, unit, site = QuietServer(self._identity), feature(UNIT), feature(SITE)
        server.set_feature_implementation(unit, UnitController(server, unit, self._host, bridge))
        server.set_feature_implementation(site, SiteController(server, site, self._host, bridge))
        if self._identity.simulated:
            server.set_feature_implementation(feature(DISORDER), DisorderController(server, self._host, bridge))
        where, keys = self._address, self._certificate
        _vacant(where)
        server.start(where.host, where.port, keys.private, keys.public, enable_discovery=False)
        return server

    async def _shut(self) -> None:
        server, self._server = self._server, None
        self.up.clear()
        if server is not None:
            await asyncio.to_thread(server.stop, 0)
        if self._bridge is not None:
            self._bridge.end()

    def _drop(self, seconds: float) -> None:
        if self._dropping is None or self._dropping.done():
            if self._bridge is not None:
                self._bridge.fall_silent()
            self._dropping = asyncio.get_running_loop().create_task(self._dropped(seconds))

    async def _dropped(self, seconds: float) -> None:
        await self._shut()
        await asyncio.sleep(seconds)
        await self._open()


def _vacant(address: Address) -> None:
    """Raises OSError if another server listens there: gRPC would share the port with it and say nothing."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((address.host, address.port))


async def serve(host: Host, connection: Connection, folder: Path, up: Callable[[], None], now: Now) -> None:
    """Serve a connection until cancelled, certified by `folder / equipment / credentials`; `up`: when it answers."""
    where, _, port = connection.address.rpartition(":")
    identity = host.nameplate
    keys = certificate(folder / connection.equipment / "credentials", server_id(identity.serial), where)
    server = SilaInstrument(host, identity, Address(where, int(port)), keys)
    serving = asyncio.create_task(server.serve())
    listening = asyncio.create_task(server.up.wait())
    await asyncio.wait([serving, listening], return_when=asyncio.FIRST_COMPLETED)
    if listening.done():
        up()
    listening.cancel()
    await serving
