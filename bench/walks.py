"""Walks: a live plant driven by chance through every kind of answer and disturbance; no invariant may break."""

from __future__ import annotations

from axenic.control.orders import JudgeCycle
from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.scene import shipped_cluster
from bench.walk import Answers, Broken, Walk

STEPS = 150
_SAY_EVERY = 1000


def measure(scale: Scale) -> list[Row]:
    """One row: walks, and what they found; a broken invariant is a budget not met, its trace in the note."""
    scene = shipped_cluster(3).play()
    answers = Answers.of(scene)
    events = verdicts = 0
    for seed in range(scale.walks):
        if seed % _SAY_EVERY == 0:
            say(f"walks: {seed} of {scale.walks}")
        try:
            walk = Walk(scene, answers, seed).run(STEPS)
        except Broken as broken:
            return [_row(scale, False, f"walk {seed}: {broken}")]
        events += len(walk.facts)
        verdicts += sum(isinstance(o, JudgeCycle) for o in walk.given)
    note = f"{events:,} events, {verdicts:,} cycles, each ended by a verdict or still running; every step held against"
    return [_row(scale, True, f"{note} the invariants of its machine, every permit against its passed cycle")]


def _row(scale: Scale, met: bool, note: str) -> Row:
    budget = f"{scale.walks:,} walks, 0 broken"
    return Row("random walks of a live plant", "walks", scale.walks, "none", 0, 0, 0, 0, budget, met, note)
