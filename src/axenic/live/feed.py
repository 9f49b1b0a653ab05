"""Readings on their way into the telemetry buffer, by a thread of its own: a write never keeps the engine waiting."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial

from axenic.record.telemetry.buffer import Buffer
from axenic.record.telemetry.error import TelemetryError
from axenic.record.telemetry.reading import Reading

_FLUSHED_EVERY_S = 1.0
_LATEST_US = 1 << 62  # what no database could keep is no reading


class Feed:
    """`fault` says what is wrong; empty if all that came so far is kept or waits to be. Readings are held meanwhile.

    What comes while the buffer can hold no more is left out, and the gap is marked in each tag once it can again.
    """

    def __init__(self, opened: Callable[[], Buffer]) -> None:
        """opened: makes the buffer, in the thread that feeds it (a database belongs to its thread)."""
        self.fault = ""
        self._opened = opened
        self._buffer: Buffer | None = None
        self._came: queue.Queue[list[Reading] | None] = queue.Queue()
        self._missed: dict[str, int] = {}
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._thread.start()

    def put(self, readings: list[Reading]) -> None:
        """Take readings; at once."""
        self._came.put(readings)

    def close(self) -> None:
        """Keep what has come, and end."""
        self._came.put(None)
        self._thread.join()

    def _run(self) -> None:
        flushed, going = time.monotonic(), True
        while going:
            came, going = self._taken(flushed + _FLUSHED_EVERY_S - time.monotonic())
            late = time.monotonic() - flushed >= _FLUSHED_EVERY_S
            flushed = time.monotonic() if late else flushed
            self._try(partial(self._feed, came, late))
        if self._buffer is not None:
            self._try(self._buffer.close)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
            self.fault = ""
        except TelemetryError as error:
            self.fault = str(error)

    def _taken(self, seconds: float) -> tuple[list[Reading], bool]:
        """What has come, waiting for the first of it; False when that is the end."""
        came: list[Reading] = []
        try:
            readings = self._came.get(timeout=max(0.001, seconds))
            while readings is not None:
                came += (reading for reading in readings if 0 <= reading.at < _LATEST_US)
                readings = self._came.get_nowait()
        except queue.Empty:
            return came, True
        return came, False

    def _feed(self, came: list[Reading], flush: bool) -> None:
        """Raises TelemetryError if they cannot be written; what is then not even held is missed."""
        marks = [Reading.gap(tag, at) for tag, at in self._missed.items()]
        try:
            self._buffer = self._buffer or self._opened()
            self._buffer.take(marks + came)
            self._missed.clear()
            if flush:
                self._buffer.flush()
        except TelemetryError:
            if self._buffer is None or self._buffer.full:
                for reading in came:
                    self._missed.setdefault(reading.tag, reading.at)
            raise
