"""Ways to spoil a recording: each takes rows and gives spoiled ones; the rows of the good one are not touched."""

from __future__ import annotations

from datetime import datetime, timedelta

Rows = list[dict[str, str]]


def each(change):
    """The rows with `change(number, row)` giving the new cells of each."""
    return lambda rows: [row | change(n, row) for n, row in enumerate(rows)]


def cells(names, to, where=lambda n: True):
    """The readings of columns put through `to(reading, row number)` where it is asked."""
    return each(lambda n, r: {k: f"{to(float(r[k]), n):.3f}" for k in names} if where(n) else {})


def emptied(names, where=lambda n: True):
    return each(lambda n, r: dict.fromkeys(names, "") if where(n) else {})


def without_column(*names):
    return lambda rows: [{k: v for k, v in r.items() if k not in names} for r in rows]


def without_rows(first, last):
    return lambda rows: rows[:first] + rows[last:]


def clock(seconds, since):
    """The wall clock set forward (or back) by seconds from a row on."""

    def change(n, row):
        moment = datetime.fromisoformat(row["time_iso"]) + timedelta(seconds=seconds if n >= since else 0)
        return {"time_iso": moment.isoformat()}

    return each(change)


def counted(step_s):
    """With the recorder's own seconds beside the clock."""
    return each(lambda n, r: {"uptime_s": str(n * step_s)})


def said(column, text, where=lambda n: True):
    return each(lambda n, r: {column: text if where(n) else ""})


def both(*changes):
    def change(rows):
        for one in changes:
            rows = one(rows)
        return rows

    return change


def same(rows):
    return rows
