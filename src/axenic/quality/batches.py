"""The batches as quality sees them: what the core decided, and what people did since.

Where a batch stands follows the table of `batch-states.yaml`; here is only which entry means which event of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axenic.control.facts import (
    AbortRequested,
    BatchOrdered,
    HoldLifted,
    HoldRequested,
    ItemMoved,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
)
from axenic.control.orders import CloseBatch, DisposeBatch, MoveItem, RaiseException, RunPhase
from axenic.quality.permissions import Permissions
from axenic.quality.raised import Raised
from axenic.quality.states import shipped_states
from axenic.record.entry import Act, Entry

IN_DOUBT = ("outcome in doubt", "order refused")  # what the core calls what a person must settle
IN_PROCESS, EXECUTED, REJECTED, TERMINATED = "in process", "executed", "rejected", "terminated"
CERTIFIED, CONDITIONAL = "certified", "certified conditional"
SUPPLIED, RECALLED, DESTROYED = "supplied out of specification", "recalled", "destroyed"
MAY_LEAVE = (CERTIFIED, CONDITIONAL, SUPPLIED)
LEAVES = ("release certify", "release conditional", "release oos")  # what lets a batch leave
LATE_FAILURE = "late result out of limit"
_MADE = ("performed", "verified")  # to judge a batch is not to make it, but to sign that one did is
_ASKED = {
    HoldRequested: "order hold",
    AbortRequested: "order abort",
    HoldLifted: "order lift",
    BatchOrdered: "order place",
}
_CORE = {  # what an exception of the core means for where its batch stands
    "batch held": "core: held",
    "recalled": "core: failed late",
}


@dataclass(slots=True)
class Batch:
    """One dose: its patient's code, its recipe, where it stands and since when.

    doubts: orders of which nobody knows what became. actors: who made it, by user id or name at the line.
    """

    batch: str
    patient: str
    recipe: str
    ordered: int
    state: str = ""
    since: int = 0
    outcome: str = ""
    reason: str = ""
    closed: int = 0
    aborted: bool = False
    raised: list[Raised] = field(default_factory=list)
    acts: list[tuple[int, Act]] = field(default_factory=list)
    doubts: set[int] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)


class Batches:
    """Every batch of the journal."""

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions
        self.states = shipped_states("batch")
        self._batches: dict[str, Batch] = {}
        self.doubts: dict[int, str] = {}  # orders nobody knows the outcome of, with their batch
        self._issued: set[str] = set()

    def get(self, name: str) -> Batch | None:
        """The batch of that name."""
        return self._batches.get(name)

    def all(self) -> list[Batch]:
        """Every batch, in order of its ordering."""
        return list(self._batches.values())

    def exceptions(self) -> list[Raised]:
        """What the core raised."""
        return [raised for batch in self._batches.values() for raised in batch.raised]

    def take(self, entry: Entry) -> None:
        """Fold what concerns a batch."""
        thing: Any = entry.thing
        if isinstance(thing, BatchOrdered):
            made = Batch(thing.batch, thing.patient, thing.recipe, thing.at, self.states.begins, thing.at)
            if self._batches.setdefault(thing.batch, made) is made and thing.batch in self._issued:
                self._go(made, "core: issued", thing.at)
        elif isinstance(thing, Act) and thing.command == "order issue" and not thing.refused:
            self._issued.add(thing.batch)
        elif isinstance(thing, PhaseCompleted | PhaseFailed | ItemMoved | OutcomeSettled):
            self._answered(thing)
        batch = self._batches.get(getattr(thing, "batch", ""))
        if batch is None:
            return
        if isinstance(thing, Act):
            self._acted(batch, entry.seq, thing)
        else:
            self._engine(batch, entry.seq, thing)

    def _answered(self, fact: Any) -> None:
        """An order in doubt is in doubt no more."""
        batch = self._batches.get(self.doubts.pop(fact.order, ""))
        if batch is None:
            return
        batch.doubts.discard(fact.order)
        if isinstance(fact, OutcomeSettled):
            batch.actors.add(fact.actor)
            self._go(batch, "core: goes on", fact.at)

    def _engine(self, batch: Batch, seq: int, thing: Any) -> None:
        match thing:
            case MoveItem():
                self._go(batch, "core: prepared", thing.at)
            case RunPhase() if _makes(thing):
                batch.actors.update(thing.persons)
                self._go(batch, "core: begun", thing.at)
                self._go(batch, "core: goes on", thing.at)
            case RunPhase() if is_review(thing):
                self._go(batch, "core: asks for the review", thing.at)
            case RaiseException(kind=kind, severity=severity, text=text, concerns=concerns):
                batch.raised.append(Raised(batch.batch, kind, severity, text, seq, thing.at))
                if kind in IN_DOUBT:
                    batch.doubts.add(concerns)
                    self.doubts[concerns] = batch.batch
                self._go(batch, _CORE.get(kind, ""), thing.at)
            case HoldLifted() | HoldRequested() | AbortRequested() | BatchOrdered():
                if self._permissions.makes(_ASKED[type(thing)]):
                    batch.actors.update(filter(None, [thing.actor]))
                batch.aborted = batch.aborted or isinstance(thing, AbortRequested)
                if isinstance(thing, HoldLifted):
                    self._go(batch, "core: goes on", thing.at)
            case DisposeBatch(outcome=outcome, reason=reason):
                batch.outcome, batch.reason = outcome, reason
                ended = "core: aborted" if batch.aborted else "core: rejected"
                self._go(batch, "core: accepted" if outcome == "released" else ended, thing.at)
            case CloseBatch():
                batch.closed = thing.at

    def _acted(self, batch: Batch, seq: int, act: Act) -> None:
        if act.refused:
            return
        batch.acts.append((seq, act))
        if self._permissions.makes(act.command) or act.new.get("meaning") in _MADE:
            second = "" if self._permissions.witnessed(act.command) else act.new.get("second", {}).get("user", "")
            batch.actors.update(filter(None, [act.actor, second]))
        self._go(batch, act.command, act.at)
        if act.command == "release result" and act.new["verdict"] != "within":
            self._go(batch, LATE_FAILURE, act.at)

    def _go(self, batch: Batch, event: str, at: int) -> None:
        after = self.states.after(batch.state, event)
        if after != batch.state:
            batch.state, batch.since = after, at


def _makes(order: RunPhase) -> bool:
    """Whether a phase makes the dose; tests and the review only look at it."""
    return "/" in order.run and "/test/" not in order.run and not is_review(order)


def is_review(order: RunPhase) -> bool:
    """Whether it asks for the review of a batch that is made and tested."""
    return order.run.startswith(f"{order.batch}/review#")
