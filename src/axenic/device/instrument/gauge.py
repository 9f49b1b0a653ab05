"""A measuring point of a simulated unit: what it reads is given by whoever simulates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from axenic.device.driver.event import ValueRead

Reads = Callable[[int], tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Gauge:
    """`low` to `high`: its range, in `measured_in`; `reads`: value and OPC UA status code at a plant time (ms).

    every_s: how often it is read, in seconds of the clock on the wall.
    """

    unit: str
    item: str
    measured_in: str
    low: float
    high: float
    reads: Reads
    every_s: float = 1.0

    def read(self, at: int) -> ValueRead:
        """What it says at a time."""
        value, quality = self.reads(at)
        return ValueRead(self.unit, self.item, value, at, quality)
