"""How large a plant must be: the smallest number that meets a limit, and what cannot be bettered."""

from __future__ import annotations

import math
from collections.abc import Sequence

from axenic.notation.finding import Finding
from axenic.twin.campaign import runner
from axenic.twin.figure import Figure
from axenic.twin.figures import unit_of
from axenic.twin.load import load
from axenic.twin.narrowed import Narrowed
from axenic.twin.pareto import Objective, front
from axenic.twin.question import Unanswerable, changed, overload
from axenic.twin.scenario import Scenario
from axenic.twin.seek import Target, seek
from axenic.twin.studies.study import Answer, Inquiry, at_load, known_figure
from axenic.twin.table import Cell, Table

_FIGURE, _OBJECTIVES = "time_to_vein.p90", ("cost.full", "time_to_vein.p90")
_BATCHES, _CANDIDATES = 300, 10


def _name(inquiry: Inquiry, scenario: Scenario) -> str:
    """What is counted: all in proportion with the reactors, or one line of units or movers alone."""
    facility = scenario.plant.facility
    if not inquiry.unit or (facility is not None and inquiry.unit == facility.reactor.unit):
        return "reactors"
    return f"unit:{inquiry.unit}" if ":" not in inquiry.unit else inquiry.unit


def _able(inquiry: Inquiry, scenario: Scenario, name: str) -> list[int]:
    """The numbers within the range at which the plant is not overloaded; raises Unanswerable if there is none."""
    low, high = inquiry.low, inquiry.high
    if not 1 <= low <= high <= 1000:
        text = f"there is no number from {low} to {high}"
        raise Unanswerable([Finding("AX0711", text, "give --from and --to, 1 <= from <= to <= 1000")])
    largest = load(changed(scenario, (f"{name}={high}",)))
    if largest.overloaded:
        raise Unanswerable([overload(largest, f"{scenario.plant.plant} with {name} {high}")], largest)
    while low < high and load(changed(scenario, (f"{name}={low}",))).overloaded:
        low += 1
    return list(range(low, high + 1))


def seek_of(inquiry: Inquiry) -> Answer:
    """By bisection; numbers at which the plant is overloaded are not tried."""
    if inquiry.limit is None or not math.isfinite(inquiry.limit):
        what = "no limit was given" if inquiry.limit is None else f"a limit of {inquiry.limit} is no number"
        raise Unanswerable([Finding("AX0711", what, "write --limit 45")])
    scenario, loading = at_load(inquiry.question, 0.8, inquiry.batches or _BATCHES, anyway=True)
    figure = known_figure(inquiry.figure or _FIGURE, scenario)
    name = _name(inquiry, scenario)
    numbers = _able(inquiry, scenario, name)
    target = Target(figure, inquiry.limit, at_most=not figure.startswith(("throughput.", "doses.", "patients.")))
    found = seek(
        lambda n: changed(scenario, (f"{name}={n}",)),
        target,
        numbers[0],
        numbers[-1],
        seed=inquiry.way.seed,
        least=max(2, inquiry.way.reps),
        most=8 * max(2, inquiry.way.reps),
        runner=runner(inquiry.way.crew),
    )
    rows: list[tuple[Cell, ...]] = [
        (str(t.number), Figure.of(t.interval, unit_of(figure)), str(t.shown)) for t in sorted(found.tried, key=_number)
    ]
    words = f"at {'most' if target.at_most else 'least'} {inquiry.limit:g} {unit_of(figure)}"
    title = (
        f"SIMULATED: {name} of {scenario.plant.plant} with which {figure} is {words}, for {scenario.demand:,.4g} a year"
    )
    table = Table.of(title, (name, figure, "limit"), rows, (f"answer: {found}", f"as it is: {loading.words()}"))
    value = Figure.of(found.at.interval, unit_of(figure)).to_data() if found.at else None
    number = found.at.number if found.at else None
    answer = {"number": number, "figure": figure, "value": value, "limit": inquiry.limit}
    return Answer("seek", (table,), {"answer": answer}, found.at is not None)


def _number(tested: object) -> int:
    return int(getattr(tested, "number", 0))


def pareto_of(inquiry: Inquiry) -> Answer:
    """Numbers of reactors at one demand: which of them no other one betters in cost and in time to vein."""
    scenario, loading = at_load(inquiry.question, 0.8, inquiry.batches or _BATCHES, anyway=True)
    name = _name(inquiry, scenario)
    chosen = _spread(_able(inquiry, scenario, name))
    objectives = [Objective(f) for f in ((known_figure(inquiry.figure, scenario),) if inquiry.figure else ())]
    objectives += [Objective(f) for f in _OBJECTIVES if f != inquiry.figure]
    points = front(
        chosen,
        lambda n: Narrowed(changed(scenario, (f"{name}={n}",)), tuple(o.figure for o in objectives)),
        objectives,
        replications=inquiry.way.reps,
        seed=inquiry.way.seed,
        runner=runner(inquiry.way.crew),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            str(p.candidate),
            *(Figure.of(i, unit_of(o.figure)) for i, o in zip(p.intervals, objectives, strict=True)),
            "not bettered" if p.front else "",
        )
        for p in points
    ]
    columns = (name, *(o.figure for o in objectives), "front")
    title = f"SIMULATED: {name} of {scenario.plant.plant} for {scenario.demand:,.4g} batches a year"
    return Answer("pareto", (Table.of(title, columns, rows, (f"as it is: {loading.words()}",)),))


def _spread(numbers: Sequence[int]) -> list[int]:
    step = max(1, -(-len(numbers) // _CANDIDATES))
    return list(dict.fromkeys([*numbers[::step], numbers[-1]]))
