"""The batch record as a projection: what one batch's entries of a journal say, put in the order a reviewer reads.

Nothing here decides anything; every row carries the number of the entry it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from axenic.asepsis.program import Program
from axenic.asepsis.trace import Trace
from axenic.control.facts import BatchOrdered, PhaseCompleted, PhaseFailed
from axenic.control.orders import (
    DecideWay,
    DisposeBatch,
    JudgeCycle,
    MoveItem,
    PermitPassage,
    RaiseException,
    RefusePassage,
    RunPhase,
)
from axenic.notation.document import load
from axenic.recipe.limit import LimitValue
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Check, Recipe
from axenic.record import chart
from axenic.record.audit import SAID, SETTLED, correction_rows, corrections_of, signatures_of, trail_of
from axenic.record.entry import Act, Document, Entry
from axenic.record.inventory import equipment_of, materials_of, persons_of
from axenic.record.recorded_values import recorded_rows
from axenic.record.risk_ledger import Ledger, ledger
from axenic.record.sections import sections_of

Row = dict[str, Any]
_CHANGEOVER = "changeover"
_SEVERITY = {"critical": 0, "major": 1, "minor": 2}


@dataclass(slots=True)
class Done:
    """An order to equipment and its answer."""

    order: Entry
    answer: Entry | None = None


@dataclass(slots=True)
class Journey:
    """The entries of one batch, sorted by what they are."""

    ordered: Entry
    phases: list[Done] = field(default_factory=list)
    cycles: list[Entry] = field(default_factory=list)
    passages: list[Entry] = field(default_factory=list)
    refusals: list[Entry] = field(default_factory=list)
    decisions: list[Entry] = field(default_factory=list)
    exceptions: list[Entry] = field(default_factory=list)
    moves: list[Entry] = field(default_factory=list)
    acts: list[Entry] = field(default_factory=list)
    disposed: Entry | None = None


@dataclass(slots=True)
class Masters:
    """The master documents of a journal."""

    recipe: Recipe
    kinds: PhaseKinds
    programs: dict[str, Program]
    plant: str
    seed: str
    digests: dict[str, str]


def masters_of(entries: Sequence[Entry], recipe_name: str = "") -> Masters:
    """The documents of a journal, the recipe of that name if it is there; raises ValueError if one is missing."""
    texts = {(e.thing.kind, e.thing.name): e.thing.text for e in entries if isinstance(e.thing, Document)}
    try:
        named = [n for k, n in texts if k == "recipe" and n == recipe_name]
        name = named[0] if named else next(n for k, n in texts if k == "recipe")
        recipe = load(Recipe, texts["recipe", name], name).value
        kinds = next(load(PhaseKinds, t, n).value for (k, n), t in texts.items() if k == "kinds")
        plant = next(n for k, n in texts if k == "plant")
    except StopIteration:
        raise ValueError("the journal does not hold its master documents") from None
    if recipe is None or kinds is None:
        raise ValueError("a master document of the journal cannot be read")
    programs = {n: p for (k, n), t in texts.items() if k == "program" and (p := load(Program, t, n).value)}
    digests = {kind: sha256(texts[kind, n].encode()).hexdigest() for kind, n in (("recipe", name), ("plant", plant))}
    return Masters(recipe, kinds, programs, plant, texts.get(("seed", "seed"), ""), digests)


def journeys_of(entries: Sequence[Entry]) -> tuple[dict[str, Journey], dict[str, Done]]:
    """Every batch's entries, and what permits can rest on by its name: changeovers, judged cycles."""
    journeys: dict[str, Journey] = {}
    grounds: dict[str, Done] = {}
    waiting: dict[int, Done] = {}
    owners: dict[int, str] = {}
    for entry in entries:
        thing = entry.thing
        if isinstance(thing, BatchOrdered):
            journeys.setdefault(thing.batch, Journey(entry))
            continue
        if isinstance(thing, PhaseCompleted | PhaseFailed) and thing.order in waiting:
            waiting.pop(thing.order).answer = entry
        if isinstance(thing, RunPhase | MoveItem):
            owners[thing.number] = thing.batch
        if isinstance(thing, JudgeCycle):
            grounds[thing.cycle] = Done(entry, entry)
        if isinstance(thing, RunPhase):
            done = waiting[thing.number] = Done(entry)
            if thing.phase == _CHANGEOVER:
                grounds[thing.run] = done
            elif thing.batch in journeys:
                journeys[thing.batch].phases.append(done)
        elif isinstance(thing, SETTLED) and owners.get(thing.order) in journeys:
            journeys[owners[thing.order]].acts.append(entry)
        elif getattr(thing, "batch", "") in journeys:
            _sort(journeys[thing.batch], entry)  # type: ignore[union-attr]
    return journeys, grounds


def _sort(journey: Journey, entry: Entry) -> None:
    match entry.thing:
        case JudgeCycle():
            journey.cycles.append(entry)
        case PermitPassage():
            journey.passages.append(entry)
        case RefusePassage():
            journey.refusals.append(entry)
        case DecideWay():
            journey.decisions.append(entry)
        case RaiseException():
            journey.exceptions.append(entry)
        case MoveItem():
            journey.moves.append(entry)
        case DisposeBatch():
            journey.disposed = entry
        case Act():
            journey.acts.append(entry)
        case said if isinstance(said, SAID):
            journey.acts.append(entry)


def _time(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def _lasted(milliseconds: int) -> str:
    minutes = round(milliseconds / 60_000)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60:02d} min" if hours else f"{minutes} min"


def project(name: str, journey: Journey, grounds: dict[str, Done], masters: Masters, said: Row | None = None) -> Row:
    """The batch record of one batch as plain data; times in UTC. `said`: what quality says of it."""
    ordered: BatchOrdered = journey.ordered.thing  # type: ignore[assignment]
    procedure = [d for d in journey.phases if "/" in _run(d) and not _is_lab(d)]
    tests = [d for d in journey.phases if _is_lab(d)]
    risk = ledger(name, _things(journey.passages))
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
        "ordered": _time(ordered.at),
        "due": _time(ordered.due),
        **_disposition(journey, ordered.at),
        "passages": risk.passages,
        "risk": {"mean": f"{risk.mean:.1e}", "upper95": f"{risk.upper95:.1e}", "rows": _mechanisms(risk)},
        "steps": [_step(d, masters) for d in procedure],
        "checks": _checks(procedure, masters),
        "decisions": [_decision(e) for e in journey.decisions],
        "permits": [_permit(e) for e in journey.passages],
        "refusals": [_refusal(e) for e in journey.refusals],
        "cycles": [_cycle(e, journey, masters) for e in journey.cycles],
        "evidence": _evidence(journey, grounds),
        "tests": [_test(d, masters) for d in tests],
        "exceptions": [_exception(e) for e in sorted(journey.exceptions, key=_severity)],
        "timeline": chart.timeline(_bars(procedure, tests), ordered.at, end),
        "growth": chart.growth(_measured(procedure), ordered.at),
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


def _things(entries: Sequence[Entry]) -> list[Any]:
    return [e.thing for e in entries]


def _run(done: Done) -> str:
    return done.order.thing.run  # type: ignore[union-attr]


def _is_lab(done: Done) -> bool:
    return "/test/" in _run(done) or "/review#" in _run(done)


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
        "disposed": _time(thing.at),
        "days": days,
        "disposed_by": journey.disposed.seq,
    }


def _mechanisms(risk: Ledger) -> list[Row]:
    return [
        {"mechanism": r.mechanism, "count": r.passages, "mean": f"{r.mean:.1e}", "upper95": f"{r.upper95:.1e}"}
        for r in risk.rows
    ]


def _step(done: Done, masters: Masters) -> Row:
    order: RunPhase = done.order.thing  # type: ignore[assignment]
    _, procedure, operation = order.run.split("/", 2)
    title = next((u.title or procedure for u in masters.recipe.procedure if u.unit_procedure == procedure), procedure)
    step = next((u.step for u in masters.recipe.procedure if u.unit_procedure == procedure), "")
    row = {"entry": done.order.seq, "procedure": procedure, "title": title, "step": step, "operation": operation}
    row |= {"phase": order.phase, "unit": order.unit, "persons": ", ".join(order.persons), "start": _time(order.at)}
    row["using"] = ", ".join(f"{k} {v}" for k, v in order.using.items())
    return row | _answer(done, masters)


def _answer(done: Done, masters: Masters) -> Row:
    if done.answer is None:
        return {"end": "", "lasted": "", "results": "no answer yet", "answer": 0, "failed": True}
    thing = done.answer.thing
    row = {"end": _time(thing.at), "lasted": _lasted(thing.at - done.order.thing.at), "answer": done.answer.seq}
    if isinstance(thing, PhaseFailed):
        return row | {"results": f"failed: {thing.reason}", "failed": True}
    results = thing.results if isinstance(thing, PhaseCompleted) else {}
    return row | {"results": ", ".join(_result(k, v, masters) for k, v in results.items()), "failed": False}


def _result(measure: str, value: str, masters: Masters) -> str:
    unit = masters.kinds.unit_of(measure)
    if not unit:
        return f"{measure}: {value}"
    return f"{measure} {value}" + ("" if unit == "1" else f"\N{NO-BREAK SPACE}{unit}")


def _checks(procedure: Sequence[Done], masters: Masters) -> list[Row]:
    rows = []
    rules = {
        (u.unit_procedure, o.operation, p.phase): p.checks
        for u in masters.recipe.procedure
        for o in u.operations
        for p in o.phases
    }
    for done in procedure:
        order, answer = done.order.thing, done.answer
        if answer is None or not isinstance(order, RunPhase) or not isinstance(answer.thing, PhaseCompleted):
            continue
        _, unit_procedure, operation = order.run.split("/", 2)
        for rule in rules.get((unit_procedure, operation.partition("#")[0], order.phase), ()):
            value = answer.thing.results.get(rule.measure)
            rows.append({"entry": answer.seq, "phase": order.phase, **_held(rule, value, masters)})
    return rows


def _held(rule: Check, value: str | None, masters: Masters) -> Row:
    found = "no result" if value is None else _result(rule.measure, value, masters)
    within = rule.limit.holds_for(value)
    calm = within and (rule.alert is None or rule.alert.holds_for(value))
    verdict = "within" if calm else "alert" if within else "OUT OF LIMIT"
    row = {"measure": rule.measure, "found": found, "limit": _limit(rule.limit), "verdict": verdict}
    return row | {"alert": "" if rule.alert is None else _limit(rule.alert)}


def _limit(limit: LimitValue) -> str:
    return str(limit).removesuffix(" 1")  # a plain number needs no unit where people read it


def _decision(entry: Entry) -> Row:
    thing: DecideWay = entry.thing  # type: ignore[assignment]
    where = thing.run.partition("/")[2]
    return {"entry": entry.seq, "at": _time(thing.at), "run": where, "way": thing.way, "because": thing.because}


def _permit(entry: Entry) -> Row:
    p: PermitPassage = entry.thing  # type: ignore[assignment]
    way = p.origin if p.origin == p.target else f"{p.origin} → {p.target}"
    item = p.item.partition(":")[2] or p.item
    row = {"entry": entry.seq, "at": _time(p.at), "kind": p.kind, "item": item, "way": way, "count": p.count}
    row["cited"] = list(p.evidence)
    return row | {"evidence": ", ".join(p.evidence), "mean": p.risk_mean, "upper95": p.risk_upper95}


def _refusal(entry: Entry) -> Row:
    r: RefusePassage = entry.thing  # type: ignore[assignment]
    item = r.item.partition(":")[2] or r.item
    way = f"{r.origin} → {r.target}"
    return {"entry": entry.seq, "at": _time(r.at), "item": item, "way": way, "reasons": "; ".join(r.reasons)}


def _exception(entry: Entry) -> Row:
    x: RaiseException = entry.thing  # type: ignore[assignment]
    return {"entry": entry.seq, "at": _time(x.at), "kind": x.kind, "severity": x.severity, "text": x.text}


def _severity(entry: Entry) -> tuple[int, int]:
    return _SEVERITY.get(entry.thing.severity, 3), entry.seq  # type: ignore[union-attr]


def _cycle(entry: Entry, journey: Journey, masters: Masters) -> Row:
    j: JudgeCycle = entry.thing  # type: ignore[assignment]
    program = masters.programs.get(j.program)
    phases = [d for d in journey.phases if _run(d) == j.cycle]
    spans = [(d.order.thing.phase, d.order.thing.at, d.answer.thing.at) for d in phases if d.answer]  # type: ignore[union-attr]
    traces = [t for d in phases if d.answer and (t := getattr(d.answer.thing, "trace", None))]
    item = j.item.partition(":")[2] or "empty"
    row = {"entry": entry.seq, "name": j.cycle, "unit": j.unit, "program": j.program, "load": item}
    row |= {"at": _time(j.at), "verdict": j.verdict, "reasons": "; ".join(j.reasons)}
    row["figures"] = [words.format(j.figures[k]) for k, words in _FIGURES.items() if k in j.figures]
    row["convention"] = j.figures.get("convention", "")
    row["version"] = program.version if program else ""
    row["curve"] = _curve(Trace.joined(traces), spans, program) if program else ""
    return row


_FIGURES = {
    "F0_min": "F0 {} min",
    "F0_lower_min": "at least {} min",
    "exposure_s": "exposure {} s",
    "lowest": "lowest {}",
    "highest": "highest {}",
    "residual": "residual {}",
}


def _curve(trace: Trace, spans: list[tuple[str, int, int]], program: Program) -> str:
    wanted = ("product temperature", "concentration", "wet surface")
    names = [c.column for c in program.columns if c.measures in wanted]
    curves = [[v / 1000 for v in c.values] for c in trace.channels if c.name in names]
    return chart.cycle(trace.times, curves, spans, program.exposure, (program.accept.low, program.accept.high))


def _evidence(journey: Journey, grounds: dict[str, Done]) -> list[Row]:
    """What the permits rest on besides the cycles shown: changeovers and qualifications."""
    cited = dict.fromkeys(e for p in _things(journey.passages) for e in p.evidence)
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
            what = f"changeover of {order.unit}, completed {_time(done.answer.thing.at)}"
            rows.append({"name": name, "what": what, "entry": done.answer.seq})
        else:
            rows.append({"name": name, "what": "qualification of the zone or unit, named in the plant", "entry": 0})
    return rows


def _test(done: Done, masters: Masters) -> Row:
    order: RunPhase = done.order.thing  # type: ignore[assignment]
    name = order.run.rpartition("/")[2]
    rule = next((t for t in masters.recipe.release.tests if t.test == name), None)
    row = {"entry": done.order.seq, "name": name, "unit": order.unit, "start": _time(order.at)} | _answer(done, masters)
    if rule is None:
        return row | {"method": "person", "limit": "accepted", "found": row["results"], "verdict": ""}
    answer = done.answer.thing if done.answer else None
    value = answer.results.get(rule.measure) if isinstance(answer, PhaseCompleted) else None
    found = "no result" if value is None else _result(rule.measure, value, masters)
    verdict = "within" if rule.limit.holds_for(value) else "OUT OF LIMIT"
    return row | {"method": rule.method, "limit": _limit(rule.limit), "found": found, "verdict": verdict}


def _bars(procedure: Sequence[Done], tests: Sequence[Done]) -> list[chart.Bar]:
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for done in (*procedure, *tests):
        if done.answer is None:
            continue
        parts = _run(done).partition("#")[0].split("/")
        label = parts[1] if parts[1] != "test" else parts[2]
        kind = "test" if parts[1] == "test" else "review" if label == "review" else "step"
        spans.setdefault((label, kind), []).append((done.order.thing.at, done.answer.thing.at))
    return [chart.Bar(label, tuple(times), kind) for (label, kind), times in spans.items()]


def _measured(procedure: Sequence[Done]) -> list[tuple[int, dict[str, float]]]:
    return [
        (d.answer.thing.at, {k: float(v) for k, v in d.answer.thing.results.items() if k != "fault"})
        for d in procedure
        if d.answer is not None and isinstance(d.answer.thing, PhaseCompleted) and "/expand/" in _run(d)
    ]
