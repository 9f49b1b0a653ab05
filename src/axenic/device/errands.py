"""Intents on their way to equipment: one errand each, from the first try to what its unit knows of it.

All of it lives on the loop of the drivers. What follows from an answer is decided by the engine, in its own thread:
`tell` hands it the work, with the time at which it comes to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from axenic.control.orders import MoveItem, StopPhase
from axenic.control.packml import Command, UnitState
from axenic.device.contract import Contract
from axenic.device.driver.command_record import CommandRecord, CommandStatus
from axenic.device.driver.driver import Driver, Garbled, LinkError
from axenic.device.driver.event import Nonsense
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import Site
from axenic.device.handoff.ask import Ask
from axenic.device.handoff.handoff import End, Handoff
from axenic.device.handoff.transfer import Transfer

_AGAIN_S = 0.5  # before a unit that did not answer is asked again
_TRIES = 5  # how often an intent is sent that is never taken [D]
_GARBLED = 3  # so often in a row it answered what cannot be
Tell = Callable[["partial[Any]"], None]


class Engine(Protocol):
    """What the engine makes of what errands bring home; all of it is called in its own thread."""

    def hear(self, driver: Driver, record: CommandRecord, now: int) -> None:
        """A unit says how far a command came."""

    def judged(self, record: CommandRecord, handoff: Handoff, now: int) -> None:
        """Both sites have said what became of a move."""

    def settle(self, intent: Intent, record: CommandRecord | None, identity: Identity, said: str, now: int) -> bool:
        """What a unit knows of an intent; True if the same intent may be sent (again)."""

    def refuse(self, intent: Intent, reason: str, now: int) -> None:
        """It is certain that nothing was done."""

    def lose(self, intent: Intent, reason: str, now: int) -> None:
        """Nobody can say what became of it."""


class _Over(Exception):
    """The errand is over: the engine has been told why."""


class Errands:
    """`shared`: units that take several commands at once; `wanted`: states in which certain units shall be."""

    def __init__(
        self,
        engine: Engine,
        tell: Tell,
        say: Callable[[Driver, Nonsense], None],
        keep: Callable[[Coroutine[Any, Any, None]], None],
        sites: Mapping[str, Site],
        limits: Mapping[Ask, float],
        shared: frozenset[str],
        wanted: Mapping[str, Command],
    ) -> None:
        self._engine, self._tell, self._say, self._keep = engine, tell, say, keep
        self._sites, self._limits, self._shared, self._wanted = sites, limits, shared, wanted
        self._serves: dict[str, Driver] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._there: dict[str, asyncio.Event] = {}
        self._ready: set[str] = set()  # units that were brought to Idle after their last command
        self._running: set[UUID] = set()
        self._begun: set[UUID] = set()  # what this engine sent and what has not ended
        self._transfers: dict[UUID, Transfer] = {}
        self._allowed = asyncio.Event()
        self._allowed.set()

    # what the field tells ----------------------------------------------------------------------------------------

    def serve(self, driver: Driver, identity: Identity) -> None:
        """Equipment that was met."""
        self._serves.update(dict.fromkeys(identity.units, driver))
        self._turns.update({unit: asyncio.Lock() for unit in identity.units})
        self._there[driver.equipment] = asyncio.Event()
        self._there[driver.equipment].set()

    def lost(self, driver: Driver) -> None:
        """Its link is gone: nothing is asked of it until it is found."""
        self._there[driver.equipment].clear()

    def found(self, driver: Driver, identity: Identity) -> None:
        """It answers again; of the state of its units nothing is known."""
        self._ready.difference_update(identity.units)
        self._there[driver.equipment].set()

    def allow(self, begin: bool) -> None:
        """Whether anything new may be begun."""
        (self._allowed.set if begin else self._allowed.clear)()

    def carry(self, driver: Driver, intent: Intent, stale: bool, asks: bool) -> None:
        """Carry an intent, once. asks: it may have been sent before, so its unit is asked first.

        stale: its unit may still do what a person has settled; that is stopped.
        """
        if intent.id not in self._running:
            self._running.add(intent.id)
            self._keep(self._carry(driver, intent, stale, asks))

    def came(self, driver: Driver, record: CommandRecord) -> None:
        """A record of a command; the end of a move between two sites waits for what both say."""
        transfer = self._transfers.get(record.id)
        if record.status.ended and record.id in self._begun:
            self._begun.discard(record.id)
            if record.status is not CommandStatus.REJECTED:
                self._keep(self._tidy(driver, record.unit))
        if transfer is None or not record.status.ended:
            self._tell(partial(self._engine.hear, driver, record))
        elif not transfer.judged:
            transfer.judged = True
            self._keep(self._judge(transfer, record))

    # one errand --------------------------------------------------------------------------------------------------

    async def _carry(self, driver: Driver, intent: Intent, stale: bool, asks: bool) -> None:
        try:
            self._note_transfer(intent)
            for _ in range(_TRIES):
                said = ""
                if not asks:
                    record, said = await self._sent(driver, intent, stale)
                    if record is not None:
                        self.came(driver, record)
                        return
                if not await self._settled(driver, intent, said):
                    return
                asks = False
                await asyncio.sleep(_AGAIN_S)
            await self._close(intent)
            reason = f"{driver.equipment} did not take it, though it was sent {_TRIES} times"
            self._tell(partial(self._engine.refuse, intent, reason))
        except _Over:
            return
        finally:
            self._running.discard(intent.id)

    async def _sent(self, driver: Driver, intent: Intent, stale: bool) -> tuple[CommandRecord | None, str]:
        """The record that came back, or None with what it said instead."""
        try:
            async with self._turns[intent.unit]:
                if isinstance(intent.order, StopPhase):
                    return await driver.stop(intent), ""
                known = await self._ready_for(driver, intent, stale)
                if known is not None:
                    return known, ""
                await self._allowed.wait()
                self._begun.add(intent.id)
                return await driver.start(intent), ""
        except LinkError:
            return None, ""
        except Garbled as error:
            self._say(driver, Nonsense(driver.equipment, str(error)))
            return None, str(error)

    async def _settled(self, driver: Driver, intent: Intent, said: str) -> bool:
        """Ask until it answers what became of an intent; whether it may be sent (again)."""
        garbled = 0
        while garbled < _GARBLED:
            await self._there[driver.equipment].wait()
            try:
                identity = await driver.identity()
                asks = identity.contract is not Contract.REPEATABLE  # its driver may remember what it cannot say
                record = await driver.record(intent.id) if asks else None
                if record is not None:
                    await self._let_go_on(driver, record)
            except LinkError:
                await asyncio.sleep(_AGAIN_S)
                continue
            except Garbled as error:
                self._say(driver, Nonsense(driver.equipment, str(error)))
                garbled, said = garbled + 1, str(error)
                continue
            if record is not None:
                self._begun.add(record.id)
                self.came(driver, record)
                return False
            again = await self._decided(intent, identity, said)
            if not again:
                await self._close(intent)
            return again
        self._tell(partial(self._engine.lose, intent, f"{driver.equipment} answers: {said}"))
        return False

    async def _decided(self, intent: Intent, identity: Identity, said: str) -> bool:
        """The engine's decision on an intent of which its unit has no record."""
        loop = asyncio.get_running_loop()
        decision: asyncio.Future[bool] = loop.create_future()

        def decide(now: int) -> None:
            again = self._engine.settle(intent, None, identity, said, now)
            loop.call_soon_threadsafe(decision.set_result, again)

        self._tell(partial(decide))
        return await decision

    async def _ready_for(self, driver: Driver, intent: Intent, stale: bool) -> CommandRecord | None:
        """Bring a unit to Idle, and sites to readiness; a record if the intent is known there or cannot be begun."""
        if intent.unit not in self._ready:
            refused = await self._idle(driver, intent, stale)
            if refused is not None:
                return refused
        self._ready.discard(intent.unit)
        transfer = self._transfers.get(intent.id)
        handoff = await transfer.prepare() if transfer is not None else None
        if handoff is None or handoff.end is None:
            return None
        del self._transfers[intent.id]
        end = self._engine.refuse if handoff.end is End.NOT_MOVED else self._engine.lose
        self._tell(partial(end, intent, handoff.reason))
        raise _Over

    async def _idle(self, driver: Driver, intent: Intent, stale: bool) -> CommandRecord | None:
        """What cannot be brought to Idle will refuse to start; nothing is stopped but what a person has settled."""
        who, unit = await driver.identity(), intent.unit
        if who.obeys not in ("", str(intent.journal)) or who.fence > intent.fence:
            reason = f"it obeys the journal {who.obeys} with fence {who.fence}"
            return CommandRecord(intent.id, unit, CommandStatus.REJECTED, intent.order.at, reason=reason)
        state = await driver.control(unit, Command.RESET)
        if unit in self._shared or state not in (UnitState.ABORTED, UnitState.HELD, UnitState.EXECUTE):
            return None
        known = await driver.record(intent.id) if who.contract is not Contract.REPEATABLE else None
        if known is not None:
            return known
        if state is UnitState.ABORTED:
            await driver.control(unit, Command.CLEAR)
        elif stale:
            await driver.control(unit, Command.STOP)
        await driver.control(unit, Command.RESET)
        return None

    async def _let_go_on(self, driver: Driver, record: CommandRecord) -> None:
        """What was held only because the record could not be written goes on."""
        if record.status.ended or self._wanted.get(record.unit) is Command.HOLD or record.unit in self._shared:
            return
        if await driver.state(record.unit) is UnitState.HELD:
            await driver.control(record.unit, Command.UNHOLD)

    async def _tidy(self, driver: Driver, unit: str) -> None:
        """After a command of ours has come to its end: ready for the next one before that is ordered."""
        there = self._there[driver.equipment]
        try:
            async with self._turns[unit]:
                if await driver.control(unit, Command.RESET) is UnitState.IDLE and there.is_set():
                    self._ready.add(unit)
        except LinkError:
            return  # whoever begins next makes it ready
        except Garbled as error:
            self._say(driver, Nonsense(driver.equipment, str(error)))

    # moves between two sites -------------------------------------------------------------------------------------

    def _note_transfer(self, intent: Intent) -> None:
        """A move whose origin and target are both sites is confirmed by both."""
        order = intent.order
        if not isinstance(order, MoveItem) or intent.id in self._transfers:
            return
        ends = [self._serves[unit].equipment for unit in (order.origin, order.target) if unit in self._serves]
        sites = [self._sites[equipment] for equipment in ends if equipment in self._sites]
        if len(sites) == 2:
            self._transfers[intent.id] = Transfer(intent, order, sites[0], sites[1], self._limits)

    async def _judge(self, transfer: Transfer, record: CommandRecord) -> None:
        handoff = await transfer.judge(record)
        self._transfers.pop(record.id, None)
        self._tell(partial(self._engine.judged, record, handoff))

    async def _close(self, intent: Intent) -> None:
        """No move comes: sites that were made ready are told so."""
        transfer = self._transfers.pop(intent.id, None)
        if transfer is not None:
            nothing = CommandRecord(intent.id, intent.unit, CommandStatus.REJECTED, intent.order.at)
            await transfer.judge(nothing)
