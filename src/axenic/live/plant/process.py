"""One instrument as a process: its own journal, its own boot, its server; the shared clock and nature behind it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from axenic.device.connection import Connection, Protocol
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.model import Model
from axenic.device.instrument.roster import simulated_identity
from axenic.live.clock import now_ms
from axenic.live.plant.clock import FileClock
from axenic.live.plant.gauges import gauges_of
from axenic.live.plant.nature import ByNature
from axenic.plant.plant import Plant
from axenic.plant.tag import TagSheet

NO_POWER = 75  # how a process ends that lost its power
SERVERS = {
    Protocol.LINE: "axenic.device.line.server:serve",
    Protocol.OPC_UA: "axenic.device.opcua.server:serve",
    Protocol.SILA_2: "axenic.device.sila.server:serve",
}
Serve = Callable[[Host, Connection, Path, Callable[[], None], Callable[[], int]], Coroutine[Any, Any, None]]


def serve_instrument(
    plant: Plant, connection: Connection, models: dict[str, Model], folder: Path, tags: TagSheet, seed: int
) -> None:
    """Serve until the process is ended; `folder / NAME.up` says that it answers, and which process it is."""
    clock = FileClock(folder / "clock.json")
    identity = simulated_identity(plant.plant, connection.equipment, models, uuid4().hex)
    memory = Memory(folder / connection.equipment, clock.now(), clock.start)
    instrument = Instrument(identity, models, memory, ByNature(str(folder / "nature")))
    gauges = gauges_of(plant, tags, instrument, seed)
    where, _, name = SERVERS[connection.speaks].partition(":")
    serve: Serve = getattr(import_module(where), name)
    up, down = folder / f"{connection.equipment}.up", folder / f"{connection.equipment}.down"

    def power_off(seconds: float) -> None:
        down.write_text(str(seconds))
        os._exit(NO_POWER)

    def answers() -> None:
        up.write_text(str(os.getpid()))

    async def going() -> None:
        await serve(Host(instrument, clock, power_off, gauges), connection, folder, answers, now_ms)

    asyncio.run(going())
