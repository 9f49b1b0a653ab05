"""The clock that all processes of a simulated plant share: a file that the first engine writes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from axenic.live.clock import SpeedClock

_FOR_EVER_S = 3600.0


def started(file: Path, start_ms: int, speed: float) -> SpeedClock:
    """The plant's clock; it begins at `start_ms` unless an engine has started it before. Raises OSError."""
    origin = time.monotonic()
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"start": start_ms, "speed": speed, "origin": origin}))
    try:
        os.link(fresh, file)  # only the first engine succeeds
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read(file)


def _read(file: Path) -> SpeedClock:
    kept = json.loads(file.read_text())
    return SpeedClock(kept["start"], kept["speed"], origin=kept["origin"])


class FileClock:
    """The clock as equipment sees it: it stands at 0 until an engine has started it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._clock: SpeedClock | None = None

    def _running(self) -> SpeedClock | None:
        if self._clock is None and self._file.exists():
            self._clock = _read(self._file)
        return self._clock

    def start(self) -> int:
        """When plant time began, in milliseconds; 0 if it has not."""
        clock = self._running()
        return clock.start if clock is not None else 0

    def now(self) -> int:
        """Plant time in milliseconds."""
        clock = self._running()
        return clock.now() if clock is not None else 0

    def elapsed_s(self) -> float:
        """Seconds since the machine began to count."""
        return time.monotonic()

    def seconds_until(self, moment_ms: int) -> float:
        """Seconds of the wall clock until a moment of plant time."""
        clock = self._running()
        return clock.seconds_until(moment_ms) if clock is not None else _FOR_EVER_S

    def wait_until(self, moment_ms: int) -> None:
        """Come back when plant time has reached the moment; the clock must have been started."""
        clock = self._running()
        if clock is not None:
            clock.wait_until(moment_ms)
