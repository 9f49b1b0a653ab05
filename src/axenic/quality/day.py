"""A day as people write it."""

from __future__ import annotations

from datetime import UTC, datetime


def day(text: str) -> int:
    """Milliseconds UTC at the begin of a day written as 2027-11-28; 0 if it is none."""
    try:
        return round(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0


def written(at: int) -> str:
    """The day of a time, as 2027-11-28."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")
