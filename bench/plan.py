"""The plan of a scene as its peers need it: pools of units, steps with their durations, arrivals."""

from __future__ import annotations

from dataclasses import dataclass

from bench.scene import Scene


@dataclass(frozen=True, slots=True)
class Step:
    """One unit procedure: its pool, its phases and changeover (milliseconds), and the review that follows it."""

    pool: str
    phases: tuple[int, ...]
    changeover: int
    review: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What every contestant does: the same batches, steps, resources and durations."""

    arrivals: tuple[int, ...]
    pools: dict[str, int]
    steps: tuple[Step, ...]
    move: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many acts a peer did, and when its last batch was packed."""

    acts: int
    end: int


def plan_of(scene: Scene) -> Plan:
    """The plan of the small plant; every duration there is fixed."""
    recipe, units = scene.recipe, scene.plant.units
    steps = []
    for step in recipe.procedure:
        phases = [phase for operation in step.operations for phase in operation.phases]
        unit = next(u for u in units if {p.phase for p in phases} <= set(u.can))
        changeover = unit.changeover.lasts.usual if unit.changeover else 0
        review = recipe.release.review.lasts.usual if step.unit_procedure in recipe.release.review.after else 0
        steps.append(Step(unit.unit, tuple(p.lasts.usual for p in phases), changeover, review))
    pools = {u.unit: u.count for u in units if not u.shared}
    return Plan(tuple(b.at for b in scene.ordered), pools, tuple(steps), scene.plant.movers[0].move.usual)
