"""Values between recipe and module: texts with units on one side, numbers in the module's unit on the other."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from axenic.device.mtp.manifest import ServiceParameter, Type
from axenic.units import Quantity, UnitError, format_decimal, parse_quantity

Value = float | int | bool | str
_BINARY = {"true": True, "false": False}


def to_module(text: str, unit: str, parameter: ServiceParameter) -> Value:
    """A set point as the module takes it, within its range. Raises ValueError that says why not."""
    if parameter.type is Type.TEXT:
        return text
    if parameter.type is Type.BINARY:
        if text not in _BINARY:
            raise ValueError(f"{parameter.name} is true or false, not {text!r}")
        return _BINARY[text]
    number = _number(text, unit)
    if parameter.type is Type.WHOLE and number != int(number):
        raise ValueError(f"{parameter.name} is a whole number, not {number}")
    least, most = parameter.range
    if not _within(number, least, most):
        raise ValueError(f"{parameter.name} is from {least} to {most}, not {format_decimal(number)}")
    return int(number) if parameter.type is Type.WHOLE else float(number)


def from_module(value: object, unit: str, wanted: str) -> str:
    """A report value as a result of the recipe, in the wanted unit. Raises ValueError if it is none."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{str(value)[:40]!r} is no value")
    number = Decimal(str(value))
    if unit and wanted and unit != wanted:
        number = Quantity(number, unit).to(wanted)
    return format_decimal(number.normalize())


def same(sent: Value, found: object) -> bool:
    """Whether a module has what it was sent: it may keep a real number in four bytes."""
    if isinstance(sent, float) and isinstance(found, float):
        return found in (sent, struct.unpack("f", struct.pack("f", sent))[0])
    return type(found) is type(sent) and found == sent


def _number(text: str, unit: str) -> Decimal:
    """A number in the unit of the module; one without a unit only where the module has none either."""
    with suppress(InvalidOperation):
        plain = Decimal(text)
        if unit or not plain.is_finite():
            raise ValueError(f"{text} has no unit; the module takes {unit}" if unit else f"{text} is no set point")
        return plain
    try:
        return parse_quantity(text).to(unit or "1")
    except UnitError as error:
        raise ValueError(f"{error}; {error.hint}") from error


def _within(number: Decimal, least: str, most: str) -> bool:
    try:
        return not ((least and number < Decimal(least)) or (most and number > Decimal(most)))
    except InvalidOperation as error:
        raise ValueError(f"the range of the manifest, {least!r} to {most!r}, is none") from error
