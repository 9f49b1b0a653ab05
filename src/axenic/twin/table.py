"""A table of figures, for a terminal, a notebook and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from axenic.twin.figure import Figure

Cell = str | float | Figure


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows of cells under named columns; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], notes: Sequence[str] = ()) -> Table:
        """A table from any sequences."""
        return cls(title, tuple(columns), tuple(tuple(r) for r in rows), tuple(notes))

    def to_data(self) -> list[dict[str, Any]]:
        """A mapping for each row, by the names of the columns."""
        return [{c: _data(x) for c, x in zip(self.columns, row, strict=True)} for row in self.rows]

    def to_pandas(self) -> Any:
        """A data frame with a column for mean, low and high of each figure; needs pandas."""
        return pa.Table.from_pylist([dict(_flat(self.columns, row)) for row in self.rows]).to_pandas()

    def __str__(self) -> str:
        cells = [self.columns, *(tuple(_text(x) for x in row) for row in self.rows)]
        widths = [max(len(row[n]) for row in cells) for n in range(len(self.columns))]
        left = [n == 0 or all(isinstance(r[n], str) for r in self.rows) for n in range(len(self.columns))]
        lines = ["  ".join(_laid(*cell) for cell in zip(r, widths, left, strict=True)).rstrip() for r in cells]
        return "\n".join([self.title, *(f"  {line}" for line in lines), *self.notes])

    __repr__ = __str__


def _laid(text: str, width: int, left: bool) -> str:
    return text.ljust(width) if left else text.rjust(width)


def _text(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _data(cell: Cell) -> Any:
    return cell.to_data() if isinstance(cell, Figure) else cell


def _flat(columns: Sequence[str], row: Sequence[Cell]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in zip(columns, row, strict=True):
        if isinstance(cell, Figure):
            found |= {name: cell.mean, f"{name} low": cell.low, f"{name} high": cell.high, f"{name} unit": cell.unit}
        else:
            found[name] = cell
    return found
