"""Where things were: every stay of every item at a place, and the zones a passage touched, from a journal alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from axenic.control.facts import BatchOrdered, ItemMoved, OutcomeSettled
from axenic.control.layout import Layout
from axenic.control.orders import CloseBatch, MoveItem, PermitPassage, RunPhase
from axenic.record.entry import Entry

BEGIN, END = 0, 1 << 62  # milliseconds: before anything, and not ended yet


@dataclass(frozen=True, slots=True)
class Stay:
    """An item lay at a place (unit or interface) from `start` to `end`, milliseconds; both ends belong to it."""

    item: str
    batch: str
    place: str
    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """True if any of it lies in the span."""
        return self.start <= end and self.end >= start


def stays_of(entries: Sequence[Entry]) -> list[Stay]:
    """Every stay, in order of its end.

    Nobody records where an item was before its first move: it lay at the place it came from, since its batch was
    ordered. It leaves a place when its move is answered, not when that is ordered, and has reached the next one when
    the move is ordered (fail safe).
    """
    here: dict[str, tuple[str, str, int]] = {}  # item -> batch, place, since
    moving: dict[int, MoveItem] = {}
    ordered: dict[str, int] = {}
    stays: list[Stay] = []
    for entry in entries:
        thing = entry.thing
        if isinstance(thing, BatchOrdered):
            ordered.setdefault(thing.batch, thing.at)
        elif isinstance(thing, RunPhase) and "/" in thing.run and not _laboratory(thing.run):
            here.setdefault(f"{thing.batch}:cells", (thing.batch, thing.unit, thing.at))
        elif isinstance(thing, MoveItem):
            moving[thing.number] = thing
            here.setdefault(thing.item, (thing.batch, thing.origin, ordered.get(thing.batch, BEGIN)))
        elif isinstance(thing, ItemMoved | OutcomeSettled) and thing.order in moving and getattr(thing, "done", True):
            move = moving.pop(thing.order)
            stays.append(_ended(move.item, here, thing.at))
            here[move.item] = (move.batch, move.target, move.at)
        elif isinstance(thing, CloseBatch):
            gone = [item for item, (batch, _, _) in here.items() if batch == thing.batch]
            stays += [_ended(item, here, thing.at) for item in gone]
    stays += [Stay(item, batch, place, since, END) for item, (batch, place, since) in here.items()]
    for move in moving.values():  # under way when the journal ends: it may be at either end
        stays.append(Stay(move.item, move.batch, move.target, move.at, END))
    return stays


def _laboratory(run: str) -> bool:
    return "/test/" in run or "/review#" in run


def _ended(item: str, here: dict[str, tuple[str, str, int]], at: int) -> Stay:
    batch, place, since = here.pop(item)
    return Stay(item, batch, place, since, at)


def zones_touched(layout: Layout, permit: PermitPassage) -> frozenset[str]:
    """The zones whose air a passage touched: those of its units, and the sides of the interface that open for it."""
    found = {layout.stations[p].zone for p in (permit.origin, permit.target) if p in layout.stations}
    left, entered = (layout.interfaces.get(p) for p in (permit.origin, permit.target))
    if left is not None:
        found |= {left.outer, left.inner}
    if entered is not None and permit.kind == "crossing outward":
        found.add(entered.inner)
    return frozenset(found)
