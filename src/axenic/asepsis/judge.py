"""The verdict on a cycle: one pure function, used live, in replay, in the twin and on recorded files.

A pass needs raw data of both measuring chains, without a gap in the exposure, within the band, long enough, and
lethal enough at the lower bound. What cannot be known makes the run void, never passed. What a kind of program is
asked stands in one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from axenic.asepsis import exposure, leak, steam, vapour
from axenic.asepsis.outcome import Criterion
from axenic.asepsis.program import Calibration, ChamberTest, Program, Stated
from axenic.asepsis.run import Run, Span
from axenic.asepsis.trace import Trace
from axenic.asepsis.voids import voids
from axenic.recipe.recipe import Barrier

_SHARED: tuple[Criterion, ...] = (exposure.phases, exposure.duration, exposure.band, exposure.spread)
_STEAM: tuple[Criterion, ...] = (steam.pulses, steam.lag, steam.saturation, steam.lethality, steam.kept_closed)
_LEAK: tuple[Criterion, ...] = (exposure.phases, exposure.duration, leak.conditions, leak.tightness)
CRITERIA: dict[Barrier | ChamberTest, tuple[Criterion, ...]] = {
    Barrier.MOIST_HEAT: _SHARED + _STEAM,
    Barrier.VAPOUR: (*_SHARED, vapour.concentration, vapour.humidity, vapour.residual),
    Barrier.SPORICIDE: _SHARED,
    ChamberTest.STEAM_PENETRATION: _SHARED + _STEAM,
    ChamberTest.VACUUM_LEAK: _LEAK,
    ChamberTest.PRESSURE_LEAK: _LEAK,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result` is pass, fail or void; `figures` are decimal strings with their unit in the name."""

    result: str
    reasons: tuple[str, ...]
    f0_min: float | None
    f0_lower_min: float | None
    convention: str
    phases: tuple[Span, ...]
    figures: dict[str, str]


def judge(
    program: Program, calibration: Calibration, trace: Trace, events: Sequence[Span], stated: Stated | None = None
) -> Verdict:
    """Judge a recorded run; `events` are its phases as (name, start, end) in milliseconds, and what befell it.

    `stated` is what the recording says of its own program. Raises nothing: whatever is wrong with the data is a
    reason of the verdict.
    """
    run = Run(program, calibration, trace, tuple(events), stated or Stated())
    reasons = voids(run)
    if run.span(program.exposure) is None:
        reasons.append(f"no phase {program.exposure!r} was recorded")
    elif not run.deciding or not run.samples(program.exposure):
        reasons.append(f"no reading in {program.exposure}")
    if reasons:
        return _void(run, reasons, {})
    outcomes = [criterion(run) for criterion in CRITERIA[program.kind]]
    figures = {name: value for outcome in outcomes for name, value in outcome.figures.items()}
    doubts = [reason for outcome in outcomes for reason in outcome.voids]
    if doubts:
        return _void(run, doubts, figures)
    fails = tuple(reason for outcome in outcomes for reason in outcome.fails)
    f0, lower = next((outcome.f0 for outcome in outcomes if outcome.f0), (None, None))
    return Verdict("fail" if fails else "pass", fails, f0, lower, _convention(program), run.phases, figures)


def _void(run: Run, reasons: list[str], figures: dict[str, str]) -> Verdict:
    shown = {name: value for name, value in figures.items() if not name.startswith("F0")}
    return Verdict("void", tuple(reasons), None, None, _convention(run.program), run.phases, shown)


def _convention(program: Program) -> str:
    return program.convention.words() if program.convention else ""
