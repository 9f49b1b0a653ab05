"""The live shell: one loop. Take the fact, journal it with the orders it gives, only then hand those to devices.

An order is an intent the moment it is journalled; its number is the command id. If the journal cannot be
written, nothing moves and the equipment is held. Its signed head is kept outside at every disposition and once a
minute. After a crash `recover` replays the journal and settles every intent without an answer:
a device that knows the order answers what it knows, one that never got it gets it now, and never twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, ClockJumped, Fact
from axenic.control.orders import DisposeBatch, Order
from axenic.device.agenda import FIRST, Agenda
from axenic.device.plant_clock import PlantClock
from axenic.live.clock import SpeedClock
from axenic.record.entry import Entry
from axenic.record.journal import Journal, JournalError

_ANCHORED_EVERY_S = 60.0
_WITNESS_AWAY = "AX0307"


class Devices(Protocol):
    """What the shell needs of equipment: an agenda of answers, and two ways to hand over an order."""

    agenda: Agenda

    def hold(self, reason: str) -> None:
        """Nothing new is begun until `resume`; what is under way comes to its own end."""

    def rests(self) -> bool:
        """Whether nothing is left to happen but what persons are asked."""

    def wait(self, clock: PlantClock) -> None:
        """Until what is due next may be taken; at once if nothing is due."""

    def perform(self, order: Order) -> None:
        """Carry out an order; its answer comes on the agenda."""

    def resume(self, orders: list[Order], answered: set[int], now: int) -> None:
        """After a crash, the last fact was of `now`: find out what became of the orders that have no answer."""


class Differ(Exception):
    """The journal holds other orders than the core gives for its facts."""


def recover(control: Control, devices: Devices, entries: Iterable[Entry]) -> list[Fact]:
    """Bring core and devices to the state of a journal; the facts it holds. Raises Differ."""
    facts: list[Fact] = []
    given: list[Order] = []
    written: list[Order] = []
    answered: set[int] = set()
    for entry in entries:
        if entry.stream == "order":
            written.append(entry.thing)  # type: ignore[arg-type]
        elif entry.stream == "fact":
            fact: Fact = entry.thing  # type: ignore[assignment]
            facts.append(fact)
            given.extend(control.take(fact))
            answered.add(getattr(fact, "order", 0))
    if given != written:
        first = next((n for n, (a, b) in enumerate(zip(given, written, strict=False)) if a != b), len(written))
        raise Differ(f"order {first + 1} of the journal is not what the core decides")
    devices.resume(given, answered, control.floor.at)
    return facts


Alarm = Callable[[JournalError], None]
Watcher = Callable[[Fact, list[Order]], None]


def unwatched(fact: Fact, orders: list[Order]) -> None:
    """Nobody looks on."""


def unheard(error: JournalError) -> None:
    """Nobody hears alarms."""


def run(
    control: Control,
    devices: Devices,
    journal: Journal,
    clock: SpeedClock,
    facts: Iterable[Fact],
    watch: Watcher = unwatched,
    alarm: Alarm = unheard,
) -> None:
    """Run until every batch is closed, or only persons are awaited; `watch` sees each step.

    `alarm` hears that the witness of the journal cannot be asked; the work goes on without it. Raises JournalError if
    the journal cannot be written; then the equipment is held.
    """
    known = set(control.floor.batches)
    for fact in facts:
        if not (isinstance(fact, BatchOrdered) and fact.batch in known):
            devices.agenda.add(fact)
    anchored = clock.elapsed_s()
    while True:
        moment = devices.agenda.next_time()
        if (
            moment is None
            or devices.rests()
            or (control.idle and control.floor.batches and not devices.agenda.waits_outside())
        ):
            return
        devices.wait(clock)
        moment = devices.agenda.next_time() or moment
        if seconds := clock.jumped_s():
            devices.agenda.add(ClockJumped(moment, seconds), FIRST)  # it is taken before all else that is due now
        due = devices.agenda.pop()
        if due is None:
            return
        orders = control.take(due)
        try:
            journal.append([due, *orders])
        except JournalError as error:
            devices.hold(str(error))
            raise
        for order in orders:
            devices.perform(order)
        watch(due, orders)
        milestone = any(isinstance(order, DisposeBatch) for order in orders)
        if milestone or clock.elapsed_s() - anchored >= _ANCHORED_EVERY_S:
            anchored = clock.elapsed_s()
            _anchor(journal, alarm)


def _anchor(journal: Journal, alarm: Alarm) -> None:
    """Keep the signed head outside; a witness that is away is an alarm, another history stops the work."""
    try:
        journal.anchor()
    except JournalError as error:
        if error.finding.code != _WITNESS_AWAY:
            raise
        alarm(error)
