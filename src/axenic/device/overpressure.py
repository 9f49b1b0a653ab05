"""The physics of an autoclave with air over-pressure: superheated water, bags that lag by minutes, air around.

Pressures in bar (absolute), temperatures in degC, time in minutes. Saturation is no criterion here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from axenic.asepsis.chamber import Act, FaultKind
from axenic.asepsis.lethality import lethal_rate
from axenic.asepsis.saturation import saturation_pressure_bar

_AIR = 1.013
_COLD_WATER = 25.0
_RIPPLE_K = 0.25  # the exchanger's control in exposure [D]
_SEEN = 0.5  # how much of a cold spot the probe beside it sees [D]


class OverPressure:
    """One load of bags; `goal` is the temperature of the water in the exposure, degC."""

    def __init__(self, numbers: Mapping[str, float], goal: float, faults: Mapping[FaultKind, float]) -> None:
        self._p = numbers
        self._goal = goal
        room = numbers["room temperature"]
        crowd = max(1.0, faults.get(FaultKind.OVERFULL_LOAD, 1.0))
        self._lags = (numbers["load lag"] * crowd, numbers["other place lag"])
        self._cold = (numbers["cold place"], numbers["cold place"] * 0.4)
        self._spot = faults.get(FaultKind.COLD_SPOT, 0.0)
        self._exchanger = self._chamber = room
        self._loads = [room, room]
        self._steps = 0
        self.pressure, self.f_min, self.saturation = _AIR, 0.0, 0.0

    @property
    def log_reduction(self) -> float:
        """The kill so far at the coldest place."""
        return self.f_min / self._p["d reference"]

    def measured(self, measure: str, place: int) -> float:
        """The truth of a measure at a place (0 is the coldest place of the load)."""
        if measure == "pressure":
            return self.pressure
        if measure == "exchanger temperature":
            return self._exchanger
        if measure == "chamber temperature":
            return self._chamber - 0.15 * place
        return self._loads[min(place, 1)] - (self._spot_now() * _SEEN if place == 0 else 0.0)

    def _spot_now(self) -> float:
        return self._spot if self._loads[0] > 100 else 0.0

    def step(self, act: Act, minutes: float, _elapsed: float, faults: Mapping[FaultKind, float], error: float) -> None:
        """Go on for a span; `error` is the control's in K."""
        self._steps += 1
        if FaultKind.POWER_LOSS not in faults:
            self._drive(act, minutes, faults, error)
        before = self._loads[0]
        self._chamber += (self._exchanger - self._chamber) * -math.expm1(-minutes / self._p["chamber lag"])
        for place, (lag, cold) in enumerate(zip(self._lags, self._cold, strict=True)):
            self._loads[place] += (self._chamber - cold - self._loads[place]) * -math.expm1(-minutes / lag)
        middle = (before + self._loads[0]) / 2 - self._spot_now()
        if middle > 100:
            self.f_min += minutes * lethal_rate(middle)

    def _drive(self, act: Act, minutes: float, faults: Mapping[FaultKind, float], error: float) -> None:
        if act in (Act.HEAT, Act.EXPOSE):
            goal = self._goal - error + _RIPPLE_K * math.sin(self._steps / 5)
            goal += faults.get(FaultKind.PUMP_RUNAWAY, 0.0) - faults.get(FaultKind.WEAK_VAPORISER, 0.0)
            rise = self._p["heating"] * minutes
            self._exchanger += max(-rise, min(rise, goal - self._exchanger))
        elif act is Act.COOL:
            self._exchanger = max(_COLD_WATER, self._exchanger - self._p["cooling"] * minutes)
        if act is Act.EXHAUST:
            self.pressure += (_AIR - self.pressure) * -math.expm1(-minutes / self._p["exhaust lag"])
        elif act in (Act.HEAT, Act.EXPOSE, Act.COOL):
            wanted = (
                saturation_pressure_bar(max(self._chamber, 0.01))
                + self._p["over-pressure"]
                - faults.get(FaultKind.LEAK, 0.0)
            )
            self.pressure += (max(_AIR, wanted) - self.pressure) * -math.expm1(-minutes / 0.5)
