"""The zones of the plant that a journal runs: folded from its plant documents, the newest of each name."""

from __future__ import annotations

from functools import cache

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

    def take(self, entry: Entry) -> None:
        """Keep the text of a plant."""
        thing = entry.thing
        if isinstance(thing, Document) and thing.kind == "plant":
            self._plants[thing.name] = thing.text


@cache
def _zones_of(text: str) -> tuple[str, ...]:
    plant = load(Plant, text, "plant").value
    return () if plant is None else tuple(zone.zone for zone in plant.zones)
