"""What was done to the cells, as the batch record shows it: steps, in-process controls, release tests."""

from __future__ import annotations

from collections.abc import Sequence

from axenic.control.facts import PhaseCompleted, PhaseFailed
from axenic.control.orders import (
    RunPhase,
)
from axenic.recipe.limit import LimitValue
from axenic.recipe.recipe import Check
from axenic.record import chart
from axenic.record.journey import Done, run_of
from axenic.record.masters import Masters
from axenic.record.row import Row, written


def step_row(done: Done, masters: Masters) -> Row:
    """One phase of the procedure and its answer."""
    order: RunPhase = done.order.thing  # type: ignore[assignment]
    _, procedure, operation = order.run.split("/", 2)
    title = next((u.title or procedure for u in masters.recipe.procedure if u.unit_procedure == procedure), procedure)
    step = next((u.step for u in masters.recipe.procedure if u.unit_procedure == procedure), "")
    row = {"entry": done.order.seq, "procedure": procedure, "title": title, "step": step, "operation": operation}
    row |= {"phase": order.phase, "unit": order.unit, "persons": ", ".join(order.persons), "start": written(order.at)}
    row["using"] = ", ".join(f"{k} {v}" for k, v in order.using.items())
    return row | _answer(done, masters)


def _answer(done: Done, masters: Masters) -> Row:
    if done.answer is None:
        return {"end": "", "lasted": "", "results": "no answer yet", "answer": 0, "failed": True}
    thing = done.answer.thing
    row = {"end": written(thing.at), "lasted": _lasted(thing.at - done.order.thing.at), "answer": done.answer.seq}
    if isinstance(thing, PhaseFailed):
        return row | {"results": f"failed: {thing.reason}", "failed": True}
    results = thing.results if isinstance(thing, PhaseCompleted) else {}
    return row | {"results": ", ".join(_result(k, v, masters) for k, v in results.items()), "failed": False}


def _result(measure: str, value: str, masters: Masters) -> str:
    unit = masters.kinds.unit_of(measure)
    if not unit:
        return f"{measure}: {value}"
    return f"{measure} {value}" + ("" if unit == "1" else f"\N{NO-BREAK SPACE}{unit}")


def _lasted(milliseconds: int) -> str:
    minutes = round(milliseconds / 60_000)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60:02d} min" if hours else f"{minutes} min"


def check_rows(procedure: Sequence[Done], masters: Masters) -> list[Row]:
    """Every in-process control with what was found."""
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


def test_row(done: Done, masters: Masters) -> Row:
    """One release test, or one review."""
    order: RunPhase = done.order.thing  # type: ignore[assignment]
    name = order.run.rpartition("/")[2]
    rule = next((t for t in masters.recipe.release.tests if t.test == name), None)
    row = {"entry": done.order.seq, "name": name, "unit": order.unit, "start": written(order.at)} | _answer(
        done, masters
    )
    if rule is None:
        return row | {"method": "person", "limit": "accepted", "found": row["results"], "verdict": ""}
    answer = done.answer.thing if done.answer else None
    value = answer.results.get(rule.measure) if isinstance(answer, PhaseCompleted) else None
    found = "no result" if value is None else _result(rule.measure, value, masters)
    verdict = "within" if rule.limit.holds_for(value) else "OUT OF LIMIT"
    return row | {"method": rule.method, "limit": _limit(rule.limit), "found": found, "verdict": verdict}


def bars(procedure: Sequence[Done], tests: Sequence[Done]) -> list[chart.Bar]:
    """When each operation and each test ran, for the picture."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for done in (*procedure, *tests):
        if done.answer is None:
            continue
        parts = run_of(done).partition("#")[0].split("/")
        label = parts[1] if parts[1] != "test" else parts[2]
        kind = "test" if parts[1] == "test" else "review" if label == "review" else "step"
        spans.setdefault((label, kind), []).append((done.order.thing.at, done.answer.thing.at))
    return [chart.Bar(label, tuple(times), kind) for (label, kind), times in spans.items()]


def measured(procedure: Sequence[Done]) -> list[tuple[int, dict[str, float]]]:
    """What was measured while the cells grew, for the picture."""
    return [
        (d.answer.thing.at, {k: float(v) for k, v in d.answer.thing.results.items() if k != "fault"})
        for d in procedure
        if d.answer is not None and isinstance(d.answer.thing, PhaseCompleted) and "/expand/" in run_of(d)
    ]
