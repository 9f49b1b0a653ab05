"""What goes wrong by chance beside the cells: breakdowns of units, errors of hands and machines, excursions of zones.

Scalars only: the kernel compiles the very same lines. An excursion is drawn for a zone and a day, so that it strikes
everything that was opened there on that day.
"""

from __future__ import annotations

import math

from axenic.assumption.distribution import duration
from axenic.device.cells import (
    R_EXCURSION,
    R_OPERATOR,
    R_ROBOT,
    R_STRIKES_CLOSED,
    R_STRIKES_OPEN,
    STRUCK,
    Numbers,
)
from axenic.device.draw import uniform, word

_DAY_MS, _DAYS = 86_400_000, 365.25
P_LASTS, P_GOWN, P_FAULT, P_DESTROYS, P_REPAIR, P_ERROR, P_STRUCK, P_EXCURSION = (
    word(w) for w in ("lasts", "gown", "fault", "destroys", "repair", "error", "struck", "excursion")
)
REPAIR_NONE, DESTROYED = 0, -1


def breakdown(
    key: tuple[int, int, int, int, int], lasts: int, mtbf: int, destroys: float, least: int, usual: int, most: int
) -> int:
    """Milliseconds of repair that a unit's fault adds to a phase; 0 without a fault, -1 if the cells are lost."""
    k0, k1, thing, step, count = key
    if uniform(k0, k1, thing, step, P_FAULT, count) >= -math.expm1(-lasts / mtbf):
        return REPAIR_NONE
    if uniform(k0, k1, thing, step, P_DESTROYS, count) * 100 < destroys:
        return DESTROYED
    return duration(4, least, usual, most, uniform(k0, k1, thing, step, P_REPAIR, count))


def mishap(
    key: tuple[int, int, int, int, int],
    cells: Numbers,
    rows: Numbers,
    connections: int,
    by_person: bool,
    closed: bool,
    zone: int,
    at: int,
) -> bool:
    """True if the connections of a phase go wrong so that the batch is lost; an excursion of the zone strikes it."""
    k0, k1, thing, step, count = key
    day = at // _DAY_MS
    if uniform(k0, k1, zone, P_EXCURSION, P_EXCURSION, day) < rows[5 * R_EXCURSION + 1] / _DAYS:
        strikes = rows[5 * (R_STRIKES_CLOSED if closed else R_STRIKES_OPEN) + 1]
        if uniform(k0, k1, thing, step, P_STRUCK, count) < strikes:
            cells[STRUCK] = 1.0
    error = rows[5 * (R_OPERATOR if by_person else R_ROBOT) + 1]
    return bool(uniform(k0, k1, thing, step, P_ERROR, count) < connections * error)
