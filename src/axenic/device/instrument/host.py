"""An instrument in its process: plant time goes on for it, listeners hear it, and its disorders strike its wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from axenic.control.packml import Command, UnitState
from axenic.device.driver.command_record import Answer, CommandRecord
from axenic.device.driver.event import StateChanged, ValueRead
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.handoff.ask import Ask
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.device.instrument.gauge import Gauge
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.misfortune import Misfortune
from axenic.device.plant_clock import PlantClock

Told = CommandRecord | StateChanged | ValueRead
Listener = Callable[[Told], None]
GARBAGE = "}\x07 no answer {"
_LONGEST_S = 3600.0
_BAD = 0x808C0000  # BadSensorFailure


class Host:
    """What every protocol's server has behind it.

    `power_off(seconds)` ends the process; `drop(seconds)`, which a server sets, ends its connections for a time;
    `gauges` are read and told, each in its time.
    """

    def __init__(
        self,
        instrument: Instrument,
        clock: PlantClock,
        power_off: Callable[[float], None],
        gauges: tuple[Gauge, ...] = (),
        misfortune: Misfortune | None = None,
    ) -> None:
        self._instrument, self._clock, self._power_off, self._misfortune = instrument, clock, power_off, misfortune
        self.gauges = gauges
        self.drop: Callable[[float], None] = lambda seconds: None
        self.listeners: set[Listener] = set()
        self._stirred = asyncio.Event()
        self._looked = asyncio.Event()  # something is wrong with a gauge from now on
        self._going = True
        instrument.tell = self._tell

    async def run(self) -> None:
        """Let the commands of the instrument come to their end, each in its time, and read its gauges, for ever."""
        await asyncio.gather(self._go_on(), self._read_gauges())

    async def _go_on(self) -> None:
        while self._going:
            self._stirred.clear()
            self._instrument.advance(self._clock.now())
            due = self._instrument.due()
            left = self._clock.seconds_until(due) if due is not None else _LONGEST_S
            with suppress(TimeoutError):
                async with asyncio.timeout(min(max(left, 0.0), _LONGEST_S)):
                    await self._stirred.wait()

    async def _read_gauges(self) -> None:
        passed = asyncio.get_running_loop().time
        due = dict.fromkeys(self.gauges, passed())
        while due:
            at_once, now = self._looked.is_set(), passed()
            self._looked.clear()
            for gauge in [g for g, moment in due.items() if at_once or moment <= now]:
                due[gauge] = now + gauge.every_s
                if (value := self._value(gauge, self._now())) is not None:
                    self._tell(value)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(due.values()) - passed())):
                    await self._looked.wait()

    def _value(self, gauge: Gauge, at: int) -> ValueRead | None:
        """What a gauge says, and what is wrong with it."""
        instrument, item = self._instrument, f"{gauge.unit}.{gauge.item}"
        if instrument.of(Wrong.SILENCE, item) is not None:
            return None
        if instrument.of(Wrong.SENSOR, item) is not None:
            return ValueRead(gauge.unit, gauge.item, 0.0, at, _BAD)
        wrong = instrument.of(Wrong.VALUE, item)
        return gauge.read(at) if wrong is None else ValueRead(gauge.unit, gauge.item, wrong, at)

    @property
    def nameplate(self) -> Identity:
        """Who the instrument is, for a server that shows it."""
        return self._instrument.identity

    def state_now(self, unit: str) -> UnitState:
        """The state of a unit, for a server that shows it."""
        return self._instrument.state(unit)

    def close(self) -> None:
        """The instrument stands still from now on, whatever it was doing."""
        self._going = False
        self._instrument.close()

    async def identity(self) -> Identity:
        """Who it is."""
        await self._late()
        return self._instrument.identity

    async def state(self, unit: str) -> UnitState:
        """The PackML state of a unit."""
        await self._late()
        return self._instrument.state(unit)

    async def start(self, intent: Intent) -> CommandRecord:
        """Begin a phase or a move."""
        if self._misfortune is not None and self._instrument.record(intent.id) is None:
            for disorder in self._misfortune.meets(intent):
                self._instrument.inject(disorder)
        record = self._instrument.start(intent, self._now())
        self._stirred.set()
        if (seconds := self._instrument.size(Wrong.LOSE_POWER)) and self._instrument.strikes(Wrong.LOSE_POWER):
            self._power_off(seconds)
        if (seconds := self._instrument.size(Wrong.DISCONNECT)) and self._instrument.strikes(Wrong.DISCONNECT):
            self.drop(seconds)
        await self._late()
        self._instrument.strikes(Wrong.LAG)
        self._instrument.strikes(Wrong.DRIFT)
        return record

    async def stop(self, intent: Intent) -> CommandRecord:
        """End the command of an order."""
        record = self._instrument.stop(intent, self._now())
        self._stirred.set()
        await self._late()
        return record

    async def control(self, unit: str, command: Command) -> UnitState:
        """Take a unit through a PackML command."""
        state = self._instrument.control(unit, command, self._now())
        self._stirred.set()
        await self._late()
        return state

    async def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command."""
        await self._late()
        return self._instrument.record(id)

    async def transfer(self, ask: Ask, intent: Intent) -> None:
        """Take part in a hand-off as the passive side."""
        self._instrument.transfer(ask, intent)
        await self._late()

    async def holds(self, unit: str) -> frozenset[str]:
        """The carriers at a unit."""
        await self._late()
        return self._instrument.holds(unit)

    def asked(self) -> list[Intent]:
        """What waits for the answer of a person."""
        return self._instrument.asked()

    def answer(self, answer: Answer) -> None:
        """A person says how what was asked of them has ended; raises KeyError."""
        self._instrument.answer(answer)
        self._stirred.set()

    def inject(self, disorder: Disorder) -> None:
        """Go wrong."""
        self._instrument.inject(disorder)
        self._looked.set()

    def said(self, text: str) -> str:
        """A text as it goes out: garbage while that disorder strikes."""
        return GARBAGE if self._instrument.strikes(Wrong.GARBAGE) else text

    def _now(self) -> int:
        return self._clock.now() + round(self._instrument.size(Wrong.DRIFT) * 1000)

    async def _late(self) -> None:
        if seconds := self._instrument.size(Wrong.LAG):
            await asyncio.sleep(seconds)

    def _tell(self, event: Told) -> None:
        for listener in list(self.listeners):
            listener(event)
