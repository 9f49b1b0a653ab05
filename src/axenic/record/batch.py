"""The batch record as a projection: what one batch's entries of a journal say, put in the order a reviewer reads.

Nothing here decides anything; every row carries the number of the entry it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence

from axenic.control.facts import BatchOrdered
from axenic.control.orders import (
    DecideWay,
    DisposeBatch,
    RaiseException,
)
from axenic.recipe.recipe import Recipe
from axenic.record import chart
from axenic.record.audit import correction_rows, corrections_of, signatures_of, trail_of
from axenic.record.entry import Entry
from axenic.record.inventory import equipment_of, materials_of, persons_of
from axenic.record.journey import Done, Journey, is_lab, run_of, things_of
from axenic.record.masters import Masters
from axenic.record.processing import bars, check_rows, measured, step_row, test_row
from axenic.record.recorded_values import recorded_rows
from axenic.record.risk_ledger import ledger
from axenic.record.row import Row, written
from axenic.record.sections import sections_of
from axenic.record.sterility import cycle_row, evidence_rows, mechanism_rows, permit_row, refusal_row

_SEVERITY = {"critical": 0, "major": 1, "minor": 2}


def project(name: str, journey: Journey, grounds: dict[str, Done], masters: Masters, said: Row | None = None) -> Row:
    """The batch record of one batch as plain data; times in UTC. `said`: what quality says of it."""
    ordered: BatchOrdered = journey.ordered.thing  # type: ignore[assignment]
    procedure = [d for d in journey.phases if "/" in run_of(d) and not is_lab(d)]
    tests = [d for d in journey.phases if is_lab(d)]
    risk = ledger(name, things_of(journey.passages))
    end = max((d.answer.thing.at for d in journey.phases if d.answer), default=ordered.at)
    corrections = corrections_of(journey.acts)
    said = said or {}
    names = said.get("names", {})
    orders = [d.order for d in journey.phases]
    record = {
        "batch": name,
        "patient": ordered.patient,
        "recipe": _about(masters.recipe) | {"digest": masters.digests["recipe"]},
        "plant": masters.plant,
        "plant_digest": masters.digests["plant"],
        "seed": masters.seed,
        "ordered": written(ordered.at),
        "due": written(ordered.due),
        **_disposition(journey, ordered.at),
        "passages": risk.passages,
        "risk": {"mean": f"{risk.mean:.1e}", "upper95": f"{risk.upper95:.1e}", "rows": mechanism_rows(risk)},
        "steps": [step_row(d, masters) for d in procedure],
        "checks": check_rows(procedure, masters),
        "decisions": [_decision(e) for e in journey.decisions],
        "permits": [permit_row(e) for e in journey.passages],
        "refusals": [refusal_row(e) for e in journey.refusals],
        "cycles": [cycle_row(e, journey, masters) for e in journey.cycles],
        "evidence": evidence_rows(journey, grounds),
        "tests": [test_row(d, masters) for d in tests],
        "exceptions": [_exception(e) for e in sorted(journey.exceptions, key=_severity)],
        "timeline": chart.timeline(bars(procedure, tests), ordered.at, end),
        "growth": chart.growth(measured(procedure), ordered.at),
        "entries": _count(journey),
        "corrections": correction_rows(corrections),
        "signatures": signatures_of(journey.acts, said.get("void")),
        "trail": trail_of(journey.acts, names),
        "recorded": recorded_rows(said.get("recorded", ()), journey.acts, names),
        "deviations": said.get("deviations", []),
        "flags": said.get("flags", []),
        "state": said.get("state", ""),
        "rules": said.get("rules"),
        "ran": said.get("ran", []),
        "materials": materials_of(journey.moves, journey.cycles),
        "equipment": equipment_of(orders),
        "persons": persons_of(orders, journey.acts),
    }
    return record | {"marks": _marks(record["corrections"]), "sections": sections_of(record)}


def _marks(corrections: Sequence[Row]) -> dict[str, list[Row]]:
    """By entry, what stands beside its values where they are printed: the mark, and what is right now."""
    marks: dict[str, list[Row]] = {}
    for row in corrections:
        if row["object"].startswith("entry "):
            mark = {"mark": row["mark"], "now": f"{row['name']} {row['now']}"}
            marks.setdefault(str(row["entry"] or row["object"]), []).append(mark)
    return marks


def _count(journey: Journey) -> int:
    rows = (journey.cycles, journey.passages, journey.refusals, journey.decisions, journey.exceptions, journey.acts)
    answers = sum(1 + (d.answer is not None) for d in journey.phases)
    return 1 + sum(len(r) for r in rows) + answers + (journey.disposed is not None)


def _about(recipe: Recipe) -> Row:
    return {"name": recipe.recipe, "version": recipe.version, "title": recipe.title, "starts": recipe.starting_material}


def _disposition(journey: Journey, ordered: int) -> Row:
    if journey.disposed is None:
        return {"outcome": "in process", "reason": "", "disposed": "", "days": "", "disposed_by": 0}
    thing: DisposeBatch = journey.disposed.thing  # type: ignore[assignment]
    days = f"{(thing.at - ordered) / 86_400_000:.1f}"
    return {
        "outcome": thing.outcome,
        "reason": thing.reason,
        "disposed": written(thing.at),
        "days": days,
        "disposed_by": journey.disposed.seq,
    }


def _decision(entry: Entry) -> Row:
    thing: DecideWay = entry.thing  # type: ignore[assignment]
    where = thing.run.partition("/")[2]
    return {"entry": entry.seq, "at": written(thing.at), "run": where, "way": thing.way, "because": thing.because}


def _exception(entry: Entry) -> Row:
    x: RaiseException = entry.thing  # type: ignore[assignment]
    return {"entry": entry.seq, "at": written(x.at), "kind": x.kind, "severity": x.severity, "text": x.text}


def _severity(entry: Entry) -> tuple[int, int]:
    return _SEVERITY.get(entry.thing.severity, 3), entry.seq  # type: ignore[union-attr]
