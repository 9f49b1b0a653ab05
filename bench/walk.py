"""Random walks of a live plant: answers in any order, late, wrong, lost or never; alarms, holds, doubts, aborts.

The walk does not ask the simulated equipment: it answers for it, with what equipment once said, or with something else.
Every step of every aseptic machine is held against its invariants, every permit against the cycle it rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any

from axenic.asepsis.machine import Machine
from axenic.asepsis.trace import Trace
from axenic.control.control import Control
from axenic.control.facts import (
    AbortRequested,
    ClockJumped,
    EnvironmentMeasured,
    Fact,
    HoldLifted,
    HoldRequested,
    ItemMoved,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
    Woken,
    ZoneAlarmed,
    ZoneRestored,
)
from axenic.control.orders import JudgeCycle, MoveItem, Order, PermitPassage, RunPhase, StopPhase, WakeAt
from bench.scene import HOUR, Scene


class Broken(Exception):
    """A walk found what must never be."""


class Watched(Machine[Any]):
    """A machine that holds its invariants against every step it is driven through."""

    def step(self, state: Any, event: str) -> Any:
        after = super().step(state, event)
        broken = [i.name for i in self.invariants if i.broken(state, event, after)]
        if broken:
            raise Broken(f"{self.name}: {broken} by {event!r} in {state}")
        return after


def watch(control: Control) -> None:
    """Hold the invariants of every chamber from now on."""
    names = [f.name for f in fields(Machine) if f.init]
    for chamber in control.floor.chambers.values():
        chamber.machine = Watched(*(getattr(chamber.machine, name) for name in names))


@dataclass
class Answers:
    """What equipment once answered: results by phase kind, traces by program and phase, times from their order on."""

    results: dict[str, dict[str, str]] = field(default_factory=dict)
    traces: dict[tuple[str, str], tuple[int, Trace]] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene) -> Answers:
        """From the run of a scene."""
        made, orders = cls(), {o.number: o for _, given in scene.steps for o in given if isinstance(o, RunPhase)}
        for fact in scene.facts():
            if isinstance(fact, PhaseCompleted) and fact.order in orders:
                order = orders[fact.order]
                if fact.trace is not None:
                    key = order.using["program"], order.phase
                    made.traces[key] = fact.at - order.at, _moved(fact.trace, -order.at)
                elif fact.results:
                    made.results[order.phase] = dict(fact.results)
        return made


def _moved(trace: Trace, by: int) -> Trace:
    return Trace(tuple(t + by for t in trace.times), trace.channels)


class Walk:
    """One walk with its own chance."""

    def __init__(self, scene: Scene, answers: Answers, seed: int) -> None:
        self.chance = Random(seed)
        self.control = scene.control()
        watch(self.control)
        self.answers = answers
        self.waiting: dict[int, Order] = {}
        self.at = scene.ordered[0].at
        self.given: list[Order] = []
        self.facts: list[Fact] = []
        self.alarm: WakeAt | None = None
        for fact in scene.ordered:
            self.at = max(self.at, fact.at)
            self._take(fact)

    def run(self, steps: int) -> Walk:
        """So many events, then the laws; raises Broken."""
        for _ in range(steps):
            choose = self.chance.random()
            fresh = [o for o in self.waiting.values() if o.at == self.at and self._traced(o)]
            if choose < 0.93 and fresh:  # a chamber mostly answers in its time: only then can a cycle pass
                self._answer(fresh[0])
            elif choose < 0.88 and self.waiting:
                self._answer(self.chance.choice(list(self.waiting.values())))
            else:
                self._disturb()
        self._laws()
        return self

    def _traced(self, order: Order) -> bool:
        return isinstance(order, RunPhase) and (order.using.get("program", ""), order.phase) in self.answers.traces

    def _take(self, fact: Fact) -> None:
        self.facts.append(fact)
        for order in self.control.take(fact):
            self.given.append(order)
            if isinstance(order, RunPhase | MoveItem):
                self.waiting[order.number] = order
            elif isinstance(order, StopPhase):
                self.waiting.pop(order.stops, None)
                self._later(lambda number=order.stops: PhaseFailed(self.at, number, "stopped"))  # type: ignore[misc]
            elif isinstance(order, WakeAt):
                self.alarm = order

    def _later(self, fact: Callable[[], Fact]) -> None:
        self.at += self.chance.choice([0, 1, 1000, 60_000])
        self._take(fact())

    def _answer(self, order: Order) -> None:
        del self.waiting[order.number]
        self.at += 0 if self._traced(order) else self.chance.choice([1000, 60_000, 600_000, HOUR])
        bad = self.chance.random() < 0.06
        if isinstance(order, MoveItem):
            self._take(PhaseFailed(self.at, order.number, "lost") if bad else ItemMoved(self.at, order.number))
        elif bad and self.chance.random() < 0.5:
            self._take(PhaseFailed(self.at, order.number, "power loss"))
        elif isinstance(order, RunPhase):
            self._take(self._completed(order, bad))

    def _completed(self, order: RunPhase, bad: bool) -> Fact:
        known = self.answers.traces.get((order.using.get("program", ""), order.phase))
        if known is None:
            results = {} if bad else self.answers.results.get(order.phase, {})
            return PhaseCompleted(self.at, order.number, results)
        lasted, trace = known
        self.at = max(self.at, order.at + lasted)
        trace = _moved(trace, order.at)
        if bad:  # the recorder loses half of the run
            half = trace.times[: len(trace.times) // 2]
            trace = Trace(half, tuple(type(c)(c.name, c.unit, c.values[: len(half)]) for c in trace.channels))
        return PhaseCompleted(self.at, order.number, {}, trace)

    def _disturb(self) -> None:
        chance, floor = self.chance, self.control.floor
        batch, zone = chance.choice(list(floor.batches)), chance.choice(list(floor.zones))
        number = chance.choice([*floor.outstanding, 1, 10**6])
        self.at += chance.choice([0, 60_000, HOUR, 30 * HOUR])
        kinds: list[Callable[[], Fact]] = [
            lambda: ZoneAlarmed(self.at, zone, "particles"),
            lambda: ZoneRestored(self.at, zone, "EM-1"),
            lambda: ZoneRestored(self.at, zone, "EM-2"),
            lambda: HoldRequested(self.at, batch, "operator", "a question"),
            lambda: HoldLifted(self.at, batch, "operator", "answered"),
            lambda: OutcomeLost(self.at, number, "the link broke"),
            lambda: ClockJumped(self.at, 3600),
            lambda: OutcomeSettled(self.at, number, chance.random() < 0.5, "operator", "looked"),
            lambda: OutcomeSettled(self.at, number, True, "operator", "looked"),
            lambda: PhaseCompleted(self.at, number),
            lambda: EnvironmentMeasured(self.at, zone, "particles 0.5 um", chance.choice(["10", "9e9", "nan"]), "1"),
        ]
        if self.alarm is not None and chance.random() < 0.5:
            self.at = max(self.at, self.alarm.time)
            kinds = [lambda number=self.alarm.number: Woken(self.at, number)]  # type: ignore[misc]
        elif chance.random() < 0.02:
            kinds = [lambda: AbortRequested(self.at, batch, "operator", "wrong order")]
        fact = chance.choice(kinds)()
        if isinstance(fact, PhaseCompleted | OutcomeSettled):
            self.waiting.pop(fact.order, None)
        self._take(fact)

    def _laws(self) -> None:
        passed = {o.cycle: o for o in self.given if isinstance(o, JudgeCycle) and o.verdict == "pass"}
        for permit in self.given:
            if isinstance(permit, PermitPassage) and permit.kind == "crossing inward":
                own = [passed[e] for e in permit.evidence if e in passed]
                if not any(c.item == permit.item and c.valid_until >= permit.at for c in own):
                    raise Broken(f"no passed cycle in date behind {permit}")
        begun = {o.run for o in self.given if isinstance(o, RunPhase) and o.run.startswith("C-")}
        judged = {o.cycle for o in self.given if isinstance(o, JudgeCycle)}
        running = {e.cycle.name for e in self.control.floor.outstanding.values() if e.cycle}
        running |= {w.cycle.name for queue in self.control.floor.queues for w in queue if w.cycle}
        if lost := begun - judged - running:
            raise Broken(f"cycles without an end: {sorted(lost)}")
        for chamber in self.control.floor.chambers.values():
            if chamber.transfer is not None and chamber.transfer.batch.status == "closed":
                raise Broken(f"{chamber.name} is claimed by a batch that is closed")
