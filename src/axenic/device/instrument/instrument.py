"""A simulated instrument: the PackML state of its units, what they are doing, and its command journal.

It has no clock: whoever runs it says what time it is. A command is remembered before it is acted on, and its end
before it is told; the same id is never acted on twice. What was under way when the power went is INDETERMINATE.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from axenic.control.facts import ItemMoved, PhaseCompleted, PhaseFailed
from axenic.control.orders import MoveItem, RunPhase, StopPhase
from axenic.control.packml import COMPLETES, Command, UnitState, next_state
from axenic.device.driver.command_record import Answer, CommandRecord, CommandStatus
from axenic.device.driver.event import StateChanged
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent
from axenic.device.driver.site import NotReady
from axenic.device.handoff.ask import Ask
from axenic.device.instrument.disorder import Disorder, Disorders, Wrong
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.model import Model
from axenic.device.instrument.port import Ports
from axenic.device.instrument.work import Work

Tell = Callable[[CommandRecord | StateChanged], None]
Notice = Callable[[str, Intent], None]
NEVER = 1 << 62
_S, _C = UnitState, CommandStatus


def untold(event: CommandRecord | StateChanged) -> None:
    """Nobody listens."""


def unnoticed(moment: str, intent: Intent) -> None:
    """Nobody watches the moments of an act."""


@dataclass(slots=True)
class _Running:
    """A command under way; `answer` is None while only a person or nobody can say how it ends."""

    intent: Intent
    due: int
    answer: Answer | None
    true: bool = True  # it is really done
    held: int = -1  # since when it stands still


class Instrument:
    """`identity`: its nameplate with the boot of this run; `notice` is told of the moments of an act."""

    def __init__(
        self,
        identity: Identity,
        models: Mapping[str, Model],
        memory: Memory,
        work: Work,
        tell: Tell = untold,
        notice: Notice = unnoticed,
    ) -> None:
        self._nameplate = identity
        self.tell = tell
        self._models, self._memory, self._work, self._notice = dict(models), memory, work, notice
        self._states = dict.fromkeys(models, _S.IDLE)
        self._running: dict[UUID, _Running] = {}
        self._disorders = Disorders()
        self._ports = Ports()
        for record in list(memory.records.values()):
            if not record.status.ended:
                reason = f"the power of {identity.equipment} went while it was under way"
                memory.note(replace(record, status=_C.INDETERMINATE, reason=reason))

    @property
    def identity(self) -> Identity:
        """Who it is, since when it remembers, and whom it obeys."""
        memory = self._memory
        obeys = str(memory.journal) if memory.journal is not None else ""
        return replace(self._nameplate, remembers=memory.began, obeys=obeys, fence=memory.fence)

    # what it is asked -------------------------------------------------------------------------------------------

    def state(self, unit: str) -> UnitState:
        """The PackML state of a unit; UNDEFINED for one it does not have."""
        return self._states.get(unit, _S.UNDEFINED)

    def record(self, id: UUID) -> CommandRecord | None:
        """What it knows of a command; None if it never heard of it."""
        return self._memory.records.get(id)

    def due(self) -> int | None:
        """When the next command under way ends, or None."""
        times = [r.due for r in self._running.values() if r.held < 0 and r.due < NEVER]
        return min(times, default=None)

    def size(self, wrong: Wrong) -> float:
        """How bad a disorder is now; 0 if there is none."""
        return self._disorders.size(wrong)

    def of(self, wrong: Wrong, item: str) -> float | None:
        """What is wrong with an item (`unit.item`) now; None if nothing is."""
        return self._disorders.of(wrong, item)

    def recorded(self, unit: str, column: str, at: int) -> float | None:
        """What the chamber of a unit records in the phase under way; None if it records no such thing then."""
        for running in self._of(unit):
            trace = running.answer.trace if isinstance(running.answer, PhaseCompleted) else None
            channel = trace.channel(column) if trace is not None else None
            if trace is not None and channel is not None and (n := bisect_right(trace.times, at)):
                return channel.values[n - 1] / 1000
        return None

    def strikes(self, wrong: Wrong) -> bool:
        """Whether a disorder strikes now; it has one time less then."""
        return self._disorders.strikes(wrong)

    def close(self) -> None:
        """Leave its journal alone."""
        self._memory.close()

    def holds(self, unit: str) -> frozenset[str]:
        """The carriers that the sensor of a unit reads."""
        return self._work.holds(unit)

    # what it is told --------------------------------------------------------------------------------------------

    def inject(self, disorder: Disorder) -> None:
        """Go wrong."""
        self._disorders.inject(disorder)

    def start(self, intent: Intent, now: int) -> CommandRecord:
        """Begin a phase or a move, or say why not. Raises OSError if its journal cannot be written: nothing moved."""
        known = self._known(intent, now)
        if known is not None:
            return known
        self._notice("received", intent)
        reason = self._refusal(intent)
        if reason:
            return self._accept(intent, _C.REJECTED, now, reason=reason)
        self._accept(intent, _C.ACCEPTED, now)
        self._notice("accepted", intent)
        self._go(intent.unit, Command.START, now)
        try:
            running = self._act(intent)
        except OSError as error:
            reason = f"what came of it cannot be told: {error}"
            self._go(intent.unit, Command.ABORT, now)
            return self._note(CommandRecord(intent.id, intent.unit, _C.INDETERMINATE, now, reason=reason))
        self._running[intent.id] = running
        self._notice("begun", intent)
        due = running.due if running.due < NEVER else 0
        return self._note(CommandRecord(intent.id, intent.unit, _C.RUNNING, now, due))

    def stop(self, intent: Intent, now: int) -> CommandRecord:
        """End what a `StopPhase` names; that command fails when the unit has come to rest."""
        known = self._known(intent, now)
        if known is not None:
            return known
        reason = self._foreign(intent) or ("" if isinstance(intent.order, StopPhase) else "it is no order to stop")
        if reason:
            return self._accept(intent, _C.REJECTED, now, reason=reason)
        self._accept(intent, _C.ACCEPTED, now)
        for running in self._running.values():
            if isinstance(intent.order, StopPhase) and running.intent.order.number == intent.order.stops:
                answer = self._work.perform(intent.order)
                running.answer, running.due, running.held = answer, answer.at if answer else now, -1
                self._note(CommandRecord(running.intent.id, intent.unit, _C.RUNNING, now, running.due))
        return self._note(CommandRecord(intent.id, intent.unit, _C.COMPLETED, now))

    def control(self, unit: str, command: Command, now: int) -> UnitState:
        """Take a unit through a PackML command, where its state and its model heed it."""
        if unit not in self._states:
            return _S.UNDEFINED
        before, after = self._states[unit], next_state(self._states[unit], command)
        if command is Command.START or after is None or after not in self._models[unit].states:
            return before
        if command is Command.HOLD:
            self._stand_still(unit, now)
        elif command is Command.UNHOLD:
            self._go_on(unit, now)
        elif command in (Command.STOP, Command.ABORT):
            self._break_off(unit, now, f"{command.name.lower()} at the unit")
        rests = command is Command.UNHOLD and not self._busy(unit)  # held while it had nothing to do
        self._go(unit, command, now)
        if rests:
            self._through(unit, (_S.COMPLETING, _S.COMPLETED, _S.RESETTING, _S.IDLE), now)
        return self._states[unit]

    def transfer(self, ask: Ask, intent: Intent) -> None:
        """Take part in a move of others as its passive side. Raises NotReady: nothing was done."""
        move = intent.order
        unit = getattr(move, str(ask.side), "")
        if not isinstance(move, MoveItem) or unit not in self._states:
            raise NotReady(f"{self.identity.equipment} has no place for this")
        if reason := self._foreign(intent):
            raise NotReady(reason)
        prepares = ask in (Ask.PREPARE_FOR_INPUT, Ask.PREPARE_FOR_OUTPUT)
        if prepares and self._disorders.strikes(Wrong.REJECT):
            raise NotReady("its own interlock refuses")
        self._ports.take(ask, unit, move.item)
        if ask is Ask.PREPARE_FOR_OUTPUT:
            self._work.offer(unit, move.item)

    def answer(self, answer: Answer) -> None:
        """A person says how what was asked of them has ended; raises KeyError if it was not, or is answered."""
        asked = {intent.order.number: intent.id for intent in self.asked()}
        running = self._running[asked[answer.order]]
        running.answer, running.due = answer, answer.at

    def asked(self) -> list[Intent]:
        """What waits for a person's answer."""
        return [r.intent for r in self._running.values() if r.answer is None]

    def advance(self, now: int) -> None:
        """End what is due by now, in the order of its end. Raises OSError if its journal cannot be written."""
        due = [r for r in self._running.values() if r.held < 0 and r.due <= now and r.answer is not None]
        for running in sorted(due, key=lambda r: (r.due, r.intent.order.number)):
            self._end(running)

    # how --------------------------------------------------------------------------------------------------------

    def _known(self, intent: Intent, now: int) -> CommandRecord | None:
        """The record of an id that came before; another order under it is refused, and the first stays as it is."""
        before = self._memory.intents.get(intent.id)
        if before is None:
            return None
        if before.order != intent.order:
            reason = f"the id belongs to order {before.order.number}"
            return CommandRecord(intent.id, intent.unit, _C.REJECTED, now, reason=reason)
        return self._memory.records[intent.id]

    def _foreign(self, intent: Intent) -> str:
        if self._memory.journal not in (None, intent.journal):
            return f"it obeys the journal {self._memory.journal}, not {intent.journal}"
        if intent.fence < self._memory.fence:
            return f"an engine with fence {self._memory.fence} has taken over from fence {intent.fence}"
        return ""

    def _refusal(self, intent: Intent) -> str:
        if intent.unit not in self._states or isinstance(intent.order, StopPhase):
            return f"{self.identity.equipment} has no {intent.unit} that could begin this"
        state, many = self._states[intent.unit], self._models[intent.unit].many
        if self._disorders.strikes(Wrong.REJECT):
            return "its own interlock refuses"
        if state is not _S.IDLE and not (many and state is _S.EXECUTE):
            return f"{intent.unit} is {state.name.lower()}, not idle"
        return self._foreign(intent)

    def _accept(self, intent: Intent, status: CommandStatus, now: int, reason: str = "") -> CommandRecord:
        record = CommandRecord(intent.id, intent.unit, status, now, reason=reason)
        self._memory.accept(intent, record)
        self.tell(record)
        return record

    def _note(self, record: CommandRecord) -> CommandRecord:
        self._memory.note(record)
        self.tell(record)
        return record

    def _act(self, intent: Intent) -> _Running:
        if self._disorders.strikes(Wrong.LIE):
            answer = _made_up(intent.order)
            return _Running(intent, answer.at, answer, true=False)
        done = self._work.perform(intent.order)
        hangs = done is None or self._disorders.strikes(Wrong.HANG)
        return _Running(intent, NEVER if hangs or done is None else done.at, done)

    def _end(self, running: _Running) -> None:
        intent, answer = running.intent, running.answer
        del self._running[intent.id]
        failed = isinstance(answer, PhaseFailed)
        if running.true and not failed:
            self._work.done(intent.order)
        status = _C.FAILED if failed else _C.COMPLETED
        if not self._busy(intent.unit):
            self._go(intent.unit, Command.STOP if failed else Command.COMPLETE, running.due)
            if self._models[intent.unit].many:  # it serves many, so nobody could know when to reset it
                self._go(intent.unit, Command.RESET, running.due)
        self._notice("done", intent)
        self._note(CommandRecord(intent.id, intent.unit, status, running.due, running.due, answer))
        self._notice("recorded", intent)

    def _busy(self, unit: str) -> bool:
        return any(r.intent.unit == unit for r in self._running.values())

    def _of(self, unit: str) -> list[_Running]:
        return [r for r in self._running.values() if r.intent.unit == unit]

    def _stand_still(self, unit: str, now: int) -> None:
        for running in self._of(unit):
            running.held = now if running.held < 0 else running.held

    def _go_on(self, unit: str, now: int) -> None:
        """What stood still ends later by as long as it stood still."""
        for running in self._of(unit):
            stood, running.held = now - running.held, -1
            if running.due < NEVER and running.answer is not None:
                running.due += stood
                running.answer = replace(running.answer, at=running.due)
                self._note(CommandRecord(running.intent.id, unit, _C.RUNNING, now, running.due))

    def _break_off(self, unit: str, now: int, reason: str) -> None:
        for running in self._of(unit):
            del self._running[running.intent.id]
            failed = PhaseFailed(now, running.intent.order.number, reason)
            self._note(CommandRecord(running.intent.id, unit, _C.FAILED, now, now, failed, reason))

    def _go(self, unit: str, command: Command, now: int) -> None:
        """Into the acting state that a command leads to, and through it."""
        state = next_state(self._states[unit], command)
        path = []
        while state is not None:
            path.append(state)
            state = COMPLETES.get(state)
        self._through(unit, tuple(path), now)

    def _through(self, unit: str, path: tuple[UnitState, ...], now: int) -> None:
        for state in path:
            self._states[unit] = state
            self.tell(StateChanged(unit, state, now))


def _made_up(order: RunPhase | MoveItem | StopPhase) -> Answer:
    """What a liar reports: done, in half the time, without a result and without a curve."""
    if isinstance(order, RunPhase):
        return PhaseCompleted(order.at + order.usual // 2, order.number)
    return ItemMoved(order.at + 1000, order.number)
