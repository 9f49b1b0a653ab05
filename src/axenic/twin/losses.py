"""Where and why batches are lost: the readable core runs them again and says it in words, as the kernel cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from axenic.control.control import Control
from axenic.control.facts import BatchOrdered, Fact
from axenic.control.orders import DisposeBatch, Order, RunPhase
from axenic.device.world import World
from axenic.twin.run import run
from axenic.twin.scenario import Scenario

_REJECTED = "rejected"
_SHOWN = 3


class Loss(NamedTuple):
    """One batch lost: the unit procedure and phase that it came to, the cause it counts for, and the core's reason."""

    step: str
    phase: str
    cause: str
    reason: str

    @property
    def place(self) -> str:
        """Where, in words."""
        return f"at {self.step} ({self.phase})" if self.step else "before its first phase"


@dataclass(slots=True)
class _Watch:
    losses: list[Loss] = field(default_factory=list)
    came_to: dict[str, tuple[str, str]] = field(default_factory=dict)

    def keep(self, _: Fact, orders: list[Order]) -> None:
        for order in orders:
            match order:
                case RunPhase() if order.batch and order.run.count("/"):
                    self.came_to[order.batch] = order.run.split("/")[1], order.phase
                case DisposeBatch() if order.outcome == _REJECTED:
                    step, phase = self.came_to.get(order.batch, ("", ""))
                    self.losses.append(Loss(step, phase, order.cause, order.reason))


def losses(scenario: Scenario, orders: Sequence[BatchOrdered], seed: int) -> tuple[Loss, ...]:
    """Every loss among these batches, in the order in which they were lost; the same as the kernel's for that seed."""
    recipe, watch = scenario.executed, _Watch()
    control = Control(scenario.plant, {recipe.recipe: recipe}, scenario.programs, scenario.risks)
    world = World(scenario.plant, scenario.programs, seed, scenario.chambers, scenario.assumptions)
    run(control, world, orders, watch.keep)
    return tuple(watch.losses)


def told(found: Sequence[Loss]) -> str:
    """The most frequent ends in a sentence, each with the first reason that was given for it."""
    if not found:
        return "all of them still wait, and nothing ends them"
    ways = Counter((loss.place, loss.cause or "unknown") for loss in found).most_common()
    first = {(x.place, x.cause or "unknown"): x.reason for x in reversed(found)}
    texts = [f"{n} {place}: {cause}, {first[place, cause]!r}" for (place, cause), n in ways[:_SHOWN]]
    rest = sum(n for _, n in ways[_SHOWN:])
    return "; ".join(texts) + (f"; {rest} elsewhere" if rest else "")
