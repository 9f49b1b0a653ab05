"""What a unit can say after a crash about an order whose answer never came."""

from __future__ import annotations

from enum import StrEnum


class Contract(StrEnum):
    """`queryable`: it knows a command by its id; `repeatable`: an order may be sent again; else neither."""

    QUERYABLE = "queryable"
    REPEATABLE = "repeatable"
    NEITHER = "neither"
