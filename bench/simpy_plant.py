"""The whole plant in idiomatic SimPy: the fair peer of the compiled kernel, on the same recipe, plant and assumptions.

A process walks each batch through its recipe; processes beside it bring materials, change units over, run release
tests and the review. Whatever is scarce is a SimPy resource with a queue by due date: a `Pool` (see there) for units,
carriers and chambers, a `PriorityResource` for open work in a zone. Hold limits are `claim | timeout`, a failing
release test interrupts the batch. It keeps no record and gives no reasons.

Where it differs from the core, knowingly: a hold limit is noticed at the next wait (the core: at once, up to one cycle
earlier); a review is not done again because of what comes up in it; nobody lifts a hold, so a held batch is rejected
when its time is over; a rejected batch's chamber is free at once. Laboratory, store and rack must be shared.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import nullcontext
from random import Random
from typing import Any

import simpy

from axenic.asepsis.chamber import ChamberParameters
from axenic.asepsis.interlocks import PassageKind
from axenic.asepsis.program import Program
from axenic.asepsis.risk import RiskTable
from axenic.assumption.assumption import Assumptions
from axenic.control.cause import Cause
from axenic.library.shelf import default
from axenic.plant.plant import Plant
from axenic.plant.shift import next_begin
from axenic.recipe.recipe import Recipe
from axenic.recipe.recipe import Way as Follows
from bench.simpy_floor import Floor
from bench.simpy_pages import Cycles, cycles_of
from bench.simpy_parts import (
    FOREVER,
    REJECTED,
    RELEASED,
    Barred,
    Batch,
    Carrier,
    Chamber,
    FirstClean,
    Goods,
    Item,
    Leg,
    Operation,
    Phase,
    Rejected,
    Row,
    Step,
    Test,
    Trip,
    Unit,
    Way,
)
from bench.simpy_patient import DAY, Chance, span
from bench.simpy_pool import Claim

REPAIR = 8 * 3_600_000  # a chamber that cannot be proven is away for so long
DELIVERIES = 3  # how often a material is tried
Doing = Generator[simpy.Event, Any, Any]


def run(
    plant: Plant,
    recipe: Recipe,
    programs: Mapping[str, Program],
    chambers: Iterable[ChamberParameters],
    assumptions: Assumptions,
    times_ms: Sequence[int],
    dues_ms: Sequence[int],
    seed: int,
    risks: RiskTable | None = None,
) -> list[Row]:
    """The batches ordered at these times, one row each; `risks` are the shipped ones unless given."""
    cycles = cycles_of(programs, chambers)
    return Simulation(plant, recipe, cycles, assumptions, risks or default(RiskTable), seed).run(times_ms, dues_ms)


class Simulation:
    """One replication."""

    def __init__(
        self,
        plant: Plant,
        recipe: Recipe,
        cycles: Mapping[str, Cycles],
        assumptions: Assumptions,
        risks: RiskTable,
        seed: int,
    ) -> None:
        self.env = simpy.Environment()
        self.rng = Random(seed)
        self.chance = Chance(assumptions, self.rng)
        self.floor = Floor(self.env, plant, recipe, cycles, risks, self.chance)
        self.faults = plant.faults
        self.repair = span(self.rng, plant.faults.repair.least, plant.faults.repair.usual, plant.faults.repair.most)
        self.hold_at_most = recipe.hold_at_most

    def run(self, times: Sequence[int], dues: Sequence[int]) -> list[Row]:
        """Until the last batch is closed."""
        env = self.env
        batches = [Batch(t, due, self.chance.collect(), env.event()) for t, due in zip(times, dues, strict=True)]
        if self.floor.layout.duties:
            env.process(self.shifts())
        env.run(until=env.process(self.source(batches)))
        return [batch.row() for batch in batches]

    def source(self, batches: list[Batch]) -> Doing:
        """Order the batches one after the other, and wait until all are closed."""
        env = self.env
        for batch in sorted(batches, key=lambda b: b.ordered):
            yield env.timeout(batch.ordered - env.now)
            batch.main = env.process(self.batch(batch))
        yield env.all_of([batch.main for batch in batches])

    def shifts(self) -> Doing:
        """Let the crews look at who is on duty whenever a shift begins."""
        env, duties = self.env, self.floor.layout.duties
        while True:
            yield env.timeout(next_begin(duties, int(env.now)) - env.now)
            for crew in self.floor.crews.values():
                crew.look_again()

    # a batch ------------------------------------------------------------------------------------------------

    def batch(self, batch: Batch) -> Doing:
        """A dose from its order until it is closed."""
        steps = self.floor.steps
        try:
            for n, step in enumerate(steps):
                if step.after_review and not batch.reviewed.triggered:
                    yield batch.reviewed
                yield from self.procedure(batch, step, steps[n + 1] if n + 1 < len(steps) else None)
        except Rejected as end:
            self.reject(batch, end.cause)
        except simpy.Interrupt:
            pass  # a release test or a material that could not be brought: it is rejected already
        batch.live = False
        yield from self.ended(item.delivery for item in batch.items.values())
        for unit in list(batch.has):
            self.free(batch, unit)
        yield from self.ended(batch.under_way)
        batch.closed = self.env.now

    def ended(self, processes: Iterable[simpy.Process]) -> Doing:
        """Wait until all of them are over."""
        for process in processes:
            if process.is_alive:
                yield process

    def reject(self, batch: Batch, cause: int) -> None:
        """End a batch, once; if this does not come from its own process, that one is interrupted."""
        if not batch.live:
            return
        batch.live = False
        batch.outcome, batch.cause = REJECTED, int(cause)
        if batch.disposed < 0:
            batch.disposed = self.env.now
        self.look_round()
        if batch.main is not self.env.active_process:
            batch.main.interrupt()

    def procedure(self, batch: Batch, step: Step, after: Step | None) -> Doing:
        """One unit procedure: materials, unit, cells, operations."""
        batch.asked = self.env.now
        deadline = self.env.now + step.within
        self.ask_for(batch, step.goods)
        if after is not None:
            self.ask_for(batch, after.goods)
        if step.goods:
            yield from self.fresh(batch, step, deadline)
        if batch.unit not in step.units:
            yield from self.come(batch, step, deadline)
        else:
            self.look_round()
        if step.ends_place and batch.place is not None:
            place, batch.place = batch.place, None
            if place is not batch.unit:
                self.free(batch, place)
        first = True
        for operation in step.operations:
            yield from self.operation(batch, step, operation, first)
            first = False
        self.note_done(batch, step.name)

    def operation(self, batch: Batch, step: Step, operation: Operation, first: bool) -> Doing:
        """The phases of an operation, round after round until its results say that it is done."""
        entered, rounds = self.env.now, 1
        while True:
            for phase in operation.phases:
                yield from self.phase(batch, step, phase, first)
                first = False
            follows = self.decide(batch, operation, self.env.now - entered, rounds)
            if follows is Follows.HARVEST:
                return
            if follows is Follows.HOLD:
                yield from self.hold()
            rounds += 1
            if follows is Follows.FEED:
                for phase in step.feed.phases:
                    yield from self.phase(batch, step, phase, False)

    def decide(self, batch: Batch, operation: Operation, lasted: float, rounds: int) -> Follows:
        """What follows from the results; an operation without rules is done once."""
        if not operation.rules:
            return Follows.HARVEST
        known = batch.results
        known["culture time"], known["rounds"] = lasted / DAY, float(rounds)
        follows = Follows.EXTEND
        for way, limits in operation.rules:
            if all(limit.holds(known.get(limit.measure)) for limit in limits):
                follows = way
                break
        if follows is Follows.REJECT or (follows in (Follows.EXTEND, Follows.FEED) and rounds >= operation.rounds):
            raise Rejected(Cause.PATIENT_MATERIAL)
        return follows

    def hold(self) -> Doing:
        """Nobody lifts a hold here."""
        yield self.env.timeout(self.hold_at_most)
        raise Rejected(Cause.PATIENT_MATERIAL)

    # units --------------------------------------------------------------------------------------------------

    def come(self, batch: Batch, step: Step, deadline: float) -> Doing:
        """Bring the cells to a unit that can do the step; a place that is kept from this step on is claimed with it."""
        target = batch.place
        if step.with_place is not None and batch.place is None:
            target, batch.place = yield from self.take_units(batch, step, step.with_place, deadline)
        elif target not in step.units:
            (target,) = yield from self.take_units(batch, step, step.pick, deadline)
        if batch.unit is not None:
            way = self.floor.way(batch.unit.zone, target.zone, step.barriers)
            yield from self.haul(batch, way, deadline, target)
        batch.unit = target
        target.used = True

    def take_units(self, batch: Batch, step: Step, pick: FirstClean, deadline: float) -> Doing:
        """The first free clean units; until there are some, those whose clean hold ran out are changed over.

        A material of the step that runs out while the batch waits is fetched anew, and the units are claimed again.
        """
        pool = next(iter(step.units)).pool
        while True:
            claim = pool.claim(batch.due, pick)
            try:
                if not claim.triggered:
                    self.look_round()
                expires = min((batch.items[g.name].until for g in step.goods), default=FOREVER)
                if (yield from self.granted(claim, deadline, expires)):
                    batch.has += claim.value
                    return claim.value
            except (Rejected, simpy.Interrupt):
                claim.withdraw()
                raise
            claim.withdraw()
            yield from self.fresh(batch, step, deadline)

    def look_round(self) -> None:
        """Something changed on the floor: for each batch that waits for a unit, one more stale one is changed over."""
        for pool in self.floor.unit_pools:
            if pool.get_queue and pool.items:
                for claim in pool.get_queue:
                    unit = claim.pick.stale(pool.items)
                    if unit is not None:
                        pool.items.remove(unit)
                        self.env.process(self.turn_round(unit))

    def free(self, batch: Batch, unit: Unit) -> None:
        """Take a unit from its batch; a used one is changed over before anybody gets it."""
        batch.has.remove(unit)
        if unit.used:
            unit.used = False
            self.env.process(self.turn_round(unit))
        else:
            unit.pool.put(unit)
        self.look_round()

    def turn_round(self, unit: Unit) -> Doing:
        """Change a unit over and put it back."""
        yield from self.change_over(unit)
        unit.pool.put(unit)
        self.look_round()

    def change_over(self, unit: Unit) -> Doing:
        """Clean a unit, by a person where persons work."""
        env = self.env
        if unit.attended_by:
            with self.persons(unit.zone, 1, env.now) as persons:
                if not persons.triggered:
                    yield persons
                yield env.timeout(self.gown(persons.value) + unit.changeover())
        else:
            yield env.timeout(unit.changeover())
        unit.until = env.now + unit.clean_for

    def granted(self, claim: Claim, deadline: float, expires: float = FOREVER) -> Doing:
        """Wait for a claim, until the hold limit at most; False if something else expires first."""
        env, until = self.env, min(deadline, expires)
        if not claim.triggered:
            if until < FOREVER:
                yield claim | env.timeout(max(0, until - env.now) + 1)
            else:
                yield claim
        if env.now > deadline:
            raise Rejected(Cause.LOGISTICS)
        return claim.triggered

    # phases -------------------------------------------------------------------------------------------------

    def phase(self, batch: Batch, step: Step, phase: Phase, first: bool) -> Doing:
        """One phase, with its persons and, if cells lie open, nobody else's open in the zone."""
        unit = batch.unit
        connects = first and phase.connections > 0
        if connects and step.goods:
            yield from self.fresh(batch, step, FOREVER)
        opens = phase.connections > 0 and not unit.closed
        if not opens and not unit.attended_by:
            if (yield from self.work(batch, step, phase, first, 0)):
                yield from self.hold()
            return
        held = None
        with self.floor.open[unit.zone].request(batch.due) if opens else nullcontext() as turn:
            if turn is not None:
                yield turn
            while held is None:
                with self.persons(unit.zone, unit.attended_by, batch.due) as persons:
                    if not persons.triggered:
                        yield persons
                    if not (connects and self.expired(batch, step)):
                        held = yield from self.work(batch, step, phase, first, self.gown(persons.value))
                if held is None:
                    yield from self.fresh(batch, step, FOREVER)
        if held:
            yield from self.hold()

    def work(self, batch: Batch, step: Step, phase: Phase, first: bool, gowning: float) -> Doing:
        """The phase itself: how long, what breaks, what it does to the cells, its controls; True if it is held."""
        env, unit, patient, begun = self.env, batch.unit, batch.patient, self.env.now
        if first and step.with_place is not None:
            batch.waited = begun - batch.asked
        by_person, wrong = unit.attended_by > 0, False
        lasts = phase.lasts()
        if self.rng.random() < -math.expm1(-lasts / self.faults.mtbf):
            if self.rng.random() * 100 < self.faults.destroys_percent:
                yield env.timeout(gowning + lasts)
                raise Rejected(Cause.EQUIPMENT)
            lasts += self.repair()
        if phase.connections:
            kind = PassageKind.CONNECTION if unit.closed else PassageKind.OPEN
            self.pass_boundary(batch, kind, unit.zone, by_person, None, phase.connections)
            wrong = self.chance.goes_wrong(patient, phase.connections, by_person, unit.closed, unit.zone, begun)
        yield env.timeout(gowning + lasts)
        if wrong:
            raise Rejected(Cause.OPERATION)
        found = {}
        for measure, effect in phase.effects:
            value = effect(patient, lasts, begun)
            if measure:
                found[measure] = value
        if patient.lost:
            raise Rejected(Cause.LOGISTICS)
        batch.results.update(found)
        fails = [c for c in phase.checks if not c.limit.holds(found.get(c.limit.measure))]
        if any(c.rejects and c.limit.measure in found for c in fails):
            raise Rejected(Cause.PATIENT_MATERIAL)
        return bool(fails)

    def persons(self, zone: str, count: int, due: float) -> Claim:
        """A claim on so many persons of a zone."""
        return self.floor.crews[zone].claim(due, self.floor.persons_in(zone, count))

    def gown(self, carriers: list[Carrier]) -> float:
        """How long those who must gown take to do so, together."""
        takes, now = 0.0, self.env.now
        for carrier in carriers:
            if carrier.gown is not None and carrier.gowned < now:
                carrier.gowned = now + carrier.gown_for
                takes = takes or carrier.gown()
        return takes

    def pass_boundary(
        self,
        batch: Batch,
        kind: PassageKind,
        zone: str,
        by_person: bool,
        chamber: Chamber | None,
        count: int = 1,
        cells: bool = True,
    ) -> None:
        """Add the risk of passages; that of time, since their last passage, counts for the cells only."""
        at_once, by_day = self.floor.rates(kind, zone, by_person, chamber, count)
        batch.patient.risk += at_once
        if cells:
            days = (self.env.now - (batch.passed or batch.ordered)) / DAY
            batch.passed = self.env.now
            for rate in by_day:
                batch.patient.risk -= math.expm1(-days * rate)

    # materials ----------------------------------------------------------------------------------------------

    def ask_for(self, batch: Batch, goods: tuple[Goods, ...]) -> None:
        """Let materials be brought, each once."""
        for each in goods:
            if each.name not in batch.items:
                self.send(batch, each)

    def send(self, batch: Batch, goods: Goods) -> None:
        """Start a delivery."""
        process = self.env.process(self.deliver(batch, goods))
        batch.items[goods.name] = Item(process)
        batch.under_way.append(process)

    def deliver(self, batch: Batch, goods: Goods) -> Doing:
        """Bring a material to the rack; a batch whose material cannot be brought in sterile is lost."""
        for _ in range(DELIVERIES):
            try:
                until = yield from self.haul(batch, goods.way, FOREVER)
            except Barred:
                continue
            batch.items[goods.name].until = until
            self.look_round()
            return
        self.reject(batch, Cause.EQUIPMENT)

    def expired(self, batch: Batch, step: Step) -> list[Goods]:
        """The materials of the step that lie in the rack out of date."""
        items, now = batch.items, self.env.now
        return [g for g in step.goods if not items[g.name].delivery.is_alive and items[g.name].until < now]

    def fresh(self, batch: Batch, step: Step, deadline: float) -> Doing:
        """Wait until every material of the step lies sterile in the rack; what ran out is fetched anew."""
        env = self.env
        while True:
            for goods in self.expired(batch, step):
                self.send(batch, goods)
            coming = [d for g in step.goods if (d := batch.items[g.name].delivery).is_alive]
            if not coming:
                return
            arrived = env.all_of(coming)
            if deadline < FOREVER:
                yield arrived | env.timeout(max(0, deadline - env.now))
                if not arrived.triggered:
                    raise Rejected(Cause.LOGISTICS)
            else:
                yield arrived

    # ways ---------------------------------------------------------------------------------------------------

    def haul(self, batch: Batch, way: Way, deadline: float, unit: Unit | None = None) -> Doing:
        """Bring the cells to `unit`, or a material to its rack, past every chamber of the way.

        The end of what its last cycle proves. A chamber that cannot be proven is taken away for repair: what has not
        moved yet waits for others, anything else is lost (`Barred`; cells: rejected).
        """
        while True:
            trip = Trip(batch, unit, deadline, way.origin)
            with self.floor.chambers.claim(batch.due, way.pick) as claim:
                try:
                    yield from self.granted(claim, deadline)
                    return (yield from self.travel(trip, way, claim))
                except Barred as barred:
                    claim.has.remove(barred.chamber)
                    self.env.process(self.mend(barred.chamber))
                    if trip.chamber is not None and unit is not None:
                        raise Rejected(Cause.EQUIPMENT) from None
                    if trip.chamber is not None:
                        raise

    def travel(self, trip: Trip, way: Way, claim: Claim) -> Doing:
        """From place to place, through the chambers claimed."""
        proof = FOREVER
        for leg, chamber in zip(way.legs, claim.value, strict=True):
            if not trip.batch.live:  # what lies in a chamber is taken out on its dirty side
                return proof
            yield from self.move(trip, leg, chamber, trip.zone)
            self.leave(trip, claim)
            trip.leg, trip.chamber, trip.zone = leg, chamber, leg.target
            if leg.inward and trip.batch.live:
                proof = yield from self.prove(trip.batch, chamber, loaded=True)
        if not trip.batch.live:
            return proof
        yield from self.move(trip, None, None, way.target)
        self.leave(trip, claim)
        return proof

    def leave(self, trip: Trip, claim: Claim) -> None:
        """The item left a chamber, or the cells their unit: it is given back."""
        batch = trip.batch
        if trip.chamber is not None:
            if not trip.leg.inward:
                trip.chamber.until = -1  # its outer door was opened
            claim.give_back(trip.chamber)
        elif trip.unit is not None and batch.unit is not batch.place:
            self.free(batch, batch.unit)

    def mend(self, chamber: Chamber) -> Doing:
        """A barred chamber comes back after its repair."""
        yield self.env.timeout(REPAIR)
        self.floor.chambers.put(chamber)

    def unproven(self, trip: Trip, leg: Leg | None, onward: Chamber | None) -> Chamber | None:
        """The chamber that must be proven before the next move: the one the item lies in, or the one it goes to."""
        now, inside = self.env.now, trip.chamber
        if inside is not None and trip.leg.inward and inside.until < now:
            return inside
        if onward is not None and ((not leg.inward and onward.until < now) or onward.due_test(now)):
            return onward
        return None

    def proven_until(self, trip: Trip, leg: Leg | None, onward: Chamber | None) -> float:
        """Until when the next move may begin without another cycle."""
        until = trip.chamber.until if trip.chamber is not None and trip.leg.inward else FOREVER
        return until if onward is None or leg.inward else min(until, onward.until)

    def move(self, trip: Trip, leg: Leg | None, onward: Chamber | None, zone: str) -> Doing:
        """Prove what must be proven, find a carrier, and carry the item to its next place, on the side of `zone`."""
        batch, unit, env = trip.batch, trip.unit, self.env
        crew, carrier_in = self.floor.crews[trip.zone], self.floor.carrier_in(trip.zone)
        while True:
            while (chamber := self.unproven(trip, leg, onward)) is not None:
                yield from self.prove(batch, chamber, chamber is trip.chamber)
            if onward is None and unit is not None and not unit.used and unit.until < env.now:
                yield from self.change_over(unit)
            with crew.claim(batch.due, carrier_in) as claim:
                granted = yield from self.granted(claim, trip.deadline, self.proven_until(trip, leg, onward))
                if granted and self.unproven(trip, leg, onward) is None:
                    carrier = claim.value[0]
                    self.note_move(trip, leg, onward, zone, carrier.person)
                    if onward is not None and leg.inward:
                        onward.until = -1  # its outer door opens
                    yield env.timeout(carrier.move() + self.gown(claim.value))
                    return

    def note_move(self, trip: Trip, leg: Leg | None, onward: Chamber | None, zone: str, by_person: bool) -> None:
        """Add what a move risks: a crossing for each boundary it passes, or a hand-over."""
        cells = trip.unit is not None
        inward = trip.chamber is not None and trip.leg.inward
        outward = onward is not None and not leg.inward
        if inward:
            self.pass_boundary(trip.batch, PassageKind.INWARD, zone, by_person, trip.chamber, cells=cells)
        if outward:
            self.pass_boundary(trip.batch, PassageKind.OUTWARD, zone, by_person, onward, cells=cells)
        if not inward and not outward:
            self.pass_boundary(trip.batch, PassageKind.HAND_OVER, zone, by_person, None, cells=cells)

    def prove(self, batch: Batch, chamber: Chamber, loaded: bool) -> Doing:
        """Run the chamber's program, or on an empty one the test that is due; how long a load's proof is good."""
        env = self.env
        for _ in range(chamber.attempts):
            test = chamber.due_test(env.now) if chamber.tests else None
            program = test if test is not None and not loaded else chamber.program
            page = self.rng.choice(program.pages)
            chamber.until = -1
            batch.cycles += 1
            if test is not None and loaded:
                continue  # no load may be sterilised before the test: the cycle does not start
            if program.by_hand:
                for lasts in page.phases:
                    with self.persons(chamber.outer, 1, batch.due) as persons:
                        if not persons.triggered:
                            yield persons
                        yield env.timeout(self.gown(persons.value) + lasts)
            else:
                yield env.timeout(page.lasts)
            if page.passed and test is not None:
                chamber.tested[test.program] = env.now + test.proof
                return FOREVER
            if page.passed:
                chamber.until = env.now + chamber.clean_for
                return env.now + program.proof
        raise Barred(chamber)

    # release ------------------------------------------------------------------------------------------------

    def note_done(self, batch: Batch, name: str) -> None:
        """A step or a test is done: start the tests, and at last the review, that waited for it."""
        done, floor = batch.done, self.floor
        done.add(name)
        for test in floor.waiting_for.get(name, ()):
            if test.after <= done:
                batch.under_way.append(self.env.process(self.test(batch, test)))

    def test(self, batch: Batch, test: Test) -> Doing:
        """A release test or the review, in the shared laboratory."""
        env = self.env
        if test.attended_by:
            with self.persons(test.zone, test.attended_by, batch.due) as persons:
                yield persons
                begun = env.now
                yield env.timeout(self.gown(persons.value) + test.lasts())
        else:
            begun = env.now
            yield env.timeout(test.lasts())
        if not batch.live:
            return
        values = [effect(batch.patient, 0.0, begun) for measure, effect in test.effects if measure]
        if not test.limit.holds(values[0] if values else None):
            self.reject(batch, test.cause)
        elif test is self.floor.review:
            batch.outcome, batch.disposed = RELEASED, env.now
            batch.reviewed.succeed()
        else:
            self.note_done(batch, test.name)
