"""Judging a recorded file: the program is found, the file read under it, and the one verdict function speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axenic.asepsis.judge import Verdict, judge
from axenic.asepsis.program import Calibration, Program
from axenic.asepsis.trace import Trace
from axenic.cli.recording import fitting, read_rows, recording_of
from axenic.library.shelf import shipped, take
from axenic.notation.finding import Finding


@dataclass(frozen=True, slots=True)
class Judged:
    """A recording with the program it was held against, and the verdict as plain data."""

    trace: Trace
    program: Program
    result: dict[str, Any]


def judge_file(
    path: Path, program_name: str, machine_f0: float | None = None, calibrated: tuple[str, str] = ("", "")
) -> tuple[Judged | None, list[Finding]]:
    """The verdict on a recording; findings if it cannot be read.

    `machine_f0`: the machine's own figure in minutes. `calibrated`: from and until when the decisive sensors are in
    calibration, ISO 8601 or empty.
    """
    rows, findings = read_rows(path)
    if findings:
        return None, findings
    name = program_name or fitting(rows)
    if not name:
        hint = f"give --program; shipped: {', '.join(shipped(Program))}"
        return None, [Finding("AX0401", "the columns fit no shipped program", hint, str(path), 1, 1)]
    loaded = take(Program, name)
    if loaded.value is None:
        return None, loaded.findings
    program = loaded.value
    recording, findings = recording_of(rows, program, str(path))
    calibration = _calibration(program, calibrated)
    if recording is None or calibration is None:
        wrong = Finding("AX0401", "a date of calibration is no time", "write ISO 8601, for example 2026-01-31", "")
        return None, findings or [wrong]
    verdict = judge(program, calibration, recording.trace, recording.events, recording.stated)
    machine = machine_f0 if machine_f0 is not None else _machine(program, recording.trace)
    return Judged(recording.trace, program, _plain(verdict, program, machine)), []


def _plain(verdict: Verdict, program: Program, machine_f0: float | None) -> dict[str, Any]:
    return {
        "verdict": verdict.result,
        "reasons": list(verdict.reasons),
        "f0_min": _rounded(verdict.f0_min),
        "f0_lower_min": _rounded(verdict.f0_lower_min),
        "convention": verdict.convention,
        "machine_f0_min": machine_f0,
        "phases": [{"name": n, "start": _iso(s), "end": _iso(e)} for n, s, e in verdict.phases],
        "program": f"{program.program} version {program.version}",
        "kind": str(program.kind),
        "figures": verdict.figures,
    }


def _calibration(program: Program, calibrated: tuple[str, str]) -> Calibration | None:
    """The program's own calibration within the given dates, or None if one is no time."""
    at_issue = program.calibration_at_issue()
    try:
        since, until = (datetime.fromisoformat(t) if t else None for t in calibrated)
    except ValueError:
        return None
    return Calibration(
        at_issue.uncertainty,
        _milliseconds(until) if until else at_issue.valid_until,
        _milliseconds(since) if since else at_issue.valid_from,
    )


def _milliseconds(moment: datetime) -> int:
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _machine(program: Program, trace: Trace) -> float | None:
    """The machine's own F0, known for the reference cycle the program was written from."""
    reference = program.reference
    known = reference is not None and trace.times and _iso(trace.times[0]) == reference.recorded
    return reference.machine_f0_min if reference is not None and known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _iso(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
