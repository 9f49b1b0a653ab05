"""A study's own table in the report: its figures under their words, shares as per cent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from axenic.twin.figure import Figure
from axenic.twin.interval import Interval
from axenic.twin.report.label import between, group_of, label_of, mean_of, scale_of, scaled
from axenic.twin.report.listing import Listing
from axenic.twin.table import Cell, Table

_NAMED = re.compile(r"([a-z_0-9]+\.[a-z_0-9.]+) \[([^\]]*)\]")  # a figure and its unit, as `by_figure` writes them
_NUMBER = re.compile(r"[\d.,e+%-]+|")
_SHARE = " [1]"  # ends the head of a column of shares
_NARROW, _WIDE = 7, 40  # letters


def studied(table: Table) -> Listing:
    """The table as a listing."""
    shares = [c.endswith(_SHARE) for c in table.columns]
    rows = tuple(_row(row, shares) for row in table.rows)
    head = tuple(
        f"{c.removesuffix(_SHARE)} [%]" if share else c for c, share in zip(table.columns, shares, strict=True)
    )
    places = range(len(head))
    longest = [max(len(row[n]) for row in (head, *rows)) for n in places]
    widths = tuple(max(_NARROW, min(_WIDE, most)) ** 0.7 for most in longest)
    right = frozenset(n for n in places[1:] if all(_is_number(row[n]) for row in table.rows))
    notes = " ".join(f"{_upper(n).rstrip('.')}." for n in table.notes if n)
    return Listing(_upper(table.title.removeprefix("SIMULATED: ")), head, rows, widths, right, notes)


def _row(row: tuple[Cell, ...], shares: Sequence[bool]) -> tuple[str, ...]:
    named = _NAMED.fullmatch(str(row[0]))
    if named is None:
        return tuple(_told(c, 100.0 if share else 1.0) for c, share in zip(row, shares, strict=True))
    factor, unit = scale_of(named[1])
    label = f"{group_of(named[1])}: {label_of(named[1])}" + (f" [{unit}]" if unit else "")
    return label, *(_told(c, factor) for c in row[1:])


def _told(cell: Cell, factor: float) -> str:
    if not isinstance(cell, Figure):
        return f"{cell:g}" if isinstance(cell, float) else str(cell)
    found = scaled(Interval(cell.mean, cell.low, cell.high, 1), factor)
    return mean_of(found) if found.low == found.high else f"{mean_of(found)} ({between(found)})"


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, str) or _NUMBER.fullmatch(cell) is not None


def _upper(text: str) -> str:
    """With a capital, unless it begins with a name that has a hyphen."""
    first = text.partition(" ")[0]
    return text if "-" in first or "_" in first else text[:1].upper() + text[1:]
