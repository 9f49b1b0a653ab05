"""Orders on their way to equipment: each is open until its end is known, and every answer is held against it.

No clock, no wire: whoever carries intents and records says what time it is. An act whose end cannot be known is
`OutcomeLost`; an order of which it is certain that nothing was done is `OrderRefused`. No act is asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from axenic.control.facts import Fact, ItemMoved, OrderRefused, OutcomeLost, OutcomeSettled, PhaseCompleted, PhaseFailed
from axenic.control.orders import EQUIPMENT_ORDERS, MoveItem, Order, RunPhase, StopPhase
from axenic.device.agenda import NEVER, Agenda, rank_of
from axenic.device.contract import Contract
from axenic.device.driver.command_record import Answer, CommandRecord, CommandStatus
from axenic.device.driver.identity import Identity
from axenic.device.driver.intent import Intent, command_id

_C = CommandStatus


@dataclass(slots=True)
class Dispatched:
    """An open order; `rank` is its place among answers of the same time."""

    intent: Intent
    rank: int


class Dispatch:
    """`journal` and `fence` of the engine; `ahead`: by how many ms the clock of equipment may be before ours.

    now: the time of the last fact taken, in milliseconds; no later one may come before it.
    """

    def __init__(self, agenda: Agenda, journal: UUID, fence: int, ahead: int) -> None:
        self.agenda = agenda
        self._journal, self._fence, self._ahead = journal, fence, ahead
        self._open: dict[UUID, Dispatched] = {}
        self._doubted: dict[int, str] = {}  # orders that a person must settle, and their units
        self._stale: set[str] = set()  # units that may still do what a person has settled
        self.now = 0

    def open(self, order: Order) -> Intent | None:
        """The intent of an order to equipment, or None for another order; nothing later is taken before its answer."""
        self.now = max(self.now, order.at)
        if not isinstance(order, EQUIPMENT_ORDERS):
            return None
        intent = Intent(command_id(self._journal, order.number), order, self._journal, self._fence)
        self._open[intent.id] = Dispatched(intent, rank_of(order))
        if not isinstance(order, StopPhase):
            self.agenda.expect(order.number, rank_of(order), order.at)
        return intent

    def taken(self, fact: Fact | None) -> None:
        """A fact is taken now; with what a person settles nothing is open any more."""
        if fact is None:
            return
        self.now = max(self.now, fact.at)
        if isinstance(fact, OutcomeSettled):
            for known in [d for d in self._open.values() if d.intent.order.number == fact.order]:
                del self._open[known.intent.id]
                self.agenda.forget(fact.order)
                self._doubted[fact.order] = known.intent.unit
            self._stale.update(filter(None, [self._doubted.pop(fact.order, "")]))

    def is_stale(self, unit: str) -> bool:
        """Whether a unit may still do what a person has settled; said once, to whoever begins the next act there."""
        stale = unit in self._stale
        self._stale.discard(unit)
        return stale

    def reopen(self, orders: Iterable[Order], answered: set[int]) -> list[Intent]:
        """After a crash: the orders without an answer; what became of them is asked before anything is sent."""
        found = [order for order in orders if getattr(order, "number", 0) not in answered]
        stops = {o.number: o.stops for o in found if isinstance(o, StopPhase)}
        intents = [self.open(order) for order in found]
        return [i for i in intents if i is not None and stops.get(i.order.number) not in answered]

    def intents(self, units: Iterable[str]) -> list[Intent]:
        """The open orders of some units, oldest first."""
        names = set(units)
        return sorted(
            (d.intent for d in self._open.values() if d.intent.unit in names), key=lambda intent: intent.order.number
        )

    def unkept(self, intent: Intent) -> None:
        """Nobody knows when its answer comes: other facts no longer wait for it."""
        known = self._open.get(intent.id)
        if known is not None and not isinstance(intent.order, StopPhase):
            self.agenda.expect(intent.order.number, known.rank)

    def heard(self, record: CommandRecord, now: int, promises: bool) -> None:
        """A unit says how far a command came; of a command that is not open, or of another unit, nothing follows.

        promises: what it says of its times holds to the millisecond (simulated equipment); else it only guesses.
        """
        known = self._open.get(record.id)
        if known is None or known.intent.unit != record.unit:
            return
        order = known.intent.order
        if isinstance(order, StopPhase):
            if record.status.ended:
                del self._open[record.id]
            return
        if record.status is _C.ACCEPTED:
            return  # what it promises comes with its start
        if record.status is _C.RUNNING:
            due = max(record.due, order.at) if record.due and promises else NEVER
            self.agenda.expect(order.number, known.rank, due)
            return
        self._ended(known, self._fact(order, record, now, promises))

    def settle(
        self, intent: Intent, record: CommandRecord | None, identity: Identity, now: int, said: str = ""
    ) -> bool:
        """What a unit knows after a loss of link, engine or power; True if the same intent may be sent (again).

        said: what it answered, instead of a record, when the intent was sent.
        """
        if intent.id not in self._open:
            return False
        order = intent.order
        if record is not None:
            self.heard(record, now, identity.simulated)
        elif isinstance(order, StopPhase):
            return not said  # to be at rest may be ordered again
        elif identity.contract is Contract.REPEATABLE and _is_state(order) and order.at >= self.now:
            return True  # so may every other state
        elif identity.contract is not Contract.QUERYABLE:
            self.lose(intent, f"{identity.equipment} cannot say what became of it", now)
        elif identity.remembers > order.at:
            self.lose(intent, f"{identity.equipment} remembers nothing from before its new command journal", now)
        elif said:
            self.refuse(intent, f"{identity.equipment} answers: {said}", now)
        elif order.at < self.now:
            self.refuse(intent, "it never arrived, and other things have happened since it was decided", now)
        else:
            return True
        return False

    def lose(self, intent: Intent, reason: str, now: int) -> None:
        """Nobody can say what became of it."""
        known = self._open.get(intent.id)
        if known is not None:
            self._doubted[intent.order.number] = intent.unit
            self._ended(known, OutcomeLost(max(self.now, now), intent.order.number, reason))

    def refuse(self, intent: Intent, reason: str, now: int) -> None:
        """It is certain that nothing was done."""
        known = self._open.get(intent.id)
        if known is not None:
            self._doubted[intent.order.number] = intent.unit
            self._ended(known, OrderRefused(max(self.now, now), intent.order.number, reason))

    def _ended(self, known: Dispatched, fact: Fact) -> None:
        del self._open[known.intent.id]
        self.agenda.withdraw(known.intent.order.number)
        self.agenda.add(fact, known.rank)

    def _fact(self, order: Order, record: CommandRecord, now: int, promises: bool) -> Fact:
        at, number = max(self.now, now), order.number
        match record.status:
            case _C.REJECTED:
                self._doubted[number] = record.unit
                return OrderRefused(at, number, f"{record.unit} refuses: {record.reason}")
            case _C.INDETERMINATE:
                self._doubted[number] = record.unit
                return OutcomeLost(at, number, record.reason or f"{record.unit} cannot say what became of it")
            case _C.FAILED if record.answer is None:
                return PhaseFailed(at, number, record.reason or "failed")
        answer = record.answer or (ItemMoved(at, number) if isinstance(order, MoveItem) else PhaseCompleted(at, number))
        wrong = _unfit(order, record, answer)
        if wrong:
            self._doubted[number] = record.unit
            return OutcomeLost(at, number, f"{record.unit} answers what cannot be: {wrong}")
        believed = promises or answer.at <= now + self._ahead  # a clock that is ahead is not believed
        return replace(answer, at=max(self.now, answer.at if believed else now))


def _is_state(order: Order) -> bool:
    """Whether an order is of the form *be in this state*: nothing is connected, and no cells are in it."""
    return isinstance(order, RunPhase) and not order.connections and not order.batch


def _unfit(order: Order, record: CommandRecord, answer: Answer) -> str:
    """Why an answer cannot belong to an order; empty if it can."""
    if answer.order != order.number:
        return f"it answers order {answer.order}, not {order.number}"
    if isinstance(answer, ItemMoved) != isinstance(order, MoveItem) and not isinstance(answer, PhaseFailed):
        return f"{type(answer).__name__} to {type(order).__name__}"
    if isinstance(answer, PhaseFailed) != (record.status is _C.FAILED):
        return f"{type(answer).__name__} with the status {record.status.value}"
    if isinstance(answer, PhaseCompleted) and not all(isinstance(v, str) for v in answer.results.values()):
        return "a result that is no text"
    return ""
