"""The requirement trace: clause, feature, tests, result (21 CFR 11.10(a), Annex 11 4).

The results are those of a run of the whole test suite, which writes them to a file; without it nothing counts as met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from axenic.quality.requirement import Requirement, Requirements, Who

PASSED, FAILED, NOT_RUN, NOT_BUILT, PROCEDURE = "passed", "failed", "not run", "not built", "user's procedure"
Outcomes = Mapping[str, Mapping[str, str]]
"""For each requirement the tests marked with it, and how each ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the matrix."""

    id: str
    clause: str
    text: str
    who: str
    requirement: str
    feature: str
    tests: tuple[str, ...]
    result: str
    note: str = ""


def read_outcomes(path: Path) -> Outcomes:
    """The results of a run; empty if there was none. Raises ValueError if the file is none of ours."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict) or not all(isinstance(tests, dict) for tests in found.values()):
        raise ValueError(f"{path} holds no results of tests")
    return found


def trace_matrix(texts: Sequence[Requirements], outcomes: Outcomes) -> list[Line]:
    """Every requirement with the tests that prove it."""
    return [_line(text, row, outcomes.get(row.id, {})) for text in texts for row in text.rows]


def _line(text: Requirements, row: Requirement, tests: Mapping[str, str]) -> Line:
    said = (row.id, row.clause, text.title, row.who.value, row.requirement, row.feature)
    return Line(*said, tuple(sorted(tests)), _result(row, tests), row.missing)


def _result(row: Requirement, tests: Mapping[str, str]) -> str:
    if row.who is Who.PROCEDURE:
        return PROCEDURE
    if any(outcome == FAILED for outcome in tests.values()):
        return FAILED
    if row.missing:
        return NOT_BUILT
    return PASSED if PASSED in tests.values() else NOT_RUN


def unproven(lines: Sequence[Line]) -> list[Line]:
    """The rows that keep a build from being accepted: neither proven nor said to be missing."""
    return [line for line in lines if line.result in (FAILED, NOT_RUN)]


def to_data(lines: Sequence[Line]) -> dict[str, object]:
    """As plain data, with the count of each result."""
    results = [line.result for line in lines]
    return {"rows": [asdict(line) for line in lines], "counts": {r: results.count(r) for r in sorted(set(results))}}


def to_markdown(lines: Sequence[Line]) -> str:
    """As a table for people, one text after the other."""
    parts: list[str] = []
    for title in dict.fromkeys(line.text for line in lines):
        parts += [f"## {title}", "", "| id | clause | requirement | who | feature | tests | result |", "|---|" * 7]
        for line in (each for each in lines if each.text == title):
            tests = f"{len(line.tests)}: {line.tests[0].rpartition('::')[2]}" if line.tests else "-"
            result = f"{line.result}: {line.note}" if line.note else line.result
            row = (line.id, line.clause, line.requirement, line.who, line.feature, tests, result)
            parts.append("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |")
        parts.append("")
    return "\n".join(parts)
