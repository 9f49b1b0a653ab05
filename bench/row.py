"""One line of the result: what Axenic does, what its peer does, their ratio, and the budget of the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """`axenic` and `peer` are medians in `unit`; ratio is Axenic by peer, taken round by round, `low` to `high`."""

    measure: str
    unit: str
    axenic: float
    peer_name: str
    peer: float
    ratio: float
    low: float
    high: float
    budget: str = ""
    met: bool | None = None
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def rates(
    measure: str,
    unit: str,
    mine: Sequence[float],
    peer_name: str,
    theirs: Sequence[float],
    at_least: float = 0.0,
    note: str = "",
) -> Row:
    """A row of two rates, more is better; `at_least` is the budget of Axenic's median (0: none)."""
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    value = median(mine)
    budget = f">= {at_least:,.0f}" if at_least else ""
    met = value >= at_least if at_least else None
    middle = median(ratios)
    return Row(measure, unit, value, peer_name, median(theirs), middle, min(ratios), max(ratios), budget, met, note)


def times(
    measure: str,
    unit: str,
    mine: Sequence[float],
    peer_name: str,
    theirs: Sequence[float],
    below: float = 0.0,
    note: str = "",
) -> Row:
    """A row of two durations, less is better; `below` is the budget of Axenic's median (0: none)."""
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    value = median(mine)
    budget = f"< {below:g}" if below else ""
    met = value < below if below else None
    middle = median(ratios)
    return Row(measure, unit, value, peer_name, median(theirs), middle, min(ratios), max(ratios), budget, met, note)
