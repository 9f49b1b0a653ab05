"""What is known of a chamber's physics: its parameters with their uncertainty, its sensors and how it can fail."""

from __future__ import annotations

from enum import StrEnum

from axenic.notation.document import Document
from axenic.notation.finding import Finding
from axenic.notation.sheet import Grade, Sheet
from axenic.units import Duration


class Principle(StrEnum):
    """By which physics a chamber makes its load sterile."""

    VAPOUR = "peroxide vapour"
    STEAM = "saturated steam"
    OVER_PRESSURE = "air over-pressure"
    IN_PLACE = "steam in place"


class Act(StrEnum):
    """What a chamber does in a phase."""

    REST = "rest"
    DRY = "dry"
    INJECT = "inject"
    HOLD = "hold"
    AERATE = "aerate"
    PULSE = "pulse"
    HEAT = "heat"
    EXPOSE = "expose"
    EXHAUST = "exhaust"
    EVACUATE = "evacuate"
    ADMIT = "admit air"
    COOL = "cool"
    PRESSURISE = "pressurise"
    PURGE = "purge"


GOAL_ACTS = (Act.INJECT, Act.HEAT)  # they end when the goal is reached, the others after their time


class FaultKind(StrEnum):
    """How a chamber can fail."""

    POWER_LOSS = "power loss"
    STUCK_SENSOR = "stuck sensor"
    DRIFTING_SENSOR = "drifting sensor"
    DATA_GAP = "data gap"
    LEAK = "leak"
    PUMP_RUNAWAY = "pump runaway"
    COLD_SPOT = "cold spot"
    SPENT_CATALYST = "spent catalyst"
    WEAK_VAPORISER = "weak vaporiser"
    OVERFULL_LOAD = "overfull load"


class Parameter(Sheet):
    """One number of a chamber: its median, and its error factor (p95 / p50, log-normal; 1 if it is taken as known).

    A row that names programs stands for these, in place of the row that names none.
    """

    parameter: str
    value: float
    unit: str
    error_factor: float = 1.0
    programs: tuple[str, ...] = ()
    grade: Grade
    source: str


class SensorKind(Sheet):
    """How well a measure is read: standard deviations of bias (share and fixed), noise (share and fixed), and lag.

    `least` and `most` are the ends of its range, past which it reads no further.
    A row that names programs stands for these, in place of the row that names none.
    """

    measures: str
    unit: str
    bias_share: float = 0.0
    bias: float = 0.0
    noise_share: float = 0.0
    noise: float = 0.0
    lag: Duration = 0
    least: float | None = None
    most: float | None = None
    programs: tuple[str, ...] = ()
    grade: Grade
    source: str


class FaultRate(Sheet):
    """How often a fault comes in ordinary cycles (share of cycles), and how large it is."""

    fault: FaultKind
    share: float
    size: float
    unit: str
    grade: Grade
    source: str


class ChamberParameters(Sheet):
    """One kind of chamber: for which programs it stands, what it does in each of their phases, and its numbers."""

    chamber: str
    version: int
    principle: Principle
    title: str
    programs: tuple[str, ...]
    acts: dict[str, Act]
    parameters: tuple[Parameter, ...]
    sensors: tuple[SensorKind, ...]
    faults: tuple[FaultRate, ...] = ()

    def medians(self) -> dict[str, float]:
        """The parameters by name, at their medians."""
        return {row.parameter: row.value for row in self.parameters if not row.programs}

    def parameters_for(self, program: str) -> tuple[Parameter, ...]:
        """The parameters that stand in a run of a program."""
        own = {row.parameter for row in self.parameters if program in row.programs}
        return tuple(
            row for row in self.parameters if program in row.programs or not (row.programs or row.parameter in own)
        )

    def sensors_for(self, program: str) -> dict[str, SensorKind]:
        """The sensor of each measure in a run of a program."""
        general = {row.measures: row for row in self.sensors if not row.programs}
        return general | {row.measures: row for row in self.sensors if program in row.programs}

    def act(self, phase: str) -> Act:
        """What the chamber does in a phase; it rests in one it does not know."""
        return self.acts.get(phase, Act.REST)


_TIGHTNESS = {"test pressure": "bar", "gas shift": "K", "gas lag": "min", "wall drift": "K/min"}
NEEDED: dict[Principle, dict[str, str]] = {
    Principle.VAPOUR: {
        "volume": "L",
        "area": "m2",
        "temperature": "degC",
        "wall cooler by": "K",
        "room humidity": "%RH",
        "driest humidity": "%RH",
        "drying": "1/min",
        "injection": "g/min",
        "strength": "%",
        "decay": "1/min",
        "uptake": "m/min",
        "release": "1/min",
        "leak": "1/min",
        "air changes": "1/h",
        "film transfer": "m/min",
        "d reference": "min",
        "d reference at": "mg/L",
        "d exponent": "1",
        "kill shape": "1",
        "lethal from": "mg/L",
        "worst place": "1",
    },
    Principle.STEAM: {
        "room temperature": "degC",
        "pulses": "1",
        "pulse low": "bar",
        "pulse high": "bar",
        "vacuum lag": "min",
        "steam rate": "bar/min",
        "exhaust lag": "min",
        "load lag": "min",
        "other place lag": "min",
        "drying lag": "min",
        "cold place": "K",
        "ripple": "bar",
        "air leak": "bar/min",
        "air pocket": "1",
        "d reference": "min",
        **_TIGHTNESS,
    },
    Principle.OVER_PRESSURE: {
        "room temperature": "degC",
        "heating": "K/min",
        "cooling": "K/min",
        "over-pressure": "bar",
        "chamber lag": "min",
        "load lag": "min",
        "other place lag": "min",
        "cold place": "K",
        "exhaust lag": "min",
        "d reference": "min",
        "pressurising lag": "min",
        "air leak": "bar/min",
        **_TIGHTNESS,
    },
    Principle.IN_PLACE: {
        "room temperature": "degC",
        "purge pressure": "bar",
        "purge lag": "min",
        "steam rate": "bar/min",
        "drain lag": "min",
        "other place lag": "min",
        "vessel lag": "min",
        "cold place": "K",
        "ripple": "bar",
        "air pocket": "1",
        "cooling lag": "min",
        "hold pressure": "bar",
        "supply lag": "min",
        "d reference": "min",
    },
}


def _both(row: Parameter, other: Parameter) -> bool:
    """True if two rows of one parameter stand for the same program, or both for every one."""
    same = bool(set(row.programs) & set(other.programs)) or row.programs == other.programs
    return same and row.parameter == other.parameter


def check_chamber(chamber: ChamberParameters, document: Document) -> list[Finding]:
    """What is wrong with a well-formed chamber: parameters that are missing, doubled, negative or in a wrong unit."""
    found, needed = [], NEEDED[chamber.principle]
    for name in needed.keys() - {row.parameter for row in chamber.parameters if not row.programs}:
        text = f"a chamber by {chamber.principle} needs the parameter {name!r}"
        found.append(document.finding("AX0601", text, f"add it, in {needed[name]}", ("parameters",)))
    for n, row in enumerate(chamber.parameters):
        path = ("parameters", n, "parameter")
        if any(_both(row, other) for other in chamber.parameters[:n]):
            found.append(document.finding("AX0106", f"{row.parameter!r} stands twice", "remove one", path))
        elif row.parameter not in needed:
            text = f"{row.parameter!r} is no parameter of a chamber by {chamber.principle}"
            found.append(document.finding("AX0601", text, f"known are {', '.join(sorted(needed))}", path))
        elif row.unit != needed[row.parameter]:
            text = f"{row.parameter} is in {row.unit}"
            hint = f"write it in {needed[row.parameter]}"
            found.append(document.finding("AX0602", text, hint, ("parameters", n, "unit")))
        elif not 0 <= row.value < 1e9 or not 1 <= row.error_factor <= 10:
            text = f"{row.parameter}: {row.value} with error factor {row.error_factor} cannot be"
            hint = "a value from 0, an error factor from 1 to 10"
            found.append(document.finding("AX0602", text, hint, ("parameters", n, "value")))
    rows = {"parameters": [p.programs for p in chamber.parameters], "sensors": [s.programs for s in chamber.sensors]}
    for field, named in rows.items():
        for n, programs in enumerate(named):
            for name in sorted(set(programs) - set(chamber.programs)):
                text = f"a row is for {name!r}, and the chamber does not stand for that program"
                found.append(document.finding("AX0601", text, "add it to `programs`", (field, n, "programs")))
    return sorted(found, key=lambda f: (f.line, f.column, f.message))
