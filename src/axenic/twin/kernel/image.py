"""Recipe, plant and assumptions as one image: everything with a name becomes an address, everything said a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.program import Program
from axenic.asepsis.risk import Circumstance, RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.control.cause import Cause
from axenic.control.layout import Layout
from axenic.device.cells import Working, compiled
from axenic.device.draw import step_of, word
from axenic.device.world import FORM
from axenic.plant.plant import MoverKind, Plant
from axenic.recipe.limit import LimitValue
from axenic.recipe.recipe import Barrier, Operation, Phase, Recipe, Spread, UnitProcedure, Way, phase_kinds
from axenic.twin.kernel import places as at
from axenic.twin.kernel.limits import OPERATORS

_STORE, _RACK = "store materials", "hold materials"
_WAYS = {Way.HARVEST: at.HARVEST, Way.EXTEND: at.EXTEND, Way.FEED: at.FEED, Way.HOLD: at.HOLD, Way.REJECT: at.REJECT}
_DERIVED = {"culture time": at.M_CULTURE_TIME, "rounds": at.M_ROUNDS}
_REVIEW = "review"
_ACCEPTED = LimitValue("accepted", ">=", Decimal(1), "1")
Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Names:
    """What stands where in the image: units, carriers, interfaces, phase kinds, rows; movers by how many."""

    stations: tuple[str, ...]
    lines: tuple[str, ...]
    carriers: tuple[str, ...]
    movers: tuple[tuple[str, int], ...]
    chambers: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """The image without room for batches: whole numbers, floats, and what they stand for."""

    m: Ints
    f: Floats
    names: Names
    measures: int
    transfer_crossings: int
    materials: int


class Builder:
    """Builds an image from its documents; raises ValueError if they cannot be simulated."""

    def __init__(
        self,
        recipe: Recipe,
        plant: Plant,
        programs: Mapping[str, Program],
        risks: RiskTable,
        assumptions: Assumptions,
        books: Mapping[str, Ints],
        remakes: bool = False,
    ) -> None:
        self.recipe, self.plant, self.programs, self.risks, self.books = recipe, plant, programs, risks, books
        self.layout = Layout(plant)
        self.working: Working = compiled(assumptions)
        self.m: list[int] = [0] * at.BEGIN
        self.f: list[float] = [float(x) for x in self.working.rows]
        self.measures = {name: n for n, name in enumerate(self.working.measures)}
        self.kinds: dict[str, int] = {}
        self.sets: dict[frozenset[str], int] = {}
        self.barriers: dict[tuple[str, ...], int] = {}
        self.zones: dict[str, int] = {}
        self.units: dict[str, int] = {}
        self.chambers: dict[str, int] = {}
        self.crossings = 1
        self._build(remakes)

    def image(self) -> Image:
        """What was built."""
        stations = tuple(self.layout.stations)
        lines = tuple(u.unit for u in self.plant.units)
        movers = tuple((x.mover, x.count) for x in self.plant.movers)
        kinds, chambers = tuple(self.kinds), tuple(self.chambers)
        names = Names(stations, lines, tuple(self.layout.carriers), movers, chambers, kinds, self.working.names)
        m, f = np.array(self.m, dtype=np.int64), np.array(self.f, dtype=np.float64)
        return Image(m, f, names, len(self.measures), self.crossings, len(self.recipe.materials))

    # records ---------------------------------------------------------------------------------------------------

    def _put(self, numbers: Iterable[int]) -> int:
        place = len(self.m)
        self.m.extend(int(n) for n in numbers)
        return place

    def _record(self, size: int, fields: Mapping[int, int]) -> int:
        return self._put(fields.get(n, 0) for n in range(size))

    def _float(self, value: float) -> int:
        self.f.append(float(value))
        return len(self.f) - 1

    def _kind(self, name: str) -> int:
        return self.kinds.setdefault(name, len(self.kinds))

    def _measure(self, name: str) -> int:
        return self.measures.setdefault(name, len(self.measures))

    def _set(self, kinds: frozenset[str]) -> int:
        return self.sets.setdefault(kinds, len(self.sets))

    def _barriers(self, barriers: Iterable[Barrier]) -> int:
        return self.barriers.setdefault(tuple(b.value for b in barriers), len(self.barriers))

    def _build(self, remakes: bool) -> None:
        self._plant()
        self._recipe()
        self._routes()
        self._rates()
        head = self.m
        head[at.H_OPS] = self._put(self.working.words)
        head[at.H_ROWS] = len(self.working.names)
        head[at.H_MEASURES] = len(self.measures)
        head[at.H_KINDS] = self._ops()
        names = self.working.names
        wanted = remakes and "remakes offered" in names and "days to a remake" in names
        head[at.H_ROW_REMAKE] = names.index("remakes offered") if wanted else -1
        head[at.H_ROW_DAYS] = names.index("days to a remake") if wanted else -1
        cans = [int(kinds <= s.can) for kinds in self.sets for s in self.layout.stations.values()]
        head[at.H_CANS] = self._put(cans)
        head[at.H_PASSAGES] = self._put([0] * len(PassageKind))

    def _ops(self) -> int:
        rows = []
        for name in self.kinds:
            ops = self.working.ops.get(name, ())
            rows += [self._put(n for op in ops for n in op), len(ops), 0, 0]
        return self._put(rows)

    # the plant -------------------------------------------------------------------------------------------------

    def _plant(self) -> None:
        head, faults = self.m, self.plant.faults
        if faults.mtbf <= 0:
            raise ValueError(f"{self.plant.plant}: the mean time between failures must be above 0")
        head[at.H_MTBF], head[at.H_DESTROYS] = faults.mtbf, faults.destroys_percent
        head[at.H_REPAIR] = faults.repair.least
        head[at.H_REPAIR_USUAL], head[at.H_REPAIR_MOST] = faults.repair.usual, faults.repair.most
        first = len(self.m)
        self.zones = {name: first + n * at.ZONE_SIZE for n, name in enumerate(self.layout.zones)}
        for n, zone in enumerate(self.layout.zones.values()):
            self._record(
                at.ZONE_SIZE, {at.Z_INDEX: n, at.Z_ASEPTIC: bool(zone.qualification), at.Z_OPEN_IN: -1, at.Z_DAY: -1}
            )
        head[at.H_ZONES], head[at.H_ZONE_COUNT] = first, len(self.zones)
        self._carriers()
        self._units()
        self._chambers()
        self._duties()

    def _carriers(self) -> None:
        places = {}
        for n, c in enumerate(self.layout.carriers.values()):
            duties = self._put(x for d in c.duties for x in d)
            g = c.gowning
            places[c.name] = self._record(
                at.CARRIER_SIZE,
                {
                    at.C_INDEX: n,
                    at.C_PERSON: c.kind is MoverKind.PERSON,
                    at.C_WORD: word(c.name),
                    at.C_LEAST: c.move.least,
                    at.C_USUAL: c.move.usual,
                    at.C_MOST: c.move.most,
                    at.C_GOWNS: g is not None,
                    at.C_GOWN_LEAST: g.lasts.least if g else 0,
                    at.C_GOWN_USUAL: g.lasts.usual if g else 0,
                    at.C_GOWN_MOST: g.lasts.most if g else 0,
                    at.C_GOOD_FOR: g.good_for if g else 0,
                    at.C_GOWNED: -1,
                    at.C_DUTIES: duties,
                    at.C_DUTY_COUNT: len(c.duties),
                },
            )
        self.m[at.H_CARRIERS] = self._put(places.values())
        self.m[at.H_CARRIER_COUNT] = len(places)
        for zone, z in self.zones.items():
            serving = [c for c in self.layout.carriers.values() if zone in c.zones]
            persons = [places[c.name] for c in serving if c.kind is MoverKind.PERSON]
            self.m[z + at.Z_CARRIERS] = self._put(places[c.name] for c in serving)
            self.m[z + at.Z_CARRIER_COUNT] = len(serving)
            self.m[z + at.Z_PERSONS], self.m[z + at.Z_PERSON_COUNT] = self._put(persons), len(persons)

    def _units(self) -> None:
        line_of = [n for n, u in enumerate(self.plant.units) for _ in range(u.count)]
        for n, s in enumerate(self.layout.stations.values()):
            if s.attended_by > at.MOST_PERSONS:
                raise ValueError(f"{s.name}: more than {at.MOST_PERSONS} persons at one unit are not simulated")
            c = s.changeover
            ready = c is None or s.shared
            self.units[s.name] = self._record(
                at.UNIT_SIZE,
                {
                    at.U_OWNER: -1,
                    at.U_CLEAN_UNTIL: at.NEVER if ready else -1,
                    at.U_INDEX: n,
                    at.U_ZONE: self.zones[s.zone],
                    at.U_ATTENDED: s.attended_by,
                    at.U_CLOSED: s.closed,
                    at.U_SHARED: s.shared,
                    at.U_GRADE_A: self.layout.zones[s.zone].grade.value == "A",
                    at.U_CHANGES: c is not None,
                    at.U_LEAST: c.lasts.least if c else 0,
                    at.U_USUAL: c.lasts.usual if c else 0,
                    at.U_MOST: c.lasts.most if c else 0,
                    at.U_CLEAN_FOR: c.clean_for if c else 0,
                    at.U_WORD: word(s.name),
                    at.U_ZONE_WORD: word(s.zone),
                    at.U_LINE: line_of[n],
                },
            )
        self.m[at.H_UNITS], self.m[at.H_UNIT_COUNT] = self._put(self.units.values()), len(self.units)

    def _chambers(self) -> None:
        programs: dict[str, int] = {}
        proving = [i for i in self.plant.interfaces if i.program]
        for interface in proving:
            for name in (interface.program, *interface.tests):
                if name not in programs:
                    programs[name] = self._program(name)
        for n, i in enumerate(proving):
            tests = self._put(x for name in i.tests for x in (programs[name], -1))
            self.chambers[i.interface] = self._record(
                at.CHAMBER_SIZE,
                {
                    at.K_OWNER: -1,
                    at.K_INDEX: n,
                    at.K_WORD: word(i.interface),
                    at.K_OUTER: self.zones[i.outer],
                    at.K_INNER: self.zones[i.inner],
                    at.K_PROGRAM: programs[i.program],
                    at.K_CLEAN_FOR: i.clean_for,
                    at.K_ATTEMPTS: i.attempts,
                    at.K_STERILISER: i.barrier == Barrier.MOIST_HEAT,
                    at.K_TESTS: tests,
                    at.K_TEST_COUNT: len(i.tests),
                    at.K_TESTING: -1,
                },
            )
        self.m[at.H_CHAMBERS], self.m[at.H_CHAMBER_COUNT] = self._put(self.chambers.values()), len(self.chambers)

    def _program(self, name: str) -> int:
        if name not in self.books:
            raise ValueError(f"no program is named {name!r}")
        program, pages = self.programs[name], self.books[name]
        words = self._put(word(p.phase) for p in program.phases)
        where = self._put(int(x) for x in pages.ravel())
        by_hand = program.kind is Barrier.SPORICIDE
        return self._put([program.proves.lasts, by_hand, len(program.phases), where, pages.shape[1], words])

    def _duties(self) -> None:
        begins = [begin for begin, _ in self.layout.duties]
        self.m[at.H_DUTIES], self.m[at.H_DUTY_COUNT] = self._put(begins), len(begins)

    # the recipe ------------------------------------------------------------------------------------------------

    def _able(self, kinds: frozenset[str]) -> tuple[int, int]:
        able = self.layout.able(kinds)
        return self._put(self.units[name] for name in able), len(able)

    def _recipe(self) -> None:
        recipe, head = self.recipe, self.m
        steps = {s.unit_procedure: n for n, s in enumerate(recipe.procedure)}
        named = {a for t in recipe.release.tests for a in t.after} | set(recipe.release.review.after)
        bits = {name: 1 << n for n, name in enumerate([_REVIEW, *(t.test for t in recipe.release.tests)])}
        for name in steps:
            if name in named:
                bits.setdefault(name, 1 << len(bits))
        if len(bits) > 62:
            raise ValueError(f"{recipe.recipe}: more than 62 tests and steps that tests wait for are not simulated")
        rows = [self._step(step, bits) for step in recipe.procedure]
        head[at.H_STEPS], head[at.H_STEP_COUNT] = self._put(n for row in rows for n in row), len(rows)
        head[at.H_HOLD_AT_MOST] = recipe.hold_at_most
        goods = [(self._barriers(m.decontaminate), word(f"move {m.material}")) for m in recipe.materials]
        head[at.H_MATERIALS], head[at.H_MATERIAL_COUNT] = self._put(n for g in goods for n in g), len(goods)
        kept = []
        for line in recipe.reservations:
            kinds = frozenset(line.phases)
            kept += [steps[line.from_], steps[line.until], self._set(kinds), *self._able(kinds)]
        head[at.H_RESERVATIONS], head[at.H_RESERVATION_COUNT] = self._put(kept), len(recipe.reservations)
        stores, racks = self.layout.able(frozenset({_STORE})), self.layout.able(frozenset({_RACK}))
        head[at.H_STORE] = self.units[stores[0]] if stores else -1
        head[at.H_RACKS], head[at.H_RACK_COUNT] = self._put(self.units[r] for r in racks), len(racks)
        self._release(bits)

    def _step(self, step: UnitProcedure, bits: Mapping[str, int]) -> list[int]:
        kinds = phase_kinds(step)
        able, count = self._able(kinds)
        if not count:
            raise ValueError(f"no unit of {self.plant.plant} can do {step.unit_procedure!r}: it is never reached")
        if any(self.layout.stations[name].shared for name in self.layout.able(kinds)):
            raise ValueError(f"{step.unit_procedure!r}: the cells cannot go to a shared unit")
        operations = [self._operation(step.unit_procedure, o) for o in step.operations]
        goods = [n for n, m in enumerate(self.recipe.materials) if m.for_ == step.unit_procedure]
        names = [o.operation for o in step.operations]
        return [
            self._set(kinds),
            able,
            count,
            step.transfer.within,
            self._barriers(step.transfer.decontaminate),
            _REVIEW in step.after,
            bits.get(step.unit_procedure, 0),
            self._put(n for row in operations for n in row),
            len(operations),
            names.index("feed") if "feed" in names else -1,
            self._put(goods),
            len(goods),
        ]

    def _operation(self, step: str, operation: Operation) -> list[int]:
        name, kinds = f"{step}/{operation.operation}", [p.phase for p in operation.phases]
        steps = [step_of(name, kind, kinds[:n].count(kind)) for n, kind in enumerate(kinds)]
        phases = [self._phase(*pair) for pair in zip(steps, operation.phases, strict=True)]
        rules = []
        for rule in operation.decide:
            limits = [self._limit_row(limit, limit.measure) for limit in rule.when]
            rules += [_WAYS[rule.way], self._put(n for row in limits for n in row), len(limits)]
        where = self._put(n for row in phases for n in row)
        return [where, len(phases), operation.rounds, self._put(rules), len(operation.decide)]

    def _spread(self, kind: str, lasts: Spread, at_most: int) -> list[int]:
        return [self._kind(kind), int(FORM[lasts.shape]), lasts.least, lasts.usual, lasts.most, at_most]

    def _phase(self, step: str, phase: Phase) -> list[int]:
        checks = []
        for check in phase.checks:
            measure = check.measure if self._gives(phase.phase, check.measure) else ""
            limit = self._limit(check.limit, measure)
            alert = self._limit(check.alert, measure) if check.alert is not None else -1
            checks += [limit, alert, check.otherwise is Way.REJECT]
        spread = self._spread(phase.phase, phase.lasts, phase.at_most)
        own = [word(step), phase.connections, self._put(checks), len(phase.checks)]
        return spread + own

    def _gives(self, kind: str, measure: str) -> bool:
        """True if the phase kind measures it; what it does not measure is missing."""
        number = self.measures.get(measure, -1)
        return any(op[3] == number for op in self.working.ops.get(kind, ()))

    def _limit_row(self, limit: LimitValue, name: str) -> list[int]:
        number = _DERIVED[name] if name in _DERIVED else self._measure(name) if name else -1
        return [number, OPERATORS.index(limit.op), self._float(float(limit.value))]

    def _limit(self, limit: LimitValue, measure: str) -> int:
        return self._put(self._limit_row(limit, measure))

    def _release(self, bits: Mapping[str, int]) -> None:
        head, release, rows = self.m, self.recipe.release, []
        for test in release.tests:
            after = sum(bits[a] for a in set(test.after))
            known = self.measures.get(test.test, -1)
            own = [word(f"test/{test.test}/{test.phase}"), after, bits[test.test]]
            measure = test.measure if self._gives(test.phase, test.measure) else ""
            found = [self._limit(test.limit, measure), Cause.titled(test.finds)]
            able = self._able(frozenset({test.phase}))
            rows += [*self._spread(test.phase, test.lasts, test.at_most), *own, *found, *able, known]
        head[at.H_TESTS], head[at.H_TEST_COUNT] = self._put(rows), len(release.tests)
        head[at.H_TEST_BITS] = sum(bits[t.test] for t in release.tests)
        review = release.review
        head[at.H_REVIEW_BIT], head[at.H_REVIEW_AFTER] = bits[_REVIEW], sum(bits[a] for a in set(review.after))
        own = [
            word(f"{_REVIEW}/{review.phase}"),
            0,
            bits[_REVIEW],
            self._limit(_ACCEPTED, "accepted" if self._gives(review.phase, "accepted") else ""),
            0,
        ]
        able = self._able(frozenset({review.phase}))
        head[at.H_REVIEW] = self._put([*self._spread(review.phase, review.lasts, review.at_most), *own, *able, -1])

    # ways and risks --------------------------------------------------------------------------------------------

    def _routes(self) -> None:
        ways = []
        for barriers in list(self.barriers):
            for origin in self.zones:
                for target in self.zones:
                    ways.append(self._route(origin, target, barriers))
        self.m[at.H_ROUTES] = self._put(ways)

    def _route(self, origin: str, target: str, barriers: tuple[str, ...]) -> int:
        way = self.layout.route(origin, target, barriers)
        if way is None:
            return 0
        self.crossings = max(self.crossings, len(way))
        rows = []
        for c in way:
            through = [self.chambers[i] for i in c.interfaces] if c.proven else []
            zones = [self.zones[c.origin], self.zones[c.target]]
            rows.append(self._put([*zones, c.inward, c.proven, len(through), *through]))
        return self._put([len(rows), *rows])

    def _rates(self) -> None:
        """Expected contaminations of a passage by kind, zone, carrier, chamber: at once, and for each day of dwell."""
        proving = [None, *(i for i in self.plant.interfaces if i.program)]
        self.m[at.H_RATES] = len(self.f)
        for kind in PassageKind:
            for zone in self.plant.zones:
                for by in (MoverKind.ROBOT, MoverKind.PERSON):
                    for interface in proving:
                        barrier = interface.barrier if interface else ""
                        credit = self.programs[interface.program].proves.log_reduction if interface else 0.0
                        self._rate(Circumstance(kind.value, zone.grade.value, by.value, barrier, credit))

    def _rate(self, case: Circumstance) -> None:
        try:
            rates = self.risks.rates(case)
        except KeyError:
            rates = ()
        self._float(sum(r.mean for r in rates if not r.by_day))
        self._float(sum(r.mean for r in rates if r.by_day))
