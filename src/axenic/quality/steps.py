"""The steps of batches as the core ran them: which has begun, which is over; an entry belongs to one that has begun."""

from __future__ import annotations

from dataclasses import dataclass, field

from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.orders import RunPhase
from axenic.record.entry import Entry


@dataclass(slots=True)
class Step:
    """One operation of a batch on its units; times in milliseconds UTC, `ended` 0 while it runs."""

    step: str
    began: int
    ended: int = 0
    open: set[int] = field(default_factory=set)
    units: set[str] = field(default_factory=set)


class Steps:
    """Every step that was begun, by batch."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, str], Step] = {}
        self._of: dict[int, Step] = {}  # the step that an order's answer belongs to

    def get(self, batch: str, step: str) -> Step | None:
        """The step of that name (`expand/grow#2`), if it has begun."""
        return self._steps.get((batch, step))

    def of(self, batch: str) -> list[Step]:
        """The steps of a batch that have begun, in order."""
        return [step for (name, _), step in self._steps.items() if name == batch]

    def take(self, entry: Entry) -> None:
        """Fold what a unit was told to do, and its answer."""
        match entry.thing:
            case RunPhase(run=run, batch=batch) as order if batch and run.startswith(f"{batch}/"):
                name = run.removeprefix(f"{batch}/")
                step = self._steps.setdefault((batch, name), Step(name, order.at))
                step.ended = 0
                step.open.add(order.number)
                step.units.add(order.unit)
                self._of[order.number] = step
            case PhaseCompleted(at=at, order=number) | PhaseFailed(at=at, order=number) if number in self._of:
                step = self._of.pop(number)
                step.open.discard(number)
                step.ended = 0 if step.open else at
            case _:
                pass
