"""Look-back: a barrier failed, a zone was out, an item is suspect. What did it touch, forward and back?

Pure projections of a journal. `passages` are those the question is about; `onward` are the later passages of the items
concerned, `evidence` and `sources` what they rested on and which items that evidence was of.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from axenic.control.layout import Layout
from axenic.control.orders import JudgeCycle, PermitPassage, RunPhase
from axenic.notation.document import load
from axenic.plant.plant import Plant
from axenic.record.entry import Entry
from axenic.record.journal import documents
from axenic.record.whereabouts import BEGIN, END, Stay, stays_of, zones_touched

_JOINS = ("connection", "open manipulation")  # a material cited as evidence goes into the cells


class NotThere(Exception):
    """The journal knows no such thing; `near` is what may have been meant, or empty."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no {kind} {name!r} in this journal")
        near = difflib.get_close_matches(name, list(known), 1, 0.5)
        self.near = near[0] if near else ""


@dataclass(slots=True)
class Touched:
    """What a question found; everything in the order of the journal."""

    batches: dict[str, None] = field(default_factory=dict)
    items: dict[str, None] = field(default_factory=dict)
    passages: list[Entry] = field(default_factory=list)
    cycles: list[Entry] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    onward: list[Entry] = field(default_factory=list)
    units: dict[str, None] = field(default_factory=dict)
    evidence: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)

    def add(self, batch: str, item: str) -> None:
        """An item was touched, and so its batch."""
        if item:
            self.items[item] = None
        if batch:
            self.batches[batch] = None


class Trail:
    """A journal laid out for questions. Raises ValueError if it does not hold its plant."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        text = next((t for (kind, _), t in documents(entries).items() if kind == "plant"), "")
        plant = load(Plant, text, "journal: plant")
        if plant.value is None:
            raise ValueError("the journal does not hold its plant")
        self.layout = Layout(plant.value)
        self._permits = [e for e in entries if isinstance(e.thing, PermitPassage)]
        self._cycles = [e for e in entries if isinstance(e.thing, JudgeCycle)]
        self._phases = [e for e in entries if isinstance(e.thing, RunPhase) and e.thing.batch]
        self._stays = stays_of(entries)

    def of_cycle(self, cycle: str) -> Touched:
        """What rests on a cycle: its load, every passage that cites it, and where those items went.

        On a cycle that was not passed nothing rests: its load went on with another one.
        """
        known = {_cycle(e).cycle: e for e in self._cycles}
        if cycle not in known:
            raise NotThere("cycle", cycle, known)
        found = Touched(cycles=[known[cycle]])
        found.add(_cycle(known[cycle]).batch, _cycle(known[cycle]).item)
        if _cycle(known[cycle]).verdict != "pass":
            return found
        self._take(found, lambda p: cycle in p.evidence)
        return self._followed(found)

    def of_zone(self, zone: str, start: int = BEGIN, end: int = END) -> Touched:
        """What was in a zone in a span of time (milliseconds, both ends in it): passages, and items that lay there."""
        if zone not in self.layout.zones:
            raise NotThere("zone", zone, self.layout.zones)
        units = {s.name for s in self.layout.stations.values() if s.zone == zone}
        found = Touched()
        self._take(found, lambda p: start <= p.at <= end and zone in zones_touched(self.layout, p))
        self._lay(found, units, start, end)
        return self._followed(found)

    def of_interface(self, interface: str, start: int = BEGIN, end: int = END) -> Touched:
        """What used an interface between last-good and first-bad: passed it, was proven in it, or cites that proof."""
        if interface not in self.layout.interfaces:
            raise NotThere("interface", interface, self.layout.interfaces)
        found = Touched()
        for entry in self._cycles:
            if _cycle(entry).unit == interface and start <= entry.thing.at <= end:
                found.cycles.append(entry)
                found.add(_cycle(entry).batch, _cycle(entry).item)
        proofs = {_cycle(e).cycle for e in found.cycles}

        def used(p: PermitPassage) -> bool:
            here = start <= p.at <= end and interface in (p.origin, p.target)
            return here or not proofs.isdisjoint(p.evidence)

        self._take(found, used)
        self._lay(found, {interface}, start, end)
        return self._followed(found)

    def of_item(self, item: str) -> Touched:
        """Where an item went, and on what it rested."""
        known = {_permit(e).item for e in self._permits} | {_cycle(e).item for e in self._cycles} | self._lain()
        if item not in known - {""}:
            raise NotThere("item", item, known)
        found = Touched()
        self._take(found, lambda p: p.item == item)
        found.cycles = [e for e in self._cycles if _cycle(e).item == item]
        found.stays = [s for s in self._stays if s.item == item]
        for batch in {_cycle(e).batch for e in found.cycles} | {s.batch for s in found.stays}:
            found.add(batch, item)
        return self._followed(found)

    def of_unit(self, unit: str, start: int = BEGIN, end: int = END) -> Touched:
        """What was on a unit in a span of time."""
        if unit not in self.layout.stations:
            raise NotThere("unit", unit, self.layout.stations)
        found = Touched()
        self._take(found, lambda p: start <= p.at <= end and unit in (p.origin, p.target))
        self._lay(found, {unit}, start, end)
        for entry in self._phases:
            if getattr(entry.thing, "unit", "") == unit and start <= entry.thing.at <= end:
                found.add(getattr(entry.thing, "batch", ""), "")
        return self._followed(found)

    def _lain(self) -> set[str]:
        return {s.item for s in self._stays}

    def _take(self, found: Touched, wanted: Callable[[PermitPassage], bool]) -> None:
        for entry in self._permits:
            permit = _permit(entry)
            if wanted(permit):
                found.passages.append(entry)
                found.add(permit.batch, permit.item)

    def _lay(self, found: Touched, places: set[str], start: int, end: int) -> None:
        found.stays = [s for s in self._stays if s.place in places and s.overlaps(start, end)]
        for stay in found.stays:
            found.add(stay.batch, stay.item)

    def _joined(self, found: Touched, first: dict[str, int]) -> None:
        """A material goes into the cells: a connection that cites its proof takes them along from then on."""
        proofs = {_cycle(e).cycle: _cycle(e).item for e in self._cycles if _cycle(e).item in found.items}
        for entry in self._permits:
            permit = _permit(entry)
            used = [proofs[e] for e in permit.evidence if e in proofs and proofs[e] != permit.item]
            if permit.kind in _JOINS and any(permit.at >= first.get(item, BEGIN) for item in used):
                found.add(permit.batch, permit.item)
                first[permit.item] = min(first.get(permit.item, END), permit.at)

    def _followed(self, found: Touched) -> Touched:
        """Add where the items went afterwards, and what all of it rested on."""
        first: dict[str, int] = {}
        for stay in found.stays:
            first[stay.item] = min(first.get(stay.item, END), stay.start)
        for entry in (*found.passages, *found.cycles):
            item = getattr(entry.thing, "item", "")
            first[item] = min(first.get(item, END), entry.thing.at)
        self._joined(found, first)
        shown = {e.seq for e in found.passages}
        later = ((e, _permit(e)) for e in self._permits if e.seq not in shown)
        found.onward = [e for e, p in later if p.item in found.items and p.at >= first.get(p.item, BEGIN)]
        for entry in sorted((*found.passages, *found.onward), key=lambda e: e.seq):
            permit = _permit(entry)
            found.units |= dict.fromkeys(p for p in (permit.origin, permit.target) if p in self.layout.stations)
            if entry.seq in shown:
                found.evidence |= dict.fromkeys(permit.evidence)
        loads = {_cycle(e).cycle: _cycle(e).item for e in self._cycles}
        found.sources = dict.fromkeys(loads[e] for e in found.evidence if loads.get(e))
        return found


def _permit(entry: Entry) -> PermitPassage:
    return entry.thing  # type: ignore[return-value]


def _cycle(entry: Entry) -> JudgeCycle:
    return entry.thing  # type: ignore[return-value]
