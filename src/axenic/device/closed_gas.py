"""The physics of a leak test: a closed, empty chamber of gas that leaks and comes to the temperature of its walls.

The gas is kept as the pressure it would have at the temperature of the walls at the start; what it shows is that times
its temperature. Expansion cools it and compression warms it. Pressures in bar (absolute), temperatures in degC, time in
minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from axenic.asepsis.chamber import Act, FaultKind

_AIR = 1.013
_KELVIN = 273.15
_CHOKED_BAR = 0.5  # above this difference a leak is choked: its rate does not change with the pressure [D]
_LAGS = {
    Act.EVACUATE: "vacuum lag",
    Act.ADMIT: "vacuum lag",
    Act.PRESSURISE: "pressurising lag",
    Act.EXHAUST: "exhaust lag",
}


class ClosedGas:
    """One leak test; the goal of the program's band is not used, the chamber goes to its own test pressure."""

    log_reduction = 0.0
    saturation = 0.0

    def __init__(self, numbers: Mapping[str, float], _goal: float, _faults: Mapping[FaultKind, float]) -> None:
        self._p = numbers
        self._start = self._wall = numbers["room temperature"]
        self.degrees = self._wall
        self.amount = _AIR

    @property
    def pressure(self) -> float:
        """The true pressure of the chamber."""
        return self.amount * (self.degrees + _KELVIN) / (self._start + _KELVIN)

    def measured(self, measure: str, _place: int) -> float:
        """The truth of a measure."""
        return self.pressure if measure == "pressure" else self.degrees

    def step(self, act: Act, minutes: float, _elapsed: float, faults: Mapping[FaultKind, float], _error: float) -> None:
        """Go on for a span."""
        self._wall += self._p["wall drift"] * minutes
        self.degrees += (self._wall - self.degrees) * -math.expm1(-minutes / self._p["gas lag"])
        if act in _LAGS and FaultKind.POWER_LOSS not in faults:
            self._drive(act, minutes)
        self._leak(minutes, self._p["air leak"] + faults.get(FaultKind.LEAK, 0.0))

    def _drive(self, act: Act, minutes: float) -> None:
        test, before = self._p["test pressure"], self.pressure
        goal = test if act in (Act.EVACUATE, Act.PRESSURISE) else _AIR
        change = (goal - before) * -math.expm1(-minutes / self._p[_LAGS[act]])
        self.degrees += self._p["gas shift"] * change / abs(test - _AIR)
        self.amount = (before + change) * (self._start + _KELVIN) / (self.degrees + _KELVIN)

    def _leak(self, minutes: float, rate: float) -> None:
        """Towards the air outside, and never past it."""
        away = _AIR - self.pressure
        flow = rate * minutes * min(1.0, abs(away) / _CHOKED_BAR)
        self.amount += math.copysign(min(flow, abs(away)), away)
