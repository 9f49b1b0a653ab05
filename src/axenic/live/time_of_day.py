"""The time of day for the acts of persons, and the clock nobody can set to hold it against."""

from __future__ import annotations

import time
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class TimeOfDay:
    """The clock of this machine."""

    def now(self) -> int:
        """Milliseconds UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> int:
        """Milliseconds since the machine started, asleep or awake."""
        clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return time.clock_gettime_ns(clock) // 1_000_000

    def boot(self) -> str:
        """Names this run of the machine."""
        try:
            return _BOOT.read_text("ascii").strip()
        except OSError:
            return "this machine"
