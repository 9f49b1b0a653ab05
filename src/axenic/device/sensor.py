"""A simulated sensor: bias, noise and lag by its kind; it can stick or drift."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.chamber import ChamberParameters, SensorKind
from axenic.asepsis.program import Program
from axenic.device.draw import Draw
from axenic.notation.sheet import Grade

_IDEAL = SensorKind(measures="", unit="", grade=Grade.D, source="no sensor of that measure is described")
_MOST_SIGMA = 3.0  # a sensor in calibration is not further off than this


@dataclass(slots=True)
class Sensor:
    """One measuring channel; `place` says at which of the measured places it sits."""

    kind: SensorKind
    place: int
    share: float
    offset: float
    drift: float = 0.0
    stuck: bool = False
    lagging: float | None = None
    reading: float = 0.0

    def read(self, truth: float, minutes: float, noise: float) -> float:
        """The reading after a span in which the truth has come to `truth`; `noise` is in (-1, 1)."""
        lag = self.kind.lag / 60_000
        if self.lagging is None or lag == 0:
            self.lagging = truth
        else:
            self.lagging += (truth - self.lagging) * min(1.0, minutes / (lag + minutes / 2))
        if not self.stuck:
            value = self.lagging * (1 + self.share + self.drift) + self.offset
            self.reading = value + noise * (self.kind.noise + self.kind.noise_share * abs(value)) * 1.7
            if self.kind.least is not None:
                self.reading = max(self.reading, self.kind.least)
            if self.kind.most is not None:
                self.reading = min(self.reading, self.kind.most)
        return self.reading


def sensors_of(program: Program, chamber: ChamberParameters, run: str, draw: Draw) -> list[Sensor]:
    """The sensor behind each column, with the bias it has in this run; the places of a measure in column order."""
    kinds = chamber.sensors_for(program.program)
    places: dict[str, int] = {}
    found = []
    for column in program.columns:
        kind = kinds.get(column.measures, _IDEAL)
        place = places.setdefault(column.measures, 0)
        places[column.measures] += 1
        sigma = draw.normal(run, f"bias {column.column}", 0.0, 1.0, -_MOST_SIGMA, _MOST_SIGMA)
        found.append(Sensor(kind, place, sigma * kind.bias_share, sigma * kind.bias))
    return found
