"""How the batches of a replication ended: released, lost or still in process, and how the work divides among them."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.control.cause import Cause
from axenic.twin.tally import Tally

MS_A_DAY = 86_400_000
DAYS_A_YEAR = 365
RELEASED, LOST = 1, 2


@dataclass(frozen=True, slots=True)
class Ends:
    """Numbers of batches, and shares of the time worked in phases.

    `lost_filled`: lost after their release tests had begun. `lost_share`: of the work on ended batches, what went into
    lost ones. `open_share`: of all work, what lies in batches still in process.
    """

    started: int
    released: int
    lost: int
    lost_filled: int
    open: int
    lost_share: float
    open_share: float
    years: float

    @property
    def ended(self) -> int:
        """Released or lost."""
        return self.released + self.lost


def ends(tally: Tally) -> Ends:
    """The ends of a replication; raises ValueError if no dose was released, since nothing can be told for each dose."""
    rows = tally.batches
    released, lost = rows["outcome"] == RELEASED, rows["outcome"] == LOST
    if not released.any():
        raise ValueError("no dose was released in this replication: simulate longer, or more batches")
    going = (rows["begun"] >= 0) & ~released & ~lost
    worked = rows["worked"].astype(float)
    done, wasted, going_on = worked[released].sum(), worked[lost].sum(), worked[going].sum()
    by_number = float(lost.sum() / (released | lost).sum())
    return Ends(
        started=int((rows["begun"] >= 0).sum()),
        released=int(released.sum()),
        lost=int(lost.sum()),
        lost_filled=int((lost & (rows["filled"] >= 0)).sum()),
        open=int(going.sum()),
        lost_share=float(wasted / (done + wasted)) if done + wasted > 0 else by_number,
        open_share=float(going_on / worked.sum()) if worked.sum() > 0 else 0.0,
        years=tally.span_ms / (DAYS_A_YEAR * MS_A_DAY),
    )


def lost_by_cause(tally: Tally) -> dict[str, float]:
    """Shares of the ended batches that were lost, by cause (1); those without a cause stand under `unknown`."""
    rows = tally.batches
    lost = rows["cause"][rows["outcome"] == LOST]
    ended = max(1, int(((rows["outcome"] == RELEASED) | (rows["outcome"] == LOST)).sum()))
    names = {cause: cause.name.lower() for cause in Cause} | {Cause.NONE: "unknown"}
    return {name: float((lost == cause).sum()) / ended for cause, name in names.items()}
