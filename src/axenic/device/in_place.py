"""The physics of steaming in place, lumped: a vessel, its drain and its filter, heated by saturated steam.

Steam drives the air out, then holds the pressure of its goal; drain and filter lag behind it, for condensate runs to
them. In the cooling sterile air takes the place of the steam that condenses. Pressures in bar (absolute), temperatures
in degC, time in minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from axenic.asepsis.chamber import Act, FaultKind
from axenic.asepsis.lethality import lethal_rate
from axenic.asepsis.saturation import saturation_pressure_bar, saturation_temperature_degC

_AIR = 1.013
_LEAST_BAR = 0.02  # a place cold as a room, as far as steam goes
_SEEN = 0.5  # how much of a cold spot the probe beside it sees [D]


class InPlace:
    """One steaming; `goal` is the temperature of the steam in the exposure, degC."""

    def __init__(self, numbers: Mapping[str, float], goal: float, faults: Mapping[FaultKind, float]) -> None:
        self._p = numbers
        self._goal = goal
        room = numbers["room temperature"]
        crowd = max(1.0, faults.get(FaultKind.OVERFULL_LOAD, 1.0))
        self._lags = (numbers["drain lag"] * crowd, numbers["other place lag"], numbers["vessel lag"])
        self._cold = (numbers["cold place"], numbers["cold place"] * 0.4, 0.0)
        self._spot = faults.get(FaultKind.COLD_SPOT, 0.0)
        self._places = [room, room, room]  # drain, filter, vessel
        self._steps = 0
        self.steam, self.air = _LEAST_BAR, _AIR - _LEAST_BAR
        self.f_min, self.saturation = 0.0, 0.0

    @property
    def log_reduction(self) -> float:
        """The kill so far at the coldest place."""
        return self.f_min / self._p["d reference"]

    def measured(self, measure: str, place: int) -> float:
        """The truth of a measure at a place (0 is the drain)."""
        if measure == "pressure":
            return self.steam + self.air
        if measure == "product temperature":
            return self._places[min(place, 1)] - (self._spot_now() * _SEEN if place == 0 else 0.0)
        return self._places[2]

    def _spot_now(self) -> float:
        return self._spot if self._places[0] > 100 else 0.0

    def step(self, act: Act, minutes: float, _elapsed: float, faults: Mapping[FaultKind, float], error: float) -> None:
        """Go on for a span; `error` is the control's in K."""
        self._steps += 1
        before = self._places[0]
        if act is Act.COOL or FaultKind.POWER_LOSS in faults:
            self._cool(minutes)
        else:
            self._steam(act, minutes, faults, error)
        self._fill(act, minutes, faults)
        middle = (before + self._places[0]) / 2 - self._spot_now()
        if middle > 100:
            self.f_min += minutes * lethal_rate(middle)

    def _steam(self, act: Act, minutes: float, faults: Mapping[FaultKind, float], error: float) -> None:
        goal = self._p["purge pressure"]
        if act in (Act.HEAT, Act.EXPOSE):
            ripple = self._p["ripple"] * math.sin(self._steps / 3)
            goal = saturation_pressure_bar(max(self._goal - error, 0.01)) + ripple
            goal += faults.get(FaultKind.PUMP_RUNAWAY, 0.0) - faults.get(FaultKind.WEAK_VAPORISER, 0.0)
        elif act is Act.PURGE:
            self.air *= math.exp(-minutes / self._p["purge lag"])
        else:
            return
        rise = self._p["steam rate"] * minutes
        self.steam = max(_LEAST_BAR, self.steam + max(-rise, min(rise, goal - self.air - self.steam)))
        share = self.air / (self.air + self.steam)
        pocket = 1 - min(0.95, share * self._p["air pocket"])
        for place, (lag, cold) in enumerate(zip(self._lags, self._cold, strict=True)):
            pure = self.steam * (pocket if place == 0 else 1 - share)
            wanted = saturation_temperature_degC(max(pure, _LEAST_BAR)) - cold
            self._places[place] += (wanted - self._places[place]) * -math.expm1(-minutes / lag)

    def _cool(self, minutes: float) -> None:
        room = self._p["room temperature"]
        share = -math.expm1(-minutes / self._p["cooling lag"])
        self._places = [place + (room - place) * share for place in self._places]
        self.steam = max(_LEAST_BAR, min(self.steam, saturation_pressure_bar(self._places[2])))

    def _fill(self, act: Act, minutes: float, faults: Mapping[FaultKind, float]) -> None:
        """Sterile air comes in while it is cooled and the power is there; a leak lets gas out, or air in."""
        if act is Act.COOL and FaultKind.POWER_LOSS not in faults:
            missing = max(0.0, self._p["hold pressure"] - self.steam - self.air)
            self.air += missing * -math.expm1(-minutes / self._p["supply lag"])
        away = _AIR - self.steam - self.air
        lost = min(abs(away), faults.get(FaultKind.LEAK, 0.0) * minutes)
        if away > 0:
            self.air += lost
            return
        kept = 1 - lost / (self.steam + self.air)
        self.steam, self.air = max(_LEAST_BAR, self.steam * kept), self.air * kept
