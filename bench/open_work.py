"""Open work over a wire: a phase with open product, its unit and the monitor of its zone as OPC UA servers beside it.

The equipment is in a process of its own, where a script makes it go wrong; the engine is the real one, with its journal
on disk. The engine begins where a batch has just been opened: it is given the journal up to there.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from axenic.asepsis.condition import Aseptic
from axenic.asepsis.environment import EnvironmentLimits
from axenic.control.control import Control
from axenic.control.facts import Fact, PhaseCompleted, ZoneRestored
from axenic.control.orders import HoldUnit, Order, RunPhase
from axenic.control.packml import UnitState
from axenic.device.driver.event import Event, StateChanged, ValueRead
from axenic.device.driver.intent import journal_id
from axenic.device.field import Field
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.device.instrument.gauge import Gauge
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.model import model_of
from axenic.device.instrument.roster import simulated_identity, with_monitors
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.channel import Patience
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.driver import OpcUaDriver
from axenic.device.opcua.server import OpcUaServer
from axenic.library.shelf import default
from axenic.live.clock import SpeedClock, now_ms
from axenic.live.feed import Feed
from axenic.live.lookout import Lookout, Watched
from axenic.live.shell import recover
from axenic.live.shell import run as run_live
from axenic.plant.tag import TagSheet
from axenic.quality.requests import asked
from axenic.record.entry import Act, Entry
from axenic.record.journal import Journal
from axenic.record.telemetry.buffer import Buffer
from axenic.record.telemetry.tags import tags_of
from bench.scene import Scene, shipped_plant

PRESSURE = "pressure difference"
OVER = 99.0  # Pa, by which the equipment says that its script is over
_PASSWORD = "a password of the open bench"


class _Over(Exception):
    """The script has come to its end."""


class _Busy:
    """Work that lasts longer than anybody waits."""

    def perform(self, order: Any) -> Any:
        return PhaseCompleted(order.at + 10 * 3_600_000, order.number)

    def done(self, order: Any) -> None: ...

    def holds(self, unit: str) -> frozenset[str]:
        return frozenset()

    def offer(self, unit: str, item: str) -> None: ...


@dataclass
class Equipment:
    """What a script has at hand, in the process of the equipment."""

    work: OpenWork
    unit: Host
    monitor: Host
    told: list[ValueRead] = field(default_factory=list)
    state: UnitState = UnitState.IDLE
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def pressure(self, value: float | None) -> None:
        """What the pressure of the zone reads from now on; None: what it rests at."""
        item = f"{self.work.zone}.{PRESSURE}"
        self.monitor.inject(Disorder(Wrong.VALUE, value or 0.0, 0 if value is None else 1, item))

    async def reaches(self, state: UnitState) -> float:
        """When the unit is in a state (s)."""
        async with asyncio.timeout(120), self.changed:
            await self.changed.wait_for(lambda: self.state is state)
        return monotonic()

    def hear(self, event: Any) -> None:
        """What the hosts say."""
        if isinstance(event, ValueRead):
            self.told.append(event)
        if isinstance(event, StateChanged) and event.unit == self.work.opened.unit:
            self.state = event.state
            asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()


Script = Callable[[Equipment], Awaitable[Any]]


@dataclass
class Done:
    """What came of a run: what the script gave, what was journalled since, and when facts were taken (s)."""

    result: Any
    told: list[dict[str, Any]]
    entries: list[Entry]
    taken: list[tuple[Fact, list[Order], float]]

    def alarms(self) -> list[tuple[str, str, str]]:
        """Every alarm that came or went, with its place."""
        acts = [e.thing for e in self.entries if isinstance(e.thing, Act) and e.thing.command.startswith("alarm ")]
        return [(a.command.removeprefix("alarm "), a.new["alarm"], a.new["place"]) for a in acts]


class OpenWork:
    """A manual suite with one batch that has just been opened; `ahead` puts the time of day forward on both sides."""

    def __init__(self, folder: Path, publish_s: float = 0.05, by_act: bool = False) -> None:
        self.by_act = by_act
        self.folder, self.publish_s = folder, publish_s
        self.ahead = multiprocessing.Value("q", 0)
        self.ordered = multiprocessing.Event()  # the engine has ordered to hold
        self.scene = shipped_plant("manual-suite", 1)
        self.steps, self.opened = _opened(self.scene)
        self.zone = next(u.zone for u in self.scene.plant.units if u.unit == self.opened.unit)
        self.monitor = f"monitor-{self.zone}"
        self.authority = Authority.create(folder / "authority", "open work", self.now())
        self.engine = Credentials(folder / "engine")
        self.renew()
        for name in (self.opened.unit, self.monitor):
            enrol(Credentials(folder / name), "engine", _PASSWORD, Duty.ENGINE)
        self.engine.keep_login("engine", _PASSWORD)
        self.addresses = {name: f"opc.tcp://127.0.0.1:{_free_port()}" for name in (self.opened.unit, self.monitor)}
        self.journal = folder / "site.db"

    def now(self) -> int:
        """The time of day by which certificates are judged."""
        return now_ms() + self.ahead.value

    def renew(self) -> None:
        """New certificates for both sides."""
        self.authority.issue(self.engine.folder, Peer.ENGINE, "engine", self.now())
        for name in (self.opened.unit, self.monitor):
            self.authority.issue(self.folder / name, Peer.EQUIPMENT, name, self.now())

    def run(self, script: Script) -> Done:
        """Run the engine until the script of the equipment is over."""
        ready, tell = os.pipe()
        results = self.folder / "results.json"
        process = os.fork()
        if process == 0:
            try:
                asyncio.run(self._serve(script, tell, results))
            except BaseException:  # the child must not go on as its parent
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(tell)
        try:
            if os.read(ready, 1) != b"+":
                raise RuntimeError("the equipment did not start")
            taken = self._engine()
        finally:
            os.close(ready)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        kept = json.loads(results.read_text())
        return Done(kept["result"], kept["told"], self.entries, taken)

    # the engine ---------------------------------------------------------------------------------------------------

    def _engine(self) -> list[tuple[Fact, list[Order], float]]:
        journal = Journal.create(self.journal, "axenic.example/open")
        begun = [thing for fact, orders in self.steps for thing in (fact, *orders)]
        journal.append(begun)
        control = self._control()
        patience = Patience(life_s=2.0, most_s=0.5, publish_s=self.publish_s)
        drivers = [
            OpcUaDriver(name, address, self.engine, self.now, patience=patience)
            for name, address in self.addresses.items()
        ]
        taken: list[tuple[Fact, list[Order], float]] = []
        declared = tags_of(default(TagSheet), self.scene.plant)
        tags = {name: tag for name, tag in declared.items() if name == f"{self.zone}.{PRESSURE}"}
        feed = Feed(partial(Buffer, self.journal, self.scene.plant.plant, tags))
        engine = Field(drivers, journal_id(journal.head().vkey), journal.fence, reach_s=60.0)
        try:
            recover(control, engine, journal.entries())
            clock = SpeedClock(control.floor.at)
            grades = {zone.zone: zone.grade.value for zone in self.scene.plant.zones}
            lookout = Lookout(Watched(tags, grades, default(EnvironmentLimits), least_s=10.0), feed.put)
            lookout.meet(engine.identities(), clock.now(), clock.elapsed_s())
            engine.listen = partial(self._hear, lookout, engine, control, clock)
            run_live(control, engine, journal, clock, [], partial(self._watch, taken), lookout)
        except _Over:
            pass
        finally:
            engine.close()
            feed.close()
            self.entries = list(journal.entries())[len(begun) :]
            journal.close()
        return taken

    def _watch(self, taken: list[tuple[Fact, list[Order], float]], fact: Fact, orders: list[Order]) -> None:
        taken.append((fact, list(orders), monotonic()))
        if any(isinstance(order, HoldUnit) for order in orders):
            self.ordered.set()

    def _hear(self, lookout: Lookout, engine: Field, control: Control, clock: SpeedClock, event: Event) -> None:
        """As the lookout; and a person who restores the zone as soon as its pressure is back."""
        lookout.hear(event, clock.now(), clock.elapsed_s())
        if not isinstance(event, ValueRead) or (event.unit, event.item) != (self.zone, PRESSURE) or not event.good:
            return
        if event.value == OVER:
            raise _Over
        if float(event.value) > 12.0 and control.floor.zones[self.zone].state is not Aseptic.ASEPTIC:
            self._restore(engine, max(clock.now(), control.floor.at))

    def _restore(self, engine: Field, at: int) -> None:
        """A person restores the zone: at once, or from outside, by an act in the journal."""
        if not self.by_act:
            engine.agenda.add(ZoneRestored(at, self.zone, "EM-7"))
        elif self.ordered.is_set():
            self.ordered.clear()
            person = Journal.join(self.journal)
            person.append(
                [Act(at, "zone restore", "lead", new={"fact": asked("ZoneRestored", zone=self.zone, evidence="EM-7")})]
            )
            person.close()

    def _control(self) -> Control:
        scene = self.scene
        recipes = {scene.recipe.recipe: scene.recipe}
        return Control(scene.plant, recipes, scene.programs, scene.risks, default(EnvironmentLimits))

    # the equipment ------------------------------------------------------------------------------------------------

    async def _serve(self, script: Script, tell: int, results: Path) -> None:
        plant, unit = self.scene.plant, self.opened.unit
        clock = SpeedClock(self.steps[-1][0].at)
        models = {u.unit: {u.unit: model_of(u)} for u in plant.units if u.unit == unit}
        models[self.monitor] = with_monitors(plant)[self.monitor]
        hosts = {}
        for name, model in models.items():
            identity = simulated_identity(plant.plant, name, model, uuid4().hex)
            gauges = (_gauge(self.zone),) if name == self.monitor else ()
            hosts[name] = Host(Instrument(identity, model, Memory(None, 0), _Busy()), clock, _no_power, gauges)
        equipment = Equipment(self, hosts[unit], hosts[self.monitor])
        servers = []
        for name, host in hosts.items():
            host.listeners.add(equipment.hear)
            servers.append(OpcUaServer(host, self.addresses[name], Credentials(self.folder / name), self.now))
        going = [asyncio.create_task(server.serve()) for server in servers]
        await asyncio.gather(*(server.listening.wait() for server in servers))
        os.write(tell, b"+")
        await equipment.reaches(UnitState.EXECUTE)
        result = await script(equipment)
        told = [{"item": v.item, "at": v.at, "value": v.value, "quality": v.quality} for v in equipment.told]
        results.write_text(json.dumps({"result": result, "told": told}))
        equipment.pressure(OVER)
        await asyncio.gather(*going)


def _opened(scene: Scene) -> tuple[list[tuple[Fact, list[Order]]], RunPhase]:
    """The steps of a run up to an open phase of which nothing else is under way."""
    scene.play()
    control = scene.control()
    stations = control.floor.layout.stations
    for n, (fact, orders) in enumerate(scene.steps):
        control.take(fact)
        for order in orders:
            opens = isinstance(order, RunPhase) and order.batch and order.connections
            if opens and not stations[order.unit].closed and len(control.floor.outstanding) == 1:
                return scene.steps[: n + 1], order
    raise ValueError("no open phase of which nothing else is under way")


def _gauge(zone: str) -> Gauge:
    return Gauge(zone, PRESSURE, "Pa", -50.0, 100.0, lambda at: (20.0 + at % 7 / 10, 0), 0.25)


def _no_power(seconds: float) -> None:
    raise RuntimeError("this equipment shares a process")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
