"""The verbs `entry show`, `analysis show`, `raw show`: what people recorded of a batch, every version of it."""

from __future__ import annotations

from dataclasses import asdict

from axenic.cli.books import Look, OfBatch, Row, known
from axenic.quality.books import Books
from axenic.quality.entries import Recorded
from axenic.quality.signature import local_time

CHANGED = "*"  # beside a value that is not what was first written


def entries(batch: OfBatch, *, look: Look) -> int:
    """Show the values recorded of a batch with every version; a changed value carries a mark."""
    return look.show(lambda books: _entries(books, batch))


def analyses(batch: OfBatch, *, look: Look) -> int:
    """Show every run of every analysis of a batch, with its parameters and the limit of its day."""
    return look.show(lambda books: _analyses(books, batch))


def raws(batch: OfBatch, *, look: Look) -> int:
    """Show the files of raw data attached to a batch, and what the last check found."""
    return look.show(lambda books: _raws(books, batch))


def _entries(books: Books, batch: str) -> tuple[Row, list[str]]:
    known(books, batch)
    rows, lines = [], []
    for recorded in books.entries.of(batch):
        mark = books.raws.mark(recorded.object)
        rows.append(asdict(recorded) | {"changed": recorded.changed, "verified by": recorded.checked_by, "mark": mark})
        lines += _lines(recorded, mark)
    note = [f"{CHANGED} changed since it was first recorded; every version stands below it"]
    return {"batch": batch, "entries": rows}, [*lines, *note] if any(r["changed"] for r in rows) else lines


def _lines(recorded: Recorded, mark: str) -> list[str]:
    now, changed = recorded.now, CHANGED if recorded.changed else " "
    said = [f"verified by {recorded.checked_by}"] * bool(recorded.checked_by) + [mark] * bool(mark)
    head = f"{changed} {recorded.step}, {recorded.name}: {now.value} {now.unit}".rstrip()
    lines = ["; ".join([head, *said])]
    for v in recorded.versions:
        what = f"    {v.number}  {v.value} {v.unit}".rstrip() + f", {v.how} by {v.by}"
        why = [f"with {v.second}"] * bool(v.second) + [v.reason] * bool(v.reason)
        late = [f"late, occurred {local_time(v.occurred, 'UTC')}"] * bool(v.occurred)
        lines.append("; ".join([what, local_time(v.at, "UTC"), *late, *why]))
    return lines + [f"    comment by {c.by}: {c.text}" for c in recorded.comments]


def _analyses(books: Books, batch: str) -> tuple[Row, list[str]]:
    known(books, batch)
    runs = books.analyses.of(batch)
    lines = [
        f"{r.test} {r.number}: {r.value} {r.unit} ({'within' if r.passes else 'OUT OF'} {r.limit}) by {r.by}"
        + "".join(f"; {name}={value}" for name, value in r.parameters.items())
        for r in runs
    ]
    return {"batch": batch, "runs": [asdict(r) for r in runs]}, lines


def _raws(books: Books, batch: str) -> tuple[Row, list[str]]:
    known(books, batch)
    files = books.raws.of(batch)
    lines = [
        f"{f.name}  {f.size} bytes  {f.digest}" + (f"  RAW DATA INVALID: {f.wrong}" if f.wrong else "") for f in files
    ]
    return {"batch": batch, "files": [asdict(f) for f in files]}, lines
