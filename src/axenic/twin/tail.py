"""Figures of scale: lateness, swarms of contaminated batches, and how often a batch meets hands and doors.

`late.*` is about days from the order to the release beyond what was promised; `interactions.*` are for each started
batch; `swarm.*` counts batches lost to contamination.
"""

from __future__ import annotations

import numpy as np

from axenic.control.cause import Cause
from axenic.twin.ends import LOST, MS_A_DAY, RELEASED
from axenic.twin.fragility import WORST_DAYS
from axenic.twin.tally import Tally

UNITS = {
    "late.p95": "d",
    "late.wait_p95": "d",
    "late.release_p95": "d",
    "late.share": "1",
    "swarm.worst_week": "batches",
    "swarm.lost": "batches",
    "interactions.passages": "1/batch",
    "interactions.cycles": "1/batch",
    "interactions.gownings": "1/batch",
    "interactions.carried": "h/batch",
}
TAIL = tuple(UNITS)


def tail(tally: Tally) -> dict[str, float]:
    """The figures of one replication; lateness of 0 days if every dose was in time."""
    rows = tally.batches
    started = rows[rows["begun"] >= 0]
    number = max(1, len(started))
    good = rows[rows["outcome"] == RELEASED]
    late = np.maximum(0, good["disposed"] - good["due"]) / MS_A_DAY
    wait = (started["begun"] - started["ordered"]) / MS_A_DAY
    swarm = rows[(rows["outcome"] == LOST) & (rows["cause"] == Cause.CONTAMINATION)]
    return {
        "late.p95": float(np.quantile(late, 0.95)) if len(late) else 0.0,
        "late.wait_p95": float(np.quantile(wait, 0.95)) if len(wait) else 0.0,
        "late.release_p95": float(np.quantile(good["disposed"] - good["ordered"], 0.95)) / MS_A_DAY
        if len(good)
        else 0.0,
        "late.share": float((late > 0).mean()) if len(late) else 0.0,
        "swarm.worst_week": float(_most(np.sort(np.maximum(swarm["disposed"], swarm["closed"])))),
        "swarm.lost": float(len(swarm)),
        "interactions.passages": float(started["passages"].sum()) / number,
        "interactions.cycles": sum(c.cycles for c in tally.chambers) / number,
        "interactions.gownings": sum(c.gownings for c in tally.carriers) / number,
        "interactions.carried": sum(c.busy_ms for c in tally.carriers if c.person) / 3_600_000 / number,
    }


def _most(at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    if not len(at):
        return 0
    first = np.searchsorted(at, at - WORST_DAYS * MS_A_DAY, side="right")
    return int((np.arange(len(at)) - first).max()) + 1
