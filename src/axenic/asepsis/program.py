"""A chamber's program: a cycle is a recipe for a chamber, with phases, acceptance, and the convention of its F0."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.lethality import Rule
from axenic.notation.sheet import Grade, Sheet
from axenic.recipe.recipe import Barrier
from axenic.units import Duration


class ProgramPhase(Sheet):
    """One phase of a program; every phase has a bound. `starts`: when the phase begins on a bare recording."""

    phase: str
    at_most: Duration
    lasts: Duration
    starts: str = ""


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
    """One measured channel: what it measures, in which unit, and to which measuring chain it belongs."""

    column: str
    measures: str
    unit: str
    chain: str


class Accept(Sheet):
    """What a run must show; a limit that is not given is not asked for.

    `low` and `high` bound the measure `band_of`, or the deciding channels if it is empty; `outside_at_most` is how
    long it may be out of the band during the exposure.
    """

    exposure_at_least: Duration
    band_of: str = ""
    low: float
    high: float | None = None
    f0_lower_at_least: float | None = None
    spread_at_most: float | None = None
    outside_at_most: Duration = 0
    gap_at_most: Duration
    residual_at_most: float | None = None
    grade: Grade
    source: str


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


@dataclass(frozen=True, slots=True)
class Calibration:
    """The decisive sensors: expanded uncertainty in the channel's unit, valid up to a time (milliseconds)."""

    uncertainty: float
    valid_until: int


class Program(Sheet):
    """One qualified program of a chamber."""

    program: str
    version: int
    kind: Barrier
    title: str
    exposure: str
    columns: tuple[Column, ...]
    phases: tuple[ProgramPhase, ...]
    convention: Convention | None = None
    d_min: float | None = None
    sensor_uncertainty: float = 0.0
    reference: Reference | None = None
    accept: Accept
    proves: Proof

    def calibration_at_issue(self) -> Calibration:
        """The calibration the program was qualified with, taken as in date."""
        return Calibration(self.sensor_uncertainty, 1 << 62)
