"""Reading executed batches from a CSV, line by line: any length, with a finding for each line that is not as wanted.

The first line names the columns: `batch`, `phase`, and `started` with `ended` (ISO 8601 with their zone) or `duration`
("2.5 h"). A line without an end is under way. Besides: `status` (done, failed, stopped), `fault` (what the equipment
had), `outcome` (released, rejected) with `reason`, `patient` (a code), and a column for each measure.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from axenic.library.shelf import default, milliseconds
from axenic.notation.finding import Finding
from axenic.recipe.phase_kind import PhaseKinds
from axenic.twin.observed import HOUR_MS, Observed, Origin, cause_of
from axenic.units import UnitError, parse_quantity

_WORDS = ("batch", "phase", "started", "ended", "duration", "status", "fault", "outcome", "reason", "patient")
_MOST_LINES = 2_000_000
_MOST_FINDINGS = 20
_MOST_HOURS = 3 * 8766.0
_LONGEST_NAME = 80
_STEP = 100_000
_STATUS = {"": "", "done": "", "completed": "", "failed": "failed", "stopped": "stopped"}
_OUTCOMES = ("released", "rejected", "")
Line = dict[str, str]


class Wrong(ValueError):
    """A line is not as wanted: which column, why, and how to mend it."""

    def __init__(self, column: str, message: str, hint: str, code: str = "AX0821") -> None:
        super().__init__(message)
        self.column, self.hint, self.code = column, hint, code


@dataclass(slots=True)
class _Table:
    """One file as it is read: what its columns are, and what must be known of batches across its lines."""

    kinds: dict[str, str]  # phase kind by itself, a set that remembers its order
    units: dict[str, str]  # unit by measure, of the measures that are columns
    into: Observed
    faults: bool  # there is a column for them
    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    patients: dict[str, str] = field(default_factory=dict)  # by batch, in the order of the file
    batches: set[str] = field(default_factory=set)


def read_executed(
    path: Path, observed: Observed, step: Callable[[str], None] = lambda _: None
) -> tuple[list[str], list[Finding]]:
    """Gather a CSV into `observed`: the columns not used, and the findings (then what is gathered is incomplete).

    `step` hears how far it got.
    """
    file = str(path)
    try:
        with path.open("rb") as raw:
            digest = sha256()
            while block := raw.read(1 << 20):
                digest.update(block)
        with path.open(encoding="utf-8-sig", newline="") as text:
            return _read(csv.reader(text, strict=True), file, digest.hexdigest(), observed, step)
    except FileNotFoundError:
        return [], [Finding("AX0501", "there is no such file", "check the path", file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [Finding("AX0001", f"cannot be read as CSV: {error}", "save it as CSV, UTF-8 text", file, 1, 1)]


def _read(
    reader: Iterator[list[str]], file: str, digest: str, observed: Observed, step: Callable[[str], None]
) -> tuple[list[str], list[Finding]]:
    head = [name.partition("[")[0].strip() for name in next(reader, [])]
    kinds = default(PhaseKinds)
    if missing := _missing(head):
        hint = "the first line names the columns: batch,phase,started,ended or batch,phase,duration"
        return [], [Finding("AX0821", f"there is no column {missing}", hint, file, 1, 1)]
    units = {m.measure: m.unit for m in kinds.measures if m.measure in head}
    table = _Table({k.kind: k.kind for k in kinds.kinds}, units, observed, "fault" in head)
    findings: list[Finding] = []
    more = lines = 0
    for lines, cells in enumerate(reader, 1):
        if lines % _STEP == 0:
            step(f"line {lines} of {file}")
        if lines > _MOST_LINES:
            text = f"more than {_MOST_LINES} lines"
            return [], [Finding("AX0008", text, "split the file", file, lines + 1, 1)]
        try:
            _take(table, head, cells)
        except Wrong as wrong:
            more += len(findings) >= _MOST_FINDINGS
            if len(findings) < _MOST_FINDINGS:
                line: int = reader.line_num  # type: ignore[attr-defined]
                column = head.index(wrong.column) + 1 if wrong.column in head else 1
                findings.append(Finding(wrong.code, str(wrong), wrong.hint, file, line, column))
    if more:
        findings.append(Finding("AX0821", f"{more} more lines are not as wanted", "mend these first", file))
    if not lines:
        findings.append(Finding("AX0821", "there is no line below the header", "one line for each phase", file, 1, 1))
    _close(table, Path(file).name, digest)
    return [n for n in head if n and n not in _WORDS and n not in units], findings


def _missing(head: list[str]) -> str:
    """The column that is wanted and not there, or there twice; empty if all is well."""
    twice = next((n for n in head if n and head.count(n) > 1), "")
    if twice:
        return f"{twice!r} that is one only: it stands twice"
    absent = next((n for n in ("batch", "phase") if n not in head), "")
    timed = "duration" in head or {"started", "ended"} <= set(head)
    return repr(absent) if absent else "" if timed else "'duration', nor 'started' with 'ended'"


def _take(table: _Table, head: list[str], cells: list[str]) -> None:
    """One line; raises Wrong."""
    if not cells:
        return
    if len(cells) != len(head):
        raise Wrong("", f"{len(cells)} columns, the header has {len(head)}", "quote what holds a comma")
    line = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    batch, phase = line["batch"], line["phase"]
    if not 0 < len(batch) <= _LONGEST_NAME:
        raise Wrong("batch", f"{batch[:40]!r} is no name of a batch", "write its code, 1 to 80 characters")
    if phase not in table.kinds:
        near = difflib.get_close_matches(phase[:_LONGEST_NAME], table.kinds, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(table.kinds)}"
        raise Wrong("phase", f"no phase kind is named {phase[:40]!r}", hint, "AX0101")
    whole = _chosen(line, "status", tuple(_STATUS), "done, failed or stopped")
    hours, results = _hours(line), _results(line, table.units)
    table.batches.add(batch)
    _batch(table, line)
    fault = line.get("fault", "")
    table.into.kind(phase).read(results, batch)
    if hours is None:
        table.into.kind(phase).left_out["under way"] += 1
        return
    status = _STATUS[whole]
    if status == "failed" and fault:
        table.struck.add(batch)
        table.into.destroyed += 1
    table.into.worked(phase, hours, status or ("repaired" if fault else ""), "fault" not in line, fault)


def _chosen(line: Line, column: str, known: tuple[str, ...], said: str) -> str:
    word = line.get(column, "").lower()
    if word not in known:
        raise Wrong(column, f"{word[:40]!r} is no {column}", f"write {said}, or nothing")
    return word


def _batch(table: _Table, line: Line) -> None:
    outcome = _chosen(line, "outcome", _OUTCOMES, "released or rejected")
    if outcome:
        table.outcomes[line["batch"]] = outcome, line.get("reason", "")
    patient = line.get("patient", "")
    if patient and (known := table.patients.setdefault(line["batch"], patient)) != patient:
        text = f"the batch has the patient {known[:40]!r} above, {patient[:40]!r} here"
        raise Wrong("patient", text, "one batch is one patient's dose")


def _hours(line: Line) -> float | None:
    """How long a phase took; None if it is under way. Raises Wrong."""
    if text := line.get("duration", ""):
        return _sane("duration", _quantity("duration", text, "min", 'write for example "2.5 h"') / 60)
    if "started" not in line:
        return None
    started = _moment(line, "started")
    if not line.get("ended"):
        return None
    return _sane("ended", (_moment(line, "ended") - started) / HOUR_MS)


def _sane(column: str, hours: float) -> float:
    if not 0 < hours <= _MOST_HOURS:
        text = f"a phase of {hours:.6g} h cannot be"
        raise Wrong(column, text, "a phase ends after it began, within three years; check date and zone")
    return hours


def _moment(line: Line, column: str) -> int:
    try:
        return milliseconds(line[column])
    except (ValueError, OverflowError) as error:
        hint = "write ISO 8601 with its zone, for example 2026-01-05T06:00:00Z"
        raise Wrong(column, f"{line[column][:40]!r} is no time: {str(error)[:80]}", hint) from None


def _quantity(column: str, text: str, unit: str, hint: str) -> float:
    try:
        return float(parse_quantity(text).to(unit))
    except UnitError as error:
        raise Wrong(column, f"{column}: {error}", hint) from None


def _results(line: Line, units: dict[str, str]) -> Line:
    """The readings of a line in the units of their measures, as text; raises Wrong."""
    results: Line = {}
    for measure, unit in units.items():
        text = line[measure]
        if not text:
            continue
        sign = text[0] if text[0] in "<>" else ""
        number = text.lstrip("<> ")
        value = _number(measure, number, unit)
        if not 0 <= value < 1e15:  # nan is neither
            text = f"{measure} {number[:40]} cannot be"
            raise Wrong(measure, text, f"write a number from 0 in {unit}, or nothing if it was not measured")
        results[measure] = f"{sign}{value!r}"
    return results


def _number(measure: str, text: str, unit: str) -> float:
    try:
        return float(text)
    except ValueError:
        return _quantity(measure, text, unit, f"write a number in {unit}, or nothing if it was not measured")


def _close(table: _Table, name: str, digest: str) -> None:
    """Count the batches: what became of them, and which were made again."""
    observed = table.into
    observed.origins.append(Origin(name, f"sha256 {digest}", False, len(table.batches)))
    observed.decided += len(table.outcomes)
    observed.patients_known |= bool(table.patients)
    observed.faults_known |= table.faults
    last = {patient: batch for batch, patient in table.patients.items()}
    for batch, (outcome, reason) in table.outcomes.items():
        if outcome == "rejected":
            observed.causes[cause_of(reason, batch in table.struck)] += 1
            patient = table.patients.get(batch)
            observed.remade += patient is not None and last[patient] != batch
