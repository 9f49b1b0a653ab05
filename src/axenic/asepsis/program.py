"""A chamber's program: a cycle is a recipe for a chamber, with phases, acceptance, and the convention of its F0."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator

from axenic.asepsis.accept import Accept, Kill
from axenic.asepsis.lethality import Rule
from axenic.notation.sheet import Grade, Sheet
from axenic.recipe.limit import parse_limit
from axenic.recipe.recipe import Barrier
from axenic.units import UNITS, Duration, UnitError


def _rule(text: str) -> str:
    for part in text.split(","):
        if part.strip():
            parse_limit(part)
    return text


def _unit(text: str) -> str:
    if text not in UNITS:
        raise UnitError(f"unknown unit {text!r}", f"known units: {', '.join(UNITS)}")
    return text


class ProgramPhase(Sheet):
    """One phase of a program; every phase has a bound. `starts`: when the phase begins on a bare recording."""

    phase: str
    at_most: Duration
    lasts: Duration
    starts: Annotated[str, AfterValidator(_rule)] = ""


class Convention(Sheet):
    """How F0 is computed; stored with every value."""

    reference_degC: float  # noqa: N815
    z_K: float  # noqa: N815
    from_degC: float  # noqa: N815
    rule: Rule
    window: str = "exposure"

    def words(self) -> str:
        """The convention in one line."""
        window = f"in {self.window}" if self.window != "whole cycle" else "over the whole cycle"
        base = f"F0 at {self.reference_degC} degC, z {self.z_K} K, {self.rule} rule, {window}"
        return f"{base}, coldest probe, counted from {self.from_degC} degC"


class Column(Sheet):
    """One measured channel: what it measures, in which unit, and to which measuring chain it belongs.

    `uncertainty` is expanded, in the column's unit, where it is not that of the decisive sensors.
    """

    column: str
    measures: str
    unit: Annotated[str, AfterValidator(_unit)]
    chain: Literal["control", "recorder"]
    optional: bool = False
    uncertainty: float = 0.0


class Proof(Sheet):
    """What a passed run proves of its load, and for how long."""

    log_reduction: float
    lasts: Duration
    grade: Grade
    source: str


class Reference(Sheet):
    """The recorded cycle a program was written from, with the F0 the machine itself stated (minutes)."""

    recorded: str
    machine_f0_min: float
    source: str


class ChamberTest(StrEnum):
    """What a chamber is tested for; a test proves no load, but that the chamber may be used for a time."""

    STEAM_PENETRATION = "steam penetration"
    VACUUM_LEAK = "vacuum leak"
    PRESSURE_LEAK = "over-pressure leak"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The decisive sensors: expanded uncertainty in the channel's unit, valid between two times (milliseconds)."""

    uncertainty: float
    valid_until: int
    valid_from: int = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Stated:
    """Which program and version a recording says it ran; what it does not say is empty or None."""

    program: str = ""
    version: int | None = None


class Program(Sheet):
    """One qualified program of a chamber."""

    program: str
    version: int
    kind: Barrier | ChamberTest
    title: str
    exposure: str
    columns: tuple[Column, ...]
    phases: tuple[ProgramPhase, ...]
    convention: Convention | None = None
    kill: Kill | None = None
    sensor_uncertainty: float = 0.0
    reference: Reference | None = None
    accept: Accept
    proves: Proof

    def calibration_at_issue(self) -> Calibration:
        """The calibration the program was qualified with, taken as in date."""
        return Calibration(self.sensor_uncertainty, 1 << 62)
