"""The processes of a simulated plant: started, watched, and started again after a loss of power."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from axenic.device.connection import Clock, Connection, Connections
from axenic.device.instrument.roster import with_monitors
from axenic.device.instrument.work import InWorld
from axenic.device.world import World
from axenic.live.plant.nature import serve_nature
from axenic.live.plant.process import NO_POWER, SERVERS, serve_instrument
from axenic.notation.document import write
from axenic.plant.plant import Plant
from axenic.plant.tag import TagSheet

CONNECTIONS = "connections.yaml"
_NATURE = "nature"
_LONGEST_PATH = 107  # of a local socket, in bytes, on Linux
_AGAIN_S, _LOOK_S = 0.2, 0.02


class Supervisor:
    """`folder` holds what belongs to the plant: its connections, its clock, and the memory of every instrument."""

    def __init__(
        self, plant: Plant, world: World, connections: tuple[Connection, ...], folder: Path, tags: TagSheet
    ) -> None:
        self._plant, self._world, self._folder, self._tags = plant, world, folder, tags
        self._seed = 0
        self._connections = {c.equipment: c for c in connections}
        self._running: dict[int, str] = {}
        self._due: dict[str, float] = {}  # what is to be started again, and when

    def start(self, seed: int, speed: float, told: Callable[[str], None]) -> Path:
        """Start every process; the file of the connections, once all of them answer. Raises OSError."""
        folder, self._seed = self._folder, seed
        longest = max(map(len, (*self._connections, _NATURE))) + len(".sock")
        over = len(str(folder)) + longest - _LONGEST_PATH
        if over > 0:
            raise OSError(f"its path is too long for the sockets in it, by {over} letters")
        for old in (*folder.glob("*.up"), *folder.glob("*.down"), folder / "clock.json", *folder.glob(f"{_NATURE}*")):
            old.unlink(missing_ok=True)
        for protocol in {c.speaks for c in self._connections.values()}:
            import_module(SERVERS[protocol].partition(":")[0])  # read once, for all processes that come of this one
        self._spawn(_NATURE)
        while not (folder / _NATURE).exists():
            self._tend()
            time.sleep(_LOOK_S)
        for name in self._connections:
            self._spawn(name)
        for name in self._connections:
            while not (folder / f"{name}.up").exists():
                self._tend()
                time.sleep(_LOOK_S)
            told(name)
        sheet = Connections(
            connections=f"simulated {self._plant.plant}",
            plant=self._plant.plant,
            equipment=tuple(self._connections.values()),
            seed=seed,
            clock=Clock(file="clock.json", speed=speed),
        )
        fresh = folder / f"{CONNECTIONS}.new"
        fresh.write_text(write(sheet), "utf-8")
        return fresh.replace(folder / CONNECTIONS)

    def watch(self) -> None:
        """Start again what ends, until interrupted."""
        while True:
            self._tend()
            time.sleep(_LOOK_S)

    def stop(self) -> None:
        """End every process."""
        for process in self._running:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for process in self._running:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)
        self._running.clear()

    def _tend(self) -> None:
        for process in list(self._running):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                name = self._running.pop(process)
                if name == _NATURE:
                    raise ChildProcessError("nature has ended, and with it all cells; start the plant again")
                self._due[name] = time.monotonic() + self._pause(name, status)
                if not (self._folder / f"{name}.up").exists():
                    raise ChildProcessError(f"{name} cannot be started; what it said stands above")
        for name, due in list(self._due.items()):
            if time.monotonic() >= due:
                del self._due[name]
                self._spawn(name)

    def _pause(self, name: str, status: int) -> float:
        """How long it stays dark: as long as it was told, or a moment."""
        down = self._folder / f"{name}.down"
        if os.waitstatus_to_exitcode(status) != NO_POWER or not down.exists():
            return _AGAIN_S
        seconds = float(down.read_text())
        down.unlink()
        return seconds

    def _spawn(self, name: str) -> None:
        process = os.fork()
        if process:
            self._running[process] = name
            return
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started the plant stops it
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            self._serve(name)
        except BaseException as error:  # the child must not go on as the parent
            sys.stderr.write(f"{name} cannot go on: {type(error).__name__}: {error}\n")
        os._exit(1)

    def _serve(self, name: str) -> None:
        if name == _NATURE:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(self._folder / f"{_NATURE}.new"))
                listener.listen(64)
                (self._folder / f"{_NATURE}.new").rename(self._folder / _NATURE)
                serve_nature(InWorld(self._world), listener, self._folder / "acts")
        models = with_monitors(self._plant)[name]
        serve_instrument(self._plant, self._connections[name], models, self._folder, self._tags, self._seed)
