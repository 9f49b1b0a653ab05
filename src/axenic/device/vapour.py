"""The physics of a peroxide chamber, lumped: gas, surfaces that hold and release it, water, film, and kill.

Gas and surface go by their exact solution over each step (`asepsis.reservoir`); water, film and kill follow with the
mean of the step. Concentrations in mg/L, time in minutes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from axenic.asepsis.chamber import Act, FaultKind
from axenic.asepsis.peroxide import (
    PEROXIDE_G_PER_MOL,
    WATER_G_PER_MOL,
    d_value_at_min,
    humidity_percent,
    log_reduction,
    pa_to_mg_per_l,
    ppm_of_mg_per_l,
    pressures_over_solution_pa,
    water_mg_per_l,
)
from axenic.asepsis.reservoir import Reservoir

_SHARES = [n / 32 for n in range(33)]
_SHADOW = 0.1  # concentration lost at the worst place for each further load's worth of area [D]


class Film:
    """Condensate on the coldest wall: peroxide and water, mg per litre of chamber."""

    def __init__(self, gas_degC: float, wall_degC: float) -> None:  # noqa: N803
        pairs = [pressures_over_solution_pa(x, wall_degC) for x in _SHARES]
        self._water = [pa_to_mg_per_l(w, WATER_G_PER_MOL, gas_degC) for w, _ in reversed(pairs)]  # rising
        self._peroxide = [pa_to_mg_per_l(h, PEROXIDE_G_PER_MOL, gas_degC) for _, h in reversed(pairs)]  # falling
        self.peroxide = 0.0
        self.water = 0.0

    def limit(self, water: float) -> float:
        """The most peroxide that stays vapour at the wall beside that much water; 0 if water alone condenses."""
        if water >= self._water[-1]:
            return 0.0
        n = max(1, bisect_left(self._water, water))
        part = (water - self._water[n - 1]) / (self._water[n] - self._water[n - 1])
        return self._peroxide[n - 1] + part * (self._peroxide[n] - self._peroxide[n - 1])

    def exchange(self, gas: float, water: float, share: float) -> tuple[float, float]:
        """Go the share of the way to balance between gas and film that the step allows; gas and water after it."""
        peroxide, vapour = gas + self.peroxide, water + self.water
        wanted = (0.0, 0.0) if peroxide <= self.limit(vapour) else self._balance(peroxide, vapour)
        self.peroxide += share * (wanted[0] - self.peroxide)
        self.water += share * (wanted[1] - self.water)
        if self.peroxide + self.water < 1e-6:  # dried up
            self.peroxide = self.water = 0.0
        return peroxide - self.peroxide, vapour - self.water

    def _balance(self, peroxide: float, water: float) -> tuple[float, float]:
        """Peroxide and water in a film whose vapour is that of its own composition, found by halving."""
        low, high = 0.0, 1.0  # place in the tables: 0 is pure peroxide, 1 pure water
        film = (0.0, 0.0)
        for _ in range(16):
            middle = (low + high) / 2
            film = (
                max(0.0, peroxide - _between(self._peroxide, middle)),
                max(0.0, water - _between(self._water, middle)),
            )
            too_much = film[0] / PEROXIDE_G_PER_MOL * middle > film[1] / WATER_G_PER_MOL * (1 - middle)
            low, high = (low, middle) if too_much else (middle, high)
        return film


def _between(table: list[float], place: float) -> float:
    at = place * (len(table) - 1)
    n = min(int(at), len(table) - 2)
    return table[n] + (at - n) * (table[n + 1] - table[n])


class Vapour:
    """One load in a peroxide chamber; `goal` is the concentration the control keeps, mg/L."""

    def __init__(self, numbers: Mapping[str, float], goal_mg_per_l: float, faults: Mapping[FaultKind, float]) -> None:
        self._p = numbers
        self._goal = goal_mg_per_l
        degrees = numbers["temperature"]
        wall = degrees - numbers["wall cooler by"] - faults.get(FaultKind.COLD_SPOT, 0.0)
        crowd = max(1.0, faults.get(FaultKind.OVERFULL_LOAD, 1.0))
        self._degrees = degrees
        self._worst = min(1.0, numbers["worst place"]) * max(0.1, 1 - _SHADOW * (crowd - 1))
        self._spread = numbers["area"] * crowd / numbers["volume"]  # m2/L
        self._uptake = self._spread * numbers["uptake"] * 1000
        self._per_gas = numbers["strength"] / 100
        self._fullest = numbers["injection"] * self._per_gas * 1000 / numbers["volume"]
        self._dry = water_mg_per_l(numbers["driest humidity"], degrees)
        self._room = water_mg_per_l(numbers["room humidity"], degrees)
        self._film = Film(degrees, wall)
        self._steps: dict[tuple[float, float], Reservoir] = {}
        self.gas, self.held, self.water, self.feed = 0.0, 0.0, self._room, 0.0
        self.equivalent_min, self.saturation, self.pressure = 0.0, 0.0, 0.0005

    @property
    def log_reduction(self) -> float:
        """The kill so far at the worst place."""
        return log_reduction(self.equivalent_min, 1.0, self._p["kill shape"])

    def measured(self, measure: str, _place: int) -> float:
        """The truth of a measure at a place."""
        if measure in ("concentration", "residual concentration"):
            return ppm_of_mg_per_l(self.gas, self._degrees)
        if measure == "humidity":
            return humidity_percent(self.water, self._degrees)
        return self.pressure

    def step(self, act: Act, minutes: float, _elapsed: float, faults: Mapping[FaultKind, float], error: float) -> None:
        """Go on for a span; `error` is the share by which the controlling sensor reads too much."""
        powered = FaultKind.POWER_LOSS not in faults
        leak = self._p["leak"] + faults.get(FaultKind.LEAK, 0.0)
        aeration = 0.0
        if act is Act.AERATE and powered:
            aeration = self._p["air changes"] / 60 * faults.get(FaultKind.SPENT_CATALYST, 1.0)
        loss = self._p["decay"] + leak + aeration
        key = (loss, minutes)
        if key not in self._steps:
            self._steps[key] = Reservoir.over(minutes, loss, self._uptake, self._p["release"])
        reservoir = self._steps[key]
        self.feed = self._fed(act, reservoir, faults, error) if powered else 0.0
        before = self.gas
        self.gas, self.held = reservoir.after(self.gas, self.held, self.feed)
        self._balance_water(act if powered else Act.REST, minutes, leak, aeration, before)
        share = 1 - 1 / (1 + self._p["film transfer"] * 1000 * self._spread * minutes)
        self.gas, self.water = self._film.exchange(self.gas, self.water, share)
        limit = self._film.limit(self.water)
        self.saturation = max(self.saturation, self.gas / limit if limit > 0 else 2.0)
        self._kill(minutes, (before + self.gas) / 2)

    def _fed(self, act: Act, reservoir: Reservoir, faults: Mapping[FaultKind, float], error: float) -> float:
        if act not in (Act.INJECT, Act.HOLD):
            return 0.0
        if FaultKind.PUMP_RUNAWAY in faults:
            return self._fullest * faults[FaultKind.PUMP_RUNAWAY]
        fullest = self._fullest * faults.get(FaultKind.WEAK_VAPORISER, 1.0)
        if FaultKind.STUCK_SENSOR in faults and act is Act.HOLD:
            return min(self.feed, fullest)  # the control sees no reason to change anything
        return min(fullest, max(0.0, reservoir.feed_for(self.gas, self.held, self._goal / (1 + error))))

    def _balance_water(self, act: Act, minutes: float, leak: float, aeration: float, before: float) -> None:
        self.water += self.feed * (1 - self._per_gas) / self._per_gas * minutes
        self.water += self._p["decay"] * (before + self.gas) / 2 * minutes * WATER_G_PER_MOL / PEROXIDE_G_PER_MOL
        drying = self._p["drying"] if act is Act.DRY else aeration
        rate = drying + leak
        if rate > 0:
            into = (drying * self._dry + leak * self._room) / rate
            self.water = into + (self.water - into) / (1 + rate * minutes)

    def _kill(self, minutes: float, gas: float) -> None:
        local = gas * self._worst
        if local >= self._p["lethal from"]:
            d = d_value_at_min(self._p["d reference"], self._p["d reference at"], local, self._p["d exponent"])
            self.equivalent_min += minutes / d
