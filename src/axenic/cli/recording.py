"""Judging a recorded file: its columns become a trace, its phases are found, and the one verdict function speaks."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axenic.asepsis.judge import judge
from axenic.asepsis.phases import find_phases
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Channel, Trace
from axenic.library.shelf import shipped, take
from axenic.notation.finding import Finding

TIME = "time_iso"
_MOST_BYTES = 5_000_000


def read_rows(path: Path) -> tuple[list[dict[str, str]], list[Finding]]:
    """The rows of a CSV with a time column; findings if it is none."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return [], [Finding("AX0008", "the recording is larger than 5 MB", "is this the right file?", str(path))]
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True))
    except FileNotFoundError:
        return [], [Finding("AX0501", "there is no such file", "check the path", str(path))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [Finding("AX0001", f"cannot be read as CSV: {error}", "save it as UTF-8 text", str(path), 1, 1)]
    if not rows or TIME not in rows[0]:
        text = f"no rows with a column {TIME!r}"
        return [], [Finding("AX0401", text, "the first line names the columns", str(path), 1, 1)]
    return rows, []


def fitting(rows: list[dict[str, str]]) -> str:
    """The shipped program whose columns all stand in the recording, or empty."""
    for name in shipped(Program):
        program = take(Program, name).value
        if program is not None and all(c.column in rows[0] for c in program.columns):
            return name
    return ""


def trace_of(rows: list[dict[str, str]], program: Program, file: str) -> tuple[Trace, list[Finding]]:
    """The trace of a recording; a sample with a reading missing is left out, so that it shows as a gap."""
    columns = [c for c in program.columns if c.column in rows[0]]
    times: list[int] = []
    values: list[list[int]] = [[] for _ in columns]
    for n, row in enumerate(rows, 2):
        try:
            moment = datetime.fromisoformat(row[TIME] or "")
        except ValueError:
            hint = "write ISO 8601, for example 2022-02-16T14:33:57"
            return Trace((), ()), [Finding("AX0401", f"{str(row[TIME])[:40]!r} is no time", hint, file, n, 1)]
        readings = [_reading(row.get(c.column)) for c in columns]
        if any(math.isnan(r) for r in readings):
            continue
        times.append(round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000))
        for k, reading in enumerate(readings):
            values[k].append(round(reading * 1000))
    channels = tuple(Channel(c.column, c.unit, tuple(v)) for c, v in zip(columns, values, strict=True))
    return Trace(tuple(times), channels), []


def _reading(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


@dataclass(frozen=True, slots=True)
class Judged:
    """A recording with the program it was held against, and the verdict as plain data."""

    trace: Trace
    program: Program
    result: dict[str, Any]


def judge_file(path: Path, program_name: str, machine_f0: float | None = None) -> tuple[Judged | None, list[Finding]]:
    """The verdict on a recording; findings if it cannot be read. `machine_f0`: the machine's own figure in minutes."""
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
    trace, findings = trace_of(rows, program, str(path))
    if findings:
        return None, findings
    verdict = judge(program, program.calibration_at_issue(), trace, find_phases(program, trace))
    result = {
        "verdict": verdict.result,
        "reasons": list(verdict.reasons),
        "f0_min": _rounded(verdict.f0_min),
        "f0_lower_min": _rounded(verdict.f0_lower_min),
        "convention": verdict.convention,
        "machine_f0_min": machine_f0 if machine_f0 is not None else _machine(program, trace),
        "phases": [{"name": n, "start": _iso(s), "end": _iso(e)} for n, s, e in verdict.phases],
        "program": f"{program.program} version {program.version}",
        "figures": verdict.figures,
    }
    return Judged(trace, program, result), []


def _machine(program: Program, trace: Trace) -> float | None:
    """The machine's own F0, known for the reference cycle the program was written from."""
    reference = program.reference
    known = reference is not None and trace.times and _iso(trace.times[0]) == reference.recorded
    return reference.machine_f0_min if reference is not None and known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _iso(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
