"""Reading a recorded file: a CSV becomes a trace, with its phases and what it says of itself.

The first row names the columns: a time (`time_iso`, ISO 8601, or `time_s`, seconds), the columns of the program with
their units in their names, and where the machine gives them `phase`, `event` (`power loss`), `program`, `version` and
`uptime_s` (seconds that the recorder counts by itself, against which a jump of the clock shows).
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from axenic.asepsis.phases import find_phases
from axenic.asepsis.program import Program, Stated
from axenic.asepsis.run import LOST, POWER_LOSS, Span
from axenic.asepsis.trace import Channel, Trace
from axenic.asepsis.voids import UPTIME
from axenic.library.shelf import shipped, take
from axenic.notation.finding import Finding

TIME, SECONDS = "time_iso", "time_s"
_MOST_BYTES = 5_000_000
_MOST_SECONDS = 1e10  # from 1970 into the year 2286
_MOST_READING = 1e12  # what is more than this in any unit is no reading
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Recording:
    """The samples of a file, its phases and events in milliseconds, and the program it says it ran."""

    trace: Trace
    events: tuple[Span, ...]
    stated: Stated


def read_rows(path: Path) -> tuple[list[Row], list[Finding]]:
    """The rows of a CSV with a time column; findings if it is none."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return [], [Finding("AX0008", "the recording is larger than 5 MB", "is this the right file?", str(path))]
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True))
    except FileNotFoundError:
        return [], [Finding("AX0501", "there is no such file", "check the path", str(path))]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [Finding("AX0001", f"cannot be read as CSV: {error}", "save it as UTF-8 text", str(path), 1, 1)]
    if not rows or not {TIME, SECONDS} & set(rows[0]):
        text = f"no rows with a column {TIME!r} or {SECONDS!r}"
        return [], [Finding("AX0401", text, "the first line names the columns", str(path), 1, 1)]
    return rows, []


def fitting(rows: list[Row]) -> str:
    """The shipped program whose columns all stand in the recording, the one with most of them; or empty."""
    best, most = "", 0
    for name in shipped(Program):
        program = take(Program, name).value
        if program is None or not all(c.column in rows[0] for c in program.columns if not c.optional):
            continue
        found = sum(c.column in rows[0] for c in program.columns)
        if found > most:
            best, most = name, found
    return best


def recording_of(rows: list[Row], program: Program, file: str) -> tuple[Recording | None, list[Finding]]:
    """What the rows say under a program; findings if a time cannot be read."""
    times, findings = _times(rows, file)
    if findings:
        return None, findings
    columns = [c for c in program.columns if any((row.get(c.column) or "").strip() for row in rows)]
    readings = {c.column: [_reading(row.get(c.column)) for row in rows] for c in columns}
    whole = [n for n in range(len(rows)) if not any(math.isnan(r[n]) for r in readings.values())]
    channels = [Channel(c.column, c.unit, tuple(round(readings[c.column][n] * 1000) for n in whole)) for c in columns]
    counted = [_reading(row.get(UPTIME)) for row in rows]
    if whole and not any(math.isnan(counted[n]) for n in whole):
        channels.append(Channel(UPTIME, "s", tuple(round(counted[n] * 1000) for n in whole)))
    trace = Trace(tuple(times[n] for n in whole), tuple(channels))
    said = _stretches(rows, times, "phase")
    phases = tuple(said) or find_phases(program, trace)
    losses = [s for name, values in readings.items() for s in _losses(name, values, times)]
    powerless = [s for s in _stretches(rows, times, "event") if s[0] == POWER_LOSS]
    return Recording(trace, (*phases, *losses, *powerless), _stated(rows)), []


def _times(rows: list[Row], file: str) -> tuple[list[int], list[Finding]]:
    """Milliseconds of each row. A sample without a time, or with one that is none, is a wrong file."""
    times: list[int] = []
    iso = TIME in rows[0]
    for n, row in enumerate(rows, 2):
        text = (row[TIME if iso else SECONDS] or "").strip()
        try:
            times.append(_moment(text) if iso else _seconds(text))
        except (ValueError, OverflowError):
            hint = "write ISO 8601, for example 2022-02-16T14:33:57" if iso else "write seconds, for example 32.5"
            return [], [Finding("AX0401", f"{text[:40]!r} is no time", hint, file, n, 1)]
    return times, []


def _moment(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return _bounded((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _seconds(text: str) -> int:
    return _bounded(float(text))


def _bounded(seconds: float) -> int:
    if not 0 <= seconds < _MOST_SECONDS:
        raise ValueError(f"{seconds} s is no time of a run")
    return round(seconds * 1000)


def _reading(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return math.nan
    return value if abs(value) < _MOST_READING else math.nan


def _stretches(rows: list[Row], times: list[int], column: str) -> list[Span]:
    """The stretches of rows with the same text in a column; each ends where the next row begins."""
    spans: list[Span] = []
    before = ""
    for n, row in enumerate(rows):
        name = (row.get(column) or "").strip()
        end = times[min(n + 1, len(rows) - 1)]
        if name and name == before:
            spans[-1] = (name, spans[-1][1], end)
        elif name:
            spans.append((name, times[n], end))
        before = name
    return spans


def _losses(name: str, values: list[float], times: list[int]) -> list[Span]:
    """The stretches in which a channel gave no reading, from the last good sample to the next."""
    spans: list[Span] = []
    for n, value in enumerate(values):
        if not math.isnan(value):
            continue
        since, until = times[max(n - 1, 0)], times[min(n + 1, len(times) - 1)]
        if n and math.isnan(values[n - 1]):
            spans[-1] = (spans[-1][0], spans[-1][1], until)
        else:
            spans.append((f"{LOST}{name}", since, until))
    return spans


def _stated(rows: list[Row]) -> Stated:
    program, version = (next((t for r in rows if (t := (r.get(c) or "").strip())), "") for c in ("program", "version"))
    return Stated(program, int(version) if version.isdigit() else -1 if version else None)
