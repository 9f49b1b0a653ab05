"""A table of the report, for the page and for paper alike."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.twin.claims import Standing


@dataclass(frozen=True, slots=True)
class Stamp:
    """A verdict as word and shape, since a colour alone is no word."""

    standing: str

    @property
    def shape(self) -> tuple[str, str]:
        """Its drawing in a field of 10 x 10, and its colour."""
        return _SHAPES.get(self.standing, _PARTLY)


Entry = str | Stamp


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under a head; a row of one cell is a heading among them. `right`: columns of numbers, `name` for readers."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    widths: tuple[float, ...]
    right: frozenset[int] = frozenset()
    note: str = ""


_PARTLY = (
    '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" stroke-width="1.4"/>'
    '<path d="M5 1a4 4 0 0 0 0 8z" fill="currentColor"/>',
    "#8a5f00",
)
_SHAPES: dict[str, tuple[str, str]] = {
    Standing.HOLDS: ('<circle cx="5" cy="5" r="4.4" fill="currentColor"/>', "#256145"),
    Standing.ASSUMED: ('<path d="M1 1h8v8H1z" fill="none" stroke="currentColor" stroke-width="1.6"/>', "#5c6b78"),
    Standing.FAILS: (
        '<path d="M1.4 1.4L8.6 8.6M8.6 1.4L1.4 8.6" stroke="currentColor" stroke-width="2.2" fill="none"/>',
        "#b3421f",
    ),
    Standing.UNDECIDED: ('<path d="M5 .4L9.6 5L5 9.6L.4 5z" fill="currentColor"/>', "#8a5f00"),
    Standing.MISSING: (
        '<circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" stroke-width="1.2" stroke-dasharray="2 1.4"/>',
        "#5c6b78",
    ),
}
