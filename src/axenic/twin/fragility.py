"""Whether losses come alone or in swarms: what a common cause does to a plant that has grown.

A rate of failure does not show it. Ten lost batches in ten months are ten incidents; ten in one week are a catastrophe
for ten patients, and the larger the cluster behind one barrier, the more a single breach can strike.
"""

from __future__ import annotations

import numpy as np

from axenic.twin.ends import LOST, MS_A_DAY
from axenic.twin.tally import Rows, Tally

WINDOW_DAYS = 14
WORST_DAYS = 7


def _lost_at(rows: Rows) -> Rows:
    lost = rows[rows["outcome"] == LOST]
    return np.sort(np.maximum(lost["disposed"], lost["closed"]))


def clustering(tally: Tally) -> float:
    """Variance over mean of the batches lost in each 14 days: 1 if each comes alone, n if always n at once.

    1 if nothing was lost or there are fewer than two windows: nothing speaks for a swarm then.
    """
    at, window = _lost_at(tally.batches), WINDOW_DAYS * MS_A_DAY
    windows = tally.span_ms // window
    at = at[at < windows * window]
    if windows < 2 or not len(at):
        return 1.0
    counts = np.bincount(at // window, minlength=windows)
    return float(counts.var(ddof=1) / counts.mean())


def worst_week(tally: Tally) -> int:
    """The most batches lost within any 7 days."""
    at = _lost_at(tally.batches)
    if not len(at):
        return 0
    first = np.searchsorted(at, at - WORST_DAYS * MS_A_DAY, side="right")
    return int((np.arange(len(at)) - first).max()) + 1
