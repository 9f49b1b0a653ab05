"""The gauges of simulated equipment: one for each declared tag; they read a recorded cycle, or a resting value."""

from __future__ import annotations

from functools import cache, partial
from importlib import resources

from axenic.device.draw import Draw
from axenic.device.instrument.gauge import Gauge
from axenic.device.instrument.instrument import Instrument
from axenic.live.values import STATE
from axenic.notation.document import load
from axenic.notation.sheet import Sheet
from axenic.plant.plant import Plant
from axenic.plant.tag import Owner, TagSheet
from axenic.record.telemetry.tags import Tag, owners, tags_of

_SLOWEST_S = 20.0  # a gauge is read at least so often


class GaugeRow(Sheet):
    """What one gauge of a kind reads: `rests` and not more than `wobbles` from it, or a column of a recorded cycle."""

    of: Owner
    kind: str
    item: str
    rests: float
    wobbles: float
    low: float
    high: float
    column: str = ""


class GaugeSheet(Sheet):
    """The gauges of simulated equipment."""

    gauges: str
    version: int
    source: str
    rows: tuple[GaugeRow, ...]


@cache
def shipped_gauges() -> GaugeSheet:
    """The shipped table; raises ValueError if it cannot be read."""
    text = (resources.files("axenic") / "data" / "gauges" / "default.yaml").read_text("utf-8")
    loaded = load(GaugeSheet, text, "gauges/default.yaml")
    if loaded.value is None:
        raise ValueError(str(loaded.findings[0]))
    return loaded.value


def gauges_of(plant: Plant, tags: TagSheet, instrument: Instrument, seed: int) -> tuple[Gauge, ...]:
    """A gauge for every declared tag of the units of an instrument, but for their states, which are told."""
    known = {(row.of, row.kind, row.item): row for row in shipped_gauges().rows}
    units = set(instrument.identity.units)
    kinds = {place: (of, kind) for of, kind, place in owners(plant) if place in units}
    found = []
    for tag in tags_of(tags, plant).values():
        item = tag.name.removeprefix(f"{tag.place}.")
        if tag.place in kinds and item != STATE and (row := known.get((*kinds[tag.place], item))) is not None:
            found.append(_gauge(tag, item, row, instrument, seed))
    return tuple(found)


def _gauge(tag: Tag, item: str, row: GaugeRow, instrument: Instrument, seed: int) -> Gauge:
    reads = partial(_reads, row, instrument, tag.place, Draw(seed, tag.name))
    every_s = min(tag.longest_us / 2e6, _SLOWEST_S)
    return Gauge(tag.place, item, tag.unit, row.low, row.high, reads, every_s)


def _reads(row: GaugeRow, instrument: Instrument, unit: str, draw: Draw, at: int) -> tuple[float, int]:
    recorded = instrument.recorded(unit, row.column, at) if row.column else None
    if recorded is not None:
        return recorded, 0
    return round(row.rests + row.wobbles * (2 * draw.uniform("gauge", "reads", at // 1000) - 1), 3), 0
