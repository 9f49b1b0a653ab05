"""How the engine reaches the equipment of a plant: for each piece what it speaks, and where."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from axenic.device.driver.driver import Driver
from axenic.notation.sheet import Sheet


class Protocol(StrEnum):
    """What a piece of equipment speaks."""

    LINE = "line"
    OPC_UA = "opc-ua"
    SILA_2 = "sila-2"
    MTP = "mtp"


class Connection(Sheet):
    """`address`: a socket's path, `opc.tcp://host:port` or `host:port`.

    credentials: over OPC UA the folder of what the engine shows, trusts and logs in with; over SiLA 2 the certificate
    of the equipment. module: over MTP the sheet of the module. open: why a module is reached without security; such
    a connection serves no journal of real batches. Paths are seen from the folder of the file they stand in.
    """

    equipment: str
    speaks: Protocol
    address: str
    credentials: str = ""
    module: str = ""
    open: str = ""


class Clock(Sheet):
    """The clock file and the speed of a simulated plant; a real one has the time of day."""

    file: str
    speed: float


class Connections(Sheet):
    """The equipment of one plant; `seed` and `clock` only where it is simulated."""

    connections: str
    plant: str
    equipment: tuple[Connection, ...]
    seed: int | None = None
    clock: Clock | None = None


_DRIVERS = {  # read only where they are used: each brings its own libraries
    Protocol.LINE: "axenic.device.line.driver:connect",
    Protocol.OPC_UA: "axenic.device.opcua.driver:connect",
    Protocol.SILA_2: "axenic.device.sila.driver:connect",
    Protocol.MTP: "axenic.device.mtp.driver:connect",
}


Now = Callable[[], int]  # the time of day by which certificates are judged, milliseconds since 1970


def driver_of(connection: Connection, folder: Path, now: Now) -> Driver:
    """The driver of a connection; `folder`: where its file lies. Raises LinkError if what it names is not there."""
    where, _, name = _DRIVERS[connection.speaks].partition(":")
    connect: Callable[[Connection, Path, Now], Driver] = getattr(import_module(where), name)
    return connect(connection, folder, now)
