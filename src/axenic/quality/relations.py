"""Which other batches a matter may concern: those that shared a cycle's proof or a unit with it (21 CFR 211.192).

The looking-back itself is `record.trace_back`; this register only keeps the entries it reads.
"""

from __future__ import annotations

from axenic.control.facts import BatchOrdered, ItemMoved, OutcomeSettled
from axenic.control.orders import CloseBatch, JudgeCycle, MoveItem, PermitPassage, RunPhase
from axenic.record.entry import Document, Entry
from axenic.record.trace_back import NotThere, Trail
from axenic.record.whereabouts import END

_KEPT = (
    *(Document, BatchOrdered, ItemMoved, OutcomeSettled),
    *(RunPhase, MoveItem, PermitPassage, JudgeCycle, CloseBatch),
)


class Relations:
    """What batches have to do with each other."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._spans: dict[str, tuple[int, int]] = {}  # from order to close
        self._units: dict[str, dict[str, None]] = {}
        self._cycles: dict[str, dict[str, None]] = {}

    def take(self, entry: Entry) -> None:
        """Keep what a look-back reads."""
        thing = entry.thing
        if not isinstance(thing, _KEPT):
            return
        self._entries.append(entry)
        batch = getattr(thing, "batch", "")
        if isinstance(thing, BatchOrdered):
            self._spans[batch] = (thing.at, END)
        elif batch not in self._spans:
            return
        elif isinstance(thing, CloseBatch):
            self._spans[batch] = (self._spans[batch][0], thing.at)
        elif isinstance(thing, RunPhase) and "/test/" not in thing.run and "/review#" not in thing.run:
            self._units.setdefault(batch, {})[thing.unit] = None
        elif isinstance(thing, PermitPassage):
            self._cycles.setdefault(batch, {}).update(dict.fromkeys(thing.evidence))

    def of(self, batch: str) -> dict[str, list[str]]:
        """The other batches that shared a proof or, while it was made, a unit; each with what they shared."""
        if batch not in self._spans:
            return {}
        try:
            trail = Trail(self._entries)
        except ValueError:  # without its plant a journal cannot be laid out
            return {}
        found: dict[str, list[str]] = {}
        start, end = self._spans[batch]
        for unit in self._units.get(batch, ()):
            if unit in trail.layout.stations:
                for other in trail.of_unit(unit, start, end).batches:
                    found.setdefault(other, []).append(unit)
        for cycle in self._cycles.get(batch, ()):
            try:
                others = trail.of_cycle(cycle).batches
            except NotThere:  # a changeover or a qualification is evidence, too
                continue
            for other in others:
                found.setdefault(other, []).append(cycle)
        found.pop(batch, None)
        return found
