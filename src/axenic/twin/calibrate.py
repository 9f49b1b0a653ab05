"""From records to assumptions: durations and rows that are found in what was done, with how well a law holds them.

Grade A is for records of real equipment; what simulated equipment did is no evidence about the world, and its rows are
D and say SIMULATED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from axenic.assumption.assumption import Assumptions
from axenic.notation.sheet import Grade
from axenic.twin.lasting import FoundDuration, found_duration
from axenic.twin.observed import Observed
from axenic.twin.rows import FoundRow, found_row, found_shares, measured_by

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Calibration:
    """The assumptions made of records, and everything that was found on the way."""

    assumptions: Assumptions
    durations: tuple[FoundDuration, ...]
    rows: tuple[FoundRow, ...]


def calibrated(
    observed: Observed, below: Assumptions, name: str, step: Callable[[str], None] = lambda _: None
) -> Calibration:
    """Assumptions to stand over those `below`; `step` hears what is being fitted."""
    cited = _cited(observed)
    grade = Grade.D if observed.simulated else Grade.A
    durations = []
    for phase, kind in observed.kinds.items():
        step(phase)
        durations.append(found_duration(phase, kind, cited, grade))
    rows = []
    for row, places in measured_by(below).items():
        step(row)
        rows.append(found_row(below.row(row), places, observed, cited, grade))
    rows += found_shares(observed, below, cited, grade)
    made = Assumptions(
        assumptions=name,
        version=1,
        over=below.assumptions,
        rows=tuple(r.made for r in rows if r.made is not None),
        lasting=tuple(d.lasting for d in durations if d.lasting is not None),
    )
    return Calibration(made, tuple(durations), tuple(r for r in rows if r.data))


def _cited(observed: Observed) -> str:
    named = ", ".join(o.title for o in observed.origins[:_MOST_NAMED])
    more = len(observed.origins) - _MOST_NAMED
    return named + (f" and {more} more" if more > 0 else "")
