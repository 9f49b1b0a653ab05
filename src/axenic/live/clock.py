"""The wall clock, and a faster one: the only place where the time of day is read."""

from __future__ import annotations

import time


class SpeedClock:
    """Plant time that runs `speed` times as fast as the wall clock, from a given moment on (milliseconds)."""

    def __init__(self, start_ms: int, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError("the speed must be more than 0")
        self._start, self._speed = start_ms, speed
        self._origin = time.monotonic()

    def wait_until(self, moment_ms: int) -> None:
        """Come back when plant time has reached the moment; at once if it is past."""
        due = self._origin + (moment_ms - self._start) / 1000 / self._speed
        left = due - time.monotonic()
        if left > 0:
            time.sleep(left)
