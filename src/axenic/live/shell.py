"""The live shell: one loop. Take the fact, journal it with the orders it gives, only then hand those to devices.

An order is an intent the moment it is journalled; its number is the command id. If the journal cannot be
written, nothing moves and the equipment is held. What equipment says of itself is appended as acts beside the facts, as
soon as it is known. Its signed head is kept outside at every disposition and once a minute. After a crash `recover`
replays the journal and settles every intent without an answer: a device that knows the order answers what it knows, one
that never got it gets it now, and never twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, ClockJumped, Fact
from axenic.control.orders import DisposeBatch, Order
from axenic.device.agenda import FIRST, Agenda
from axenic.device.plant_clock import PlantClock
from axenic.live.asked import Asked
from axenic.live.clock import SpeedClock
from axenic.live.lookout import Lookout
from axenic.record.entry import Entry, Thing
from axenic.record.journal import Journal, JournalError

_ANCHORED_EVERY_S = 60.0
_WITNESS_AWAY = "AX0307"
_TAKEN_OVER = "AX0302"


class Devices(Protocol):
    """What the shell needs of equipment: an agenda of answers, and two ways to hand over an order."""

    agenda: Agenda

    def hold(self, reason: str) -> None:
        """Nothing new is begun until `resume`; what is under way comes to its own end."""

    def rests(self) -> bool:
        """Whether nothing is left to happen but what persons are asked."""

    def wait(self, clock: PlantClock, noted: Callable[[], bool]) -> bool:
        """Until what is due next may be taken: then True. False if nothing is due, or `noted` says so meanwhile."""

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


Watcher = Callable[[Fact, list[Order]], None]


def unwatched(fact: Fact, orders: list[Order]) -> None:
    """Nobody looks on."""


def run(
    control: Control,
    devices: Devices,
    journal: Journal,
    clock: SpeedClock,
    facts: Iterable[Fact],
    watch: Watcher = unwatched,
    lookout: Lookout | None = None,
) -> None:
    """Run until every batch is closed, or only persons are awaited; `watch` sees each step.

    What the lookout notes is appended at once. Raises JournalError if the journal cannot be written; then the
    equipment is held.
    """
    known, lookout, facts = set(control.floor.batches), lookout or Lookout(), list(facts)
    for fact in facts:
        if not (isinstance(fact, BatchOrdered) and fact.batch in known):
            devices.agenda.add(fact)
    noted = partial(_noted, lookout, Asked(journal, facts), control, devices, clock)
    anchored = clock.elapsed_s()
    while not _at_rest(control, devices):
        due = _due(devices, clock) if devices.wait(clock, noted) else None
        orders = control.take(due) if due is not None else []
        step: list[Thing] = [due, *orders] if due is not None else []
        _append(journal, devices, [*lookout.acts(), *step])
        if due is None:
            continue
        for order in orders:
            devices.perform(order)
        watch(due, orders)
        lookout.taken(due, orders)
        milestone = any(isinstance(order, DisposeBatch) for order in orders)
        if milestone or clock.elapsed_s() - anchored >= _ANCHORED_EVERY_S:
            anchored = clock.elapsed_s()
            lookout.witnessed(_anchor(journal), clock.now())
    _append(journal, devices, lookout.acts())


def _at_rest(control: Control, devices: Devices) -> bool:
    """Whether nothing is left to happen by itself."""
    if devices.agenda.next_time() is None or devices.rests():
        return True
    return control.idle and bool(control.floor.batches) and not devices.agenda.waits_outside()


def _noted(lookout: Lookout, asked: Asked, control: Control, devices: Devices, clock: SpeedClock) -> bool:
    """Let the lookout look: its facts, and those that persons ask for, become due; whether there are acts to append."""
    lookout.look(clock.now(), clock.elapsed_s())
    for fact in (*lookout.facts(), *asked.since(clock.now(), clock.elapsed_s())):
        devices.agenda.add(replace(fact, at=max(fact.at, control.floor.at)))
    return lookout.notes


def _due(devices: Devices, clock: SpeedClock) -> Fact | None:
    """What is to be taken now; that the clock was set is taken before all else that is due."""
    moment = devices.agenda.next_time()
    if moment is not None and (seconds := clock.jumped_s()):
        devices.agenda.add(ClockJumped(moment, seconds), FIRST)
    return devices.agenda.pop()


def _append(journal: Journal, devices: Devices, things: Sequence[Thing]) -> None:
    """The engine is the journal's one writer; if it cannot write, the equipment is held."""
    if not things:
        return
    try:
        journal.append(things)
    except JournalError as error:
        if error.finding.code != _TAKEN_OVER:  # else the equipment is another engine's now
            devices.hold(str(error))
        raise


def _anchor(journal: Journal) -> str:
    """Keep the signed head outside; why the witness is away, or nothing. Another history stops the work."""
    try:
        journal.anchor()
    except JournalError as error:
        if error.finding.code != _WITNESS_AWAY:
            raise
        return str(error.finding.message)
    return ""
