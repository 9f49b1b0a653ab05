"""What a run came to: one line for each patient, from the journal alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axenic.asepsis.risk import batch_risk
from axenic.control.facts import BatchOrdered
from axenic.control.orders import DisposeBatch, PermitPassage, RefusePassage
from axenic.record.entry import Entry

_DAY_MS = 86_400_000


def batches_of(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """For each batch: outcome, reason, days from order to disposition, permitted passages, and their risk."""
    rows: dict[str, dict[str, Any]] = {}
    risks: dict[str, list[tuple[float, float]]] = {}
    for entry in entries:
        match entry.thing:
            case BatchOrdered() as o if o.batch not in rows:
                rows[o.batch] = {"id": o.batch, "outcome": "in process", "reason": "", "days": None, "ordered": o.at}
                rows[o.batch] |= {"passages": 0, "refused": 0}
                risks[o.batch] = []
            case PermitPassage() as p:
                rows[p.batch]["passages"] += p.count
                risks[p.batch].append((float(p.risk_mean), float(p.risk_upper95)))
            case RefusePassage() as r:
                rows[r.batch]["refused"] += 1
            case DisposeBatch() as d:
                row = rows[d.batch]
                row |= {"outcome": d.outcome, "reason": d.reason}
                row["days"] = round((d.at - row["ordered"]) / _DAY_MS, 2)
    for name, row in rows.items():
        mean, upper = batch_risk(risks[name])
        row["risk"] = {"mean": float(f"{mean:.3e}"), "upper95": float(f"{upper:.3e}")}
        row["record"] = ""
    return list(rows.values())
