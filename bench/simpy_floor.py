"""The floor of the SimPy peer: pools of units, carriers and chambers, and the steps, made from the documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import simpy

from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.risk import Circumstance, RiskTable
from axenic.control.cause import Cause
from axenic.control.layout import Layout
from axenic.plant.plant import MoverKind, Plant
from axenic.recipe import recipe as r
from axenic.recipe.limit import parse_limit
from bench.simpy_pages import Cycles
from bench.simpy_parts import (
    Carrier,
    Chamber,
    Check,
    FirstClean,
    Goods,
    Leg,
    Limit,
    Operation,
    Phase,
    Step,
    Test,
    Unit,
    Way,
)
from bench.simpy_patient import Chance, span, spread
from bench.simpy_pool import Pick, Pool

FEED = "feed"


class Floor:
    """Everything that stands, before the first batch comes. Raises ValueError for a plant the peer does not cover."""

    def __init__(
        self,
        env: simpy.Environment,
        plant: Plant,
        recipe: r.Recipe,
        cycles: Mapping[str, Cycles],
        risks: RiskTable,
        chance: Chance,
    ) -> None:
        self.env, self.recipe, self.chance, self._risks = env, recipe, chance, risks
        self.layout = layout = Layout(plant)
        rng = chance.rng
        self.units = _units(layout, rng)
        self.carriers = _carriers(layout, rng)
        self.chamber = _chambers(plant, cycles)
        self.chambers = Pool(env, self.chamber.values())
        self.crews = self._crews()
        self.open = {zone: simpy.PriorityResource(env, 1) for zone in layout.zones}
        self.grades = {zone: z.grade.value for zone, z in layout.zones.items()}
        self._rates: dict[tuple[Any, ...], tuple[float, tuple[float, ...]]] = {}
        self._ways: dict[tuple[str, str, tuple[str, ...]], Way] = {}
        self._persons: dict[tuple[str, int], Pick] = {}
        self._carrier_in: dict[str, Pick] = {zone: self._free_carriers(zone, 1, False) for zone in layout.zones}
        self.unit_pools: list[Pool] = []
        self.steps = self._steps()
        tests, self.review = self._tests()
        self.waiting_for: dict[str, list[Test]] = {}
        for test in (*tests, self.review):
            for name in test.after:
                self.waiting_for.setdefault(name, []).append(test)

    # picks --------------------------------------------------------------------------------------------------

    def carrier_in(self, zone: str) -> Pick:
        """The first robot or person that serves the zone and is on duty."""
        return self._carrier_in[zone]

    def persons_in(self, zone: str, count: int) -> Pick:
        """The first so many persons that serve the zone and are on duty."""
        key = (zone, count)
        if key not in self._persons:
            self._persons[key] = self._free_carriers(zone, count, True)
        return self._persons[key]

    def _free_carriers(self, zone: str, count: int, persons: bool) -> Pick:
        env = self.env
        if not count:
            return lambda free: []

        def pick(free: list[Carrier]) -> list[Carrier] | None:
            found = []
            for carrier in free:
                if zone in carrier.zones and (carrier.person or not persons) and carrier.on_duty(env.now):
                    found.append(carrier)
                    if len(found) == count:
                        return found
            return None

        return pick

    def _free_chambers(self, legs: tuple[Leg, ...]) -> Pick:
        env = self.env

        def pick(free: list[Chamber]) -> list[Chamber] | None:
            found: list[Chamber] = []
            for leg in legs:
                fit = [c for c in leg.chambers if c in free and c not in found]
                if not fit:
                    return None
                clean = None if leg.inward else next((c for c in fit if c.until >= env.now), None)
                found.append(clean or fit[0])
            return found

        return pick

    # pools --------------------------------------------------------------------------------------------------

    def _crews(self) -> dict[str, Pool]:
        """One pool for all zones that share carriers."""
        found: dict[str, Pool] = {}
        for zones in _joined(c.zones for c in self.carriers):
            pool = Pool(self.env, (c for c in self.carriers if zones & set(c.zones)))
            found |= dict.fromkeys(zones, pool)
        return found

    def _pool_units(self, claims: Iterable[tuple[frozenset[Unit], ...]]) -> None:
        """One pool for all units that can stand in for each other, or are claimed together."""
        together = [{unit.name for able in claim for unit in able} for claim in claims]
        for names in _joined(together):
            pool = Pool(self.env, (self.units[n] for n in names))
            self.unit_pools.append(pool)
            for unit in pool.items:
                unit.pool = pool

    def _able(self, kinds: frozenset[str]) -> frozenset[Unit]:
        names = self.layout.able(kinds)
        if not names or any(self.layout.stations[n].shared for n in names):
            raise ValueError(f"no unit of its own for {', '.join(sorted(kinds))}")
        return frozenset(self.units[n] for n in names)

    def way(self, origin: str, target: str, barriers: tuple[str, ...]) -> Way:
        """The way from zone to zone."""
        key = (origin, target, barriers)
        if key not in self._ways:
            crossings = self.layout.route(origin, target, barriers)
            if crossings is None:
                raise ValueError(f"no proven way from {origin} to {target}")
            legs = tuple(
                Leg(c.inward, c.target, tuple(self.chamber[i] for i in c.interfaces)) for c in crossings if c.proven
            )
            self._ways[key] = Way(origin, target, legs, self._free_chambers(legs))
        return self._ways[key]

    # the recipe ---------------------------------------------------------------------------------------------

    def _steps(self) -> list[Step]:
        recipe = self.recipe
        steps, claims = [], []
        for procedure in recipe.procedure:
            name = procedure.unit_procedure
            units = self._able(r.phase_kinds(procedure))
            kept = [self._able(frozenset(line.phases)) for line in recipe.reservations if line.from_ == name]
            claims.append((units, *kept))
            operations = {o.operation: self._operation(o) for o in procedure.operations}
            feed = operations.pop(FEED, None) if len(operations) > 1 else None
            step = Step(
                name,
                "review" in procedure.after,
                procedure.transfer.within,
                tuple(b.value for b in procedure.transfer.decontaminate),
                units,
                FirstClean(self.env, (units,)),
                tuple(operations.values()),
                feed,
                tuple(self._goods(m) for m in recipe.materials if m.for_ == name),
                FirstClean(self.env, (units, *kept)) if kept else None,
                any(line.until == name for line in recipe.reservations),
            )
            steps.append(step)
        self._pool_units(claims)
        return steps

    def _operation(self, operation: r.Operation) -> Operation:
        phases = tuple(
            Phase(
                spread(self.chance.rng, phase.lasts),
                phase.connections,
                tuple(Check(Limit(c.measure, c.limit), c.otherwise is r.Way.REJECT) for c in phase.checks),
                tuple(self.chance.effects.get(phase.phase, ())),
            )
            for phase in operation.phases
        )
        rules = tuple((rule.way, tuple(Limit(w.measure, w) for w in rule.when)) for rule in operation.decide)
        return Operation(phases, rules, operation.rounds)

    def _goods(self, material: r.Material) -> Goods:
        zones = []
        for kind in ("store materials", "hold materials"):
            station = self.layout.stations[self.layout.able(frozenset({kind}))[0]]
            if not station.shared:
                raise ValueError(f"{station.name} holds one batch's materials only")
            zones.append(station.zone)
        return Goods(material.material, self.way(*zones, tuple(b.value for b in material.decontaminate)))

    def _tests(self) -> tuple[list[Test], Test]:
        release = self.recipe.release
        tests = [self._test(t.test, t, Limit(t.measure, t.limit), Cause.titled(t.finds)) for t in release.tests]
        review = self._test("review", release.review, Limit("accepted", parse_limit("accepted >= 1")), Cause.OPERATION)
        return tests, replace(review, after=review.after.union(t.name for t in tests))

    def _test(self, name: str, plan: Any, limit: Limit, cause: int) -> Test:
        station = self.layout.stations[self.layout.able(frozenset({plan.phase}))[0]]
        if not station.shared:
            raise ValueError(f"{station.name} tests one batch at a time")
        looks = self.chance.effects.get(plan.phase, ())
        effects = tuple((m, e) for m, e in looks if m in ("", limit.measure))
        lasts = spread(self.chance.rng, plan.lasts)
        return Test(name, frozenset(plan.after), lasts, station.zone, station.attended_by, effects, limit, int(cause))

    # the risk -----------------------------------------------------------------------------------------------

    def rates(self, kind: PassageKind, zone: str, person: bool, chamber: Chamber | None, count: int) -> Any:
        """Expected contaminations of passages: at once, and (each mechanism) for each day since the last one."""
        key = (kind, zone, person, chamber and chamber.name, count)
        if key not in self._rates:
            by = (MoverKind.PERSON if person else MoverKind.ROBOT).value
            proof = (chamber.barrier, chamber.program.log_reduction) if chamber else ("", 0.0)
            rates = self._risks.rates(Circumstance(kind.value, self.grades[zone], by, *proof, count))
            at_once = sum(rate.share(0).mean for rate in rates if not rate.by_day)
            self._rates[key] = (at_once, tuple(rate.mean for rate in rates if rate.by_day))
        return self._rates[key]


def _joined(sets: Iterable[Iterable[str]]) -> list[set[str]]:
    """The sets, joined where they share a member."""
    found: list[set[str]] = []
    for each in map(set, sets):
        apart = [s for s in found if not s & each]
        found = [*apart, each.union(*(s for s in found if s & each))]
    return found


def _units(layout: Layout, rng: Random) -> dict[str, Unit]:
    found = {}
    for order, s in enumerate(layout.stations.values()):
        if s.shared:
            continue
        if s.changeover is None:
            raise ValueError(f"{s.name} has no changeover")
        lasts = s.changeover.lasts
        draw = span(rng, lasts.least, lasts.usual, lasts.most)
        unit = Unit(s.name, order, s.zone, s.attended_by, s.closed, draw, s.changeover.clean_for, until=-1)
        found[s.name] = unit
    return found


def _carriers(layout: Layout, rng: Random) -> list[Carrier]:
    found = []
    for order, c in enumerate(layout.carriers.values()):
        gown = span(rng, c.gowning.lasts.least, c.gowning.lasts.usual, c.gowning.lasts.most) if c.gowning else None
        move = span(rng, c.move.least, c.move.usual, c.move.most)
        good_for = c.gowning.good_for if c.gowning else 0
        found.append(Carrier(order, c.zones, c.kind is MoverKind.PERSON, move, c.duties, gown, good_for))
    return found


def _chambers(plant: Plant, cycles: Mapping[str, Cycles]) -> dict[str, Chamber]:
    return {
        i.interface: Chamber(
            i.interface,
            order,
            i.outer,
            i.barrier,
            cycles[i.program],
            tuple(cycles[t] for t in i.tests),
            i.clean_for,
            i.attempts,
        )
        for order, i in enumerate(plant.interfaces)
        if i.program
    }
