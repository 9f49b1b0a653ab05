"""The equipment of a plant behind its drivers: orders go out, answers come back, in one order for the engine.

Drivers live on a loop of their own. The engine waits where it always waits: for what is due next. An answer that a
simulated unit promised is waited for, within a patience, so that no speed and no latency changes the order of facts.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.orders import HoldUnit, MoveItem, Order, RunPhase, StopPhase, UnholdUnit, WakeAt
from axenic.control.packml import Command
from axenic.device.agenda import NEVER, Agenda, rank_of
from axenic.device.dispatch import Dispatch
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.driver import Driver, Garbled, LinkError
from axenic.device.driver.event import Event, LinkFound, LinkLost, Nonsense
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import Site
from axenic.device.errands import Errands
from axenic.device.handoff.handoff import End, Handoff
from axenic.device.handoff.limits import handoff_limits
from axenic.device.plant_clock import PlantClock

_AGAIN_S = 0.5  # before equipment that did not answer is asked again
_LONGEST_S = 3600.0  # one wait for an answer; the longest that a lock takes is not infinite
_LOOK_S = 0.5  # how often whoever waits looks whether there is something to note
_AT_ONCE = 1000  # events that are taken in before it is looked at what is due

Listen = Callable[[Event], None]
_ORDERED = {HoldUnit: Command.HOLD, UnholdUnit: Command.UNHOLD}


def unheard(event: Event) -> None:
    """Nobody listens to what equipment says of itself."""


def quiet() -> bool:
    """Nothing is to be noted meanwhile."""
    return False


class Field:
    """Equipment by its drivers; `listen` hears every event; `shared`: units that take several commands at once.

    people: phase kinds that persons answer by a command of theirs. `sites`: equipment that confirms what is moved to
    and from it. Raises LinkError if a driver cannot be asked who it is, or is not what it should be.
    """

    def __init__(
        self,
        drivers: Iterable[Driver],
        journal: UUID,
        fence: int,
        ahead: int = 5_000,
        patience_s: float = 30.0,
        reach_s: float = 5.0,
        listen: Listen = unheard,
        sites: Mapping[str, Site] | None = None,
        shared: frozenset[str] = frozenset(),
        people: frozenset[str] = frozenset(),
    ) -> None:
        self.agenda = Agenda()
        self.asked: dict[int, RunPhase] = {}  # what persons have not answered yet
        self._people = people
        self.listen = listen
        self._patience, self._reach = patience_s, reach_s
        self._dispatch = Dispatch(self.agenda, journal, fence, ahead)
        self._heard: queue.Queue[partial[Any]] = queue.Queue()
        self._drivers = {driver.equipment: driver for driver in drivers}
        self._who: dict[str, Identity] = {}  # as it was met: what it is does not change while it serves
        self._serves: dict[str, Driver] = {}
        self._gone: set[str] = set()
        self._held = False
        self._states: dict[str, Command] = {}  # in which state a unit shall be, until it begins the next phase
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        limits = handoff_limits().seconds()
        self._errands = Errands(
            self, self._heard.put, self._say, self._keep, dict(sites or {}), limits, shared, self._states
        )
        self._thread = threading.Thread(target=self._loop.run_forever, name="field", daemon=True)
        self._thread.start()
        try:
            self._call(self._connect(), None)
        except BaseException:
            self.close()
            raise
        self._simulated = all(who.simulated for who in self._who.values())

    def close(self) -> None:
        """Leave the equipment alone."""
        with suppress(Exception):
            self._call(self._leave(), 30.0)
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
        if isinstance(order, RunPhase) and order.phase in self._people:
            self.asked[order.number] = order
            return
        if isinstance(order, StopPhase) and self.asked.pop(order.stops, None) is not None:
            self.agenda.add(PhaseFailed(order.at, order.stops, "stopped"), rank_of(order))
            return
        intent = self._dispatch.open(order)
        self._note_state(order)
        if isinstance(order, HoldUnit | UnholdUnit):
            self._later(self._bring(order.unit, _ORDERED[type(order)]))
        elif intent is not None:
            self._carry(intent, order.at, asks=False)

    def resume(self, orders: list[Order], answered: set[int], now: int) -> None:
        """After a crash: ask every unit what became of the orders that have no answer, before anything is sent."""
        alarms = [o for o in orders if isinstance(o, WakeAt)]
        if alarms and alarms[-1].number not in answered:
            self.agenda.alarm(alarms[-1].time, alarms[-1].number)
        self._held = False
        self._soon(self._errands.allow, True)
        self._dispatch.now = now
        for order in orders:
            self._note_state(order)
        for unit, command in self._states.items():
            self._later(self._bring(unit, command))
        open_ones = [o for o in orders if isinstance(o, RunPhase) and o.phase in self._people]
        self.asked = {o.number: o for o in open_ones if o.number not in answered}
        for intent in self._dispatch.reopen([o for o in orders if o not in open_ones], answered):
            self._carry(intent, now, asks=True)

    def hold(self, reason: str) -> None:
        """The engine cannot go on: what runs comes to rest where its unit can be held, nothing new is begun."""
        self._held = True
        self._soon(self._errands.allow, False)
        with suppress(LinkError, Garbled, TimeoutError):
            self._call(self._hold_all(), self._patience)

    def answer(self, fact: PhaseCompleted) -> None:
        """A person answered an order of theirs; it is due like any other answer."""
        self.agenda.add(fact, rank_of(self.asked.pop(fact.order)))

    def rests(self) -> bool:
        """Whether nothing is left to happen but what persons are asked."""
        if not self.asked:
            return False
        return self.agenda.only_alarms_until(min(o.at + o.most for o in self.asked.values()))

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
                awaited, until = promise, clock.elapsed_s() + left + self._patience
            self._take_in(clock, until - clock.elapsed_s())
            if moment < NEVER and clock.elapsed_s() >= until and self.agenda.promise() == awaited:
                self.agenda.postpone()
        return False

    def _take_in(self, clock: PlantClock, seconds: float) -> None:
        """Take in what was heard, waiting a while for the first of it."""
        with suppress(queue.Empty):
            for taken in range(_AT_ONCE):
                left = 0.0 if taken else max(0.0, min(seconds, _LOOK_S))
                heard = self._heard.get(left > 0, left)
                heard(self._dispatch.now if self._simulated else clock.now())

    # what the engine makes of what errands bring home (in its own thread) -----------------------------------------

    def hear(self, driver: Driver, record: CommandRecord, now: int) -> None:
        """Only what is simulated keeps its promises to the millisecond; others only guess when they will end."""
        self._dispatch.heard(record, now, promises=self._who[driver.equipment].simulated)

    def judged(self, record: CommandRecord, handoff: Handoff, now: int) -> None:
        """A move between two sites is believed when both have seen it."""
        for intent in self._dispatch.intents([record.unit]):
            if intent.id != record.id:
                continue
            if handoff.end is End.MOVED:
                done = record if record.status is CommandStatus.COMPLETED else replace(record, answer=None)
                who = self._who[self._serves[record.unit].equipment]
                self._dispatch.heard(replace(done, status=CommandStatus.COMPLETED), now, promises=who.simulated)
            elif handoff.end is End.NOT_MOVED:
                self._dispatch.refuse(intent, handoff.reason, now)
            else:
                self._dispatch.lose(intent, handoff.reason, now)

    def settle(self, intent: Intent, record: CommandRecord | None, identity: Identity, said: str, now: int) -> bool:
        """What a unit knows of an intent; True if the same intent may be sent (again)."""
        return self._dispatch.settle(intent, record, identity, now, said)

    def refuse(self, intent: Intent, reason: str, now: int) -> None:
        """It is certain that nothing was done."""
        self._dispatch.refuse(intent, reason, now)

    def lose(self, intent: Intent, reason: str, now: int) -> None:
        """Nobody can say what became of it."""
        self._dispatch.lose(intent, reason, now)

    def _take(self, driver: Driver, event: Event, now: int) -> None:
        """What follows from an event, and whoever listens hears it."""
        if isinstance(event, LinkLost):
            self._gone.add(driver.equipment)
            for intent in self._dispatch.intents(self._who[driver.equipment].units):
                self._dispatch.unkept(intent)
        elif isinstance(event, LinkFound):
            self._gone.discard(driver.equipment)
            for intent in self._dispatch.intents(event.identity.units):
                self._carry(intent, now, asks=True)
        self.listen(event)

    def _carry(self, intent: Intent, now: int, asks: bool) -> None:
        """Send it off; only simulated equipment is waited for."""
        driver = self._serves.get(intent.unit)
        if driver is None:
            self._dispatch.refuse(intent, f"no equipment here has {intent.unit}", now)
            return
        if driver.equipment in self._gone or self._held or not self._who[driver.equipment].simulated:
            self._dispatch.unkept(intent)
        stale = self._dispatch.is_stale(intent.unit)
        self._soon(self._errands.carry, driver, intent, stale, asks)

    def _note_state(self, order: Order) -> None:
        if isinstance(order, RunPhase | MoveItem):
            self._states.pop(order.unit if isinstance(order, RunPhase) else order.mover, None)
        elif isinstance(order, HoldUnit | UnholdUnit):
            self._states[order.unit] = _ORDERED[type(order)]

    # the loop of the drivers --------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        drivers = list(self._drivers.values())
        for driver, identity in zip(drivers, await asyncio.gather(*map(self._met, drivers)), strict=True):
            twice = [unit for unit in identity.units if unit in self._serves]
            if identity.equipment != driver.equipment or twice:
                raise LinkError(f"{driver.equipment}: {identity.equipment} answers, with {twice or identity.units}")
            self._who[driver.equipment] = identity
            self._serves.update(dict.fromkeys(identity.units, driver))
            self._errands.serve(driver, identity)
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
        left = asyncio.all_tasks() - {asyncio.current_task()}  # what libraries of drivers began
        for other in left:
            other.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # what was closed is gone

    async def _watch(self, driver: Driver) -> None:
        who = self._who[driver.equipment]
        async for event in driver.events():
            if isinstance(event, CommandRecord):
                if event.unit in who.units:
                    self._errands.came(driver, event)
                    self._say(driver, event)
                else:
                    self._say(driver, Nonsense(who.equipment, f"it has no unit {event.unit}"))
            elif isinstance(event, LinkFound) and (other := _another(who, event.identity)):
                self._say(driver, Nonsense(who.equipment, other))  # it stays lost: this is not what was met
            else:
                if isinstance(event, LinkLost):
                    self._errands.lost(driver)
                elif isinstance(event, LinkFound):
                    self._errands.found(driver, event.identity)
                self._say(driver, event)

    def _say(self, driver: Driver, event: Event) -> None:
        self._heard.put(partial(self._take, driver, event))

    async def _bring(self, unit: str, command: Command) -> None:
        """To be in a state may be ordered again: until the unit has heard it, or shall be in another one."""
        driver = self._serves.get(unit)
        while driver is not None and self._states.get(unit) is command:
            try:
                await driver.control(unit, command)
                return
            except LinkError:
                await asyncio.sleep(_AGAIN_S)
            except Garbled as error:
                self._say(driver, Nonsense(driver.equipment, str(error)))
                await asyncio.sleep(_AGAIN_S)

    async def _hold_all(self) -> None:
        await asyncio.gather(*(self._held_at(unit, driver) for unit, driver in self._serves.items()))

    async def _held_at(self, unit: str, driver: Driver) -> None:
        with suppress(LinkError, Garbled):
            await driver.control(unit, Command.HOLD)

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
        self._soon(self._keep, work)

    def _soon(self, what: Callable[..., None], *of: Any) -> None:
        self._loop.call_soon_threadsafe(what, *of)

    def _call(self, work: Coroutine[Any, Any, None], seconds: float | None) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


def _another(met: Identity, now: Identity) -> str:
    """Why what answers now is not what was met; empty if it is (its boot may be another one)."""
    if (now.equipment, now.simulated, now.units) == (met.equipment, met.simulated, met.units):
        return ""
    kind = "simulated" if now.simulated else "real"
    return f"{now.equipment} answers ({kind}, {len(now.units)} units), which is not what was met"


def _raise(error: BaseException, now: int) -> None:
    raise error
