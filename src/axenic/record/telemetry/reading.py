"""One reading of one value: when, how much, and how good, as OPC UA says it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

GOOD = 0
BAD = 0x8000_0000
BAD_NO_COMMUNICATION = 0x8031_0000  # a gap: nothing is known from here to the next good reading
BAD_NO_DATA = 0x809B_0000  # a gap that nobody reported: the readings just stopped
_SEVERITY = 30  # the two highest bits of a status code: good, uncertain, bad
_NAMES = {GOOD: "good", BAD_NO_COMMUNICATION: "no communication", BAD_NO_DATA: "no data"}


class Reading(NamedTuple):
    """`at`: source time, microseconds since 1970, UTC. `quality`: an OPC UA status code (Part 4, 7.39)."""

    tag: str
    at: int
    value: float | str | None
    quality: int = GOOD

    @property
    def good(self) -> bool:
        """Whether the value may be used: neither bad nor uncertain, and there is one."""
        return is_good(self.quality) and self.value is not None and (isinstance(self.value, str) or _finite(self.value))

    @classmethod
    def gap(cls, tag: str, at: int) -> Reading:
        """The link was lost at that time."""
        return cls(tag, at, None, BAD_NO_COMMUNICATION)


def gaps(tags: Iterable[str], at: int) -> list[Reading]:
    """A lost link as an explicit reading of each of its tags."""
    return [Reading.gap(tag, at) for tag in tags]


def is_good(quality: int) -> bool:
    """Whether a status code says good."""
    return quality >> _SEVERITY == 0


def quality_name(quality: int) -> str:
    """A status code for people."""
    severity = ("good", "uncertain", "bad", "bad")[quality >> _SEVERITY & 3]
    return _NAMES.get(quality) or f"{severity} 0x{quality:08X}"


def _finite(value: float) -> bool:
    return math.isfinite(value)
