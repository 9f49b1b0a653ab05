"""Simulated chambers: a load goes through the phases of a program, and both measuring chains record it.

The physics is that of the chamber's principle (`vapour`, `steam`, `overpressure`, `in_place`), for a leak test
`closed_gas`, with numbers drawn for this run from the chamber's file. The control keeps the middle of the program's
band. Phases that have a goal end when the readings reach it, and fail at their bound; the others end after their time,
on a whole sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from axenic.asepsis.chamber import GOAL_ACTS, Act, ChamberParameters, FaultKind, Principle
from axenic.asepsis.peroxide import mg_per_l_of_ppm
from axenic.asepsis.program import ChamberTest, Program, ProgramPhase
from axenic.asepsis.run import DECIDES
from axenic.asepsis.trace import Channel, Trace
from axenic.device.closed_gas import ClosedGas
from axenic.device.draw import Draw
from axenic.device.fault import Fault, drawn_faults, sizes_in
from axenic.device.in_place import InPlace
from axenic.device.overpressure import OverPressure
from axenic.device.sensor import Sensor, sensors_of
from axenic.device.steam import Steam
from axenic.device.vapour import Vapour
from axenic.units import UNITS

STEP_MS = 15_000  # between two samples; shorter where the program bears no such gap
_REACHED = 0.6  # a goal is reached when every reading is this far from the band's low end to its middle [D]
_TESTS = (ChamberTest.VACUUM_LEAK, ChamberTest.PRESSURE_LEAK)
_BAR = "pressure"  # every physics answers it in bar, whatever the unit of the column


class Physics(Protocol):
    """What every principle answers."""

    saturation: float

    @property
    def log_reduction(self) -> float:
        """The true kill so far at the worst place."""

    def measured(self, measure: str, place: int, /) -> float:
        """The truth of a measure at a place."""

    def step(
        self, act: Act, minutes: float, elapsed: float, faults: Mapping[FaultKind, float], error: float, /
    ) -> None:
        """Go on for a span."""


_PHYSICS: dict[Principle, Callable[[Mapping[str, float], float, Mapping[FaultKind, float]], Physics]] = {
    Principle.VAPOUR: Vapour,
    Principle.STEAM: Steam,
    Principle.OVER_PRESSURE: OverPressure,
    Principle.IN_PLACE: InPlace,
}


@dataclass(slots=True)
class Load:
    """One load in a chamber during one run: its physics, the sensors that look at it, and what fails."""

    program: Program
    chamber: ChamberParameters
    run: str
    draw: Draw
    physics: Physics
    sensors: list[Sensor]
    faults: tuple[Fault, ...]
    governing: tuple[int, ...]  # the columns that decide: the first is the control's
    step_ms: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One phase as recorded; `outage` is the span (milliseconds) without power, `failed` why the chamber gave up."""

    lasts: int
    trace: Trace
    failed: str = ""
    outage: tuple[int, int] | None = None


def middle_of_band(program: Program) -> float:
    """What the control keeps: the middle of the program's band, or its low end and a tenth if it has no high end."""
    low, high = program.accept.low, program.accept.high
    return (low + high) / 2 if high is not None else low * 1.1


def step_of(program: Program) -> int:
    """The time between two samples: half of the gap a program bears, in whole seconds, at most 15 s."""
    return min(STEP_MS, max(1, program.accept.gap_at_most // 2_000) * 1_000)


def numbers_of(chamber: ChamberParameters, run: str, draw: Draw, program: str = "") -> dict[str, float]:
    """The chamber's parameters as they are in one run (of a program), drawn within their error factors."""
    return {
        row.parameter: draw.lognormal(run, f"chamber {row.parameter}", row.value, row.error_factor)
        if row.error_factor > 1
        else row.value
        for row in chamber.parameters_for(program)
    }


def enter(
    program: Program, chamber: ChamberParameters, run: str, draw: Draw, faults: tuple[Fault, ...] | None = None
) -> Load:
    """Put a load in; its faults are drawn at the chamber's shares unless they are given."""
    if faults is None:
        faults = drawn_faults(program, chamber, run, draw)
    numbers = numbers_of(chamber, run, draw, program.program)
    goal = middle_of_band(program)
    if chamber.principle is Principle.VAPOUR:
        goal = mg_per_l_of_ppm(goal, numbers["temperature"])
    always = {fault.kind: fault.size for fault in faults}
    build = ClosedGas if program.kind in _TESTS else _PHYSICS[chamber.principle]
    sensors = sensors_of(program, chamber, run, draw)
    governing = tuple(i for i, c in enumerate(program.columns) if c.measures == DECIDES[program.kind])
    physics = build(numbers, goal, always)
    return Load(program, chamber, run, draw, physics, sensors, faults, governing, step_of(program))


def run_phase(load: Load, name: str, at: int) -> Recorded:
    """Do one phase from a time on; raises StopIteration if the program has no such phase."""
    plan = next(p for p in load.program.phases if p.phase == name)
    act, faults = load.chamber.act(name), sizes_in(load.faults, name)
    step = load.step_ms
    count = -(-plan.lasts // step) + int(load.draw.uniform(load.run, f"{name} timer") * 2)
    goal = _goal(load) if act in GOAL_ACTS else None
    most = plan.at_most // step if goal is not None else count
    noises = [load.draw.noise(load.run, f"{name} {c.column}", most) for c in load.program.columns]
    rows: list[list[float]] = []
    dark = _dark(faults, FaultKind.POWER_LOSS, plan, step)
    failed = "did not reach its goal in time" if goal is not None else ""
    for n in range(most):
        now = {k: v for k, v in faults.items() if k is not FaultKind.POWER_LOSS or n in dark}
        readings = _read(load, noises, n, faults)
        if goal is not None and all(readings[i] >= goal for i in load.governing):
            failed = ""
            break
        rows.append(readings)
        load.physics.step(act, step / 60_000, n / most, now, _error(load))
    lost = set(dark) | set(_dark(faults, FaultKind.DATA_GAP, plan, step))
    kept = [n for n in range(len(rows)) if n not in lost]
    times = tuple(at + n * step for n in kept)
    channels = tuple(
        Channel(c.column, c.unit, tuple(round(rows[n][i] * 1000) for n in kept))
        for i, c in enumerate(load.program.columns)
    )
    outage = (at + dark[0] * step, at + (dark[-1] + 1) * step) if dark else None
    return Recorded(max(1, len(rows)) * step, Trace(times, channels), f"{name} {failed}" if failed else "", outage)


def wiped(program: Program, phase: str, lasts: int, at: int) -> Recorded:
    """A phase of a program done by hand: the surface is wet in the contact."""
    times = tuple(range(at, at + lasts, STEP_MS))
    values = (1000 if phase == program.exposure else 500,) * len(times)
    return Recorded(lasts, Trace(times, tuple(Channel(c.column, c.unit, values) for c in program.columns)))


def _goal(load: Load) -> float:
    low = load.program.accept.low
    return low + _REACHED * (middle_of_band(load.program) - low)


def _dark(faults: Mapping[FaultKind, float], kind: FaultKind, plan: ProgramPhase, step: int) -> range:
    """The samples in the middle of a phase that a fault of so many seconds covers."""
    if kind not in faults:
        return range(0)
    start = plan.lasts // step // 2
    return range(start, start + max(1, round(faults[kind] * 1000 / step)))


def _read(load: Load, noises: list[list[float]], n: int, faults: Mapping[FaultKind, float]) -> list[float]:
    first, minutes = load.governing[:1], load.step_ms / 60_000
    readings = []
    for i, (column, sensor) in enumerate(zip(load.program.columns, load.sensors, strict=True)):
        if i in first:  # faults of a sensor are those of the control's
            sensor.stuck = FaultKind.STUCK_SENSOR in faults and n > 0
            sensor.drift += faults.get(FaultKind.DRIFTING_SENSOR, 0.0) * minutes
        truth = load.physics.measured(column.measures, sensor.place)
        if column.measures == _BAR:
            truth /= float(UNITS[column.unit][1])
        readings.append(sensor.read(truth, minutes, noises[i][n]))
    return readings


def _error(load: Load) -> float:
    """By how much the controlling sensor reads too much: a share for vapour, K for heat."""
    for i in load.governing[:1]:
        sensor = load.sensors[i]
        if load.chamber.principle is Principle.VAPOUR:
            return sensor.share + sensor.drift
        return sensor.offset + sensor.drift * middle_of_band(load.program)
    return 0.0
