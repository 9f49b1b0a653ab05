"""Limits: a measured value on one side of a number; a value that is missing (NaN) is never within."""

from __future__ import annotations

from typing import Any

from axenic.twin.kernel.jit import jit
from axenic.twin.kernel.places import *

OPERATORS = (">=", "<=", "==", ">", "<")


@jit
def holds_for(m: Any, f: Any, limit: int, value: float) -> Any:
    """True if a value lies on the right side of a limit."""
    if value != value:
        return False
    bound, op = f[m[limit + L_VALUE]], m[limit + L_OP]
    if op == 0:
        return value >= bound
    if op == 1:
        return value <= bound
    if op == 2:
        return value == bound
    return value > bound if op == 3 else value < bound
