"""A bench for each protocol: one simulated piece of equipment with units of every kind, and a driver to ask it.

A protocol is held to the suite by one class here; everything it needs of its wire is in that class.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID, uuid4

from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.orders import MoveItem, RunPhase, StopPhase
from axenic.control.packml import Command, UnitState
from axenic.device.driver.direct import DirectDriver
from axenic.device.driver.driver import Garbled, LinkError
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.person import ByHand, PersonDriver
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.device.instrument.gauge import Gauge
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.model import ALL, NO_HOLD, NO_SUSPEND, Model
from axenic.device.line.driver import LineDriver
from axenic.device.line.server import LineServer
from axenic.device.opcua.accounts import Duty, enrol
from axenic.device.opcua.authority import Authority, Peer
from axenic.device.opcua.credentials import Credentials
from axenic.device.opcua.driver import OpcUaDriver
from axenic.device.opcua.patience import Patience
from axenic.device.opcua.server import OpcUaServer
from axenic.device.sila.certificate import certificate
from axenic.device.sila.driver import SilaDriver
from axenic.device.sila.server import Address, SilaInstrument, server_id
from axenic.live.clock import SpeedClock, now_ms
from tests.conftest import START

JOURNAL = UUID("6f1c6a7e-6f0e-4d55-9b38-5f3f0a8f2a11")
EQUIPMENT = "station"
MODELS = {
    "incubator-1": Model("incubator", ALL),
    "robot-1": Model("robot", NO_SUSPEND),
    "airlock-1": Model("chamber", NO_HOLD),
    "store-1": Model("store", ALL, many=True),
}
HOUR, SOON = 3_600_000, 50
_PATIENCE_S = 60.0
_PORTS = (10_000 + n % 20_000 for n in count(os.getpid() * 131))


class Acts:
    """The physical side: what is ordered takes as long as its order says, and is written down when it is begun."""

    def __init__(self, file):
        self._file = file

    def perform(self, order):
        with self._file.open("a") as file:
            file.write(f"{order.number}\n")
        if isinstance(order, RunPhase):
            return PhaseCompleted(order.at + order.usual, order.number, {"cells": "2e8"})
        if isinstance(order, MoveItem):
            return ItemMoved(order.at + 10, order.number)
        return PhaseFailed(order.at + 10, order.stops, "stopped")

    def done(self, order):
        """Nobody looks where things are."""

    def holds(self, unit):
        return frozenset()

    def offer(self, unit, item):
        """Nobody looks where things are."""


class Ear:
    """Everything a driver's events said."""

    def __init__(self, driver):
        self.events, self._driver, self._news = [], driver, asyncio.Condition()

    async def listen(self):
        async for event in self._driver.events():
            async with self._news:
                self.events.append(event)
                self._news.notify_all()

    async def until(self, wanted, since=0):
        """The first event from a place on that is wanted."""
        async with asyncio.timeout(_PATIENCE_S), self._news:
            await self._news.wait_for(lambda: any(wanted(e) for e in self.events[since:]))
        return next(e for e in self.events[since:] if wanted(e))


@dataclass
class Visit:
    """A test's time with the equipment."""

    bench: Bench
    driver: object
    ear: Ear
    wrong: set[Wrong] = field(default_factory=set)

    async def inject(self, disorder):
        self.wrong.add(disorder.wrong)
        await self.bench.inject(disorder)

    def phase(self, unit="incubator-1", lasts=HOUR, **more):
        order = RunPhase(next(self.bench.numbers), self.bench.clock.now(), unit, "grow", "AX-1/grow", usual=lasts)
        return self.intent(order, **more)

    def stop(self, intent):
        order = intent.order
        stops = StopPhase(next(self.bench.numbers), self.bench.clock.now(), order.unit, order.number)
        return self.intent(stops)

    def move(self):
        number, at = next(self.bench.numbers), self.bench.clock.now()
        return self.intent(MoveItem(number, at, "robot-1", "bag", "AX-1", "store-1", "incubator-1", "by hand"))

    def intent(self, order, id=None, journal=JOURNAL, fence=None):
        return Intent(id or uuid4(), order, journal, self.bench.fence if fence is None else fence)

    async def ended(self, intent):
        return await self.ear.until(lambda e: getattr(e, "id", None) == intent.id and e.status.ended)

    async def rest(self):
        """Every unit to Idle, whatever it does."""
        for unit in MODELS:
            for command in (Command.ABORT, Command.CLEAR, Command.RESET):
                await self.driver.control(unit, command)
            assert await self.driver.state(unit) is UnitState.IDLE


class Bench:
    """Equipment that is kept for all tests of a protocol; each test visits it."""

    wired = True
    promises = True  # it knows beforehand when it will have done

    def __init__(self, folder):
        self.folder, self.clock = folder, SpeedClock(START, 1.0)
        self.numbers, self.fence = count(1), 1
        self._acts = folder / "acts"

    def host(self, power_off):
        identity = Identity(EQUIPMENT, tuple(MODELS), "Axenic", "bench", "SIM-1", "1", uuid4().hex, 0, simulated=True)
        self._memory = Memory(self.folder / "memory", START)
        instrument = Instrument(identity, MODELS, self._memory, self.work())
        return Host(instrument, self.clock, power_off, (gauge(self.clock),))

    def work(self):
        return Acts(self._acts)

    def acts(self, intent):
        known = self._acts.read_text().split() if self._acts.exists() else []
        return Counter(known)[str(intent.order.number)]

    def run(self, work, **more):
        """Visit the equipment; it is left as it was found."""
        asyncio.run(self._visited(work, more))

    async def _visited(self, work, more):
        driver = self.driver(**more)
        await self.reached(driver)
        ear = Ear(driver)
        listening = asyncio.create_task(ear.listen())
        await asyncio.sleep(0)
        visit = Visit(self, driver, ear)
        try:
            await work(visit)
        finally:
            await self.reached(visit.driver)
            if visit.wrong:
                await self.inject(*(Disorder(wrong, 0.0, 0) for wrong in visit.wrong))
            await visit.rest()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await visit.driver.close()

    async def reached(self, driver):
        """Its identity, as soon as it answers."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                with suppress(LinkError, Garbled):
                    return await driver.identity()
                await asyncio.sleep(0.05)

    def stop(self):
        """The end of all tests."""


def gauge(clock):
    def reads(at):
        odd = at // 1000 % 2
        return (37.0 + odd / 10, 0 if not odd else 0x408F0000)  # each second value is an uncertain one

    return Gauge("incubator-1", "Temperature", "degC", 0.0, 60.0, reads)


class DirectBench(Bench):
    """No wire: a host for each visit (it belongs to the test's loop), and a new one when the power was lost."""

    wired = False

    _host = _memory = None

    def driver(self):
        self.stop()
        return DirectDriver(EQUIPMENT, self._made)

    def _made(self, power_off):
        self._host = self.host(power_off)
        return self._host

    async def inject(self, *disorders):
        for disorder in disorders:
            self._host.inject(disorder)

    async def restart(self, visit):
        visit.driver = self.driver()

    def stop(self):
        if self._memory is not None:
            self._memory.close()


class Hands(ByHand):
    """A person who does what the work of the bench does, in the same time, and then says so."""

    def __init__(self, acts, say):
        self._acts, self._say = acts, say

    def perform(self, order):
        done = self._acts.perform(order)
        if isinstance(order, StopPhase):
            return super().perform(order)
        asyncio.get_running_loop().call_later((done.at - order.at) / 1000, self._say, done)
        return None


class PersonBench(DirectBench):
    """A person who answers on a screen."""

    promises = False

    def work(self):
        return Hands(super().work(), self._say)

    def _say(self, answer):
        with suppress(KeyError):  # it was ended in another way meanwhile
            self._host.answer(answer)

    def driver(self):
        self.stop()
        return PersonDriver(EQUIPMENT, self._made)


class ProcessBench(Bench):
    """Equipment in a process of its own, which can be killed and started again."""

    def __init__(self, folder):
        super().__init__(folder)
        self._process = 0
        self._power_on()

    def _power_on(self):
        self._process = os.fork()
        if self._process == 0:
            try:
                asyncio.run(self.serve(self.host(lambda seconds: os.kill(os.getpid(), signal.SIGKILL))))
            except BaseException:  # pytest must not go on in the child
                traceback.print_exc()
            finally:
                os._exit(1)

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    async def restart(self, visit):
        self.kill()
        self._power_on()
        await self.reached(visit.driver)

    def frozen(self, still):
        os.kill(self._process, signal.SIGSTOP if still else signal.SIGCONT)

    def stop(self):
        self.kill()


class LineBench(ProcessBench):
    """Lines over a local socket."""

    def serve(self, host):
        return LineServer(host, self.folder / "line").serve()

    def driver(self, timeout_s=10.0):
        return LineDriver(EQUIPMENT, self.folder / "line", timeout_s)

    async def inject(self, *disorders):
        driver = self.driver()
        await self.reached(driver)
        for disorder in disorders:
            await driver.inject(disorder)
        await driver.close()


class OpcUaBench(ProcessBench):
    """OPC UA with the site's certificates; one account for each duty."""

    password = "a password of the bench"

    def __init__(self, folder):
        self.address = f"opc.tcp://127.0.0.1:{free_port()}"
        self.authority = Authority.create(folder / "authority", "bench", now_ms())
        self.credentials = Credentials(folder / "station")
        self.authority.issue(self.credentials.folder, Peer.EQUIPMENT, EQUIPMENT, now_ms())
        for duty in Duty:
            enrol(self.credentials, duty.value, self.password, duty)
            theirs = Credentials(folder / duty.value)
            self.authority.issue(theirs.folder, Peer.ENGINE, duty.value, now_ms())
            theirs.keep_login(duty.value, self.password)
        super().__init__(folder)

    def serve(self, host):
        return OpcUaServer(host, self.address, self.credentials, now_ms).serve()

    def driver(self, timeout_s=10.0, duty=Duty.ENGINE):
        patience = Patience(answer_s=timeout_s, life_s=2.0, most_s=0.5, publish_s=0.01)
        return OpcUaDriver(EQUIPMENT, self.address, Credentials(self.folder / duty.value), now_ms, patience=patience)

    async def inject(self, *disorders):
        driver = self.driver(duty=Duty.MAINTENANCE)
        await self.reached(driver)
        for disorder in disorders:
            await driver.inject(disorder)
        await driver.close()


class SilaBench(ProcessBench):
    """SiLA 2 over TLS, in a process that is spawned: gRPC does not survive a fork."""

    server = server_id(EQUIPMENT)

    def __init__(self, folder):
        self.port = free_port()
        self.keys = certificate(folder / "keys", self.server, "127.0.0.1")
        super().__init__(folder)

    def _power_on(self):
        self._spawned = multiprocessing.get_context("spawn").Process(
            target=serve_bench, args=(self.folder, self.port, self.clock), daemon=True
        )
        self._spawned.start()
        self._process = self._spawned.pid

    def kill(self):
        self._spawned.kill()
        self._spawned.join()

    def driver(self, timeout_s=10.0):
        return SilaDriver(EQUIPMENT, f"127.0.0.1:{self.port}", self.keys.public, timeout_s)

    async def inject(self, *disorders):
        driver = self.driver()
        await self.reached(driver)
        for disorder in disorders:
            await driver.inject(disorder)
        await driver.close()


class SilaServed(SilaBench):
    """The same bench in the process that serves it."""

    def __init__(self, folder, port, clock):
        self.port = port
        self.keys = certificate(folder / "keys", self.server, "127.0.0.1")
        super(ProcessBench, self).__init__(folder)
        self.clock = clock


def serve_bench(folder, port, clock):
    bench = SilaServed(folder, port, clock)
    host = bench.host(lambda seconds: os.kill(os.getpid(), signal.SIGKILL))
    asyncio.run(SilaInstrument(host, host.nameplate, Address("127.0.0.1", port), bench.keys).serve())


def free_port():
    """A port that no outgoing connection is given (those begin at 32768), another one at each call."""
    for number in _PORTS:
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", number))
            return number
    raise AssertionError("no port is free")


def seconds_of(began):
    return time.monotonic() - began


BENCHES = {"direct": DirectBench, "person": PersonBench, "line": LineBench, "opcua": OpcUaBench, "sila": SilaBench}
WIRED = [name for name, bench in BENCHES.items() if bench.wired]
