"""Room for the record: that the disk fills is an alarm at 80 and at 90 %, long before a command fails for it."""

from __future__ import annotations

from axenic.record.entry import Act, Entry

SHORT, REGAINED = "room short", "room regained"
LEVELS = (80, 90)  # per cent of the disk in use
_SLACK = 5  # per cent below a level before it counts as left, so that one file more or less raises no alarm


class Room:
    """The level that is on record."""

    def __init__(self) -> None:
        self.level = 0

    def take(self, entry: Entry) -> None:
        """Fold what the system noted."""
        if isinstance(entry.thing, Act) and entry.thing.command in (SHORT, REGAINED):
            self.level = entry.thing.new["level"]

    def noted(self, at: int, used: int) -> list[Act]:
        """What goes on record when so many per cent are in use: nothing, if nothing changed."""
        level = max((level for level in LEVELS if used >= level), default=0)
        if level > self.level:
            return [Act(at, SHORT, object="disk", new={"used": used, "level": level})]
        if level < self.level and used < self.level - _SLACK:
            return [Act(at, REGAINED, object="disk", new={"used": used, "level": level})]
        return []
