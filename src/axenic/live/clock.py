"""The wall clock, and a faster one: the only place where the time of day is read.

Plant time runs on the monotonic clock; the wall clock only audits it. Where the two part by more than the limit, one
of them was set: the caller is told, and every validity time ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_JUMP_S = 5.0  # the wall clock may be slewed by its time service, not set [D]


def now_ms() -> int:
    """The time of day, milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class SpeedClock:
    """Plant time that runs `speed` times as fast as the wall clock, from a given moment on (milliseconds).

    origin: the reading of the monotonic clock at that moment, if it was not just now.
    """

    def __init__(
        self,
        start_ms: int,
        speed: float = 1.0,
        wall: Callable[[], float] = time.time,  # noqa: TID251
        origin: float | None = None,
    ) -> None:
        if not speed > 0:
            raise ValueError("the speed must be more than 0")
        self._start, self.speed, self._wall = start_ms, speed, wall
        now = time.monotonic()
        self._begun, self._origin = now, now if origin is None else origin
        self._offset = wall() - now

    @property
    def start(self) -> int:
        """The moment of plant time from which it goes."""
        return self._start

    def now(self) -> int:
        """Plant time, milliseconds UTC."""
        return self._start + round((time.monotonic() - self._origin) * 1000 * self.speed)

    def seconds_until(self, moment_ms: int) -> float:
        """Seconds of the wall clock until a moment of plant time; negative if it is past."""
        return self._origin + (moment_ms - self._start) / 1000 / self.speed - time.monotonic()

    def wait_until(self, moment_ms: int) -> None:
        """Come back when plant time has reached the moment; at once if it is past."""
        left = self.seconds_until(moment_ms)
        if left > 0:
            time.sleep(left)

    def elapsed_s(self) -> float:
        """Seconds since the clock was made, on the clock that nobody can set."""
        return time.monotonic() - self._begun

    def jumped_s(self) -> int:
        """By how many seconds the wall clock was set since this was asked last; 0 if it was not."""
        offset = self._wall() - time.monotonic()
        by = offset - self._offset
        if abs(by) <= _JUMP_S:
            return 0
        self._offset = offset
        return round(by)
