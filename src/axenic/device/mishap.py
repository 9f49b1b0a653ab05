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
from axenic.device.draw import pair, uniform, word

_DAYS = 365.25
P_LASTS, P_GOWN, P_REPAIR, P_ERROR, P_EXCURSION = (word(w) for w in ("lasts", "gown", "repair", "error", "excursion"))
REPAIR_NONE, DESTROYED = 0, -1


def breakdown(
    key: tuple[int, int, int, int, int],
    u: float,
    lasts: int,
    mtbf: int,
    destroys: float,
    least: int,
    usual: int,
    most: int,
) -> int:
    """Milliseconds of repair that a unit's fault adds to a phase; 0 without a fault, -1 if the cells are lost.

    `u`: the draw that says whether it fails, the second of the pair whose first is the phase's duration.
    """
    share = lasts / mtbf
    if u >= share or u >= -math.expm1(-share):  # the chance is never above the share
        return REPAIR_NONE
    k0, k1, thing, step, count = key
    lost, repair = pair(k0, k1, thing, step, P_REPAIR, count)
    return DESTROYED if lost * 100 < destroys else duration(4, least, usual, most, repair)


def excursion_of(rows: Numbers, k0: int, k1: int, zone: int, day: int) -> bool:
    """True if the zone (its word) leaves its state on that day without anybody seeing it."""
    return bool(uniform(k0, k1, zone, P_EXCURSION, P_EXCURSION, day) < rows[5 * R_EXCURSION + 1] / _DAYS)


def mishap(
    key: tuple[int, int, int, int, int],
    cells: Numbers,
    rows: Numbers,
    connections: int,
    by_person: bool,
    closed: bool,
    excursion: bool,
) -> bool:
    """True if the connections of a phase go wrong so that the batch is lost; an excursion of the zone may strike it."""
    k0, k1, thing, step, count = key
    wrong, struck = pair(k0, k1, thing, step, P_ERROR, count)
    if excursion:
        strikes = rows[5 * (R_STRIKES_CLOSED if closed else R_STRIKES_OPEN) + 1]
        if struck < strikes:
            cells[STRUCK] = 1.0
    error = rows[5 * (R_OPERATOR if by_person else R_ROBOT) + 1]
    return bool(wrong < connections * error)
