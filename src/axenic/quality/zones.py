"""The zones and equipment of the plant that a journal runs: folded from its plant documents, the newest of each."""

from __future__ import annotations

from functools import cache

from axenic.control.layout import names
from axenic.notation.document import load
from axenic.plant.plant import Plant
from axenic.record.entry import Document, Entry


class Zones:
    """Which zones there are."""

    def __init__(self) -> None:
        self._plants: dict[str, str] = {}

    def names(self) -> list[str]:
        """Every zone of the plant; empty if the journal has no plant that can be read."""
        return [zone for text in self._plants.values() for zone in _zones_of(text)]

    def places(self) -> list[str]:
        """Every zone, unit, mover and interface of the plant, by the names that a journal has for them."""
        return [name for text in self._plants.values() for name in (*_zones_of(text), *_equipment_of(text))]

    def take(self, entry: Entry) -> None:
        """Keep the text of a plant."""
        thing = entry.thing
        if isinstance(thing, Document) and thing.kind == "plant":
            self._plants[thing.name] = thing.text


@cache
def _zones_of(text: str) -> tuple[str, ...]:
    plant = load(Plant, text, "plant").value
    return () if plant is None else tuple(zone.zone for zone in plant.zones)


@cache
def _equipment_of(text: str) -> tuple[str, ...]:
    plant = load(Plant, text, "plant").value
    if plant is None:
        return ()
    counted = [(u.unit, u.count) for u in plant.units] + [(m.mover, m.count) for m in plant.movers]
    spelled = (n for name, count in counted for n in names(name, count))
    return (*spelled, *(i.interface for i in plant.interfaces))
