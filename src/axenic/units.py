"""Quantities and time: "37 degC" and "48 h" as exact values, with a table of units instead of a library.

Durations are whole milliseconds everywhere; quantities keep the decimal value and the unit as written.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

MILLISECONDS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
# unit -> (dimension, factor to the dimension's first unit, offset)
UNITS: dict[str, tuple[str, Decimal, Decimal]] = {
    name: (dimension, Decimal(factor), Decimal(offset))
    for dimension, rows in {
        "temperature": [("degC", "1", "0"), ("K", "1", "-273.15")],
        "pressure": [("bar", "1", "0"), ("mbar", "0.001", "0"), ("Pa", "1e-5", "0"), ("kPa", "0.01", "0")],
        "volume": [("mL", "1", "0"), ("L", "1000", "0"), ("uL", "0.001", "0")],
        "mass": [("g", "1", "0"), ("mg", "0.001", "0"), ("kg", "1000", "0")],
        "time": [("min", "1", "0"), ("s", f"{Decimal(1) / 60}", "0"), ("h", "60", "0"), ("d", "1440", "0")],
        "density of cells": [("cells/mL", "1", "0"), ("cells/L", "0.001", "0")],
        "mass concentration": [("g/L", "1", "0"), ("mg/L", "0.001", "0")],
        "volume fraction": [("ppm", "1", "0")],
        "number of cells": [("cells", "1", "0")],
        "endotoxin": [("EU/mL", "1", "0")],
        "share": [("%", "1", "0")],
        "humidity": [("%RH", "1", "0")],
        "rate of temperature": [("K/min", "1", "0")],
        "activity": [("IU/mL", "1", "0")],
        "multiplicity": [("TU/cell", "1", "0")],
        "number": [("1", "1", "0"), ("kit", "1", "0"), ("bag", "1", "0"), ("vial", "1", "0")],
    }.items()
    for name, factor, offset in rows
}
_TEXT = re.compile(r"\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*(\S+)\s*")


class UnitError(ValueError):
    """A text that is not a quantity of the wanted kind; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def format_decimal(value: Decimal) -> str:
    """The shortest common form of a decimal: 4e9, 37, 0.05."""
    return str(value).replace("E+", "e").replace("E", "e")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal value with its unit, as written."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{format_decimal(self.value)} {self.unit}"

    @property
    def dimension(self) -> str:
        """The kind of quantity, for example `temperature`."""
        return UNITS[self.unit][0]

    def to(self, unit: str) -> Decimal:
        """The value in another unit of the same dimension; raises UnitError."""
        if unit not in UNITS or UNITS[unit][0] != self.dimension:
            raise UnitError(f"{self} is a {self.dimension}, not in {unit}", f"write a {self.dimension}")
        _, factor, offset = UNITS[self.unit]
        _, other, other_offset = UNITS[unit]
        return ((self.value * factor + offset) - other_offset) / other


def _split(text: object) -> tuple[Decimal, str]:
    match = _TEXT.fullmatch(text) if isinstance(text, str) and len(text) < 80 else None
    if match is None:
        raise UnitError(f"{str(text)[:40]!r} is not a number with a unit", 'write for example "30 min" or "37 degC"')
    try:
        return Decimal(match[1]), match[2]
    except InvalidOperation as error:
        raise UnitError(f"{match[1]!r} is not a number", "write a decimal number") from error


def _suggest(unit: str, known: dict[str, Any]) -> str:
    near = difflib.get_close_matches(unit, known, 1, 0.4)
    return f"did you mean {near[0]}?" if near else f"known units: {', '.join(known)}"


def parse_duration(text: object) -> int:
    """Milliseconds of "90 s", "30 min", "4 h", "10 d"; whole numbers are milliseconds already. Raises UnitError."""
    if isinstance(text, int) and not isinstance(text, bool):
        if not 0 <= text < 1 << 53:
            raise UnitError(f"{text} is not a number of milliseconds from 0", 'write for example "30 min"')
        return text
    value, unit = _split(text)
    if unit not in MILLISECONDS:
        raise UnitError(f"a duration has no unit {unit!r}", _suggest(unit, dict(MILLISECONDS)))
    milliseconds = value * MILLISECONDS[unit]
    if milliseconds != int(milliseconds) or not 0 <= milliseconds < 1 << 53:
        raise UnitError(f"{text!r} is not a whole number of milliseconds from 0", "use a smaller unit")
    return int(milliseconds)


def format_duration(milliseconds: int) -> str:
    """The duration in the largest unit that is exact: 3600000 is "1 h"."""
    for unit, size in reversed(MILLISECONDS.items()):
        if milliseconds % size == 0 and (milliseconds or unit == "ms"):
            return f"{milliseconds // size} {unit}"
    return f"{milliseconds} ms"


def parse_quantity(text: object) -> Quantity:
    """A quantity such as "400 mL"; raises UnitError."""
    if isinstance(text, Quantity):
        return text
    value, unit = _split(text)
    if unit not in UNITS:
        raise UnitError(f"unknown unit {unit!r}", _suggest(unit, dict(UNITS)))
    return Quantity(value, unit)


Duration = Annotated[int, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
"""A duration in a file ("30 min"), whole milliseconds in Python."""
QuantityText = Annotated[Quantity, BeforeValidator(parse_quantity), PlainSerializer(str, return_type=str)]
"""A quantity in a file ("37 degC"), a Quantity in Python."""
