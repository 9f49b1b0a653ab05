"""What equipment needs of the engine's clock; the clock itself is the live shell's."""

from __future__ import annotations

from typing import Protocol


class PlantClock(Protocol):
    """Plant time, in milliseconds."""

    def now(self) -> int:
        """Plant time now."""

    def elapsed_s(self) -> float:
        """Seconds of the wall clock since it was made, on a clock that nobody can set."""

    def seconds_until(self, moment_ms: int) -> float:
        """Seconds of the wall clock until a moment of plant time; negative if it is past."""

    def wait_until(self, moment_ms: int) -> None:
        """Come back when plant time has reached the moment; at once if it is past."""
