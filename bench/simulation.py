"""The same plant in idiomatic SimPy: a process for each batch, a resource for each pool. No record, no interlock."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from bench.plan import Outcome, Plan


class Simulation:
    """A SimPy environment with a plan in it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.env = simpy.Environment()
        self.units = {pool: simpy.Resource(self.env, count) for pool, count in plan.pools.items()}
        self.robot = simpy.Resource(self.env, 1)
        self.acts = self.end = 0

    def run(self) -> Outcome:
        for at in self.plan.arrivals:
            self.env.process(self.batch(at))
        self.env.run()
        return Outcome(self.acts, self.end)

    def batch(self, at: int) -> Generator[Any, Any, None]:
        yield self.env.timeout(at)
        self.acts += 1
        before = None
        for step in self.plan.steps:
            unit = self.units[step.pool].request()
            yield unit
            if before is not None:
                with self.robot.request() as robot:
                    yield robot
                    yield self.env.timeout(self.plan.move)
                self.acts += 1
                self.env.process(self.change_over(*before))
            for lasts in step.phases:
                yield self.env.timeout(lasts)
                self.acts += 1
            if step.review:
                yield self.env.timeout(step.review)
                self.acts += 1
            before = (step.pool, unit, step.changeover)
        self.end = self.env.now
        if before is not None:
            self.env.process(self.change_over(*before))

    def change_over(self, pool: str, unit: Any, lasts: int) -> Generator[Any, Any, None]:
        yield self.env.timeout(lasts)
        self.acts += 1
        self.units[pool].release(unit)
