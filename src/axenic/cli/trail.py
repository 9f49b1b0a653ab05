"""The verb `trail search`: the audit trail by who, what, when and why, sorted, to read or to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from axenic.cli.answer import refuse
from axenic.cli.books import Look, Row
from axenic.cli.signing import act_line
from axenic.library.shelf import milliseconds
from axenic.notation.finding import Finding
from axenic.quality.books import Books
from axenic.quality.trail import Line
from axenic.quality.trail_table import COLUMNS, cells, to_csv

app = App(name="trail", help="The audit trail: search, sort, take away.", help_format="plaintext")
_KEYS = {
    "when": lambda line: (line.act.at, line.seq),
    "who": lambda line: (line.act.actor, line.seq),
    "what": lambda line: (line.act.command, line.act.object, line.seq),
    "why": lambda line: (line.act.reason, line.seq),
}


@app.command
def search(
    *,
    look: Look,
    who: str = "",
    what: str = "",
    since: str = "",
    until: str = "",
    why: str = "",
    batch: str = "",
    sort: Literal["when", "who", "what", "why"] = "when",
    csv: Path | None = None,
) -> int:
    """Show the acts of persons, refused attempts among them, that fit all that is asked.

    Parameters
    ----------
    who
        Whose acts: a user.
    what
        A part of the command or of the object.
    since
        From this time on, as 2026-11-28T10:00:00Z.
    until
        Before this time.
    why
        A part of the reason.
    batch
        Only acts on this batch.
    sort
        By when, who, what or why.
    csv
        Write a table for a spreadsheet to this file; it can be read back to the same lines.
    """
    try:
        start, end = (milliseconds(text) if text else 0 for text in (since, until))
    except ValueError as error:
        return refuse([Finding("AX0007", str(error), "write for example 2026-11-28T10:00:00Z")], look.json)
    asked = {"who": who, "what": what, "since": start, "until": end, "why": why}

    def found(books: Books) -> tuple[Row, list[str]]:
        lines = [line for line in books.trail.search(**asked) if batch in ("", line.act.batch)]  # type: ignore[arg-type]
        lines.sort(key=_KEYS[sort])
        if csv is not None:
            csv.write_text(to_csv(lines), "utf-8")
        return _rows(lines), [*map(act_line, lines), f"{len(lines)} of {len(books.trail.lines)} acts"]

    try:
        return look.show(found)
    except OSError as error:
        return refuse([Finding("AX0402", str(error), "choose another file", str(csv))], look.json)


def _rows(lines: list[Line]) -> Row:
    return {"acts": [dict(zip(COLUMNS, cells(line), strict=True)) for line in lines]}
