"""The clock of a site as the record knows it: when somebody set it, nothing is signed until a person confirms it."""

from __future__ import annotations

from typing import Protocol

from axenic.record.entry import Act, Entry

STEPPED, CONFIRMED, SITE_CLOCK = "clock stepped", "clock confirm", "clock site"


class Clock(Protocol):
    """The time of day and what it can be held against."""

    def now(self) -> int:
        """Milliseconds UTC."""

    def monotonic(self) -> int:
        """Milliseconds of a clock that nobody can set."""

    def boot(self) -> str:
        """What names the run of the machine that the monotonic clock belongs to."""


class ClockBook:
    """Whether the clock is believed, and the time of the newest act."""

    def __init__(self) -> None:
        self.suspect = False
        self.latest = 0

    def take(self, entry: Entry) -> None:
        """Fold an act."""
        act = entry.thing
        if not isinstance(act, Act):
            return
        self.latest = act.at if act.command == STEPPED else max(self.latest, act.at)  # from here on time goes on
        if act.command == STEPPED:
            self.suspect = True
        elif act.command == CONFIRMED and not act.refused:
            self.suspect = False
