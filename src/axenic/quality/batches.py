"""The batches as quality sees them: what the core decided, and what people did since."""

from __future__ import annotations

from dataclasses import dataclass, field

from axenic.control.facts import BatchOrdered, OutcomeSettled
from axenic.control.orders import CloseBatch, DisposeBatch, RaiseException
from axenic.quality.raised import Raised
from axenic.record.entry import Act, Entry

IN_DOUBT = "outcome in doubt"  # what the core calls it
IN_PROCESS, EXECUTED, REJECTED = "in process", "executed", "rejected"


@dataclass(slots=True)
class Batch:
    """One dose: its patient's code, its recipe, where it stands."""

    batch: str
    patient: str
    recipe: str
    ordered: int
    state: str = IN_PROCESS
    outcome: str = ""
    closed: int = 0
    raised: list[Raised] = field(default_factory=list)
    acts: list[tuple[int, Act]] = field(default_factory=list)


class Batches:
    """Every batch of the journal."""

    def __init__(self) -> None:
        self._batches: dict[str, Batch] = {}
        self.doubts: dict[int, str] = {}  # orders nobody knows the outcome of, with their batch

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
        match entry.thing:
            case BatchOrdered(at=at, batch=name, patient=patient, recipe=recipe):
                self._batches.setdefault(name, Batch(name, patient, recipe, at))
            case RaiseException() as raised:
                self._raise(raised, entry.seq)
            case OutcomeSettled(order=number):
                self.doubts.pop(number, None)
            case DisposeBatch(batch=name, outcome=outcome) if name in self._batches:
                batch = self._batches[name]
                batch.outcome = outcome
                batch.state = EXECUTED if outcome == "released" else REJECTED
            case CloseBatch(at=at, batch=name) if name in self._batches:
                self._batches[name].closed = at
            case Act(batch=name, refused=()) as act if name in self._batches:
                self._batches[name].acts.append((entry.seq, act))

    def _raise(self, raised: RaiseException, seq: int) -> None:
        if raised.kind == IN_DOUBT:
            self.doubts[raised.concerns] = raised.batch
        if raised.batch in self._batches:
            found = Raised(raised.batch, raised.kind, raised.severity, raised.text, seq, raised.at)
            self._batches[raised.batch].raised.append(found)
