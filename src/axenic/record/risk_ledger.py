"""The risk ledger of a batch: what its permits added, by mechanism. A projection; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from axenic.asepsis.risk import Share, added, batch_risk
from axenic.control.orders import PermitPassage
from axenic.record.entry import Entry


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One mechanism's part in a batch: in how many passages, and the probability it adds (mean, 95 % upper)."""

    mechanism: str
    passages: int
    mean: float
    upper95: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """Extrinsic contamination of one batch; intrinsic contamination is not in it."""

    batch: str
    passages: int
    mean: float
    upper95: float
    rows: tuple[LedgerRow, ...]

    def shares(self) -> tuple[Share, ...]:
        """The rows as shares."""
        return tuple(Share(r.mechanism, r.mean, r.upper95) for r in self.rows)


def terms_of(permit: PermitPassage) -> tuple[Share, ...]:
    """The permit's terms; a permit of an older journal has one, its mechanism."""
    if not permit.terms:
        return (Share(permit.mechanism, float(permit.risk_mean), float(permit.risk_upper95)),)
    return tuple(Share(name, float(mean), float(upper)) for name, mean, upper in permit.terms)


def ledger(batch: str, permits: Iterable[PermitPassage]) -> Ledger:
    """The ledger of one batch from its permits, the mechanism that adds most first."""
    taken = list(permits)
    counts: dict[str, int] = {}
    shares: list[Share] = []
    for permit in taken:
        for share in terms_of(permit):
            counts[share.mechanism] = counts.get(share.mechanism, 0) + permit.count
            shares.append(share)
    rows = (LedgerRow(s.mechanism, counts[s.mechanism], s.mean, s.upper95) for s in added(shares))
    mean, upper = batch_risk((float(p.risk_mean), float(p.risk_upper95)) for p in taken)
    ordered = tuple(sorted(rows, key=lambda r: (-r.mean, r.mechanism)))
    return Ledger(batch, sum(p.count for p in taken), mean, upper, ordered)


def ledgers_of(entries: Iterable[Entry]) -> dict[str, Ledger]:
    """The ledger of every batch that passed anything, in order of its first passage."""
    permits: dict[str, list[PermitPassage]] = {}
    for entry in entries:
        if isinstance(entry.thing, PermitPassage):
            permits.setdefault(entry.thing.batch, []).append(entry.thing)
    return {batch: ledger(batch, rows) for batch, rows in permits.items()}
