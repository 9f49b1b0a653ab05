"""The rules of review by exception that were run over a batch record, each with what it looked at and found.

Printed when they found nothing, too: a reviewer must see that a question was asked (gmp.md section 8; 21 CFR 211.192
is not reduced by it). They read the record that is printed and decide nothing about the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
VERSION = 1


def rules_run(record: Row) -> list[Row]:
    """A row for each rule: the question, how many things it looked at, how many want a look, and which entries."""
    return [
        {"rule": f"R{n}", "question": question, **look(record)} for n, (question, look) in enumerate(_RULES.items(), 1)
    ]


def _found(rows: list[Row], wrong: Callable[[Row], bool]) -> Row:
    """Of all rows those that are wrong, with the entries they stand on."""
    bad = [row["entry"] for row in rows if wrong(row)]
    return {"looked_at": len(rows), "found": len(bad), "entries": bad}


def _signed(row: Row) -> bool:
    return "missing" not in row.values()


def _resting(record: Row) -> Row:
    known = {c["name"] for c in record["cycles"]} | {e["name"] for e in record["evidence"]}
    passed = {c["name"] for c in record["cycles"] if c["verdict"] != "pass"}
    return _found(record["permits"], lambda p: not set(p["cited"]) <= known or bool(set(p["cited"]) & passed))


_RULES: dict[str, Callable[[Row], Row]] = {
    "Is every result of a control within its limit, and not at its alert?": lambda r: _found(
        r["checks"], lambda c: c["verdict"] != "within"
    ),
    "Is every release test done and within its limit?": lambda r: _found(
        r["tests"], lambda t: t["verdict"] not in ("within", "")
    ),
    "Was every phase ended as ordered?": lambda r: _found(r["steps"] + r["tests"], lambda s: s["failed"]),
    "Did every sterilisation and decontamination cycle pass?": lambda r: _found(
        r["cycles"], lambda c: c["verdict"] != "pass"
    ),
    "Does every permit rest on evidence that is shown and good?": _resting,
    "Was any passage of the aseptic boundary refused?": lambda r: _among(r["permits"], r["refusals"]),
    "Did the core raise an exception?": lambda r: _among(r["steps"] + r["tests"] + r["permits"], r["exceptions"]),
    "Was a value corrected?": lambda r: _among(r["trail"], []) | _listed(_changed(r)),
    "Was a person refused what was tried?": lambda r: _found(r["trail"], lambda a: bool(a["refused"])),
    "Has every signature its name, time and meaning?": lambda r: _found(r["signatures"], lambda s: not _signed(s)),
}


def _among(looked_at: list[Row], bad: list[Row]) -> Row:
    """What is bad stands in a list of its own, beside what was looked at."""
    return {"looked_at": len(looked_at) + len(bad)} | _listed([row["entry"] for row in bad])


def _listed(entries: list[int]) -> Row:
    return {"found": len(entries), "entries": entries}


def _changed(record: Row) -> list[int]:
    return [change["entry"] for c in record["corrections"] for change in c["changes"]]
