"""What kept the cells sterile, as the batch record shows it: passages, cycles, and the evidence they rest on."""

from __future__ import annotations

from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.control.orders import (
    JudgeCycle,
    PermitPassage,
    RefusePassage,
    RunPhase,
)
from axenic.record import chart
from axenic.record.entry import Entry
from axenic.record.journey import Done, Journey, run_of, things_of
from axenic.record.masters import Masters
from axenic.record.risk_ledger import Ledger
from axenic.record.row import Row, written

_FIGURES = {
    "F0_min": "F0 {} min",
    "F0_lower_min": "at least {} min",
    "exposure_s": "exposure {} s",
    "lowest": "lowest {}",
    "highest": "highest {}",
    "residual": "residual {}",
}


def mechanism_rows(risk: Ledger) -> list[Row]:
    """The risk by mechanism."""
    return [
        {"mechanism": r.mechanism, "count": r.passages, "mean": f"{r.mean:.1e}", "upper95": f"{r.upper95:.1e}"}
        for r in risk.rows
    ]


def permit_row(entry: Entry) -> Row:
    """One permitted passage."""
    p: PermitPassage = entry.thing  # type: ignore[assignment]
    way = p.origin if p.origin == p.target else f"{p.origin} → {p.target}"
    item = p.item.partition(":")[2] or p.item
    row = {"entry": entry.seq, "at": written(p.at), "kind": p.kind, "item": item, "way": way, "count": p.count}
    row["cited"] = list(p.evidence)
    return row | {"evidence": ", ".join(p.evidence), "mean": p.risk_mean, "upper95": p.risk_upper95}


def refusal_row(entry: Entry) -> Row:
    """One refused passage."""
    r: RefusePassage = entry.thing  # type: ignore[assignment]
    item = r.item.partition(":")[2] or r.item
    way = f"{r.origin} → {r.target}"
    return {"entry": entry.seq, "at": written(r.at), "item": item, "way": way, "reasons": "; ".join(r.reasons)}


def cycle_row(entry: Entry, journey: Journey, masters: Masters) -> Row:
    """One judged cycle with its curve."""
    j: JudgeCycle = entry.thing  # type: ignore[assignment]
    program = masters.programs.get(j.program)
    phases = [d for d in journey.phases if run_of(d) == j.cycle]
    spans = [(d.order.thing.phase, d.order.thing.at, d.answer.thing.at) for d in phases if d.answer]  # type: ignore[union-attr]
    traces = [t for d in phases if d.answer and (t := getattr(d.answer.thing, "trace", None))]
    item = j.item.partition(":")[2] or "empty"
    row = {"entry": entry.seq, "name": j.cycle, "unit": j.unit, "program": j.program, "load": item}
    row |= {"at": written(j.at), "verdict": j.verdict, "reasons": "; ".join(j.reasons)}
    row["figures"] = [words.format(j.figures[k]) for k, words in _FIGURES.items() if k in j.figures]
    row["convention"] = j.figures.get("convention", "")
    row["version"] = program.version if program else ""
    row["curve"] = _curve(Trace.joined(traces), spans, program) if program else ""
    return row


def _curve(trace: Trace, spans: list[tuple[str, int, int]], program: Program) -> str:
    wanted = ("product temperature", "concentration", "wet surface")
    names = [c.column for c in program.columns if c.measures in wanted]
    curves = [[v / 1000 for v in c.values] for c in trace.channels if c.name in names]
    return chart.cycle(trace.times, curves, spans, program.exposure, (program.accept.low, program.accept.high))


def evidence_rows(journey: Journey, grounds: dict[str, Done]) -> list[Row]:
    """What the permits rest on besides the cycles shown: changeovers and qualifications."""
    cited = dict.fromkeys(e for p in things_of(journey.passages) for e in p.evidence)
    own = {e.thing.cycle for e in journey.cycles}  # type: ignore[union-attr]
    rows = []
    for name in cited:
        done = grounds.get(name)
        if name in own:
            continue
        if done is not None and isinstance(done.order.thing, JudgeCycle):
            judged = done.order.thing
            what = f"cycle of {judged.unit} with {judged.program} for batch {judged.batch or 'none'}: {judged.verdict}"
            rows.append({"name": name, "what": what, "entry": done.order.seq})
        elif done is not None and done.answer is not None:
            order: RunPhase = done.order.thing  # type: ignore[assignment]
            what = f"changeover of {order.unit}, completed {written(done.answer.thing.at)}"
            rows.append({"name": name, "what": what, "entry": done.answer.seq})
        else:
            rows.append({"name": name, "what": "qualification of the zone or unit, named in the plant", "entry": 0})
    return rows
