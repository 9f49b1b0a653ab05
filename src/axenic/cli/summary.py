"""What a run comes to: one row for each patient, from facts and orders alone, as they come or from a journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from axenic.asepsis.risk import batch_risk
from axenic.control.facts import BatchOrdered, PhaseCompleted
from axenic.control.orders import DisposeBatch, MoveItem, PermitPassage, RaiseException, RefusePassage, RunPhase
from axenic.record.entry import Thing

_DAY_MS = 86_400_000


@dataclass(slots=True)
class Row:
    """Where a batch stands."""

    batch: str
    ordered: int
    outcome: str = "in process"
    reason: str = ""
    ended: int | None = None
    passages: int = 0
    refused: int = 0
    exceptions: int = 0
    risks: list[tuple[float, float]] = field(default_factory=list)
    step: str = ""
    doing: str = ""
    unit: str = ""
    tests: int = 0
    tested: int = 0
    results: dict[str, str] = field(default_factory=dict)

    @property
    def days(self) -> float | None:
        """Days from the order to the disposition."""
        return None if self.ended is None else round((self.ended - self.ordered) / _DAY_MS, 2)

    def to_data(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        mean, upper = batch_risk(self.risks)
        return {
            "id": self.batch,
            "outcome": self.outcome,
            "reason": self.reason,
            "days": self.days,
            "passages": self.passages,
            "refused": self.refused,
            "exceptions": self.exceptions,
            "risk": {"mean": float(f"{mean:.3e}"), "upper95": float(f"{upper:.3e}")},
            "record": "",
        }


class Tally:
    """Counts as facts and orders come."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.at = 0
        self._of: dict[int, tuple[str, bool]] = {}

    def take(self, thing: Thing) -> None:
        """Count one fact or order."""
        self.at = max(self.at, thing.at)
        match thing:
            case BatchOrdered() if thing.batch not in self.rows:
                self.rows[thing.batch] = Row(thing.batch, thing.at)
            case PhaseCompleted() if thing.order in self._of:
                batch, test = self._of.pop(thing.order)
                self.rows[batch].tested += test
                if not test:
                    self.rows[batch].results.update(thing.results)
            case _:
                row = self.rows.get(getattr(thing, "batch", ""))
                if row is not None:
                    self._count(row, thing)

    def _count(self, row: Row, thing: Thing) -> None:
        match thing:
            case PermitPassage():
                row.passages += thing.count
                row.risks.append((float(thing.risk_mean), float(thing.risk_upper95)))
            case RefusePassage():
                row.refused += 1
            case RaiseException():
                row.exceptions += 1
            case RunPhase():
                self._started(row, thing)
            case MoveItem() if thing.item.endswith(":cells"):
                row.doing, row.unit = "on the way", thing.target
            case DisposeBatch():
                row.outcome, row.reason, row.ended = thing.outcome, thing.reason, thing.at

    def _started(self, row: Row, order: RunPhase) -> None:
        parts = order.run.split("/")
        test = len(parts) > 1 and parts[1] == "test"
        self._of[order.number] = row.batch, test
        row.tests += test
        if len(parts) > 1 and not test:
            row.step, row.doing, row.unit = parts[1], order.phase, order.unit


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The rows as text."""
    head = f"{'batch':10} {'outcome':10} {'days':>5} {'passages':>8}  {'risk':>7}  {'95 % upper':>10}  reason"
    lines = [head]
    for r in rows:
        days = "" if r["days"] is None else f"{r['days']:.1f}"
        risk = f"{r['risk']['mean']:7.1e}  {r['risk']['upper95']:10.1e}"
        lines.append(f"{r['id']:10} {r['outcome']:10} {days:>5} {r['passages']:>8}  {risk}  {r['reason']}")
    return "\n".join(lines)
