"""Exception reporting: a reading that says nothing new need not be kept."""

from __future__ import annotations

from axenic.plant.tag import Between
from axenic.record.telemetry.reading import Reading
from axenic.record.telemetry.tags import Tag


class Deadband:
    """The readings of one tag that are worth keeping.

    A reading is left out only if it lies within the deadband of the kept one before it, is as good, and that one is
    not older than the longest interval. With the one that is not left out, the last one left out is kept too, where
    the value moves in a line or its quality changed: so the curve bends where the value did. What was left out is off
    a step curve by the deadband at most, off a line by twice that.
    """

    def __init__(self, tag: Tag) -> None:
        self._tag = tag
        self._kept: Reading | None = None
        self._held: Reading | None = None

    def take(self, reading: Reading) -> list[Reading]:
        """What is to be kept now that this reading is known, oldest first. A late reading is always kept."""
        kept, held = self._kept, self._held
        if kept is None:
            self._kept = reading
            return [reading]
        if reading.at <= (held or kept).at:
            return [reading]
        if reading.at - kept.at < self._tag.longest_us and self._same(kept, reading):
            self._held = reading
            return []
        self._kept, self._held = reading, None
        bends = held is not None and (self._tag.between is Between.LINEAR or held.quality != reading.quality)
        return [held, reading] if held is not None and bends else [reading]

    def _same(self, kept: Reading, reading: Reading) -> bool:
        if kept.quality != reading.quality or kept.good != reading.good:
            return False
        old, new = kept.value, reading.value
        if reading.good and isinstance(old, float | int) and isinstance(new, float | int):
            return abs(new - old) <= self._tag.deadband
        return not reading.good or old == new
