"""Simulated chambers: steam with a lagging load, vaporised peroxide with decay and aeration, wiping by hand.

Each keeps its physical state from phase to phase and gives a trace with both measuring chains. Chance decides
how long a phase takes, the sensors' noise, and rarely a cold spot or a weak vaporiser (1 in 100, D).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from axenic.asepsis.program import Program
from axenic.asepsis.trace import Channel, Trace
from axenic.device.draw import Draw
from axenic.recipe.recipe import Barrier

_STEP_MS = 15_000
_WEAK = 0.01  # share of cycles that miss their limits [D]
_STEAM = {"heating": 122.6, "exposure": 122.4, "air removal": 95.0, "exhaust": 90.0, "drying": 70.0, "seal": 25.0}
_PEROXIDE = {"condition": 800.0, "dwell": 700.0}
_LAG_S = 45.0  # load behind chamber [D]
_AERATION_S = 120.0  # time constant of aeration without a surface reservoir [D]


@dataclass(slots=True)
class ChamberState:
    """What stays in a chamber between phases: temperature of the load (degC), peroxide (ppm), humidity (%RH)."""

    load_degC: float = 25.0  # noqa: N815
    peroxide_ppm: float = 0.0
    humidity: float = 45.0


def run_phase(program: Program, phase: str, run: str, state: ChamberState, at: int, draw: Draw) -> tuple[int, Trace]:
    """The duration (milliseconds) and the trace of one phase; raises StopIteration if the program has no such phase."""
    plan = next(p for p in program.phases if p.phase == phase)
    duration = round(plan.lasts * (0.97 + 0.08 * draw.uniform(run, phase)) / 1000) * 1000
    times = tuple(range(at, at + duration, _STEP_MS))
    weak = draw.uniform(run, "weak") < _WEAK
    match program.kind:
        case Barrier.MOIST_HEAT:
            values = _steam(phase, times, state, weak)
        case Barrier.VAPOUR:
            values = _vapour(phase, times, state, weak)
        case Barrier.SPORICIDE:
            values = [[1.0 if phase == "contact" else 0.5] * len(times)] * 2
    rows = zip(program.columns, values, strict=True)
    return duration, Trace(times, tuple(Channel(c.column, c.unit, tuple(round(v * 1000) for v in r)) for c, r in rows))


def _steam(phase: str, times: tuple[int, ...], state: ChamberState, weak: bool) -> list[list[float]]:
    goal = _STEAM.get(phase, 60.0) - (2.0 if weak and phase in ("heating", "exposure") else 0.0)
    first, second, pressure = [], [], []
    for k, _ in enumerate(times):
        state.load_degC += (goal - state.load_degC) * (1 - math.exp(-_STEP_MS / 1000 / _LAG_S))
        ripple = 0.12 * math.sin(k / 3.0)
        first.append(state.load_degC + ripple)
        second.append(state.load_degC + 0.15 - ripple)
        pressure.append(1.013 if state.load_degC < 100 else 2.0569 * math.exp((state.load_degC - 121.1) * 0.0309))
    return [first, second, pressure]


def _vapour(phase: str, times: tuple[int, ...], state: ChamberState, weak: bool) -> list[list[float]]:
    goal = _PEROXIDE.get(phase, 0.0) * (0.5 if weak else 1.0)
    lag = 30.0 if goal else _AERATION_S
    first, second, humidity = [], [], []
    for k, _ in enumerate(times):
        state.peroxide_ppm += (goal - state.peroxide_ppm) * (1 - math.exp(-_STEP_MS / 1000 / lag))
        state.humidity += ((10.0 if phase == "dehumidify" else 30.0) - state.humidity) * 0.05
        ripple = 0.01 * math.sin(k / 4.0)
        first.append(state.peroxide_ppm * (1 + ripple))
        second.append(state.peroxide_ppm * (1 - ripple))
        humidity.append(state.humidity)
    return [first, second, humidity]
