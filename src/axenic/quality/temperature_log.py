"""The log of a transport: temperatures as its logger recorded them, read from a file, summed up for the record."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from axenic.library.shelf import milliseconds
from axenic.notation.sheet import Grade, Sheet
from axenic.quality.sheets import shipped_sheet
from axenic.quality.values import number
from axenic.units import Duration

MOST = 8_000_000  # bytes
_COLDEST, _HOTTEST = Decimal("-273.15"), Decimal(200)
Reading = tuple[int, Decimal]  # milliseconds UTC, degC


class TransportCondition(Sheet):
    """How cold a container must be kept, in degC, and for how long at most nothing may be known."""

    condition: str
    least: Decimal
    most: Decimal
    gap: Duration
    grade: Grade

    def outside(self, readings: Iterable[Reading]) -> int:
        """How many readings are out of the range."""
        return sum(not self.least <= temperature <= self.most for _, temperature in readings)


class TransportConditions(Sheet):
    """The conditions of a site."""

    transport: str
    version: int
    source: str
    conditions: tuple[TransportCondition, ...]

    def get(self, name: str) -> TransportCondition | None:
        """The condition of that name."""
        return next((c for c in self.conditions if c.condition == name), None)


@cache
def shipped_conditions() -> TransportConditions:
    """The conditions shipped with the package; raises ValueError if they cannot be read."""
    return shipped_sheet(TransportConditions, "transport.yaml")


@dataclass(frozen=True, slots=True)
class TemperatureLog:
    """The readings of one logger in their order; `digest`: SHA-256 of the file."""

    readings: tuple[Reading, ...]
    digest: str

    def gap(self) -> int:
        """The longest time between two readings, milliseconds."""
        times = [at for at, _ in self.readings]
        return max((b - a for a, b in pairwise(times)), default=0)

    def telling(self) -> list[Reading]:
        """The first, the coldest, the warmest and the last reading."""
        by_temperature = sorted(self.readings, key=lambda r: (r[1], r[0]))
        return sorted({self.readings[0], by_temperature[0], by_temperature[-1], self.readings[-1]})

    def summary(self, condition: TransportCondition) -> dict[str, Any]:
        """What goes on record of it, beside the digest of the file: whole numbers and texts."""
        temperatures = [temperature for _, temperature in self.readings]
        return {
            "digest": self.digest,
            "readings": len(self.readings),
            "coldest": str(min(temperatures)),
            "warmest": str(max(temperatures)),
            "outside": condition.outside(self.readings),
            "gap min": -(-self.gap() // 60_000),
            "telling": [[at, str(temperature)] for at, temperature in self.telling()],
        }


def read_log(path: str) -> TemperatureLog:
    """The log of a file with the columns `time` (with zone) and `temperature` (degC).

    Raises ValueError with the line; what stands there is not repeated.
    """
    place = Path(path)
    if not place.is_file() or place.stat().st_size > MOST:
        raise ValueError("the log is no file, or too large")
    raw = place.read_bytes()
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError("the log is not UTF-8 text") from None
    readings = tuple(_readings(lines))
    if not readings:
        raise ValueError("the log holds no reading")
    if any(b <= a for (a, _), (b, _) in pairwise(readings)):
        raise ValueError("the times of the log do not go on")
    return TemperatureLog(readings, sha256(raw).hexdigest())


def _readings(lines: list[str]) -> Iterator[Reading]:
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error as error:
        raise ValueError(f"the log is no CSV: {error}") from None
    if not rows or [cell.strip() for cell in rows[0]] != ["time", "temperature"]:
        raise ValueError("the log does not begin with the columns time,temperature")
    for n, row in enumerate(rows[1:], 2):
        temperature = number(row[1]) if len(row) == 2 else None
        if temperature is None or not _COLDEST <= temperature <= _HOTTEST or temperature != round(temperature, 3):
            raise ValueError(f"line {n} of the log holds no temperature in degC to a thousandth")
        try:
            yield milliseconds(row[0].strip()), temperature
        except (ValueError, OverflowError):
            raise ValueError(f"line {n} of the log holds no time with its zone") from None
