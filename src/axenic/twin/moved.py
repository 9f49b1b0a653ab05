"""What each row of the assumptions moves: it is set a tenth higher, and every figure that changes is written down.

Rows that only enter the figures are moved on one fixed tally. Rows that the simulation draws on are moved in the run,
under the same draws. What is rare (a contamination, an error) is made frequent for that, and the change taken back in
proportion: a tenth more of what happens once in a thousand batches would not be seen in a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from axenic.assumption.assumption import Assumptions, Row
from axenic.device.cells import NAMED, compiled
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.twin.clinic import DAYS, REMAKES
from axenic.twin.ends import LOST, RELEASED
from axenic.twin.figures import figures
from axenic.twin.scenario import Scenario
from axenic.twin.tally import Tally

Moves = dict[str, dict[str, float]]
"""By row and figure: the change of the figure, in its unit, for a tenth more of the row."""

_TENTH, _FREQUENT, _OFTEN, _NOISE = 0.1, 30.0, 0.01, 1e-9
_BATCHES, _FEWEST, _TOGETHER = 100, 0.1, 6  # ordered in the short run; a year at least; rows tried together
_WITHOUT_END = 1e299


def probe(scenario: Scenario, seed: int) -> tuple[Scenario, Tally]:
    """The scenario over about a hundred batches, and one replication of it in which at least one dose was lost."""
    demand = max(scenario.demand, _FEWEST)
    short = replace(scenario, demand=demand, years=_BATCHES / demand)
    return short, _with_both_ends(short.tally(seed, 0)[0])


def drawn_on(scenario: Scenario) -> tuple[Row, ...]:
    """The rows that the simulation of this recipe on this plant draws on."""
    working, kinds = compiled(scenario.assumptions), scenario.model.image.names.kinds
    used = {working.names[op[2]] for kind in kinds for op in working.ops.get(kind, ()) if op[2] >= 0}
    used |= {*NAMED, REMAKES, DAYS} if scenario.remakes else {*NAMED}
    return tuple(row for row in scenario.assumptions.rows if row.row in used)


def on_tally(tally: Tally, plant: Plant, recipe: Recipe, assumptions: Assumptions) -> Moves:
    """What each row moves in the figures of a fixed tally; rows are tried some at a time, as most move nothing."""
    found, still = Moves(), figures(tally, plant, recipe, assumptions)

    def at(rows: Sequence[Row]) -> dict[str, float]:
        return figures(tally, plant, recipe, assumptions.at({row.row: moved_to(row) for row in rows}))

    for first in range(0, len(assumptions.rows), _TOGETHER):
        some = assumptions.rows[first : first + _TOGETHER]
        if _changes(some[0], moved_to(some[0]), still, at(some)):
            found |= {row.row: _changes(row, moved_to(row), still, at([row])) for row in some}
    return found


def in_run(scenario: Scenario, tally: Tally, seed: int) -> Moves:
    """What each row that is drawn on moves, in run and figures of the first replication, which is `tally`.

    In so short a run one batch more or less may be chance: only what changes a figure one way when the row is raised
    and the other way when it is lowered counts as seen. What is rare is only raised.
    """
    still = figures(tally, scenario.plant, scenario.executed, scenario.assumptions)
    tried = [(row, value) for row in drawn_on(scenario) for value in _both_ways(row)]
    found: dict[str, list[dict[str, float]]] = {}
    again = scenario.again(seed, (row.model_copy(update={"value": value}) for row, value in tried))
    for (row, value), other in zip(tried, again, strict=True):
        known = scenario.assumptions.at({row.row: value})
        moved = figures(_with_both_ends(other), scenario.plant, scenario.executed, known)
        found.setdefault(row.row, []).append(_changes(row, value, still, moved))
    return {row: _agreed(*changes) for row, changes in found.items()}


def moved_to(row: Row) -> float:
    """Another value of a row: a tenth more, or less where its range ends; of a row at nought, the end of its range."""
    low, high = _range(row)
    if not row.value:
        return high if high < _WITHOUT_END and high else 1.0
    more, less = row.value * (1 + _TENTH), row.value * (1 - _TENTH)
    inside = (value for value in (more, less, low, high) if low <= value <= high and value != row.value)
    return next(inside, more)  # a range without room holds nothing else


def _both_ways(row: Row) -> tuple[float, ...]:
    low, high = _range(row)
    often = min(high, max(_FREQUENT * row.value, _OFTEN))
    if row.value and often > row.value and (row.unit.startswith("1/") or row.value < _OFTEN):
        return (often,)
    value = moved_to(row)
    other = min(high, max(low, 2 * row.value - value))
    return (value, other) if other != row.value else (value,)


def _agreed(raised: dict[str, float], lowered: dict[str, float] | None = None) -> dict[str, float]:
    if lowered is None:
        return raised
    return {n: (x + lowered[n]) / 2 for n, x in raised.items() if x * lowered.get(n, 0.0) > 0}


def _range(row: Row) -> tuple[float, float]:
    """Within what a row may lie; a beta distribution is of shares."""
    known = [d for d in (row.varies, row.uncertain) if d is not None]
    ends = [(0.0, 1.0) if d.hits else (d.from_, d.to) for d in known] or [(-_WITHOUT_END, _WITHOUT_END)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _changes(row: Row, value: float, still: dict[str, float], moved: dict[str, float]) -> dict[str, float]:
    """What has changed, in proportion to a tenth of the row (of a row at nought: for the whole move)."""
    share = _TENTH * row.value / (value - row.value) if row.value else 1.0
    changes = {name: moved[name] - before for name, before in still.items()}
    least = {name: _NOISE * max(abs(before), abs(moved[name])) for name, before in still.items()}
    return {name: change * share for name, change in changes.items() if abs(change) > least[name]}


def _with_both_ends(tally: Tally) -> Tally:
    """The tally with at least one batch released and one lost, as few as a short run may have had."""
    rows = tally.batches.copy()
    for end, other, place in ((RELEASED, LOST, 0), (LOST, RELEASED, -1)):
        if not (rows["outcome"] == end).any() and (some := np.flatnonzero(rows["outcome"] == other)).size > 1:
            rows["outcome"][some[place]] = end
    return replace(tally, batches=rows)
