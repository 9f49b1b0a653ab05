"""A question to the twin, in the names a user gives, and the scenario it makes; whatever is wrong is a finding."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.containment import objections
from axenic.asepsis.fit import check_fit
from axenic.asepsis.loop import check_loop
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.device.check import SHARES
from axenic.library.shelf import assumptions, default, shipped, take
from axenic.notation.document import Loaded
from axenic.notation.finding import Finding
from axenic.plant.check import check_plant
from axenic.plant.plant import Plant
from axenic.recipe.check import check_recipe
from axenic.recipe.phase_kind import PhaseKinds
from axenic.recipe.recipe import Recipe
from axenic.recipe.regime import Regime
from axenic.twin.believed import check_believed
from axenic.twin.ends import RELEASED
from axenic.twin.figures import figures
from axenic.twin.load import PILOT_SEED, Loading, loading_of, pilot, pilot_orders
from axenic.twin.losses import losses, told
from axenic.twin.scenario import Scenario
from axenic.twin.sized import sized

BUSY = 0.8
"""The share of a plant's capacity that is ordered if no demand is given."""

RECIPE, YEARS = "car-t-9-day", 3.0


class Unanswerable(Exception):
    """The twin cannot answer; `findings` say why and how to mend the question, `loading` if it is an overload."""

    def __init__(self, findings: Sequence[Finding], loading: Loading | None = None) -> None:
        super().__init__(str(findings[0]))
        self.findings, self.loading = list(findings), loading


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: names or paths of files, and changes as `row=value`, `reactors=N` or `unit:NAME=N`.

    Without a demand (batches a year), 80 % of the plant's capacity is ordered; without years, three.
    """

    plant: str
    recipe: str = RECIPE
    demand: float | None = None
    years: float | None = None
    regime: str = ""
    assumptions: str = "default"
    changes: tuple[str, ...] = ()

    def scenario(self, anyway: bool = False) -> tuple[Scenario, Loading]:
        """The scenario with its load; raises Unanswerable, for an overload too unless it is wanted `anyway`."""
        plain = _plain(self)
        loading = _loading(plain)
        demand = BUSY * loading.capacity if self.demand is None else self.demand
        try:
            whole = replace(plain, demand=demand, years=YEARS if self.years is None else self.years)
        except ValueError as error:
            raise Unanswerable([Finding("AX0711", str(error), "choose --demand and --years within it")]) from error
        loading = loading.at(demand)
        if loading.overloaded and not anyway:
            raise Unanswerable([overload(loading, plain.plant.plant)], loading)
        return whole, loading


def overload(loading: Loading, plant: str) -> Finding:
    """The finding that a demand is above what a plant can do."""
    text = f"{plant} would be overloaded: {loading.words()}"
    hint = f"order less than {loading.capacity:,.0f} a year or add {loading.busiest.resource}; --anyway simulates it"
    return Finding("AX0714", text, hint, plant)


def _plain(question: Question) -> Scenario:
    """The scenario of a question at a demand that any plant can do; raises Unanswerable."""
    recipe, plant = take(Recipe, question.recipe), take(Plant, question.plant)
    regime = take(Regime, question.regime) if question.regime else None
    known, given = assumptions(question.assumptions), take(Assumptions, question.assumptions)
    found = recipe.findings + plant.findings + known.findings + (regime.findings if regime else [])
    if recipe.value and not found:
        found += check_recipe(recipe.value, recipe.document, default(PhaseKinds))
    if plant.value and not found:
        found += check_plant(plant.value, plant.document)
    if given.value and not found:
        found += check_believed(given.value, given.document)
    if found or recipe.value is None or plant.value is None or known.value is None:
        raise Unanswerable(found)
    found = check_loop(recipe.value, recipe.document, plant.value)
    found += check_fit(recipe.value, plant.value, plant.document) + _unfit(plant, regime, recipe.value)
    if found:
        raise Unanswerable(found)
    programs, chambers = _equipment()
    whole = Scenario(
        recipe.value,
        plant.value,
        programs,
        chambers,
        default(RiskTable),
        known.value,
        1.0,
        regime=regime.value if regime else None,
    )
    return changed(whole, question.changes)


@lru_cache(maxsize=1)
def _equipment() -> tuple[dict[str, Program], tuple[ChamberParameters, ...]]:
    programs = {n: p for n in shipped(Program) if (p := take(Program, n).value) is not None}
    chambers = (take(ChamberParameters, n).value for n in shipped(ChamberParameters))
    return programs, tuple(c for c in chambers if c is not None)


def _unfit(plant: Loaded[Plant], regime: Loaded[Regime] | None, recipe: Recipe) -> list[Finding]:
    found, value = [], plant.value
    if value is not None and value.facility is None:
        text = f"{value.plant} has no `facility`: neither its cost nor its throughput for each m2 can be told"
        found.append(plant.document.finding("AX0713", text, "add floors, building and equipment", ("plant",)))
    if value is not None and regime is not None and regime.value is not None:
        for reason in objections(regime.value, recipe, value):
            text = f"the regime {regime.value.regime} is not allowed on {value.plant}: {reason}"
            found.append(Finding("AX0713", text, "choose another --regime or plant", regime.document.file))
    return found


def changed(scenario: Scenario, changes: Sequence[str]) -> Scenario:
    """The scenario with changes such as `vector=9000`, `reactors=8`, `unit:wash=3`; raises Unanswerable."""
    rows: dict[str, float] = {}
    plant = scenario.plant
    for text in changes:
        name, number = parsed(text)
        if name == "reactors" or name.startswith(("unit:", "mover:")):
            plant = _counted(plant, name, number)
            continue
        rows[name] = _value(scenario.assumptions, name, number)
    whole = replace(scenario, plant=plant).changed(rows)
    return replace(whole, assumptions=_certain(whole.assumptions, rows)) if rows else whole


def _value(known: Assumptions, name: str, number: float) -> float:
    """The number, if the row can have it; raises Unanswerable."""
    names = [r.row for r in known.rows]
    if name not in names:
        raise Unanswerable([missing("row of the assumptions", name, names, "AX0712")])
    row = known.row(name)
    low, high = (row.varies.from_, row.varies.to) if row.varies is not None else (0.0, 1e300)
    low, high = max(low, 0.0), min(high, 1.0) if name in SHARES else high
    if not low <= number <= high or (number == 0 and row.unit in ("d", "h")):
        text = f"{name} cannot be {number:g} {row.unit}: it is {row.value:g} in the file"
        raise Unanswerable([Finding("AX0711", text, f"give a number above {low:g}, at most {high:g}")])
    return number


def _certain(known: Assumptions, values: Mapping[str, float]) -> Assumptions:
    """What was set beyond the range in which it is uncertain counts as known."""
    rows = []
    for row in known.rows:
        doubt = row.uncertain
        outside = doubt is not None and row.row in values and not doubt.from_ <= row.value <= doubt.to
        rows.append(row.model_copy(update={"uncertain": None}) if outside else row)
    return known.model_copy(update={"rows": tuple(rows)})


def parsed(text: str) -> tuple[str, float]:
    """Name and number of a change; raises Unanswerable."""
    name, _, value = text.rpartition("=")
    try:
        number = float(value)
        if not name or number != number or abs(number) == float("inf"):
            raise ValueError
    except ValueError:
        hint = 'write --set "vector=9000", --set "reactors=8" or --set "unit:wash=3"'
        raise Unanswerable(
            [Finding("AX0711", f"{text!r} is no change: it needs a name, = and a number", hint)]
        ) from None
    return name.strip(), number


def _counted(plant: Plant, name: str, number: float) -> Plant:
    if number != int(number) or not 1 <= number <= 10_000:
        text = f"{name} cannot be {number:g}"
        raise Unanswerable([Finding("AX0711", text, "give a whole number from 1 to 10,000")])
    count = int(number)
    if name == "reactors":
        return sized(plant, count)
    kind, _, line = name.partition(":")
    names = [u.unit for u in plant.units] if kind == "unit" else [m.mover for m in plant.movers]
    if line not in names:
        raise Unanswerable([missing(kind, line, names, "AX0715")])
    if kind == "unit":
        units = tuple(u.model_copy(update={"count": count}) if u.unit == line else u for u in plant.units)
        return plant.model_copy(update={"units": units})
    movers = tuple(m.model_copy(update={"count": count}) if m.mover == line else m for m in plant.movers)
    return plant.model_copy(update={"movers": movers})


def missing(what: str, name: str, known: Collection[str], code: str) -> Finding:
    """The finding that something has no such name, with the nearest one there is."""
    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(known))}"
    return Finding(code, f"there is no {what} {name!r}", hint)


def _barren(scenario: Scenario, batches: int) -> Finding:
    """The finding that a pilot gave no dose, with where and why its batches were lost."""
    orders = pilot_orders(scenario)
    why, again = told(losses(scenario, orders, PILOT_SEED)), batches - len(orders)
    many = f"{len(orders)} batches" + (f" and {again} remakes" if again else "")
    text = f"none of {many}, each alone in {scenario.plant.plant}, gave a dose: {why}"
    hint = "check the durations, limits and units of what is named; axenic run shows a batch step by step"
    return Finding("AX0716", text, hint, scenario.plant.plant)


def _loading(scenario: Scenario) -> Loading:
    """The load, from a pilot whose figures are worked out too, so that what is missing is said before anything long."""
    try:
        tally = pilot(scenario)
        loading = loading_of(tally, scenario.plant, scenario.demand)
        if not (tally.batches["outcome"] == RELEASED).any():
            raise Unanswerable([_barren(scenario, len(tally.batches))])
        figures(tally, scenario.plant, scenario.executed, scenario.assumptions)
    except KeyError as error:
        text = f"the assumptions {scenario.assumptions.assumptions} lack the row {error.args[0]!r}, which is needed"
        hint = "add the row, or stand the file `over: default`"
        raise Unanswerable([Finding("AX0712", text, hint, scenario.assumptions.assumptions)]) from error
    except ValueError as error:
        code = "AX0712" if "row" in str(error) else "AX0713"
        hint = "mend what is named; axenic check looks at each file alone"
        raise Unanswerable([Finding(code, str(error), hint, scenario.plant.plant)]) from error
    return loading
