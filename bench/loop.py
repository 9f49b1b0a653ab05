"""The plain heap loop: what a Python programmer writes first. It keeps no record and asks no interlock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

from bench.plan import Outcome, Plan

ORDERED, PHASE, MOVED, REVIEWED, CHANGED = range(5)


@dataclass(slots=True)
class Dose:
    """A batch: which step, which phase of it."""

    step: int = 0
    phase: int = 0


class Loop:
    """A heap of (time, serial, batch, what), queues for units and for the robot."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.doses = [Dose() for _ in plan.arrivals]
        self.free = dict(plan.pools)
        self.queues: dict[str, deque[int]] = {pool: deque() for pool in plan.pools}
        self.robot_free = True
        self.moves: deque[int] = deque()
        self.heap = [(at, n, n, ORDERED) for n, at in enumerate(plan.arrivals)]
        self.serial = len(self.heap)
        self.now = self.end = 0

    def after(self, delay: int, batch: int, what: int) -> None:
        self.serial += 1
        heappush(self.heap, (self.now + delay, self.serial, batch, what))

    def run(self) -> Outcome:
        takes = (self.seize, self.phase_ended, self.moved, self.advance, self.changed)
        acts = 0
        while self.heap:
            self.now, _, batch, what = heappop(self.heap)
            takes[what](batch)
            acts += 1
        return Outcome(acts, self.end)

    def seize(self, batch: int) -> None:
        pool = self.plan.steps[self.doses[batch].step].pool
        if not self.free[pool]:
            self.queues[pool].append(batch)
            return
        self.free[pool] -= 1
        self.seized(batch)

    def seized(self, batch: int) -> None:
        if self.doses[batch].step == 0:
            self.start_phase(batch)
        elif self.robot_free:
            self.robot_free = False
            self.after(self.plan.move, batch, MOVED)
        else:
            self.moves.append(batch)

    def moved(self, batch: int) -> None:
        if self.moves:
            self.after(self.plan.move, self.moves.popleft(), MOVED)
        else:
            self.robot_free = True
        self.release(self.doses[batch].step - 1)
        self.start_phase(batch)

    def start_phase(self, batch: int) -> None:
        dose = self.doses[batch]
        self.after(self.plan.steps[dose.step].phases[dose.phase], batch, PHASE)

    def phase_ended(self, batch: int) -> None:
        dose = self.doses[batch]
        step = self.plan.steps[dose.step]
        dose.phase += 1
        if dose.phase < len(step.phases):
            self.start_phase(batch)
        elif step.review:
            self.after(step.review, batch, REVIEWED)
        else:
            self.advance(batch)

    def advance(self, batch: int) -> None:
        dose = self.doses[batch]
        dose.step, dose.phase = dose.step + 1, 0
        if dose.step < len(self.plan.steps):
            self.seize(batch)
        else:
            self.release(dose.step - 1)
            self.end = self.now

    def release(self, step: int) -> None:
        self.after(self.plan.steps[step].changeover, step, CHANGED)

    def changed(self, step: int) -> None:
        pool = self.plan.steps[step].pool
        if self.queues[pool]:
            self.seized(self.queues[pool].popleft())
        else:
            self.free[pool] += 1
