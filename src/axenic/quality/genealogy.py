"""From donor to dose and back: what belongs to a code, whichever end of the chain it is from (21 CFR 1271.290(b)).

A code, a lot, a serial number, a batch's name or an address of custody finds its batches; each batch tells everything
that went into it and came out of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from axenic.identity.scan import Scan, read
from axenic.quality.bonds import Key, keys_of
from axenic.quality.books import Books

LOT = " lot"  # a recorded value whose name ends so is a lot that went into the batch


@dataclass(frozen=True, slots=True)
class Chain:
    """One dose with everything it is tied to. lots: what people recorded of materials. places: where it was."""

    batch: str
    coi: str
    donations: tuple[str, ...]
    lot: str
    gtin: str
    serials: tuple[str, ...]
    lots: tuple[str, ...]
    containers: tuple[str, ...]
    places: tuple[str, ...]
    state: str


class Genealogy:
    """The index of everything by which a batch can be found; made once for many questions."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._named: dict[str, dict[str, None]] = defaultdict(dict)
        for recorded in books.entries.all():
            if recorded.name.endswith(LOT):
                for version in recorded.versions:
                    self._named[version.value][recorded.batch] = None
        for leg in books.legs.all():
            for thing in leg.things:
                self._named[thing][leg.batch] = None
        for batch, bond in books.bonds.all():
            for name in (batch, bond.lot, *bond.serials):
                self._named[name][batch] = None

    def batches(self, text: str) -> list[str]:
        """The batches that a text leads to: a code as scanned or typed, or a name on record."""
        found = [batch for key in _keys(text) for batch in self._books.bonds.of(key)]
        return list(dict.fromkeys([*found, *self._named.get(text, ())]))

    def chain(self, name: str) -> Chain:
        """Everything a batch is tied to."""
        books = self._books
        bond, batch, legs = books.bonds.get(name), books.batches.get(name), books.legs.of(name)
        values = [f"{r.name} {r.now.value}" for r in books.entries.of(name) if r.name.endswith(LOT)]
        things = dict.fromkeys(thing for leg in legs for thing in leg.things)
        return Chain(
            name,
            books.bonds.ordered(name),
            tuple(sorted(din.number for din in bond.dins)) if bond else (),
            bond.lot if bond else "",
            bond.gtin if bond else "",
            tuple(sorted(bond.serials)) if bond else (),
            tuple(values),
            tuple(things),
            tuple(dict.fromkeys(leg.place for leg in legs)),
            batch.state if batch is not None else "ordered",
        )

    def traced(self, text: str) -> list[Chain]:
        """The chains that a text leads to."""
        return [self.chain(batch) for batch in self.batches(text)]


def _keys(text: str) -> list[Key]:
    raw = text.encode("utf-8", "surrogatepass")
    scans = [read(raw, how) for how in ("typed", "scanned")]
    return [key for scan in scans if isinstance(scan, Scan) for key in keys_of(scan.value)]
