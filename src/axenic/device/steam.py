"""The physics of a steam steriliser, lumped: steam and air by their pressures, a load that lags behind the steam.

The temperature of the steam is that of its own pressure: air left in the chamber, gathered in the load, makes the
load colder at the same total pressure. Pressures in bar (absolute), temperatures in degC, time in minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from axenic.asepsis.chamber import Act, FaultKind
from axenic.asepsis.lethality import lethal_rate
from axenic.asepsis.saturation import saturation_pressure_bar, saturation_temperature_degC

_AIR = 1.013
_SEEN = 0.5  # how much of a cold spot the probe beside it sees [D]
_EVACUATING = 0.6  # share of a pulse in which the pump runs [D]
_CLOSED_MIN = 4.0  # a chamber without power loses its steam by condensing, time constant [D]
_FLASH_MIN = 1.0  # a wet load follows falling steam by boiling off, time constant [D]


class Steam:
    """One load in a steam steriliser; `goal` is the temperature of the steam in the exposure, degC."""

    def __init__(self, numbers: Mapping[str, float], goal: float, faults: Mapping[FaultKind, float]) -> None:
        self._p = numbers
        self._goal = goal
        room = numbers["room temperature"]
        crowd = max(1.0, faults.get(FaultKind.OVERFULL_LOAD, 1.0))
        self._lags = (numbers["load lag"] * crowd, numbers["other place lag"])
        self._cold = (numbers["cold place"], numbers["cold place"] * 0.4)
        self._spot = faults.get(FaultKind.COLD_SPOT, 0.0)
        self._loads = [room, room]
        self._steps = 0
        self.steam, self.air = 0.02, _AIR - 0.02
        self.f_min, self.saturation = 0.0, 0.0

    @property
    def log_reduction(self) -> float:
        """The kill so far at the coldest place."""
        return self.f_min / self._p["d reference"]

    def measured(self, measure: str, place: int) -> float:
        """The truth of a measure at a place (0 is the coldest place of the load)."""
        if measure == "pressure":
            return self.steam + self.air
        if measure == "product temperature":
            return self._loads[min(place, 1)] - (self._spot_now() * _SEEN if place == 0 else 0.0)
        return saturation_temperature_degC(max(self.steam, 0.0062))

    def _spot_now(self) -> float:
        return self._spot if self._loads[0] > 100 else 0.0

    def step(self, act: Act, minutes: float, elapsed: float, faults: Mapping[FaultKind, float], error: float) -> None:
        """Go on for a span; `elapsed` is the share of the phase that is over, `error` the control's in K."""
        self._steps += 1
        if FaultKind.POWER_LOSS in faults:
            self.steam *= math.exp(-minutes / _CLOSED_MIN)
        else:
            self._pressures(act, minutes, elapsed, faults, error)
        if self.steam + self.air < _AIR:
            self.air += minutes * (self._p["air leak"] + faults.get(FaultKind.LEAK, 0.0))
        before = self._loads[0]
        self._heat(act, minutes)
        middle = (before + self._loads[0]) / 2 - self._spot_now()
        if middle > 100:
            self.f_min += minutes * lethal_rate(middle)

    def _pressures(
        self, act: Act, minutes: float, elapsed: float, faults: Mapping[FaultKind, float], error: float
    ) -> None:
        if act is Act.PULSE:
            pulse = elapsed * self._p["pulses"] % 1.0
            if pulse < _EVACUATING:
                self._evacuate(minutes)
            else:
                self._admit_steam(self._p["pulse high"], minutes)
        elif act in (Act.HEAT, Act.EXPOSE):
            goal = saturation_pressure_bar(max(self._goal - error, 0.01)) + self._p["ripple"] * math.sin(
                self._steps / 3
            )
            goal -= faults.get(FaultKind.WEAK_VAPORISER, 0.0)
            self._admit_steam(goal + faults.get(FaultKind.PUMP_RUNAWAY, 0.0), minutes)
        elif act is Act.EXHAUST:
            self.steam += (max(0.0, _AIR - self.air) - self.steam) * -math.expm1(-minutes / self._p["exhaust lag"])
        elif act is Act.EVACUATE:
            self._evacuate(minutes)
        elif act is Act.ADMIT:
            self.air += (_AIR - self.steam - self.air) * -math.expm1(-minutes / self._p["vacuum lag"])

    def _evacuate(self, minutes: float) -> None:
        total = self.steam + self.air
        low = self._p["pulse low"]
        ratio = (low + (total - low) * math.exp(-minutes / self._p["vacuum lag"])) / total
        self.steam *= ratio
        self.air *= ratio

    def _admit_steam(self, total: float, minutes: float) -> None:
        """The control sees the total pressure: what is air in it is missing as steam."""
        rise = self._p["steam rate"] * minutes
        self.steam = max(0.005, self.steam + max(-rise, min(rise, total - self.air - self.steam)))

    def _heat(self, act: Act, minutes: float) -> None:
        share = self.air / (self.air + self.steam)
        pocket = 1 - min(0.95, share * self._p["air pocket"])
        for place, (lag, cold) in enumerate(zip(self._lags, self._cold, strict=True)):
            pure = self.steam * (pocket if place == 0 else 1 - share)
            goal = saturation_temperature_degC(max(pure, 0.02)) - cold
            if act is Act.REST:
                continue
            if goal < self._loads[place]:
                lag = _FLASH_MIN if act in (Act.HEAT, Act.EXPOSE, Act.EXHAUST) else self._p["drying lag"]
            self._loads[place] += (goal - self._loads[place]) * -math.expm1(-minutes / lag)
