"""One drawn chamber in closed form: how much water, kill and residue a peroxide cycle gives there.

Without a film (a design forbids it) the lumped model is linear: conditioning goes in the steps of the control, dwell,
aeration and recheck have exact solutions. The simulated chamber integrates the same model step by step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from axenic.asepsis.peroxide import (
    PEROXIDE_G_PER_MOL,
    WATER_G_PER_MOL,
    d_value_at_min,
    ppm_of_mg_per_l,
    water_mg_per_l,
)
from axenic.asepsis.reservoir import Reservoir
from axenic.device.vapour import Film
from axenic.twin.wish import STEP_MIN

_REACHED = 0.92  # of the goal, as the chamber's control waits for with a band of 80 to 120 %
_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Conditioned:
    """The chamber at the end of conditioning: concentrations in mg/L, kill in equivalent minutes, minutes taken."""

    gas: float
    held: float
    water: float
    dose: float
    minutes: float


class Case:
    """A chamber with the numbers of one draw and the errors of its two sensors (share and ppm)."""

    def __init__(
        self, numbers: Mapping[str, float], errors: tuple[float, float], offset_ppm: float, lag_min: float
    ) -> None:
        self._p = numbers
        self._errors, self._offset, self._lag = errors, offset_ppm, lag_min
        spread = numbers["area"] / numbers["volume"]
        self._uptake = spread * numbers["uptake"] * 1000
        self._release = numbers["release"]
        self._loss = numbers["decay"] + numbers["leak"]
        self._aeration = self._loss + numbers["air changes"] / 60
        share = numbers["strength"] / 100
        self._water_per_feed = (1 - share) / share
        self._fullest = numbers["injection"] * share * 1000 / numbers["volume"]
        self._degrees = numbers["temperature"]
        self._dry = water_mg_per_l(numbers["driest humidity"], self._degrees)
        self._room = water_mg_per_l(numbers["room humidity"], self._degrees)
        self._film = Film(self._degrees, self._degrees - numbers["wall cooler by"])
        self._worst = min(1.0, numbers["worst place"])
        self._step = Reservoir.over(STEP_MIN, self._loss, self._uptake, self._release)
        self._split = numbers["decay"] * WATER_G_PER_MOL / PEROXIDE_G_PER_MOL

    def humidity_after(self, minutes: float) -> float:
        """%RH after so long in the dryer."""
        water = self._dry + (self._room - self._dry) * math.exp(-self._p["drying"] * minutes)
        return self._p["driest humidity"] * water / self._dry

    def _rate(self, gas: float) -> float:
        local = gas * self._worst
        if local < self._p["lethal from"]:
            return 0.0
        return 1 / d_value_at_min(self._p["d reference"], self._p["d reference at"], local, self._p["d exponent"])

    def condition(self, goal: float, dry_min: float, injection: float = 1.0) -> Conditioned | None:
        """Inject at a share of the full rate until both sensors read near the goal; None if that never comes."""
        wanted = goal / (1 + self._errors[0])
        gas, held, dose, seen = 0.0, 0.0, 0.0, 0.0
        water = self._dry + (self._room - self._dry) * math.exp(-self._p["drying"] * dry_min)
        worst_reader = 1 + min(self._errors)
        for n in range(_MOST_STEPS):
            if seen * worst_reader >= _REACHED * goal:
                return Conditioned(gas, held, water, dose, n * STEP_MIN)
            feed = min(self._fullest * injection, self._step.feed_for(gas, held, wanted))
            before = gas
            gas, held = self._step.after(gas, held, feed)
            water += STEP_MIN * (feed * self._water_per_feed + self._split * (before + gas) / 2)
            dose += STEP_MIN * self._rate((before + gas) / 2)
            seen += (gas - seen) * STEP_MIN / (self._lag + STEP_MIN / 2)
        return None

    def dwell_for(self, start: Conditioned, logs: float) -> float:
        """Minutes of dwell until the worst place has that kill; infinite if the gas does not kill."""
        rate, wanted = self._rate(start.gas), logs ** (1 / self._p["kill shape"])
        return max(0.0, wanted - start.dose) / rate if rate > 0 else math.inf

    def logs_after(self, start: Conditioned, dwell: float) -> float:
        """Kill at the worst place after a dwell."""
        return float((start.dose + dwell * self._rate(start.gas)) ** self._p["kill shape"])

    def held_after(self, start: Conditioned, dwell: float) -> float:
        """What the surfaces hold after a dwell at constant gas."""
        level = self._uptake * start.gas / self._release
        return level + (start.held - level) * math.exp(-self._release * dwell)

    def saturation_after(self, start: Conditioned, dwell: float) -> float:
        """Relative saturation at the coldest wall at the end of a dwell, with the water of all replenishing."""
        gas, held = start.gas, self.held_after(start, dwell)
        fed = self._loss * gas * dwell + held - start.held  # what was lost or went to the surfaces
        water = start.water + fed * self._water_per_feed + self._split * gas * dwell
        limit = self._film.limit(water)
        return gas / limit if limit > 0 else math.inf

    def aerate_for(self, start: Conditioned, dwell: float, residual_ppm: float, recheck: float) -> float:
        """Minutes of aeration after which the reading is within the limit, and still is after the recheck."""
        held = self.held_after(start, dwell)
        rest = Reservoir.over(recheck, self._loss, self._uptake, self._release)
        most = max(0.01, (residual_ppm - self._offset) / (1 + max(self._errors)))
        limit = most / ppm_of_mg_per_l(1.0, self._degrees)
        low, high = 0.0, 600.0
        for _ in range(14):
            middle = (low + high) / 2
            out = Reservoir.over(middle, self._aeration, self._uptake, self._release).after(start.gas, held)
            low, high = (low, middle) if max(out[0], rest.after(*out)[0]) <= limit else (middle, high)
        return high
