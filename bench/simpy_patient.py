"""Chance and the patient in the SimPy peer: the same rows and effects as the simulated devices, drawn with `random`.

The effects of the assumptions are compiled (by Axenic's own `compiled`) to verbs and rows, and become plain closures
here; Axenic's keyed draws are not used, because a user of SimPy would not pay for them. What is left out: results are
not rounded to four digits, and collections of one patient share no traits (nobody is collected twice here).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

from axenic.assumption.assumption import Assumptions
from axenic.assumption.distribution import Form
from axenic.device import cells as c
from axenic.recipe.recipe import Shape, Spread

DAY = 86_400_000
_Z95, _Z99 = 1.6448536269514722, 2.3263478740408398
_FIELDS = {c.VIABILITY: "viability", c.PURITY: "purity", c.TRANSDUCED: "transduced", c.GLUCOSE: "glucose"}
_FIELDS[c.SHARE] = "share"
_GROWTH = (c.R_CARRIES, c.R_STARVES, c.R_GROWTH_STARVING, c.R_GLUCOSE_LOST, c.R_GLUCOSE_EATEN, c.R_APPROACH)
Draw = Callable[[], float]


class Patient:
    """One patient's cells."""

    __slots__ = (
        *("cells", "viability", "purity", "transduced", "growth", "final", "glucose", "share"),
        *("risk", "struck", "lost"),
    )


Effect = tuple[str, Callable[[Patient, float, float], float | None]]
"""The measure it gives (empty: none), and what it does with the patient, the time it lasted and the time now."""


def span(rng: Random, least: int, usual: int, most: int, shape: Shape = Shape.TRIANGULAR) -> Draw:
    """Draws of a duration in milliseconds."""
    if most <= least:
        return lambda: usual
    if shape is Shape.EXPONENTIAL:
        return lambda: min(most, least + rng.expovariate(1 / (usual - least)))
    if shape is Shape.LOGNORMAL:
        sigma = math.log(most / usual) / _Z99
        return lambda: min(most, max(least, usual * math.exp(sigma * rng.gauss(0.0, 1.0))))
    triangular = rng.triangular
    return lambda: triangular(least, most, usual)


def spread(rng: Random, lasts: Spread) -> Draw:
    """Draws of a duration of the recipe."""
    return span(rng, lasts.least, lasts.usual, lasts.most, lasts.shape)


def draws(rng: Random, shape: int, value: float, wide: float, low: float, high: float) -> Draw:
    """Draws of a row of the assumptions."""
    gauss = rng.gauss
    if shape == Form.NORMAL:
        return lambda: min(high, max(low, gauss(value, wide)))
    if shape == Form.LOGNORMAL:
        middle, sigma, exp = math.log(value), math.log(wide) / _Z95, math.exp
        return lambda: min(high, max(low, exp(gauss(middle, sigma))))
    if shape == Form.UNIFORM:
        return lambda: rng.uniform(low, high)
    if shape == Form.TRIANGULAR:
        return lambda: rng.triangular(low, high, value)
    if shape == Form.EXPONENTIAL:
        return lambda: min(high, low + rng.expovariate(1 / (value - low)))
    return lambda: value


class Chance:
    """What happens by chance to cells, under the rows of the assumptions."""

    def __init__(self, assumptions: Assumptions, rng: Random) -> None:
        working = c.compiled(assumptions)
        self.rng = rng
        self.values = working.rows[1::5]
        self.draws = [draws(rng, int(row[0]), *row[1:]) for row in _fives(working.rows)]
        self.effects: dict[str, list[Effect]] = {
            kind: [(working.measures[op[3]] if op[3] >= 0 else "", self._effect(*op[:3])) for op in ops]
            for kind, ops in working.ops.items()
        }
        self._excursions: dict[tuple[str, int], bool] = {}
        self._lots: dict[int, bool] = {}

    def collect(self) -> Patient:
        """A patient's starting material."""
        draw, p = self.draws, Patient()
        p.cells, p.viability, p.purity = draw[c.R_CD3](), draw[c.R_VIABILITY](), draw[c.R_PURITY]()
        p.transduced = draw[c.R_TRANSDUCED]()
        p.growth = max(0.0, math.log(draw[c.R_FOLD]()) / self.values[c.R_DAYS])
        frail = self.rng.random() < self.values[c.R_FRAIL]
        p.final = draw[c.R_VIABILITY_FRAIL if frail else c.R_VIABILITY_HARVEST]()
        p.glucose, p.share, p.risk, p.struck, p.lost = self.values[c.R_GLUCOSE], 0.0, 0.0, False, False
        return p

    def goes_wrong(self, patient: Patient, connections: int, by_person: bool, closed: bool, zone: str, at: int) -> bool:
        """True if the connections of a phase lose the batch; an excursion of the zone on that day may strike it."""
        key = (zone, int(at // DAY))
        excursion = self._excursions.get(key)
        if excursion is None:
            excursion = self._excursions[key] = self.rng.random() < self.values[c.R_EXCURSION] / 365.25
        if excursion and self.rng.random() < self.values[c.R_STRIKES_CLOSED if closed else c.R_STRIKES_OPEN]:
            patient.struck = True
        return self.rng.random() < connections * self.values[c.R_OPERATOR if by_person else c.R_ROBOT]

    def _bad_lot(self, at: float) -> bool:
        lot = int(at / (self.values[c.R_LOT_DAYS] * DAY))
        if lot not in self._lots:
            self._lots[lot] = self.rng.random() < self.values[c.R_LOT]
        return self._lots[lot]

    def _effect(self, verb: int, field: int, row: int) -> Callable[[Patient, float, float], float | None]:
        if verb in (c.READ, c.REPORT, c.COUNT):
            return self._look(verb, field)
        draw, value = self.draws[row], self.values[row]
        if verb == c.KEEP:
            return _keep(draw)
        if verb == c.SET:
            name = _FIELDS[field]
            return lambda p, lasted, at: setattr(p, name, draw())
        if verb == c.AT_MOST:
            return lambda p, lasted, at: setattr(p, "cells", min(p.cells, value))
        if verb == c.GROW:
            return _growing(*(self.values[row] for row in _GROWTH))
        if verb == c.DRAW:
            return lambda p, lasted, at: draw()
        if verb == c.DOSE:
            return lambda p, lasted, at: p.cells * value * p.viability * p.transduced / 10_000.0
        return self._event(verb, value)

    def _event(self, verb: int, p_event: float) -> Callable[[Patient, float, float], float | None]:
        random = self.rng.random
        if verb == c.GROWS:

            def grows(p: Patient, lasted: float, at: float) -> float:
                infected = random() >= (1.0 - p_event) * math.exp(-p.risk)
                return float(infected or p.struck or self._bad_lot(at))

            return grows
        if verb == c.SIGNALS:
            return lambda p, lasted, at: float(random() < p_event)
        if verb == c.RECEIVE:
            return lambda p, lasted, at: setattr(p, "lost", random() < p_event)
        return lambda p, lasted, at: 1.0  # a reviewer accepts

    def _look(self, verb: int, field: int) -> Callable[[Patient, float, float], float]:
        gauss, value = self.rng.gauss, self.values
        if verb == c.COUNT:
            error, low, high = value[c.R_COUNT_ERROR], 1.0 - value[c.R_COUNT_CUT], 1.0 + value[c.R_COUNT_CUT]
            return lambda p, lasted, at: p.cells * min(high, max(low, gauss(1.0, error)))
        name = _FIELDS[field]
        if verb == c.REPORT or field == c.GLUCOSE:
            return lambda p, lasted, at: getattr(p, name)
        points = value[c.R_SHARE_ERROR]
        return lambda p, lasted, at: min(100.0, max(0.0, gauss(getattr(p, name), points)))


def _fives(rows: tuple[float, ...]) -> list[Any]:
    return [rows[n : n + 5] for n in range(0, len(rows), 5)]


def _keep(draw: Draw) -> Callable[[Patient, float, float], None]:
    def keep(p: Patient, lasted: float, at: float) -> None:
        p.share = draw()
        p.cells *= p.share / 100.0

    return keep


def _growing(
    carries: float, starves: float, starving: float, lost: float, eaten: float, approach: float
) -> Callable[[Patient, float, float], None]:
    def grow(p: Patient, lasted: float, at: float) -> None:
        days = lasted / DAY
        grown = p.cells * math.exp(p.growth * (starving if p.glucose < starves else 1.0) * days)
        p.cells = grown / (1.0 + grown / carries)
        p.glucose = max(0.0, p.glucose - days * (lost + eaten * p.cells / 1e9))
        p.viability += (p.final - p.viability) * min(1.0, approach * days)

    return grow
