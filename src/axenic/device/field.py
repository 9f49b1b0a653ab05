"""The equipment of a plant behind its drivers: orders go out, answers come back, in one order for the engine.

Drivers live on a loop of their own. The engine waits where it always waits: for what is due next. An answer that a
simulated unit promised is waited for, within a patience, so that no speed and no latency changes the order of facts.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from axenic.control.orders import HoldUnit, MoveItem, Order, RunPhase, StopPhase, UnholdUnit, WakeAt
from axenic.control.packml import Command, UnitState
from axenic.device.agenda import NEVER, Agenda
from axenic.device.contract import Contract
from axenic.device.dispatch import Dispatch
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.driver import Driver, Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, Nonsense, ValueRead
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import Site
from axenic.device.handoff.handoff import End, Handoff
from axenic.device.handoff.limits import handoff_limits
from axenic.device.handoff.transfer import Transfer
from axenic.device.plant_clock import PlantClock

_AGAIN_S = 0.5  # before a unit that did not answer is asked again
_LONGEST_S = 3600.0  # one wait for an answer; the longest that a lock takes is not infinite
_LOOK_S = 0.5  # how often whoever waits looks whether there is something to note

Listen = Callable[[Event], None]
_ORDERED = {HoldUnit: Command.HOLD, UnholdUnit: Command.UNHOLD}


def unheard(event: Event) -> None:
    """Nobody listens to what equipment says of itself."""


def quiet() -> bool:
    """Nothing is to be noted meanwhile."""
    return False


class Field:
    """Equipment by its drivers; `listen` hears every event. Raises LinkError if a driver cannot be asked who it is."""

    def __init__(
        self,
        drivers: Iterable[Driver],
        journal: UUID,
        fence: int,
        ahead: int = 5_000,
        patience_s: float = 5.0,
        reach_s: float = 5.0,
        listen: Listen = unheard,
        sites: Mapping[str, Site] | None = None,
    ) -> None:
        self.agenda = Agenda()
        self._patience, self._reach, self.listen = patience_s, reach_s, listen
        self._dispatch = Dispatch(self.agenda, journal, fence, ahead)
        self._simulated = False
        self._heard: queue.Queue[partial[None]] = queue.Queue()
        self._drivers = {driver.equipment: driver for driver in drivers}
        self._who: dict[str, Identity] = {}
        self._serves: dict[str, Driver] = {}
        self._gone: set[str] = set()
        self._ready: set[str] = set()  # units that were brought to Idle after their last command
        self._held = ""
        self._states: dict[str, Command] = {}  # in which state a unit shall be, until it begins the next phase
        self._sites = dict(sites or {})
        self._limits = handoff_limits().seconds()
        self._transfers: dict[UUID, Transfer] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="field", daemon=True)
        self._thread.start()
        self._turns: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            self._call(self._connect())
        except BaseException:
            self.close()
            raise
        self._simulated = all(who.simulated for who in self._who.values())
        if self._simulated:  # however late it is heard, what is simulated happened when it says
            self._dispatch.ahead = NEVER

    def close(self) -> None:
        """Leave the equipment alone."""
        with suppress(Exception):
            self._call(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # what the engine asks -----------------------------------------------------------------------------------------

    def identities(self) -> list[Identity]:
        """Who the equipment is."""
        return list(self._who.values())

    def perform(self, order: Order) -> None:
        """Hand an order over under its command id."""
        if isinstance(order, WakeAt):
            self.agenda.alarm(order.time, order.number)
        intent = self._dispatch.open(order)
        self._note_state(order)
        if isinstance(order, HoldUnit | UnholdUnit):
            self._later(self._bring(order.unit, _ORDERED[type(order)]))
        elif intent is not None:
            self._note_transfer(intent)
            if (driver := self._reached(intent, order.at)) is not None:
                self._begin(driver, intent)

    def resume(self, orders: list[Order], answered: set[int], now: int) -> None:
        """After a crash: ask every unit what became of the orders that have no answer, before anything is sent."""
        alarms = [o for o in orders if isinstance(o, WakeAt)]
        if alarms and alarms[-1].number not in answered:
            self.agenda.alarm(alarms[-1].time, alarms[-1].number)
        self._held = ""
        self._dispatch.now = now
        for order in orders:
            self._note_state(order)
        for unit, command in self._states.items():
            self._later(self._bring(unit, command))
        for intent in self._dispatch.reopen(orders, answered):
            self._note_transfer(intent)
            driver = self._reached(intent, now)
            if driver is not None:
                self._later(self._settle(driver, intent))

    def hold(self, reason: str) -> None:
        """The record cannot be written: what runs comes to rest where its unit can be held, nothing new is begun."""
        self._held = reason
        with suppress(LinkError, Garbled, TimeoutError):
            self._call(self._hold_all(), self._patience)

    def rests(self) -> bool:
        """Never: equipment goes on by itself."""
        return False

    def wait(self, clock: PlantClock, noted: Callable[[], bool] = quiet) -> bool:
        """Until what is due next is there and its time has come: then True; False if nothing is, or `noted` says so."""
        self._take_in(clock, 0)
        awaited, until = None, 0.0
        while not noted() and (moment := self.agenda.next_time()) is not None:
            left = max(0.0, clock.seconds_until(moment)) if moment < NEVER else _LONGEST_S
            promise = self.agenda.promise()
            if promise is None and left <= 0:
                self._dispatch.taken(self.agenda.first())
                return True
            if promise is None:
                self._take_in(clock, left)
                continue
            if promise != awaited:
                awaited, until = promise, time.monotonic() + left + self._patience
            if self._take_in(clock, until - time.monotonic()):
                awaited = None  # it is not silent: the patience begins anew
            elif moment < NEVER and time.monotonic() >= until:
                self.agenda.postpone()
        return False

    def _take_in(self, clock: PlantClock, seconds: float) -> bool:
        """Take in what was heard, waiting a while for the first of it; whether anything but values came."""
        taken, told = 0, False
        with suppress(queue.Empty):
            while True:
                left = 0.0 if taken else max(0.0, min(seconds, _LOOK_S))
                heard = self._heard.get(left > 0, left)
                heard(self._dispatch.now if self._simulated else clock.now())
                taken += 1
                told = told or heard.func != self._read
        return told

    # the loop of the drivers --------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        drivers = list(self._drivers.values())
        for driver, identity in zip(drivers, await asyncio.gather(*map(self._met, drivers)), strict=True):
            self._who[driver.equipment] = identity
            self._serves.update(dict.fromkeys(identity.units, driver))
            self._turns.update({unit: asyncio.Lock() for unit in identity.units})
            self._keep(self._watch(driver))

    async def _met(self, driver: Driver) -> Identity:
        """Who it is; equipment that has just lost its power is given time to come back."""
        for _ in range(round(self._reach / _AGAIN_S)):
            with suppress(LinkError):
                return await driver.identity()
            await asyncio.sleep(_AGAIN_S)
        return await driver.identity()

    async def _leave(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        await asyncio.gather(*(d.close() for d in self._drivers.values()), return_exceptions=True)

    async def _watch(self, driver: Driver) -> None:
        async for event in driver.events():
            self._say(driver, event)

    def _say(self, driver: Driver, event: Event) -> None:
        work = partial(self._read, event) if isinstance(event, ValueRead) else partial(self._take, driver, event)
        self._heard.put(work)

    def _read(self, event: ValueRead, now: int) -> None:
        self.listen(event)

    def _take(self, driver: Driver, event: Event, now: int) -> None:
        """In the engine's thread: what follows from an event."""
        if isinstance(event, CommandRecord):
            self._hear(driver, event, now)
            if event.status.ended and event.status is not CommandStatus.REJECTED:
                self._later(self._tidy(driver, event.unit))
        elif isinstance(event, LinkLost):
            self._gone.add(driver.equipment)
            for intent in self._dispatch.intents(self._who[driver.equipment].units):
                self._dispatch.unkept(intent)
        elif isinstance(event, LinkFound):
            self._gone.discard(driver.equipment)
            self._ready.difference_update(event.identity.units)
            self._who[driver.equipment] = event.identity
            for intent in self._dispatch.intents(event.identity.units):
                self._later(self._settle(driver, intent))
        self.listen(event)

    def _reached(self, intent: Intent, now: int) -> Driver | None:
        """The driver that can be asked now; only simulated equipment is waited for."""
        driver = self._serves.get(intent.unit)
        if driver is None:
            self._dispatch.refuse(intent, f"no equipment here has {intent.unit}", now)
            return None
        gone = driver.equipment in self._gone or bool(self._held)
        if gone or not self._who[driver.equipment].simulated:
            self._dispatch.unkept(intent)
        return None if gone else driver

    def _hear(self, driver: Driver, record: CommandRecord, now: int) -> None:
        """Only what is simulated keeps its promises to the millisecond; others only guess when they will end."""
        if self._confirms(record):
            return
        kept = record if self._who[driver.equipment].simulated else replace(record, due=0)
        self._dispatch.heard(kept, now)

    def _begin(self, driver: Driver, intent: Intent) -> None:
        alone = len(self._dispatch.intents([intent.unit])) <= 1
        self._later(self._start(driver, intent, alone))

    async def _start(self, driver: Driver, intent: Intent, alone: bool) -> None:
        try:
            async with self._turns[intent.unit]:
                if isinstance(intent.order, StopPhase):
                    record = await driver.stop(intent)
                else:
                    if not await self._sites_ready(intent):
                        return
                    if intent.unit not in self._ready:
                        await self._make_ready(driver, intent.unit, alone)
                    self._ready.discard(intent.unit)
                    record = await driver.start(intent)
        except LinkError:
            await self._settle(driver, intent)
            return
        except Garbled as error:
            self._say(driver, Nonsense(driver.equipment, str(error)))
            await self._settle(driver, intent, str(error))
            return
        self._heard.put(partial(self._hear, driver, record))

    async def _make_ready(self, driver: Driver, unit: str, alone: bool) -> None:
        """Bring a unit to Idle before it begins; what cannot be brought there will refuse to start.

        alone: nothing else is open there. What it still does then is what nobody waits for any more, since a person
        has settled it: it is stopped.
        """
        state = await driver.control(unit, Command.RESET)
        if state is UnitState.ABORTED:
            await driver.control(unit, Command.CLEAR)
        elif state is UnitState.HELD or (state is UnitState.EXECUTE and alone):
            await driver.control(unit, Command.STOP)
        else:
            return
        await driver.control(unit, Command.RESET)

    async def _tidy(self, driver: Driver, unit: str) -> None:
        """After a command has come to its end: ready for the next one before that is ordered."""
        with suppress(LinkError, Garbled):
            async with self._turns[unit]:
                if await driver.control(unit, Command.RESET) is UnitState.IDLE:
                    self._ready.add(unit)

    async def _settle(self, driver: Driver, intent: Intent, said: str = "") -> None:
        """Ask until it answers what became of an intent; send it only if it never arrived and still may.

        said: what else it answered when it was sent; then it is not sent again.
        """
        garbled = 0
        while driver.equipment not in self._gone:
            try:
                identity = await driver.identity()
                asks = identity.contract is Contract.QUERYABLE
                record = await driver.record(intent.id) if asks else None
            except LinkError:
                await asyncio.sleep(_AGAIN_S)
                continue
            except Garbled as error:
                self._say(driver, Nonsense(driver.equipment, str(error)))
                garbled += 1
                if garbled > 2:
                    self._heard.put(partial(self._dispatch.lose, intent, f"{driver.equipment} answers: {error}"))
                    return
                continue
            if record is None and said:
                self._heard.put(partial(self._dispatch.refuse, intent, f"{driver.equipment} answers: {said}"))
            else:
                self._heard.put(partial(self._settled, driver, intent, record, identity))
            return

    def _settled(
        self, driver: Driver, intent: Intent, record: CommandRecord | None, identity: Identity, now: int
    ) -> None:
        if record is not None and self._confirms(record):
            return
        if self._dispatch.settle(intent, record, identity, now):
            self._begin(driver, intent)

    def _note_transfer(self, intent: Intent) -> None:
        """A move whose origin and target are both sites is confirmed by both."""
        order = intent.order
        if not isinstance(order, MoveItem):
            return
        ends = [self._serves[unit].equipment for unit in (order.origin, order.target) if unit in self._serves]
        sites = [self._sites[equipment] for equipment in ends if equipment in self._sites]
        if len(sites) == 2:
            self._transfers[intent.id] = Transfer(intent, order, sites[0], sites[1], self._limits)

    async def _sites_ready(self, intent: Intent) -> bool:
        transfer = self._transfers.get(intent.id)
        handoff = await transfer.prepare() if transfer is not None else None
        if handoff is None or handoff.end is None:
            return True
        del self._transfers[intent.id]
        end = self._dispatch.refuse if handoff.end is End.NOT_MOVED else self._dispatch.lose
        self._heard.put(partial(end, intent, handoff.reason))
        return False

    def _confirms(self, record: CommandRecord) -> bool:
        """Whether a record has to wait, or waited before, for what the sites say."""
        transfer = self._transfers.get(record.id)
        if transfer is None or not record.status.ended:
            return False
        if not transfer.judged:
            transfer.judged = True
            self._later(self._judge(transfer, record))
        return True

    async def _judge(self, transfer: Transfer, record: CommandRecord) -> None:
        handoff = await transfer.judge(record)
        self._heard.put(partial(self._judged, record, handoff))

    def _judged(self, record: CommandRecord, handoff: Handoff, now: int) -> None:
        self._transfers.pop(record.id, None)
        for intent in self._dispatch.intents([record.unit]):
            if intent.id != record.id:
                continue
            if handoff.end is End.MOVED:
                done = record if record.status is CommandStatus.COMPLETED else replace(record, answer=None)
                self._dispatch.heard(replace(done, status=CommandStatus.COMPLETED), now)
            elif handoff.end is End.NOT_MOVED:
                self._dispatch.refuse(intent, handoff.reason, now)
            else:
                self._dispatch.lose(intent, handoff.reason, now)

    def _note_state(self, order: Order) -> None:
        if isinstance(order, RunPhase | MoveItem):
            self._states.pop(order.unit if isinstance(order, RunPhase) else order.mover, None)
        elif isinstance(order, HoldUnit | UnholdUnit):
            self._states[order.unit] = _ORDERED[type(order)]

    async def _bring(self, unit: str, command: Command) -> None:
        """To be in a state may be ordered again: until the unit has heard it, or shall be in another one."""
        driver = self._serves.get(unit)
        while driver is not None and self._states.get(unit) is command:
            try:
                await driver.control(unit, command)
                return
            except Garbled as error:
                self._say(driver, Nonsense(driver.equipment, str(error)))
            except LinkError:
                pass  # that it is gone is said by its driver
            await asyncio.sleep(_AGAIN_S)

    async def _control(self, unit: str, command: Command) -> None:
        driver = self._serves.get(unit)
        if driver is not None:
            with suppress(LinkError, Garbled):
                await driver.control(unit, command)

    async def _hold_all(self) -> None:
        await asyncio.gather(*(self._control(unit, Command.HOLD) for unit in self._serves))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a driver raised what no driver may raise: the engine stops
            self._heard.put(partial(_raise, error))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.call_soon_threadsafe(self._keep, work)

    def _call(self, work: Coroutine[Any, Any, None], seconds: float = 30.0) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


def _raise(error: BaseException, now: int) -> None:
    raise error
