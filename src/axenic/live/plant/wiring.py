"""The wires of a simulated plant: what each piece of equipment speaks, at which address, with which credentials."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import socket
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import TextIO

from axenic.device.connection import Connection, Protocol
from axenic.device.instrument.roster import with_monitors
from axenic.live.clock import now_ms
from axenic.notation.document import load
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant

ENGINE, MAINTENANCE = "credentials/engine", "credentials/maintenance"
_HERE = "127.0.0.1"
_MARK = "simulated-plant"
_HELD: list[TextIO] = []  # the marks of plants that this process runs


class Protocols(Sheet):
    """What simulated equipment speaks, by its kind."""

    protocols: str
    version: int
    source: str
    otherwise: Protocol
    kinds: dict[str, Protocol]

    def of(self, kind: str) -> Protocol:
        """What equipment of a kind speaks."""
        return self.kinds.get(kind, self.otherwise)


def usual() -> Protocols:
    """The shipped table; raises ValueError if it cannot be read."""
    text = (resources.files("axenic") / "data" / "protocols" / "default.yaml").read_text("utf-8")
    loaded = load(Protocols, text, "protocols/default.yaml")
    if loaded.value is None:
        raise ValueError(str(loaded.findings[0]))
    return loaded.value


def wired(plant: Plant, protocols: Protocols, folder: Path, only: Protocol | None = None) -> tuple[Connection, ...]:
    """The connections of a plant on this machine, with their credentials in the folder; `only`: all speak the same.

    Raises OSError if the folder cannot be written or no port is free.
    """
    kinds = {name: next(iter(models.values())).kind for name, models in with_monitors(plant).items()}
    speaks = {name: only or protocols.of(kind) for name, kind in kinds.items()}
    _clear(folder, list(speaks))
    if Protocol.OPC_UA in speaks.values():
        _issue([name for name, protocol in speaks.items() if protocol is Protocol.OPC_UA], folder)
    ports = iter(_free_ports(len(speaks)))
    return tuple(_connection(name, protocol, next(ports)) for name, protocol in speaks.items())


def _clear(folder: Path, names: list[str]) -> None:
    """A new plant remembers nothing; raises OSError where the folder is another one's, or its plant still runs."""
    mark = folder / _MARK
    if any(folder.iterdir()) and not mark.exists():
        raise OSError("the folder holds something else; name an empty one")
    running = mark.open("a")
    try:
        fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held for as long as this process lives
    except OSError as error:
        running.close()
        raise OSError("a plant runs in this folder already") from error
    _HELD.append(running)
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)


def _connection(name: str, protocol: Protocol, port: int) -> Connection:
    match protocol:
        case Protocol.OPC_UA:
            where, credentials = f"opc.tcp://{_HERE}:{port}", ENGINE
        case Protocol.SILA_2:
            where, credentials = f"{_HERE}:{port}", f"{name}/credentials/server.crt"
        case _:
            where, credentials = f"{name}.sock", ""
    return Connection(equipment=name, speaks=protocol, address=where, credentials=credentials)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((_HERE, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _issue(equipment: list[str], folder: Path) -> None:
    """An authority of its own for this plant, its certificates, and one login for each duty."""
    from axenic.device.opcua.accounts import Duty, enrol
    from axenic.device.opcua.authority import Authority, Peer
    from axenic.device.opcua.credentials import USERS, Credentials

    shutil.rmtree(folder / "credentials", ignore_errors=True)
    authority = Authority.create(folder / "credentials" / "authority", "simulated plant", now_ms())
    for place, duty in ((ENGINE, Duty.ENGINE), (MAINTENANCE, Duty.MAINTENANCE)):
        authority.issue(folder / place, Peer.ENGINE, duty.value, now_ms())
        password = secrets.token_urlsafe(24)
        Credentials(folder / place).keep_login(duty.value, password)
        enrol(Credentials(folder / "credentials"), duty.value, password, duty)
    for name in equipment:
        authority.issue(folder / name / "credentials", Peer.EQUIPMENT, name, now_ms(), hosts=(_HERE,))
        shutil.copy(folder / "credentials" / USERS, folder / name / "credentials" / USERS)
