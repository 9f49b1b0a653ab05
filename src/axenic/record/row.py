"""A row of the batch record, and how a time stands in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def written(moment: int) -> str:
    """A time in ms as the record shows it, UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M")
