"""A limit: `measure op value unit`, the only form a condition has; there is no expression language."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from axenic.units import UnitError, format_decimal, parse_quantity

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?")
_TEXT = re.compile(r"\s*(.*?)\s*(>=|<=|==|>|<)\s*(\S+)\s*(\S*)\s*")


def number_of(text: str | None) -> Decimal | None:
    """The number a result's text gives, exactly, or None: a result that is no number counts as missing.

    A number is written with ASCII digits, a point and an exponent of up to three digits; a zero has no minus.
    """
    if text is None or _NUMBER.fullmatch(text) is None:
        return None
    value = Decimal(text)
    return None if value.is_zero() and value.is_signed() else value


@dataclass(frozen=True, slots=True)
class LimitValue:
    """One side of a fence: `measure` may be empty where it stands beside the limit."""

    measure: str
    op: str
    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.measure} {self.op} {format_decimal(self.value)} {self.unit}".strip()

    def holds(self, value: float) -> bool:
        """True if a value in this limit's unit lies on the right side; a value that is no number never does."""
        return value == value and _OPERATORS[self.op](value, float(self.value))

    def holds_for(self, text: str | None) -> bool:
        """True if a result, a decimal text, lies on the right side; one that is missing or no number never does."""
        value = number_of(text)
        return value is not None and bool(_OPERATORS[self.op](value, self.value))


def parse_limit(text: object) -> LimitValue:
    """A limit such as "viability >= 80 %" or "< 5 EU/mL"; raises UnitError."""
    if isinstance(text, LimitValue):
        return text
    match = _TEXT.fullmatch(text) if isinstance(text, str) and len(text) < 120 else None
    if match is None:
        raise UnitError(f"{str(text)[:40]!r} is not a limit", 'write for example "viability >= 80 %"')
    quantity = parse_quantity(f"{match[3]} {match[4] or '1'}")
    return LimitValue(match[1], match[2], quantity.value, quantity.unit if match[4] else "1")


Limit = Annotated[LimitValue, BeforeValidator(parse_limit), PlainSerializer(str, return_type=str)]
"""A limit in a file, a LimitValue in Python."""
