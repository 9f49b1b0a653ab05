"""Plants, recipes and orders by chance: valid for the core, hostile to whatever is meant to do the same faster.

Everything follows from one number. Times are whole minutes or hours more often than not, so that many things happen in
the same millisecond; holds, proofs and clean times are short often enough that they run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from axenic.asepsis.program import Program
from axenic.assumption.assumption import Assumptions
from axenic.control.facts import BatchOrdered
from axenic.library.shelf import default, shipped
from axenic.plant.plant import (
    Changeover,
    Equipment,
    Gowning,
    Interface,
    Mover,
    Plant,
    Span,
    Unit,
    Zone,
)
from axenic.plant.shift import DAYS, Shift
from axenic.recipe.limit import parse_limit
from axenic.recipe.recipe import (
    Check,
    Material,
    Operation,
    Phase,
    Recipe,
    Release,
    Reservation,
    Review,
    Rule,
    Shape,
    Spread,
    Test,
    Transfer,
    UnitProcedure,
    phase_kinds,
)
from tests.conftest import START, shelf

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
GUESS = {"grade": "D", "source": "by chance"}
GRADES = ("CNC", "D", "C", "B", "A")
KINDS = (
    *("receive", "thaw", "wash", "select", "activate", "transduce", "wash vector", "inoculate", "culture", "sample"),
    *("remove beads", "harvest", "formulate", "fill", "freeze", "store", "pack", "stir", "spin", "rest"),
)
TEST_KINDS = (
    *("sterility test", "mycoplasma test", "endotoxin test", "flow panel", "copy number test", "potency test"),
)
MEASURED = {
    "receive": ("viability >= 40 %", "viability >= 70 %"),
    "thaw": ("viability >= 80 %", "CD3 cells >= 3e9 cells"),
    "wash": ("recovery >= 75 %", "viability >= 40 %"),
    "select": ("recovery >= 20 %", "purity >= 90 %"),
    "activate": ("viability >= 60 %", "viable cells >= 1e8 cells"),
    "inoculate": ("viable cells > 1e6 cells",),
    "sample": ("CAR+ >= 5 %", "CAR+ >= 40 %", "glucose > 0.5 g/L"),
    "harvest": ("recovery >= 70 %",),
    "fill": ("volume >= 10 mL", "volume < 1 mL"),
    "spin": ("recovery >= 10 %",),
}
RESULTS = {
    "sterility test": ("growth == 0 1", "contamination"),
    "mycoplasma test": ("growth == 0 1", "contamination"),
    "endotoxin test": ("endotoxin < 0.5 EU/mL", "contamination"),
    "flow panel": ("viability >= 75 %", "patient material"),
    "copy number test": ("VCN < 4 1", "patient material"),
    "potency test": ("potency >= 30 %", "process or operator"),
}
DECISIONS = (
    (("harvest", "rounds >= 3 1"), ("feed", "glucose < 3.5 g/L"), ("extend", "viable cells >= 0 cells")),
    (("reject", "viability < 60 %"), ("harvest", "culture time >= 2 d"), ("feed", "rounds >= 1 1")),
    (("hold", "viable cells < 1e8 cells"), ("harvest", "viable cells >= 1e9 cells")),
    (("harvest", "viability >= 80 %", "culture time >= 0.5 d"), ("reject", "culture time >= 4 d")),
    (("feed", "rounds < 3 1"), ("harvest", "sterility >= 0 1"), ("hold", "rounds >= 3 1")),
)
ALERTS = {"%": ">= 97 %", "cells": ">= 1e10 cells", "g/L": "> 3.9 g/L", "mL": ">= 1000 mL"}
BARRIERS = {"vapour": "vapour-airlock", "moist heat": "steam-porous", "sporicide": "sporicide-wipe"}


@cache
def shipped_programs() -> dict[str, Program]:
    return {name: shelf(Program, name) for name in shipped(Program)}


@cache
def shipped_assumptions() -> Assumptions:
    return default(Assumptions)


@dataclass(frozen=True)
class Trial:
    """One plant with its recipe, programs, assumptions, orders and seed."""

    number: int
    recipe: Recipe
    plant: Plant
    programs: dict[str, Program]
    assumptions: Assumptions
    orders: tuple[BatchOrdered, ...]
    seed: int
    remakes: bool


class Dice:
    """Chance for one number."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)
        self.calm = self.random.random() < 0.7
        self.endless = (
            self.random.random() < 0.1
        )  # a zone may be unknown for ever: then nobody may come on duty for ever

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, *things):
        return things[self.random.randrange(len(things))]

    def mild(self, usual, *others):
        """The usual thing nearly always in a calm trial; any of them in a hostile one."""
        return usual if self.calm and self.often(0.85) else self.of(usual, *others)

    def between(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def some(self, things, least: int = 0):
        count = self.between(min(least, len(things)), len(things))
        return tuple(self.random.sample(list(things), count))

    def span(self, unit: int) -> dict[str, int]:
        """Least, usual, most around a unit of time; often all the same, so that things end together."""
        usual = unit * self.between(1, 6)
        if self.often(0.4):
            return {"least": usual, "usual": usual, "most": usual}
        return {"least": usual // self.of(1, 2, 3), "usual": usual, "most": usual * self.of(1, 2, 5)}

    def spread(self, unit: int) -> Spread:
        shape = self.of(*Shape)
        return Spread(**self.span(unit), shape=shape, **GUESS)

    def bound(self, lasts: Spread) -> int:
        """How long it may take at most; often no longer than it may last, so that repairs make it overdue."""
        return lasts.most * self.of(1, 1, 2, 10)


def trial(number: int) -> Trial:
    """The trial of that number."""
    dice = Dice(number)
    zones = tuple(_zones(dice))
    recipe = _recipe(dice)
    plant = _plant(dice, recipe, zones)
    rows = {
        "operator error": dice.mild(3e-5, 0.009),
        "robot error": dice.mild(4e-6, 0.009),
        "receipt failure": dice.mild(0.0025, 0.09),
        "zone excursion": dice.mild(0.2, 49.0),
        "excursion strikes closed work": dice.of(0.005, 0.4),
        "bad lot": dice.mild(1e-3, 0.3),
        "remakes offered": dice.of(0.55, 1.0),
        "intrinsic contamination": dice.mild(2e-4, 0.009),
    }
    known = {r.row for r in shipped_assumptions().rows}
    assumptions = shipped_assumptions().at({n: v for n, v in rows.items() if n in known})
    orders = _orders(dice, recipe)
    return Trial(number, recipe, plant, _programs(dice), assumptions, orders, dice.between(0, 1 << 40), dice.often(0.5))


def _programs(dice: Dice) -> dict[str, Program]:
    """The shipped programs, proving their loads and chambers for as long as chance has it."""
    found = {}
    for name, program in shipped_programs().items():
        lasts = dice.mild(program.proves.lasts, 2 * HOUR, 20 * MINUTE)
        proves = program.proves.model_copy(update={"lasts": lasts})
        found[name] = program.model_copy(update={"proves": proves})
    return found


def _orders(dice: Dice, recipe: Recipe) -> tuple[BatchOrdered, ...]:
    at, found = START + dice.between(0, 200) * HOUR, []
    wave = dice.of(0, 0, 2, 3)  # so many together, and the next ones when these may be gone
    gap = dice.of(0, 0, HOUR, 5 * HOUR, DAY)
    lead = dice.of(30 * DAY, 10 * DAY)
    for n in range(dice.between(3, 8)):
        due = dice.of(START + lead, at + lead, at + lead - n * HOUR)
        found.append(BatchOrdered(at, f"AX-{n + 1:04d}", f"COI-{n}", recipe.recipe, due))
        if wave:
            at += dice.between(2, 20) * DAY if n % wave == wave - 1 else 0
        else:
            at += gap if dice.often(0.7) else gap // 7
    return tuple(found)


# the recipe -------------------------------------------------------------------------------------------------------


def _recipe(dice: Dice) -> Recipe:
    steps = [f"step {n}" for n in range(1, dice.between(1, 8) + 1)]
    late = dice.of(0, 0, 1, 2) if len(steps) > 1 else 0  # steps that wait for the review
    before = steps[: len(steps) - late] or steps[:1]
    procedure = tuple(_step(dice, name, n, name not in before) for n, name in enumerate(steps))
    early = dice.often(0.3)  # the review goes on beside the work: what comes up in it makes it begin again
    tests = () if early else _tests(dice, before)
    lasts = dice.spread(dice.of(HOUR, 10 * HOUR) if early else HOUR)
    after = before[:1] if early else dice.some(before, 1) if dice.often(0.5) else (before[-1],)
    review = Review(phase="review", after=after, lasts=lasts, at_most=dice.bound(lasts))
    return Recipe(
        recipe="by-chance",
        version=1,
        title="by chance",
        starting_material="cells",
        scope="autologous",
        hold_at_most=dice.mild(DAY, HOUR, 5 * DAY),
        materials=_materials(dice, steps),
        reservations=_reservations(dice, procedure),
        procedure=procedure,
        release=Release(tests=tests, review=review),
    )


def _step(dice: Dice, name: str, n: int, late: bool) -> UnitProcedure:
    decontaminate = tuple(BARRIERS) if dice.mild(True, False) else dice.some(tuple(BARRIERS))
    within = dice.mild(20 * DAY, 2 * DAY, 12 * HOUR, 3 * HOUR)
    operations = [_operation(dice, f"work {m}") for m in range(dice.of(1, 1, 2))]
    if dice.often(0.3):
        operations.append(_growing(dice))
    if dice.often(0.3) or any(r.way == "feed" for o in operations for r in o.decide):
        operations.insert(dice.between(0, len(operations)), _feed(dice))
    return UnitProcedure(
        unit_procedure=name,
        after=("review",) if late else (),
        transfer=Transfer(within=within, decontaminate=decontaminate, **GUESS),
        operations=tuple(operations),
    )


def _phase(dice: Dice, kind: str, checked: float = 0.5) -> Phase:
    lasts, checks = dice.spread(dice.of(MINUTE, 10 * MINUTE, HOUR)), []
    for limit in MEASURED.get(kind, ()):
        if dice.often(checked / 2 if dice.calm else checked):
            found = parse_limit(limit)
            alert = ALERTS.get(found.unit) if dice.often(0.7) else None
            bound, otherwise = limit.removeprefix(found.measure).strip(), dice.of("reject", "reject", "hold")
            checks.append(Check(measure=found.measure, limit=bound, alert=alert, otherwise=otherwise, **GUESS))
    connections = dice.of(0, 1, 1, 4)
    return Phase(phase=kind, lasts=lasts, at_most=dice.bound(lasts), connections=connections, checks=tuple(checks))


def _operation(dice: Dice, name: str) -> Operation:
    phases = tuple(_phase(dice, dice.of(*KINDS), 0.3) for _ in range(dice.of(1, 1, 2)))
    return Operation(operation=name, phases=phases)


def _growing(dice: Dice) -> Operation:
    rules = tuple(Rule(way=way, when=when) for way, *when in dice.of(*DECISIONS))
    phases = (_phase(dice, "culture"), _phase(dice, dice.of("sample", "sample", "stir"), 0.2))
    return Operation(operation="grow", phases=phases, decide=rules, rounds=dice.between(2, 5))


def _feed(dice: Dice) -> Operation:
    return Operation(operation="feed", phases=tuple(_phase(dice, "feed") for _ in range(dice.of(1, 1, 2))))


def _tests(dice: Dice, steps: list[str]) -> tuple[Test, ...]:
    found: list[Test] = []
    for n in range(dice.between(0, 4)):
        kind = dice.of(*TEST_KINDS)
        limit, finds = RESULTS[kind]
        name = "sterility" if n == 0 else f"test {n}"
        known = [*steps, *(t.test for t in found)]
        lasts = dice.spread(dice.of(10 * MINUTE, HOUR))
        measure = parse_limit(limit).measure
        found.append(
            Test(
                test=name,
                phase=kind,
                after=dice.some(known, 1)[:2] if dice.often(0.6) else (steps[-1],),
                lasts=lasts,
                at_most=dice.bound(lasts),
                measure=measure if dice.often(0.97) else "potency",
                limit=limit.removeprefix(measure).strip(),
                finds=finds,
                **GUESS,
            )
        )
    return tuple(found)


def _materials(dice: Dice, steps: list[str]) -> tuple[Material, ...]:
    found = []
    for n in range(dice.of(0, 0, 1, 2, 5)):
        barriers = dice.some(tuple(BARRIERS), dice.mild(3, 1))
        found.append(
            Material(material=f"kit {n}", amount="1 kit", for_=dice.of(*steps), decontaminate=barriers, **GUESS)
        )
    return tuple(found)


def _reservations(dice: Dice, procedure: tuple[UnitProcedure, ...]) -> tuple[Reservation, ...]:
    found = []
    for _ in range(dice.of(0, 0, 1, 2)):
        a, b, c = sorted(dice.between(0, len(procedure) - 1) for _ in range(3))
        kinds = tuple(sorted(phase_kinds(procedure[b])))
        from_, until = procedure[a].unit_procedure, procedure[c].unit_procedure
        found.append(Reservation(phases=kinds, from_=from_, until=until))
    return tuple(found)


# the plant --------------------------------------------------------------------------------------------------------


def _zones(dice: Dice):
    """A chain of zones, cleaner and cleaner or alike, and perhaps a laboratory apart."""
    grades = sorted(dice.between(0, 4) for _ in range(dice.of(1, 2, 2, 2, 3, 4)))
    grades[-1] = 4 if dice.often(0.8) else grades[-1]
    for n, grade in enumerate(grades):
        known = "" if dice.endless and dice.often(0.3) else f"PQ-{n}"
        yield Zone(zone=f"zone {n}", grade=GRADES[grade], qualification=known)


def _interfaces(dice: Dice, zones: tuple[Zone, ...]):
    for n in range(len(zones) - 1):
        alike = zones[n].grade == zones[n + 1].grade
        if alike and dice.often(0.6):
            yield Interface(interface=f"opening {n}", kind="opening", outer=f"zone {n}", inner=f"zone {n + 1}")
            continue
        ways = dice.some(("vapour", "vapour", "moist heat", "sporicide", "sporicide", "sporicide"), 1)[:3]
        ways = ways if set(ways) != {"moist heat"} or dice.often(0.2) else (*ways, "sporicide")
        for m, barrier in enumerate(ways):
            tests = dice.of((), ("leak-vacuum", "bowie-dick"), ("bowie-dick",)) if barrier == "moist heat" else ()
            tests = tests or (("leak-isolator",) if barrier == "vapour" and dice.often(0.1) else ())
            yield Interface(
                interface=f"way {n}-{m}",
                kind="airlock",
                outer=f"zone {n}",
                inner=f"zone {n + 1}",
                barrier=barrier,
                program=BARRIERS[barrier],
                clean_for=dice.mild(4 * HOUR, 0, 5 * MINUTE, HOUR),
                attempts=dice.of(1, 2, 3),
                tests=tests,
            )


def _changeover(dice: Dice) -> Changeover | None:
    if not dice.calm and dice.often(0.2):
        return None
    if dice.often(0.2):
        lasts = {"least": 0, "usual": 0, "most": 0}
    else:
        lasts = dice.span(dice.mild(dice.of(MINUTE, 10 * MINUTE, HOUR), 12 * HOUR))
    clean_for = dice.mild(3 * DAY, 0, 10 * MINUTE, HOUR)
    return Changeover(lasts=Span(**lasts, **GUESS), clean_for=clean_for)


def _plant(dice: Dice, recipe: Recipe, zones: tuple[Zone, ...]) -> Plant:
    movers = tuple(_movers(dice, zones))
    faults = Equipment(
        mtbf=dice.mild(100 * HOUR, 20 * HOUR, 500 * HOUR),
        repair=Span(**dice.span(dice.of(HOUR, HOUR, 6 * HOUR)), **GUESS),
        destroys_percent=dice.mild(3, 0, 60),
        **GUESS,
    )
    return Plant(
        plant="by-chance",
        version=1,
        title="by chance",
        zones=zones,
        interfaces=tuple(_interfaces(dice, zones)),
        units=tuple(_units(dice, recipe, zones, movers)),
        movers=movers,
        faults=faults,
    )


def _movers(dice: Dice, zones: tuple[Zone, ...]):
    names = tuple(z.zone for z in zones)
    for n in range(dice.between(1, 3)):
        person = dice.often(0.6)
        served = names if n == 0 and dice.often(0.9) else dice.some(names, 1)
        shifts: tuple[Shift, ...] = ()
        gowning = None
        if person and dice.often(0.5) and not dice.endless:
            days = DAYS if dice.often(0.7) else DAYS[:5]
            begin, end = dice.of(("06:00", "22:00"), ("22:00", "06:30"), ("08:00", "16:00"), ("00:00", "00:00"))
            shifts = (Shift(days=days, from_=begin, to=end),)
            if dice.often(0.3):
                shifts = (*shifts, Shift(days=("sat", "sun"), from_="10:00", to="14:00"))
        if person and dice.often(0.5):
            good_for = dice.of(0, 20 * MINUTE, 4 * HOUR)
            gowning = Gowning(lasts=Span(**dice.span(MINUTE), **GUESS), good_for=good_for)
        move = {"least": 0, "usual": 0, "most": 0} if dice.often(0.1) else dice.span(dice.of(SECOND, MINUTE))
        yield Mover(
            mover=f"{'person' if person else 'robot'} {n}",
            kind="person" if person else "robot",
            zones=served,
            count=dice.between(1, 3),
            move=Span(**move, **GUESS),
            shifts=shifts,
            gowning=gowning,
        )


def _attended(dice: Dice, zone: str, movers: tuple[Mover, ...]) -> int:
    persons = sum(m.count for m in movers if m.kind == "person" and zone in m.zones)
    return min(persons, dice.of(0, 0, 1, 2, 3)) if dice.often(0.98) else dice.between(0, 3)


def _units(dice: Dice, recipe: Recipe, zones: tuple[Zone, ...], movers: tuple[Mover, ...]):
    sets = [phase_kinds(step) for step in recipe.procedure]
    while sets:
        several = [sets.pop() for _ in range(dice.between(1, len(sets)))]
        for _ in range(dice.of(1, 1, 2)):
            can = frozenset().union(*several)
            yield _unit(dice, f"unit {len(sets)}-{_}", tuple(sorted(can)), dice.of(*zones), movers)
    tests = tuple(sorted({t.phase for t in recipe.release.tests}))
    inside = dice.of(*zones).zone
    for name, can in (("laboratory", tests), ("office", ("review",))):
        if can:
            shared, attended = dice.often(0.5), _attended(dice, inside, movers)
            count = dice.between(1, 3)
            yield Unit(unit=name, kind=name, zone=inside, can=can, count=count, shared=shared, attended_by=attended)
    where = dice.mild(zones[0], *zones).zone
    yield Unit(unit="store", kind="store", zone=where, can=("store materials",), shared=True)
    rack, shared = dice.mild(zones[-1], *zones).zone, dice.often(0.6)
    changeover = None if dice.often(0.5) else _changeover(dice)
    count = 1 if shared else dice.between(2, 9)
    can = ("hold materials",)
    yield Unit(unit="rack", kind="rack", zone=rack, can=can, count=count, shared=shared, changeover=changeover)


def _unit(dice: Dice, name: str, can: tuple[str, ...], zone: Zone, movers: tuple[Mover, ...]) -> Unit:
    return Unit(
        unit=name,
        kind="bench",
        zone=zone.zone,
        can=can if dice.often(0.9) else (*can, *TEST_KINDS),
        count=dice.between(2, 5) if dice.calm else dice.between(1, 3),
        attended_by=_attended(dice, zone.zone, movers),
        closed=dice.often(0.5) if zone.grade == "A" else dice.mild(True, False),
        gloves=dice.often(0.2),
        changeover=_changeover(dice),
    )
