"""Instruments behind SiLA servers, on a loop in a thread of their own, and the drivers that know their certificates."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import multiprocessing.synchronize
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.plant_clock import PlantClock
from axenic.device.sila.certificate import certificate
from axenic.device.sila.driver import SilaDriver
from axenic.device.sila.server import Address, SilaInstrument, server_id
from axenic.live.clock import SpeedClock
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from tests.conftest import START, Suite, shelf
from tests.device.driver.rig import instruments, no_power

LOCAL = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def sila(
    found: dict[str, Instrument], clock: PlantClock, folder: Path, power_off=no_power, timeout_s: float = 10.0
) -> Iterator[list[SilaDriver]]:
    """The drivers of instruments that are served for as long as this is open."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="instruments", daemon=True)
    thread.start()
    serving, drivers = [], []
    try:
        for name, instrument in found.items():
            server, address, keys = served(instrument, clock, folder / name, power_off)
            serving.append(asyncio.run_coroutine_threadsafe(server.serve(), loop))
            asyncio.run_coroutine_threadsafe(up(server, serving[-1]), loop).result(30)
            drivers.append(SilaDriver(name, f"{address.host}:{address.port}", keys.public, timeout_s))
        yield drivers
    finally:
        for task in serving:
            task.cancel()
        asyncio.run_coroutine_threadsafe(settled(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def served(instrument, clock, folder, power_off=no_power, port=0):
    """A server that is not yet up, where it will listen, and its keys."""
    address = Address(LOCAL, port or free_port())
    keys = certificate(folder, server_id(instrument.identity.serial), LOCAL)
    return SilaInstrument(Host(instrument, clock, power_off), instrument.identity, address, keys), address, keys


async def up(server: SilaInstrument, serving) -> None:
    """It listens; raises what kept it from that."""
    waiting, going = asyncio.ensure_future(server.up.wait()), asyncio.wrap_future(serving)
    await asyncio.wait({waiting, going}, return_when=asyncio.FIRST_COMPLETED)
    if going.done():
        waiting.cancel()
        going.result()


async def settled() -> None:
    """Everything else on this loop has ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


@contextlib.contextmanager
def spawned(equipment: str, port: int, folder: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """An instrument of the robotic cluster in a process of its own, which remembers its commands in a folder."""
    spawn = multiprocessing.get_context("spawn")
    up = spawn.Event()
    process = spawn.Process(target=serve_alone, args=(equipment, port, folder, up), daemon=True)
    process.start()
    try:
        assert up.wait(60)
        yield process
    finally:
        process.kill()
        process.join()


def serve_alone(equipment: str, port: int, folder: Path, up: multiprocessing.synchronize.Event) -> None:
    made = Suite(shelf(Recipe, "car-t-9-day"), shelf(Plant, "robotic-cluster"))
    alone = instruments(made, folder, only=[equipment])

    async def go() -> None:
        server, _, _ = served(alone[equipment], SpeedClock(START, 1.0), folder, port=port)
        serving = asyncio.ensure_future(server.serve())
        await server.up.wait()
        up.set()
        await serving

    asyncio.run(go())
