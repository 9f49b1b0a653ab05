"""A recorded curve: times and named channels as whole numbers, so that its bytes are the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity over time: `values` in thousandths of `unit` (degC, bar, ppm, mg/L, %RH)."""

    name: str
    unit: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Samples at `times` (milliseconds, plant time) of several channels of equal length."""

    times: tuple[int, ...]
    channels: tuple[Channel, ...]

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, or None."""
        return next((c for c in self.channels if c.name == name), None)

    def to_data(self) -> dict[str, Any]:
        """As plain data for the journal."""
        rows = [{"name": c.name, "unit": c.unit, "milli": list(c.values)} for c in self.channels]
        return {"times": list(self.times), "channels": rows}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Trace:
        """From plain data; raises KeyError or TypeError if it is not a trace."""
        rows = (Channel(c["name"], c["unit"], tuple(c["milli"])) for c in data["channels"])
        return cls(tuple(data["times"]), tuple(rows))

    @classmethod
    def joined(cls, parts: Iterable[Trace]) -> Trace:
        """The traces of successive phases as one; raises ValueError if their channels differ."""
        rows = [part for part in parts if part.times]
        if not rows:
            return cls((), ())
        names = [c.name for c in rows[0].channels]
        if any([c.name for c in part.channels] != names for part in rows):
            raise ValueError("the phases recorded different channels")
        times = tuple(t for part in rows for t in part.times)
        channels = tuple(
            Channel(c.name, c.unit, tuple(v for part in rows for v in part.channels[i].values))
            for i, c in enumerate(rows[0].channels)
        )
        return cls(times, channels)
