"""A recorded run of a program: its samples, its phases, and what is known of its sensors."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.program import Calibration, ChamberTest, Program, Stated
from axenic.asepsis.trace import Channel, Trace
from axenic.recipe.recipe import Barrier
from axenic.units import UNITS

Span = tuple[str, int, int]
POWER_LOSS = "power loss"
LOST = "lost "
DECIDES: dict[Barrier | ChamberTest, str] = {
    Barrier.MOIST_HEAT: "product temperature",
    Barrier.VAPOUR: "concentration",
    Barrier.SPORICIDE: "wet surface",
    ChamberTest.STEAM_PENETRATION: "product temperature",
    ChamberTest.VACUUM_LEAK: "pressure",
    ChamberTest.PRESSURE_LEAK: "pressure",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `events` are (name, start, end) in milliseconds: phases, and what befell the run.

    An event `power loss` or `lost COLUMN` is no phase.
    """

    program: Program
    calibration: Calibration
    trace: Trace
    events: tuple[Span, ...]
    stated: Stated

    @property
    def phases(self) -> tuple[Span, ...]:
        """The events that are phases."""
        return tuple(e for e in self.events if e[0] != POWER_LOSS and not e[0].startswith(LOST))

    def span(self, phase: str) -> tuple[int, int] | None:
        """Start and end of a phase, or None if it was not recorded."""
        return next(((s, e) for n, s, e in self.events if n == phase), None)

    @property
    def exposure(self) -> tuple[int, int]:
        """Start and end of the exposure; (0, 0) if it was not recorded."""
        return self.span(self.program.exposure) or (0, 0)

    def samples(self, phase: str) -> list[int]:
        """The places of the samples of a phase; a sample at its end belongs to the next one."""
        start, end = self.span(phase) or (0, 0)
        return [i for i, t in enumerate(self.trace.times) if start <= t < end]

    def of(self, measure: str, chain: str = "") -> list[Channel]:
        """The recorded channels of a measure, of one measuring chain or of both."""
        names = {c.column for c in self.program.columns if c.measures == measure and chain in ("", c.chain)}
        return [c for c in self.trace.channels if c.name in names]

    @property
    def deciding(self) -> list[Channel]:
        """The channels the verdict rests on."""
        return self.of(DECIDES[self.program.kind])

    def phase_at(self, moment: int) -> str:
        """The phase that runs at a time, or where there is none, `the run`."""
        return next((n for n, s, e in self.phases if s <= moment < e), "the run")


def coldest(channels: list[Channel], i: int) -> float:
    """The least reading of several channels at a sample."""
    return min(c.values[i] for c in channels) / 1000


def hottest(channels: list[Channel], i: int) -> float:
    """The greatest reading of several channels at a sample."""
    return max(c.values[i] for c in channels) / 1000


def bar(channel: Channel, i: int) -> float:
    """A reading of a pressure channel in bar, whatever its unit."""
    return channel.values[i] / 1000 * float(UNITS[channel.unit][1])
